import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { SlackChannel } from '../../model/ids.ts';
import { ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';
import type { SlackOut, SlackPlaceView } from './slack-out.ts';

/** An event tells at once what changes; this is for the events that are lost. */
const KEPT_MS = 300_000;

const flag = z.boolean().nullish();
const Info = z.object({
  channel: z.object({
    is_im: flag,
    is_mpim: flag,
    is_private: flag,
    is_ext_shared: flag,
    is_pending_ext_shared: flag,
  }),
});

/** Slack's flags as a kind of place; what Slack leaves out is false. */
export function viewOf({ channel }: z.infer<typeof Info>): SlackPlaceView {
  const shared = channel.is_ext_shared === true || channel.is_pending_ext_shared === true;
  if (channel.is_im === true) return { kind: 'direct', shared };
  if (channel.is_mpim === true) return { kind: 'group', shared };
  return { kind: channel.is_private === true ? 'private' : 'public', shared };
}

/** Who can read what: https://docs.slack.dev/reference/methods/conversations.info, with `channels:read` or `groups:read`. */
export function createPlaces(client: WebClient): Pick<SlackOut, 'place' | 'forgetPlace'> {
  const known = new Map<SlackChannel, { readonly view: SlackPlaceView; readonly until: number }>();
  return {
    async place(channel) {
      const kept = known.get(channel);
      if (kept !== undefined && kept.until > Date.now()) return ok(kept.view);
      const found = await askSlack(Info, false, () => client.conversations.info({ channel }));
      if (found.kind !== 'ok') return found;
      const view = viewOf(found.value);
      known.set(channel, { view, until: Date.now() + KEPT_MS });
      return ok(view);
    },
    forgetPlace(channel) {
      known.delete(channel);
    },
  };
}
