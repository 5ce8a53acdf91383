import type { Priority, StatusCategory } from '../../model/ticket.ts';
import { cutVisibly, isBlank, storable, withoutCode } from '../storable-text.ts';
import type { ServiceNowTarget, TicketTable } from './schema.ts';

/** What every ticket of ours carries beside its marker; the poll asks for it. */
export const CORRELATION_DISPLAY = 'Deskbridge';

/** Lengths of the base system's columns, in UTF-16 units; a longer text would lose its end without a word. */
const SUMMARY_LENGTH = 160;
const DESCRIPTION_LENGTH = 4000;
const JOURNAL_LENGTH = 30_000;

/** States by category (base system): the one that we set comes first. */
const STATES: Readonly<Record<TicketTable, Readonly<Record<StatusCategory, readonly string[]>>>> = {
  incident: { new: ['1'], active: ['2', '3'], done: ['6', '7', '8'] },
  sc_req_item: { new: ['1', '-5'], active: ['2'], done: ['3', '4', '7'] },
};

/** The state that we set for a category. */
export function stateFor(table: TicketTable, category: StatusCategory): string {
  return STATES[table][category][0] ?? '1';
}

/** What a state means; one that an administrator added is active until the record says that it is not. */
export function categoryOf(table: TicketTable, state: string, active: string | undefined): StatusCategory {
  const known = STATES[table];
  if (known.new.includes(state)) return 'new';
  if (known.active.includes(state)) return 'active';
  return known.done.includes(state) || active === 'false' ? 'done' : 'active';
}

/** Impact and urgency whose lookup gives the priority; an incident's priority itself cannot be written. */
const LEVELS: Readonly<Record<Priority, readonly [impact: string, urgency: string]>> = {
  critical: ['1', '1'],
  high: ['2', '1'],
  medium: ['2', '2'],
  low: ['3', '2'],
};
const PRIORITY_VALUE: Readonly<Record<Priority, string>> = {
  critical: '1',
  high: '2',
  medium: '3',
  low: '4',
};

/** The fields that a target and a priority decide, apart from the group. */
export function targetFields(target: ServiceNowTarget, priority: Priority): Readonly<Record<string, string>> {
  if (target.table === 'sc_req_item') {
    return {
      priority: PRIORITY_VALUE[priority],
      ...(target.cat_item === undefined ? {} : { cat_item: target.cat_item }),
    };
  }
  const [impact, urgency] = LEVELS[priority];
  return {
    impact: String(target.impact ?? impact),
    urgency: String(target.urgency ?? urgency),
    ...(target.category === undefined ? {} : { category: target.category }),
  };
}

/** What a cut text ends in. */
const CUT_NOTICE = '…\n[cut here: the full text is in Slack]';

/** Words of people as a journal may hold them: a visible dot takes the meaning of `[code` away. */
const inert = (text: string) => withoutCode(storable(text), '·');

/** One line for a name or a title. */
export function oneLine(text: string, length = SUMMARY_LENGTH): string {
  return cutVisibly(inert(text).replace(/\s+/g, ' ').trim(), length, '…');
}

export function summaryText(summary: string): string {
  return isBlank(summary) ? 'Request without a title' : oneLine(summary);
}

/** The description: what was asked, then who, why here and where from, which a cut never takes away. */
export function descriptionText(details: string, facts: readonly string[]): string {
  const shown = facts.map((fact) => oneLine(fact, 500)).join('\n');
  const room = DESCRIPTION_LENGTH - shown.length - 2;
  const body = cutVisibly(inert(details).trim(), room, CUT_NOTICE);
  return body === '' ? shown : `${body}\n\n${shown}`;
}

/** The text of a journal entry: who said it, what, and a reference that makes it the only one of its kind. */
export function journalText(author: string | null, text: string, reference: string | null): string {
  const start = author === null ? '' : `${oneLine(author, 100)} (Slack): `;
  const end = reference === null ? '' : `\n\nSlack: ${oneLine(reference, 500)}`;
  const body = inert(text).trim();
  return start + cutVisibly(body, JOURNAL_LENGTH, CUT_NOTICE) + end;
}

/** For comparing what we wrote with what was stored: line ends and outer white space may change on the way. */
export function comparable(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}
