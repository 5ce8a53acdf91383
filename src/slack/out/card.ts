import type { KnownBlock } from '@slack/types';
import type { StatusCategory } from '../../model/ticket.ts';
import { escapedLine, inertMrkdwn, mrkdwn, mrkdwnLink } from './rich-text.ts';

/** What the one card of a thread shows. */
export interface Card {
  readonly link: string;
  readonly summary: string;
  readonly key: string | null;
  readonly url: string | null;
  readonly kind: string;
  readonly queue: string;
  readonly status: { readonly name: string; readonly category: StatusCategory } | null;
  readonly assignee: string | null;
  readonly priority: string;
  readonly reason: string;
  /** Why it stopped and who can help; null while it goes on. */
  readonly stopped: string | null;
  /** Slack user who asked. */
  readonly requester: string;
}

const DOT: Record<StatusCategory, string> = {
  new: ':large_blue_circle:',
  active: ':large_yellow_circle:',
  done: ':white_check_mark:',
};

/** Characters of one value, as it is written; Slack takes 2,000 in a field and 3,000 in a section. */
const LONGEST_VALUE = 800;
const LONGEST_SUMMARY = 1_500;
const LONGEST_KEY = 500;
/** Slack takes 4,000 characters of `text` in an edit. */
const LONGEST_LINE = 3_000;

const inert = (text: string) => inertMrkdwn(text, LONGEST_VALUE);

function headline(card: Card): string {
  const summary = inertMrkdwn(card.summary, LONGEST_SUMMARY);
  if (card.key === null || card.url === null) return `*${summary}*`;
  return `*${mrkdwnLink(card.url, card.key, LONGEST_KEY)}  ${summary}*`;
}

function statusText(card: Card): string {
  if (card.stopped !== null) return `:warning: ${inert(card.stopped)}`;
  if (card.status === null) return `:hourglass_flowing_sand: Opening a ticket in ${inert(card.queue)}`;
  return `${DOT[card.status.category]} ${inert(card.status.name)}`;
}

function buttons(card: Card): KnownBlock[] {
  if (card.status === null || card.stopped !== null) return [];
  const done = card.status.category === 'done';
  return [
    {
      type: 'actions',
      block_id: 'desk_card',
      elements: [
        done
          ? {
              type: 'button',
              action_id: 'desk_reopen',
              text: { type: 'plain_text', text: 'Reopen' },
              value: card.link,
            }
          : {
              type: 'button',
              action_id: 'desk_resolve',
              style: 'primary',
              text: { type: 'plain_text', text: 'It is solved' },
              value: card.link,
            },
      ],
    },
  ];
}

/** The card as Block Kit, and as one line for notifications and screen readers. */
export function renderCard(card: Card): { readonly text: string; readonly blocks: KnownBlock[] } {
  const fields = [
    `*Status*\n${statusText(card)}`,
    `*Queue*\n${inert(card.queue)} · ${inert(card.kind)}`,
    `*Assignee*\n${card.assignee === null ? 'Not assigned yet' : inert(card.assignee)}`,
    `*Priority*\n${inert(card.priority)}`,
  ];
  const asked = `Asked by <@${card.requester}>. ${inert(card.reason)} Reply here: it reaches the ticket.`;
  const blocks: KnownBlock[] = [
    { type: 'section', text: mrkdwn(headline(card)) },
    { type: 'section', fields: fields.map(mrkdwn) },
    ...buttons(card),
    { type: 'context', elements: [mrkdwn(asked)] },
  ];
  const state = card.stopped ?? card.status?.name ?? 'opening a ticket';
  const text = escapedLine(`${card.key ?? 'Your request'}: ${state} (${card.queue})`, LONGEST_LINE);
  return { text, blocks };
}
