import { endDate, readDuration } from '../model/duration.ts';
import type { DeskForm, FilledField } from '../model/form.ts';
import type { Intake } from '../model/intake.ts';
import type { Route } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { FormAnswers } from '../model/ticket.ts';
import { decide } from '../routing/decide.ts';
import { textAlone } from '../routing/table.ts';
import { durationUntil } from '../texts/desk-forms.ts';
import type { World } from './world.ts';

type RequestForm = Extract<Intake, { kind: 'open-from-form' }>;

/** A form that the owner configured, as far as flows need it. */
export interface FormRules {
  readonly form: DeskForm;
  /** The ticket system's own fields, by the names of ours. */
  readonly ticketFields: ReadonlyMap<string, string>;
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
export function answersToTicket(world: World, { filled }: RequestForm, route: Route): TicketAnswers {
  const name = filled?.name ?? null;
  const rules = name === null ? undefined : world.rules.forms?.get(name);
  if (filled === undefined || name === null || rules === undefined) return NO_ANSWERS;
  if (route.queue !== queueOfForm(world, name)) return NO_ANSWERS;
  const asked = filled.fields.flatMap(({ id, kind, answer }) => {
    const field = rules.ticketFields.get(id);
    return field === undefined ? [] : [{ field, kind, answer }];
  });
  return {
    answers: Object.fromEntries(asked.map(({ field, answer }) => [field, answer])),
    peopleIn: asked.flatMap(({ field, kind }) => (kind === 'person' ? [field] : [])),
  };
}

function queueOfForm(world: World, name: string): string {
  return decide(world.rules.routing, { ...textAlone(''), door: 'form', form: { form: name } }).queue;
}
