import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Doc } from '../../model/doc.ts';
import type { SlackChannel, SlackTs, SlackUser } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';
import { channelOf } from './post.ts';
import { type KnownBlocks, renderMessage, renderNotice } from './rich-text.ts';
import type { SlackHttp } from './slack-http.ts';

/** A few words of ours that belong to no request. They carry no marker: whoever says them twice has said them twice. */
export interface Words {
  /** Null: in a direct message with `user`. */
  readonly channel: SlackChannel | null;
  /** Only this person sees them; null: everybody who reads the thread. */
  readonly user: SlackUser | null;
  /** The thread in which they appear; null for the channel itself. */
  readonly root: SlackTs | null;
  readonly text: string | Doc;
  /** Below the words, such as a list with buttons; nothing when left out. */
  readonly more?: KnownBlocks;
  /** Slack's own address for an answer to this person, tried first; null: there is none. */
  readonly respond: string | null;
  /** Below the words; `value` grants nothing. */
  readonly button: Button | null;
  /** A second one beside it. */
  readonly other?: Button;
}

interface Button {
  readonly action: string;
  readonly label: string;
  readonly value: string;
}

interface TellDeps {
  readonly client: WebClient;
  readonly http: SlackHttp;
}

export async function tell(
  { client, http }: TellDeps,
  { channel: place, user, root, text, more = [], button, other, respond }: Words,
): Promise<Outcome<null>> {
  const look =
    typeof text === 'string' ? renderNotice(text) : renderMessage({ author: null, body: text, part: null });
  if (respond !== null) {
    const answered = await http.respond(respond, { text: look.text, blocks: [...look.blocks, ...more] });
    // Such an address lives half an hour; later the channel is the way, where the app is in it.
    if (answered.kind !== 'rejected') return answered;
  }
  if (place === null && user === null) throw new Error('Words for nobody, nowhere');
  const opened =
    user !== null && place === null ? await channelOf(client, { kind: 'direct', user }) : ok(place);
  if (opened.kind !== 'ok') return opened;
  const channel = opened.value ?? '';
  const message = {
    channel,
    text: look.text,
    blocks: [...look.blocks, ...more, ...actionsOf([button ?? [], other ?? []].flat())],
    link_names: false,
    parse: 'none' as const,
    ...(root === null ? {} : { thread_ts: root }),
  };
  const told = await askSlack(z.unknown(), true, () =>
    user === null || place === null
      ? client.chat.postMessage({ ...message, unfurl_links: false, unfurl_media: false })
      : client.chat.postEphemeral({ ...message, user }),
  );
  return told.kind === 'ok' ? ok(null) : told;
}

function actionsOf(buttons: readonly Button[]): KnownBlocks {
  if (buttons.length === 0) return [];
  const elements = buttons.map(({ action, label, value }) => ({
    type: 'button' as const,
    action_id: action,
    text: { type: 'plain_text' as const, text: label },
    value,
  }));
  return [{ type: 'actions', elements }];
}
