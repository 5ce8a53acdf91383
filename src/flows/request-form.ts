import { type Doc, plainDoc } from '../model/doc.ts';
import { joinDocs } from '../model/doc-text.ts';
import { SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { NewOperation, OperationBody, Route } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { type FormAnswers, PRIORITIES } from '../model/ticket.ts';
import { fileFate } from '../sync/file-fate.ts';
import type { Known } from '../sync/observed.ts';
import { fileLine, nameOf } from '../sync/say-on-ticket.ts';
import { askedForYou, MARKED_URGENT, peopleLine } from '../texts/request-form.ts';
import { profileOf } from './names.ts';
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
  const words = people === null ? plainDoc(form.details) : joinDocs(plainDoc(form.details), plainDoc(people));
  const files = form.files.flatMap((file) => fileLine(file, fileFate(known.limits, 'ticket', file)));
  return files.length === 0 ? words : joinDocs(words, { type: 'root', children: files });
}

/** What a form adds to the creation of its ticket. */
export function formDraft(known: Known, form: RequestForm): Pick<Create, 'participants' | 'answers'> {
  const participants = othersOf(form).map((user) => ({
    user,
    name: nameOf(known, user),
    email: known.people.get(user)?.email ?? null,
  }));
  return { participants, answers: form.answers };
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

const PERSON = /^<@([A-Z0-9]+)>$/;

/** Answers with people of Slack as the ticket system knows them: by linked account, else by address, else by name. */
export async function answersFor(
  world: World,
  answers: FormAnswers,
  accountOf: (user: SlackUser) => Promise<string | null>,
): Promise<Outcome<FormAnswers>> {
  const known = new Map<string, string>();
  const mentioned = Object.values(answers)
    .flat()
    .flatMap((answer) => PERSON.exec(answer)?.[1] ?? []);
  for (const id of new Set(mentioned)) {
    const user = SlackUser.parse(id);
    const profile = await profileOf(world, user);
    if (profile.kind !== 'ok') return profile;
    known.set(`<@${id}>`, (await accountOf(user)) ?? profile.value.email ?? profile.value.name);
  }
  const put = (answer: string) => known.get(answer) ?? answer;
  return ok(
    Object.fromEntries(
      Object.entries(answers).map(([id, answer]) => [
        id,
        typeof answer === 'string' ? put(answer) : answer.map(put),
      ]),
    ),
  );
}
