import { ok } from '../../model/outcome.ts';
import {
  type FieldName,
  isReached,
  type StatusCategory,
  type TicketChange,
  type TicketFields,
  type WantedPerson,
  type WrittenFields,
  waysTo,
} from '../../model/ticket.ts';
import type { Connector } from '../connector.ts';
import { planFields, type Wish } from '../plan-fields.ts';
import { isBlank } from '../storable-text.ts';
import { type Ask, TIMEOUT_MS } from './ask.ts';
import type { DeskApi, DeskPerson } from './desk.ts';
import type { DeskFields, DeskTicket } from './records.ts';
import { storableWords, summaryLine } from './text.ts';
import { error, value } from './wire.ts';

/** The desk's own words: what agents read. */
const STATUS_NAMES: Readonly<Record<StatusCategory, string>> = {
  new: 'New',
  active: 'In progress',
  done: 'Done',
};
const SOLVED = 'Solved';

export function deskWord(level: string): string {
  return level.charAt(0).toUpperCase() + level.slice(1);
}

export function fieldsOf(ticket: DeskTicket): TicketFields {
  const {
    summary,
    statusCategory: category,
    resolution,
    priority,
    impact,
    urgency,
    assignee,
    group,
    restricted,
  } = ticket;
  const status = { name: STATUS_NAMES[category], category };
  return {
    ...{ summary, status, resolution, priority, impact, urgency, assignee, group },
    ...(restricted ? { restricted } : {}),
  };
}

type Wishes = Partial<Record<FieldName, Wish<Partial<DeskFields>>>>;

function wishesOf(ticket: DeskTicket, { set }: TicketChange, desk: DeskApi): Wishes {
  const wishes: Wishes = {};
  const now = fieldsOf(ticket);
  if (set.status !== undefined) {
    const [best = 'active'] = waysTo(set.status);
    wishes.status = {
      isReached: isReached(now.status.category, set.status),
      change: { statusCategory: best, resolution: best === 'done' ? SOLVED : null },
    };
  }
  for (const field of ['priority', 'impact', 'urgency'] as const) {
    const level = set[field];
    if (level === undefined) continue;
    const word = deskWord(level);
    wishes[field] = { isReached: now[field] === word, change: { [field]: word } };
  }
  if (set.assignee !== undefined) {
    const name = set.assignee === null ? null : personFor(set.assignee, desk.people)?.name;
    wishes.assignee =
      name === undefined
        ? `The desk has nobody who is surely ${set.assignee?.name}; an agent can assign it`
        : { isReached: now.assignee === name, change: { assignee: name } };
  }
  if (set.group !== undefined) {
    const { group } = set;
    wishes.group =
      desk.groups === null || desk.groups.includes(group)
        ? { isReached: now.group === group, change: { group } }
        : `The desk has no group "${storableWords(group).slice(0, 80)}"; its administrator can add it`;
  }
  if (set.summary !== undefined) {
    const summary = summaryLine(set.summary);
    wishes.summary = isBlank(summary)
      ? 'A ticket needs a summary; write one'
      : { isReached: now.summary === summary, change: { summary } };
  }
  return wishes;
}

/** By his account, else by exactly his address where only one has it. */
function personFor(wanted: WantedPerson, people: readonly DeskPerson[]): DeskPerson | undefined {
  if (wanted.account !== null) return people.find(({ account }) => account === wanted.account);
  const found = people.filter(({ email }) => wanted.email !== null && email === wanted.email.toLowerCase());
  return found.length === 1 ? found[0] : undefined;
}

/** What has to be stored, and what is left as it is: the same for the write and for finding out whether it happened. */
function planWrite(ticket: DeskTicket, change: TicketChange, desk: DeskApi) {
  const { todo, left } = planFields(change, fieldsOf(ticket), wishesOf(ticket, change, desk));
  return { set: Object.assign({}, ...todo), left, isDone: todo.length === 0 };
}

export function writeEffect(ask: Ask, desk: DeskApi, settleMs: number): Connector['write'] {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    send: (change) =>
      ask.as<WrittenFields>(change.actor, (records, name) => {
        const ticket = records.byId(change.ticket);
        if (ticket === null) return error(404);
        const { set, left, isDone } = planWrite(ticket, change, desk);
        const actor = change.actor.grant === null ? `${change.actor.name} via Slack` : name;
        if (!isDone) records.setFields(ticket, set, actor);
        return value({ left });
      }),
    async find(change) {
      const found = await ask('reads', (records) => {
        const ticket = records.byId(change.ticket);
        return ticket === null ? error(404) : value(ticket);
      });
      if (found.kind !== 'ok') return found;
      const { left, isDone } = planWrite(found.value, change, desk);
      return ok(isDone ? { left } : null);
    },
  };
}
