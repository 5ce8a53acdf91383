import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { SlackTs } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { UNKNOWN_SHAPE } from '../../texts/slack-refusals.ts';
import { slackFailure } from './client.ts';

const Page = z.object({
  messages: z.array(z.looseObject({ ts: SlackTs })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
export type RawMessage = z.infer<typeof Page>['messages'][number];

/** One call to the Web API, its answer read by `schema`, its failure as an outcome. `writes`: see `slackFailure`. */
export async function askSlack<T>(
  schema: z.ZodType<T>,
  writes: boolean,
  call: () => Promise<unknown>,
): Promise<Outcome<T>> {
  try {
    const answer = schema.safeParse(await call());
    if (answer.success) return ok(answer.data);
  } catch (error) {
    return slackFailure(error, writes);
  }
  return { kind: 'retry', reason: UNKNOWN_SHAPE, scope: 'operation', effect: writes ? 'unknown' : 'none' };
}

interface Window {
  readonly channel: string;
  /** Only messages after this ts; an answer of a thread may hold its root as well. */
  readonly oldest: string;
  /** The thread's root; null for the top level of the channel. */
  readonly root: string | null;
}

/** All messages of a channel or thread in a window, with their metadata, page by page. */
export async function readMessages(
  client: WebClient,
  window: Window,
): Promise<Outcome<readonly RawMessage[]>> {
  const { channel, oldest, root } = window;
  const messages: RawMessage[] = [];
  let cursor: string | undefined;
  do {
    const next = cursor;
    const page = await askSlack(Page, false, () => {
      const asked = {
        channel,
        oldest,
        limit: 200,
        include_all_metadata: true,
        ...(next === undefined ? {} : { cursor: next }),
      };
      return root === null
        ? client.conversations.history(asked)
        : client.conversations.replies({ ...asked, ts: root });
    });
    if (page.kind !== 'ok') return page;
    messages.push(...page.value.messages);
    cursor = page.value.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return ok(messages);
}
