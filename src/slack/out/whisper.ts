import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';
import { renderNotice } from './rich-text.ts';
import type { Whisper } from './slack-out.ts';

/**
 * Shows something to one person only. Slack keeps no ephemeral message that could be found again
 * (docs.slack.dev, chat.postEphemeral): whoever sends it after a doubt shows it twice.
 */
export function createWhisper(client: WebClient): Effect<Whisper, null> {
  return {
    proof: 'compare-and-set',
    timeoutMs: 10_000,
    settleMs: 0,
    async send({ channel, user, root, text }) {
      const shown = await askSlack(z.unknown(), true, () =>
        client.chat.postEphemeral({
          channel,
          user,
          ...renderNotice(text),
          link_names: false,
          parse: 'none',
          ...(root === null ? {} : { thread_ts: root }),
        }),
      );
      return shown.kind === 'ok' ? ok(null) : shown;
    },
    find: async () => ok(null),
  };
}
