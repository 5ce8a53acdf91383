import { type Doc, plainDoc } from '../model/doc.ts';
import { joinDocs } from '../model/doc-text.ts';
import type { SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { NewOperation, OperationBody, RequestText, Route } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { type FormAnswers, PRIORITIES } from '../model/ticket.ts';
import { fileFate } from '../sync/file-fate.ts';
import type { Known } from '../sync/observed.ts';
import { fileLine, nameOf } from '../sync/say-on-ticket.ts';
import { answerLine, askedForYou, MARKED_URGENT, peopleLine } from '../texts/request-form.ts';
import { personIn, profileOf } from './names.ts';
import type { TicketAnswers } from './offered-forms.ts';
import type { World } from './world.ts';

export type RequestForm = Extract<Intake, { kind: 'open-from-form' }>;
type Create = Extract<OperationBody, { kind: 'create' }>;

const requesterOf = ({ by, onBehalfOf }: RequestForm) => onBehalfOf ?? by;

/** Whoever asked for somebody else hears of it like everybody whom he named. */
function othersOf(form: RequestForm): readonly SlackUser[] {
  const requester = requesterOf(form);
  return [...new Set([form.by, ...form.participants])].filter((user) => user !== requester);
}

/** The words of a form for the ticket: with everybody whom it concerns, and a line for every file. */
export function formDoc(known: Known, form: RequestForm): Doc {
  const people = peopleLine({
    asker: form.by === requesterOf(form) ? null : nameOf(known, form.by),
    participants: othersOf(form)
      .filter((user) => user !== form.by)
      .map((user) => nameOf(known, user)),
  });
  const said = [form.details, answersText(known, form), people ?? ''].filter((text) => text !== '');
  const words = joinDocs(...said.map((text) => plainDoc(text)));
  const files = form.files.flatMap((file) => fileLine(file, fileFate(known.limits, 'ticket', file)));
  return files.length === 0 ? words : joinDocs(words, { type: 'root', children: files });
}

/** The words of a form as the routing table reads them. */
export function formText(known: Known, form: RequestForm): RequestText {
  const words = [form.details, answersText(known, form)].filter((text) => text !== '');
  return { summary: form.summary, details: plainDoc(words.join('\n')) };
}

/** Every answer with its question, for people. */
function answersText(known: Known, { filled }: RequestForm): string {
  const shownOf = (text: string) => {
    const user = personIn(text);
    return user === null ? text : nameOf(known, user);
  };
  const lines = (filled?.fields ?? []).map(({ label, shown, kind }) => {
    const all = typeof shown === 'string' ? [shown] : shown;
    return answerLine(label, kind === 'person' ? all.map(shownOf) : all);
  });
  return lines.join('\n');
}

/** What a form adds to the creation of its ticket; `filled` are the answers to the form behind its target. */
export function formDraft(
  known: Known,
  form: RequestForm,
  filled: TicketAnswers,
): Pick<Create, 'participants' | 'answers' | 'peopleIn'> {
  const participants = othersOf(form).map((user) => ({
    user,
    name: nameOf(known, user),
    email: known.people.get(user)?.email ?? null,
  }));
  // Those that came by the system's own ids say it by their writing alone.
  const own = Object.keys(form.answers).filter((id) => !Object.hasOwn(filled.answers, id));
  return {
    participants,
    answers: { ...form.answers, ...filled.answers },
    peopleIn: [...own, ...filled.peopleIn],
  };
}

/** What was typed into a form with the ticket system's questions, as it was typed: it may come back to be corrected. */
export function typedInto({ rules }: World, intake: Intake): Pick<Create, 'typed'> {
  if (intake.kind !== 'open-from-form' || intake.filled === undefined) return {};
  const { by, summary, details, filled } = intake;
  const { name, fields } = filled;
  if (name === null || rules.forms?.get(name)?.from == null) return {};
  return { typed: { name, by, summary, details, fields } };
}

/** Urgent is high at least; what the table found to be worse stays so. */
export function urgent(route: Route): Route {
  const high = PRIORITIES.indexOf('high');
  const priority = PRIORITIES[Math.max(high, PRIORITIES.indexOf(route.priority))] ?? route.priority;
  return { ...route, priority, reason: `${route.reason} ${MARKED_URGENT}` };
}

/** He did not ask for it himself, so he is told who did. */
export function noticeOfAsker(known: Known, form: RequestForm): NewOperation | null {
  if (form.by === requesterOf(form)) return null;
  const text = askedForYou(nameOf(known, form.by));
  return { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } };
}

/** Answers with people of Slack as the ticket system knows them: by linked account, else by address, else by name. */
export async function answersFor(
  world: World,
  { answers = {}, peopleIn = Object.keys(answers) }: Pick<Create, 'answers' | 'peopleIn'>,
  accountOf: (user: SlackUser) => Promise<string | null>,
): Promise<Outcome<FormAnswers>> {
  const known = new Map<string, string>();
  const named = new Set(peopleIn);
  const mentioned = Object.entries(answers)
    .flatMap(([id, answer]) => (named.has(id) ? answer : []))
    .flatMap((answer) => personIn(answer) ?? []);
  for (const user of new Set(mentioned)) {
    const profile = await profileOf(world, user);
    if (profile.kind !== 'ok') return profile;
    known.set(`<@${user}>`, (await accountOf(user)) ?? profile.value.email ?? profile.value.name);
  }
  const put = (answer: string) => known.get(answer) ?? answer;
  const written = (answer: FormAnswers[string]) =>
    typeof answer === 'string' ? put(answer) : answer.map(put);
  return ok(
    Object.fromEntries(
      Object.entries(answers).map(([id, answer]) => [id, named.has(id) ? written(answer) : answer]),
    ),
  );
}
