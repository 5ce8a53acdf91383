import type { Intake } from '../model/intake.ts';
import type { OperationBody } from '../model/link.ts';
import { PRIORITIES, type Priority, type TicketFields, type WantedFields } from '../model/ticket.ts';
import { mostUrgent, notUndone } from '../texts/card-answers.ts';
import { ticketName } from '../texts/names.ts';
import type { Known } from './observed.ts';
import { nameOf } from './say-on-ticket.ts';
import { type Step, whisper } from './steps.ts';

export type Reaction = Extract<Intake, { kind: 'react' }>;
type Write = Extract<OperationBody, { kind: 'write' }>;

/** Tells one emoji of one person on one message from all others: what it did is found by it when it is taken away. */
export const subjectOf = ({ act, channel, ts, by }: Reaction) => `${act}:${channel}:${ts}:${by}`;

/** What the emoji asks for; null when it asks for nothing that could be done. */
export function wantedBy(known: Known, { act, by }: Reaction): WantedFields | null {
  switch (act) {
    case 'take': {
      const person = known.people.get(by);
      const found = { email: person?.email ?? null, account: person?.account ?? null };
      return { assignee: { name: nameOf(known, by), ...found } };
    }
    case 'solve':
      return { status: 'done' };
    case 'reopen':
      return { status: 'open' };
    case 'raise': {
      const next = oneUp(known);
      return next === null ? null : { priority: next };
    }
  }
}

export const cannotRaise = ({ by, channel }: Reaction): Step => whisper(by, channel, mostUrgent);

/** What undoes it; `step` where nothing is written: it was not sent yet, or somebody has changed the field meanwhile. */
export function undoing(
  known: Known,
  reaction: Reaction,
): { readonly set: WantedFields } | { readonly step: Step | null } {
  const subject = subjectOf(reaction);
  const unsent = known.open.find(
    ({ body, state }) => body.kind === 'write' && body.because === subject && state === 'ready',
  );
  if (unsent !== undefined)
    return { step: { do: 'drop', operation: unsent.id, reason: 'the reaction was taken away' } };
  const done = known.reacted?.get(subject);
  if (done === undefined) return { step: null };
  const seen = known.link.ticket?.fields ?? null;
  const set = seen === null || done.before === null ? null : setBack(known, reaction, { done, seen });
  if (set !== null) return { set };
  return { step: whisper(reaction.by, reaction.channel, notUndone(ticketName(known.link.ticket?.key))) };
}

/** Null when the field does not say any more what the reaction made of it. */
function setBack(
  known: Known,
  { act, by }: Reaction,
  { done, seen }: { readonly done: Write; readonly seen: TicketFields },
): WantedFields | null {
  const { before } = done;
  if (before === null) return null;
  switch (act) {
    case 'take':
      if (seen.assignee !== nameOf(known, by)) return null;
      return { assignee: before.assignee === null ? null : named(before.assignee) };
    case 'solve':
      return seen.status.category === 'done' ? { status: 'open' } : null;
    case 'reopen':
      return seen.status.category === 'done' || before.status.category !== 'done' ? null : { status: 'done' };
    case 'raise': {
      const was = priorityIn(before.priority);
      return was !== null && priorityIn(seen.priority) === done.set.priority ? { priority: was } : null;
    }
  }
}

const named = (name: string) => ({ name, email: null, account: null });

/** One step above the priority that it has; null at the highest. */
export function oneUp(known: Known): Priority | null {
  return PRIORITIES[PRIORITIES.indexOf(priorityNow(known)) + 1] ?? null;
}

function priorityNow({ link }: Known): Priority {
  return priorityIn(link.ticket?.fields?.priority ?? null) ?? link.route?.priority ?? 'medium';
}

/** How systems call their priorities, the narrow words first: Jira's five, ServiceNow's "1 - Critical". */
const WORDS: readonly (readonly [RegExp, Priority])[] = [
  [/highest|critical|urgent/i, 'critical'],
  [/high/i, 'high'],
  [/medium|moderate|normal/i, 'medium'],
  [/low|planning/i, 'low'],
];

/** A priority as a ticket shows it; null for what is called otherwise. */
export function priorityIn(words: string | null): Priority | null {
  return words === null ? null : (WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? null);
}
