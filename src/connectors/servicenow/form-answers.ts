import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { FormAnswers } from '../../model/ticket.ts';
import {
  ASKS_FOR_THIS,
  chooseSomebodyElse,
  FILL_IN_FORM,
  FORM_CHANGED,
  itemAsksFor,
  nothingOrdered,
  notOffered,
  notOneUser,
} from '../../texts/servicenow-tickets.ts';
import type { CatalogItem, Variable } from './catalog-api.ts';
import { inert } from './fields.ts';
import { kindOf, questionsOf } from './form.ts';
import type { People } from './people.ts';

export interface Given {
  /** Our own variable, which nobody answers. */
  readonly reference: string;
  readonly given: FormAnswers;
}

const YES = new Set(['true', 'yes', '1', 'on']);

/** A person is meant by sys_id, else by the address that exactly one active user has. */
async function personOf(people: People, { name, label }: Variable, answer: string): Promise<Outcome<string>> {
  const known = await people.bySysId(answer);
  if (known.kind === 'retry') return known;
  if (known.kind === 'ok' && known.value !== null) return ok(known.value.sys_id);
  const found = await people.byEmail(answer);
  if (found.kind !== 'ok') return found;
  const [only, ...others] = found.value;
  if (only !== undefined && others.length === 0) return ok(only.sys_id);
  const what = notOneUser(label);
  return rejected('invalid', chooseSomebodyElse(what), { [name]: `${what}.` });
}

async function answerTo(people: People, question: Variable, answer: string): Promise<Outcome<string>> {
  const kind = kindOf(question);
  if (kind === 'person') return personOf(people, question, answer);
  if (kind === 'yes-no') {
    const isYes = YES.has(answer.trim().toLowerCase());
    return ok(question.type === 'yes_no' ? (isYes ? 'Yes' : 'No') : String(isYes));
  }
  const isOffered = kind !== 'choice' || question.choices.some(({ value }) => value === answer);
  if (isOffered) return ok(inert(answer));
  const what = notOffered(inert(answer).slice(0, 100), question.label);
  const advice = FORM_CHANGED;
  return rejected('invalid', `${what} ${advice}`, { [question.name]: what });
}

/** What is sent with an order: an answer to each question that the item has; refused by name when a mandatory one is missing. */
export async function answersOf(
  { people }: { readonly people: People },
  item: CatalogItem,
  { reference, given }: Given,
): Promise<Outcome<Readonly<Record<string, string>>>> {
  const answers: Record<string, string> = {};
  const missing: Variable[] = [];
  for (const question of questionsOf(item, reference)) {
    const raw = given[question.name];
    const text = raw === undefined ? '' : typeof raw === 'string' ? raw : raw.join(',');
    if (text.trim() === '') {
      if (question.isMandatory) missing.push(question);
      continue;
    }
    const answer = await answerTo(people, question, text);
    if (answer.kind !== 'ok') return answer;
    answers[question.name] = answer.value;
  }
  if (missing.length === 0) return ok(answers);
  const what = itemAsksFor(item.name, missing.map(({ label }) => `"${label}"`).join(' and '));
  const advice = FILL_IN_FORM;
  const fields = Object.fromEntries(missing.map(({ name }) => [name, ASKS_FOR_THIS]));
  return rejected('invalid', nothingOrdered(what, advice), fields);
}
