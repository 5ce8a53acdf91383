import { standing, standingAt } from '../approvals/standing.ts';
import type { ApprovalAct } from '../model/approval-act.ts';
import { docText } from '../model/doc-text.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { StoreTx } from '../store/store.ts';
import type { Observed } from '../sync/observed.ts';
import {
  A_SENIOR,
  AN_APPROVER,
  answeredText,
  askedFor,
  type Concerned,
  escalatedByNote,
  escalatedTo,
  NOT_COUNTED,
  nobodyHigher,
  questionNote,
  questionText,
} from '../texts/approval-answers.ts';
import { renewCards } from './approval-cards.ts';
import { type Answer, type Asked, refusal } from './approval-pressed.ts';
import { stillAsked } from './look-at-approval.ts';
import { moveApproval, questionOf, ringFor, unfitFor } from './move-approval.ts';
import { rosterIn } from './roster.ts';
import { concernedIn, peopleIn } from './shown-approval.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

type Act<K extends ApprovalAct['kind']> = Extract<ApprovalAct, { kind: K }>;

/** A delegate stands in for so long at most; the request itself ends long before. */
const ESCALATED_MS = 14 * 86_400_000 - 1_000;
const LONGEST_ANSWER = 2_000;

interface Actor {
  readonly record: StoredApproval;
  readonly who: PrincipalId;
  readonly name: string;
}

/** Who acts, when it was asked of him in the open step; else why he cannot. */
async function actorOf(
  { world, approving, pressed }: Asked,
  approval: Act<'ask' | 'escalate'>['approval'],
): Promise<Actor | { readonly refused: string }> {
  const record = await world.store.approvals.get(approval);
  const who = await world.store.principals.of({ system: 'slack', id: pressed.by });
  if (record === null) return { refused: NOT_COUNTED['no-such'] };
  if (who === null || !who.active) return { refused: NOT_COUNTED['unknown-person'] };
  if (record.approval.status !== 'open') return { refused: NOT_COUNTED.over };
  const asked = await stillAsked(world, approving, [record], who.id);
  if (asked.length === 0) return { refused: NOT_COUNTED['not-asked'] };
  const people = await peopleIn(world.store, [who.id]);
  return { record, who: who.id, name: people.get(who.id)?.name ?? AN_APPROVER };
}

/** His question goes to whoever asked, and onto the ticket; it is no vote. */
export async function askForInfo(asked: Asked, { approval, question }: Act<'ask'>): Promise<Outcome<Answer>> {
  const { world, approving, pressed } = asked;
  const actor = await actorOf(asked, approval);
  if ('refused' in actor) return ok(refusal(actor.refused));
  const { record, who, name } = actor;
  const of = await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(approval);
    const link = held === null ? null : await tx.links.get(held.link);
    const about = concernedIn(approving, record, link);
    if (held === null || held.approval.status !== 'open') return null;
    // Heard twice, it is asked once.
    if (!(await tx.said.once(`approval-act:${pressed.cause}`, 'asked'))) return about;
    await tx.approvals.questions.add(approval, who, question);
    const text = questionText(name, about, question);
    await tx.operations.append(held.link, [
      { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'conversation' } },
      note(questionNote(name, about, question)),
    ]);
    await tx.approvals.refused(held, {
      ...{ kind: 'approval.asked-for-info', actor: `slack:${pressed.by}`, principal: who, surface: 'card' },
      ...{ result: 'asked', cause: pressed.cause },
    });
    await renewCards(tx, held);
    return about;
  });
  ringFor(world, record);
  if (of === null) return ok(refusal(NOT_COUNTED.over));
  return ok({ kind: 'words', text: askedFor(of), isRefusal: false });
}

/** A senior reviewer sits in his seat from now on: nothing of what the policy asks for becomes less. */
export async function escalateToSenior(
  asked: Asked,
  { approval }: Act<'escalate'>,
): Promise<Outcome<Answer>> {
  const { world, approving, pressed } = asked;
  const actor = await actorOf(asked, approval);
  if ('refused' in actor) return ok(refusal(actor.refused));
  const { record, who, name } = actor;
  if (record.native !== null) return ok(refusal(NOT_COUNTED['only-there']));
  const seniors = await seniorsFor(asked, record);
  if (seniors.kind !== 'ok') return seniors;
  const link = await world.store.links.get(record.link);
  const of = concernedIn(approving, record, link);
  const to = nextOf(seniors.value, record, who);
  if (to === null) return ok(refusal(nobodyHigher(of)));
  const unfit = await unfitFor(world, approving, { record, actor: [who, to] });
  if (unfit.kind !== 'ok') return unfit;
  const senior = (await peopleIn(world.store, [to])).get(to)?.name ?? A_SENIOR;
  const moved = await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(approval);
    if (held === null) return null;
    const cause = {
      ...{ kind: 'approval.escalated', actor: `slack:${pressed.by}`, principal: who },
      ...{ surface: 'card' as const, result: 'counted', cause: pressed.cause },
    };
    const said = async () => escalatedByNote(name, senior, of);
    const until = held.now + ESCALATED_MS;
    // Heard twice, it goes one step up, not two.
    const pressedOnce = `approval-act:${pressed.cause}`;
    if (!(await tx.said.once(pressedOnce, 'escalated'))) return 'known';
    const moving = { world, approving, held, unfit: unfit.value, cause, said };
    const made = await moveApproval(tx, moving, { kind: 'delegate', by: who, to, until });
    if (made.kind === 'refused') await tx.said.over(pressedOnce);
    return made;
  });
  ringFor(world, record);
  if (moved === null) return ok(refusal(NOT_COUNTED['no-such']));
  if (moved === 'known') return ok(await escalatedBefore(asked, { record, who, of }));
  if (moved.kind === 'refused') return ok(refusal(NOT_COUNTED[moved.why]));
  return ok({ kind: 'words', text: escalatedTo(of, senior), isRefusal: false });
}

/** Whom the same press has reached. */
async function escalatedBefore(
  { world }: Asked,
  { record, who, of }: Pick<Actor, 'record' | 'who'> & { readonly of: Concerned },
): Promise<Answer> {
  const now = await world.store.approvals.get(record.id);
  const to = now?.approval.delegations.find(({ from }) => from === who)?.to;
  const senior = to === undefined ? undefined : (await peopleIn(world.store, [to])).get(to);
  return { kind: 'words', text: escalatedTo(of, senior?.name ?? A_SENIOR), isRefusal: false };
}

/** Senior reviewers who may decide about it, in their order. */
async function seniorsFor(
  { world, approving }: Asked,
  record: StoredApproval,
): Promise<Outcome<readonly PrincipalId[]>> {
  const unfit = await unfitFor(world, approving, { record, actor: [] });
  if (unfit.kind !== 'ok') return unfit;
  const roster = await rosterIn(approving, world.store, questionOf(record, []), unfit.value);
  const { request, delegations, at } = record.approval;
  const now = (await world.store.now()).getTime();
  const who = standing(request, delegations, roster, now);
  return ok(standingAt(who, record.approval, at).membersOf('senior'));
}

/** Pressed again, it goes to the next of them. */
function nextOf(
  seniors: readonly PrincipalId[],
  { approval }: StoredApproval,
  who: PrincipalId,
): PrincipalId | null {
  const others = seniors.filter((one) => one !== who);
  const last = approval.delegations.find(({ from }) => from === who)?.to;
  const at = last === undefined ? -1 : others.indexOf(last);
  return others[(at + 1) % Math.max(1, others.length)] ?? null;
}

/**
 * Whoever asked for the approval has replied in the thread: what approvers wanted to know is answered. Call it in the
 * transaction that writes down what was read.
 */
export async function hearAnswer(world: World, tx: StoreTx, link: Link, observed: Observed): Promise<void> {
  const { approvals: approving } = world;
  if (approving === undefined) return;
  const waiting = await tx.approvals.questions.waitingOn(link.id);
  if (waiting.length === 0) return;
  const facts = await tx.links.factsOf(link.id);
  const words = observed.deliveries.flatMap(({ intake }) =>
    intake.kind === 'message' &&
    [link.requester, facts?.sentBy].includes(intake.message.user) &&
    intake.message.channel === link.conversation?.channel
      ? [docText(intake.message.body)]
      : [],
  );
  const answer = words.join('\n').slice(0, LONGEST_ANSWER).toWellFormed();
  if (answer.trim() === '') return;
  for (const id of waiting) {
    const held = await tx.approvals.hold(id);
    if (held === null) continue;
    const open = (await tx.approvals.questions.of(id)).filter((one) => one.answer === null);
    for (const one of open) await tx.approvals.questions.answer(one.id, answer);
    const of = concernedIn(approving, held, link);
    const people = await peopleIn(
      tx,
      open.map(({ by }) => by),
    );
    await tx.operations.append(
      link.id,
      [...people.values()].flatMap(({ slack: user }) =>
        user === null
          ? []
          : [
              {
                lane: 'slack' as const,
                itemId: null,
                body: {
                  kind: 'tell' as const,
                  user,
                  text: answeredText(of),
                  alarm: true as const,
                },
              },
            ],
      ),
    );
    await tx.approvals.refused(held, {
      ...{
        kind: 'approval.answered',
        actor: `slack:${link.requester}`,
        principal: held.approval.request.requester,
      },
      ...{ surface: null, result: 'answered', cause: null },
    });
    await renewCards(tx, held);
  }
}
