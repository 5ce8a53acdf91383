import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { SlackChannel, SlackTs } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { TicketFields } from '../../model/ticket.ts';
import { NOT_ASSIGNED } from '../../texts/card.ts';
import { askSlack } from './ask-slack.ts';
import { inertMrkdwn, mrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** What the small card below a link shows. */
export interface LinkCard {
  readonly key: string;
  readonly url: string;
  readonly queue: string;
  readonly fields: TicketFields;
}

const DOT = { new: ':large_blue_circle:', active: ':large_yellow_circle:', done: ':white_check_mark:' };
const LONGEST_SUMMARY = 300;
const LONGEST_VALUE = 200;

export function renderLinkCard({ key, url, queue, fields }: LinkCard): KnownBlock[] {
  const inert = (text: string) => inertMrkdwn(text, LONGEST_VALUE);
  const { summary, status, assignee } = fields;
  const head = `*${mrkdwnLink(url, key, LONGEST_VALUE)}*  ${inertMrkdwn(summary, LONGEST_SUMMARY)}`;
  const facts = [
    `${DOT[status.category]} ${inert(status.name)}`,
    inert(queue),
    inert(assignee ?? NOT_ASSIGNED),
  ];
  return [
    { type: 'section', text: mrkdwn(head) },
    { type: 'context', elements: [mrkdwn(facts.join('  ·  '))] },
  ];
}

export interface Unfurling {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  /** By the address exactly as Slack named it. */
  readonly cards: ReadonlyMap<string, KnownBlock[]>;
}

/** Shows cards below the links of a message; twice is harmless (docs.slack.dev/reference/methods/chat.unfurl). */
export async function unfurl(client: WebClient, { channel, ts, cards }: Unfurling): Promise<Outcome<null>> {
  const unfurls = Object.fromEntries([...cards].map(([url, blocks]) => [url, { blocks }]));
  const shown = await askSlack(z.unknown(), false, () => client.chat.unfurl({ channel, ts, unfurls }));
  return shown.kind === 'ok' ? ok(null) : shown;
}
