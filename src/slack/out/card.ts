import type { ActionsBlock, KnownBlock, PlainTextElement } from '@slack/types';
import type { StatusCategory, TicketFields } from '../../model/ticket.ts';
import { ESCALATE } from '../../texts/alarms.ts';
import { onlyALink } from '../../texts/audience.ts';
import {
  ASSIGNEE,
  askedBy,
  CHANGE,
  cardLine,
  GROUP,
  IMPACT,
  IN_SYNC,
  NOT_ASSIGNED,
  openingIn,
  PRIORITY,
  QUEUE,
  REOPEN,
  RESOLUTION,
  SOLVED,
  STATUS,
  URGENCY,
} from '../../texts/card.ts';
import { MOVE, TAKE, WATCH, WHO, WHY } from '../../texts/card-answers.ts';
import { ticketName } from '../../texts/names.ts';
import { escapedLine, inertMrkdwn, mrkdwn, mrkdwnLink } from './mrkdwn.ts';
import type { Look } from './rich-text.ts';

/** What the one card of a thread shows. */
export interface Card {
  readonly link: string;
  /** What was asked for, until the ticket says it in its own words. */
  readonly summary: string;
  readonly key: string | null;
  readonly url: string | null;
  readonly kind: string;
  readonly queue: string;
  /** As the ticket has them; null before there is a ticket. */
  readonly fields: TicketFields | null;
  /** What was asked for, shown until the ticket has a priority of its own. */
  readonly priority: string;
  readonly reason: string;
  /** Why it stopped and who can help; null while it goes on. */
  readonly stopped: string | null;
  /** What one side does not show yet; null when both agree. */
  readonly lagging: string | null;
  /** Not everybody who sees it may read the ticket: only its link is shown. */
  readonly onlyLink?: boolean;
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
const button = (text: string): PlainTextElement => ({ type: 'plain_text', text });

function headline(card: Card): string {
  const summary = inertMrkdwn(card.fields?.summary || card.summary, LONGEST_SUMMARY);
  if (card.key === null || card.url === null) return `*${summary}*`;
  return `*${mrkdwnLink(card.url, card.key, LONGEST_KEY)}  ${summary}*`;
}

function statusText(card: Card): string {
  if (card.stopped !== null) return `:warning: ${inert(card.stopped)}`;
  if (card.fields === null) return `:hourglass_flowing_sand: ${openingIn(inert(card.queue))}`;
  return `${DOT[card.fields.status.category]} ${inert(card.fields.status.name)}`;
}

/** Slack takes ten fields; what a ticket does not have is left out. */
function fieldsOf(card: Card): string[] {
  const { fields } = card;
  const shown: readonly (readonly [string, string | null | undefined])[] = [
    [RESOLUTION, fields?.resolution],
    [ASSIGNEE, fields === null ? null : (fields.assignee ?? NOT_ASSIGNED)],
    [PRIORITY, fields?.priority || card.priority],
    [IMPACT, fields?.impact],
    [URGENCY, fields?.urgency],
    [GROUP, fields?.group],
  ];
  return [
    `*${STATUS}*\n${statusText(card)}`,
    `*${QUEUE}*\n${inert(card.queue)} · ${inert(card.kind)}`,
    ...shown.flatMap(([name, value]) => (value ? [`*${name}*\n${inert(value)}`] : [])),
  ];
}

function buttons(card: Card): ActionsBlock[] {
  const { link, fields } = card;
  if (fields === null) return [];
  const done = fields.status.category === 'done';
  const receipt = { text: button(IN_SYNC), value: `receipt:${link}` };
  // Nothing can be changed while it stands still; whether both sides agree can always be asked.
  // Slack takes five options.
  const questions = [
    { text: button(WHY), value: `why:${link}` },
    { text: button(WHO), value: `who:${link}` },
    receipt,
  ];
  const change = { text: button(CHANGE), value: `change:${link}` };
  const move = { text: button(MOVE), value: `move:${link}` };
  const options = card.stopped === null ? [change, ...(done ? [] : [move]), ...questions] : questions;
  const act = done
    ? ({ type: 'button', action_id: 'desk_reopen', text: button(REOPEN), value: link } as const)
    : ({
        type: 'button',
        action_id: 'desk_resolve',
        style: 'primary',
        text: button(SOLVED),
        value: link,
      } as const);
  const menu = { type: 'overflow', action_id: 'desk_menu', options } as const;
  const take = { type: 'button', action_id: 'desk_take', text: button(TAKE), value: link } as const;
  const watch = { type: 'button', action_id: 'desk_watch', text: button(WATCH), value: link } as const;
  const escalate = {
    ...({ type: 'button', action_id: 'desk_escalate', value: link } as const),
    text: button(ESCALATE),
  };
  // The menu is full, and a closed request is opened again first.
  const open = done ? [] : [take, escalate];
  const acts = card.stopped === null ? [act, ...open, watch] : [watch];
  return [{ type: 'actions', block_id: 'desk_card', elements: [...acts, menu] }];
}

/** The card as Block Kit, and as one line for notifications and screen readers. */
export function renderCard(card: Card): Look {
  return card.onlyLink === true ? renderLinkOnly(card) : renderWhole(card);
}

function renderLinkOnly({ key, url }: Card): Look {
  const name = ticketName(key);
  const words = onlyALink(name);
  const shown = key === null || url === null ? '' : `*${mrkdwnLink(url, key, LONGEST_KEY)}*  `;
  return {
    text: escapedLine(words, LONGEST_LINE),
    blocks: [{ type: 'section', text: mrkdwn(`${shown}${inert(words)}`) }],
  };
}

function renderWhole(card: Card): Look {
  const asked = askedBy(`<@${card.requester}>`, inert(card.reason));
  const lagging = card.lagging === null ? [] : [mrkdwn(`:hourglass_flowing_sand: ${inert(card.lagging)}`)];
  const blocks: KnownBlock[] = [
    { type: 'section', text: mrkdwn(headline(card)) },
    { type: 'section', fields: fieldsOf(card).map(mrkdwn) },
    ...buttons(card),
    { type: 'context', elements: [...lagging, mrkdwn(asked)] },
  ];
  const state = card.stopped ?? card.fields?.status.name ?? null;
  const text = escapedLine(cardLine(card.key, state, card.queue), LONGEST_LINE);
  return { text, blocks };
}
