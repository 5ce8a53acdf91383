import type { Intake } from '../model/intake.ts';
import { PRIORITIES, type Priority, type TicketFields, type WantedFields } from '../model/ticket.ts';
import { mostUrgent, notUndone, unknownPriority } from '../texts/card-answers.ts';
import { ticketName } from '../texts/names.ts';
import type { Known, Reacted } from './observed.ts';
import { nameOf } from './say-on-ticket.ts';
import { type Step, whisper } from './steps.ts';

export type Reaction = Extract<Intake, { kind: 'react' }>;

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
      return next === 'highest' || next === 'unknown' ? null : { priority: next };
    }
  }
}

export function cannotRaise(known: Known, { by, channel }: Reaction): Step {
  const word = known.link.ticket?.fields?.priority ?? '';
  return whisper(by, channel, oneUp(known) === 'unknown' ? unknownPriority(word) : mostUrgent);
}

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
  const reacted = known.reacted?.get(subject);
  if (reacted === undefined) return { step: null };
  const seen = known.link.ticket?.fields ?? null;
  const set = seen === null ? null : setBack(known, reaction, { ...reacted, seen });
  if (set !== null) return { set };
  return { step: whisper(reaction.by, reaction.channel, notUndone(ticketName(known.link.ticket?.key))) };
}

/** Null when the field does not say any more what the reaction made of it. */
function setBack(
  known: Known,
  { act }: Reaction,
  { done, stands, seen }: Reacted & { readonly seen: TicketFields },
): WantedFields | null {
  const { before } = done;
  if (before === null) return null;
  switch (act) {
    case 'take':
      if (!stands) return null;
      return { assignee: before.assignee === null ? null : named(before.assignee) };
    case 'solve':
      return seen.status.category === 'done' ? { status: 'open' } : null;
    case 'reopen':
      return seen.status.category === 'done' || before.status.category !== 'done' ? null : { status: 'done' };
    case 'raise': {
      const was = before.priority === null ? undefined : known.priorities?.get(before.priority);
      return stands && was !== undefined ? { priority: was } : null;
    }
  }
}

const named = (name: string) => ({ name, email: null, account: null });

/** One step above the priority that it has; `unknown`: nobody can say what the ticket's own word for it means. */
export function oneUp({ link, priorities }: Known): Priority | 'highest' | 'unknown' {
  const word = link.ticket?.fields?.priority ?? null;
  const now = word === null ? (link.route?.priority ?? 'medium') : priorities?.get(word);
  if (now === undefined) return 'unknown';
  return PRIORITIES[PRIORITIES.indexOf(now) + 1] ?? 'highest';
}
