import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';

/** How a step of a workflow ended: with the ticket, or with a sentence for the maker of the workflow. */
export type StepEnd =
  | { readonly kind: 'done'; readonly key: string; readonly url: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Slack's words for a step that has ended already, or that its workflow gave up. */
const OVER = new Set(['function_execution_not_found', 'execution_not_in_running_state']);

/** Ends a step. Ending it twice is harmless: Slack refuses the second time. */
export async function completeStep(
  client: WebClient,
  execution: string,
  end: StepEnd,
): Promise<Outcome<null>> {
  const ended = await askSlack(z.unknown(), true, () => call(client, execution, end).catch(unlessOver));
  return ended.kind === 'ok' ? ok(null) : ended;
}

function call(client: WebClient, execution: string, end: StepEnd): Promise<unknown> {
  return end.kind === 'done'
    ? client.functions.completeSuccess({
        function_execution_id: execution,
        outputs: { ticket_key: end.key, ticket_url: end.url },
      })
    : client.functions.completeError({ function_execution_id: execution, error: end.why });
}

function unlessOver(error: unknown): null {
  if (error instanceof WebAPIPlatformError && OVER.has(error.data.error)) return null;
  throw error;
}
