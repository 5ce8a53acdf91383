import type { KnownBlock } from '@slack/types';
import type { StatusCategory } from '../../model/ticket.ts';
import { escapeMrkdwn, inertMrkdwn } from './rich-text.ts';

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

function headline(card: Card): string {
  const summary = inertMrkdwn(card.summary);
  if (card.key === null || card.url === null) return `*${summary}*`;
  return `*<${card.url}|${escapeMrkdwn(card.key)}>  ${summary}*`;
}

function statusText(card: Card): string {
  if (card.stopped !== null) return `:warning: ${inertMrkdwn(card.stopped)}`;
  if (card.status === null) return `:hourglass_flowing_sand: Opening a ticket in ${inertMrkdwn(card.queue)}`;
  return `${DOT[card.status.category]} ${inertMrkdwn(card.status.name)}`;
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
    `*Queue*\n${inertMrkdwn(card.queue)} · ${inertMrkdwn(card.kind)}`,
    `*Assignee*\n${card.assignee === null ? 'Not assigned yet' : inertMrkdwn(card.assignee)}`,
    `*Priority*\n${inertMrkdwn(card.priority)}`,
  ];
  const blocks: KnownBlock[] = [
    { type: 'section', text: { type: 'mrkdwn', text: headline(card).slice(0, 2_900) } },
    { type: 'section', fields: fields.map((text) => ({ type: 'mrkdwn', text: text.slice(0, 1_900) })) },
    ...buttons(card),
    {
      type: 'context',
      elements: [
        {
          type: 'mrkdwn',
          text: `Asked by <@${card.requester}>. ${inertMrkdwn(card.reason)} Reply here: it reaches the ticket.`.slice(
            0,
            1_900,
          ),
        },
      ],
    },
  ];
  const name = card.key ?? 'Your request';
  const text = escapeMrkdwn(
    `${name}: ${card.stopped ?? card.status?.name ?? 'opening a ticket'} (${card.queue})`,
  );
  return { text: text.slice(0, 3_000), blocks };
}
