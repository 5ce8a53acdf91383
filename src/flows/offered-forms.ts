import { endDate, readDuration } from '../model/duration.ts';
import { type DeskForm, type FilledField, ticketFieldOf } from '../model/form.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Route } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { FormAnswers } from '../model/ticket.ts';
import { decide } from '../routing/decide.ts';
import { textAlone } from '../routing/table.ts';
import { durationUntil } from '../texts/desk-forms.ts';
import type { FormSource } from './asked-form.ts';
import { targetOf } from './route-request.ts';
import type { Rules, World } from './world.ts';

type RequestForm = Extract<Intake, { kind: 'open-from-form' }>;

/** A form that the owner configured, as far as flows need it. */
export interface FormRules {
  readonly form: DeskForm;
  /** The ticket system's own fields, by the names of ours. */
  readonly ticketFields: ReadonlyMap<string, string>;
  /** Where it has its questions from; null: all of them are the owner's own. */
  readonly from: FormSource | null;
}

/** Answers by the ids that the ticket system knows. */
export interface TicketAnswers {
  readonly answers: FormAnswers;
  /** Which of them are people of Slack, as `<@U…>`; in all others that is what somebody typed. */
  readonly peopleIn: readonly string[];
}

const NO_ANSWERS: TicketAnswers = { answers: {}, peopleIn: [] };
const READ_TIMEOUT_MS = 10_000;

/** A form as it was sent, with the last day of everything that shall last some time: counted where the person lives. */
export async function withEndDates(
  world: World,
  form: RequestForm,
  sentAt: Date,
): Promise<Outcome<RequestForm>> {
  const { filled } = form;
  if (filled === undefined || filled.fields.every(({ kind }) => kind !== 'duration')) return ok(form);
  const person = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.standing(form.onBehalfOf ?? form.by),
  );
  if (person.kind === 'retry') return person;
  const timeZone = (person.kind === 'ok' ? person.value.timeZone : null) ?? 'UTC';
  const fields = filled.fields.map((field): FilledField => {
    const duration = field.kind === 'duration' ? readDuration(String(field.answer)) : null;
    if (duration === null) return field;
    const end = endDate(duration, sentAt, timeZone);
    return { ...field, answer: end, shown: durationUntil(duration, end) };
  });
  return ok({ ...form, filled: { ...filled, fields } });
}

/**
 * What a filled form says to the form behind the queue's target, by the ids that the ticket system knows. Nothing when the
 * request goes elsewhere than its form was made for: the answers stand in the description anyhow.
 */
export function answersToTicket(
  world: World,
  { filled }: RequestForm,
  { route, target }: { readonly route: Route; readonly target: unknown },
): TicketAnswers {
  const name = filled?.name ?? null;
  const rules = name === null ? undefined : world.rules.forms?.get(name);
  if (filled === undefined || name === null || rules === undefined) return NO_ANSWERS;
  const made = formTarget(world.rules, name);
  if (made === null || route.queue !== made.queue) return NO_ANSWERS;
  // Questions of another request type are none of this ticket's.
  if (rules.from !== null && JSON.stringify(target) !== JSON.stringify(made.target)) return NO_ANSWERS;
  const asked = filled.fields.flatMap(({ id, kind, answer }) => {
    const field = ticketFieldOf(id) ?? rules.ticketFields.get(id);
    return field === undefined ? [] : [{ field, kind, answer }];
  });
  return {
    answers: {
      ...Object.fromEntries(asked.map(({ field, answer }) => [field, answer])),
      ...rules.from?.preset,
    },
    peopleIn: asked.flatMap(({ field, kind }) => (kind === 'person' ? [field] : [])),
  };
}

/** Where the routing table sends a form of which nothing but the name is known; null for a queue that does not exist. */
export function formTarget(
  { routing, queues }: Pick<Rules, 'routing' | 'queues'>,
  name: string,
): { readonly queue: string; readonly connector: ConnectorId; readonly target: unknown } | null {
  const decision = decide(routing, { ...textAlone(''), door: 'form', form: { form: name } });
  const queue = queues.get(decision.queue);
  if (queue === undefined) return null;
  return { queue: decision.queue, connector: queue.connector, target: targetOf(queue, decision.target) };
}
