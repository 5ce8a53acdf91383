import { fingerprint } from '../approvals/payload.ts';
import { createStep, type Effect, type Event, type Refusal } from '../approvals/step.ts';
import type { Approval, ApprovalId, Vote } from '../model/approval.ts';
import { shardOf } from '../model/delivery.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { Link, NewOperation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Cause, HeldApproval } from '../store/approvals.ts';
import type { Store, StoreTx } from '../store/store.ts';
import {
  type EndedEarly,
  escalatedNote,
  NAMELESS,
  type NotedRequest,
  openedNote,
  workLine,
} from '../texts/approval-notes.ts';
import { renewCards } from './approval-cards.ts';
import type { Approving } from './approving.ts';
import { askedNow, knowNamed, type RosterQuestion, rosterIn, unfitAmong, wordsIn } from './roster.ts';
import { closing, decidersOf, note, tellRequester } from './tell-approval.ts';
import type { World } from './world.ts';

/** What of an event does not depend on the moment. */
export type Told = Event extends infer E ? (E extends Event ? Omit<E, 'now' | 'roster'> : never) : never;

export type Moved =
  | {
      readonly kind: 'moved';
      readonly before: Approval;
      readonly after: Approval;
      readonly effects: readonly Effect[];
    }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** Who has a say in an approval or has had one. */
const voicesOf = ({ request, votes, delegations }: Approval): readonly PrincipalId[] => [
  ...votes.flatMap(({ by, seat }: Vote) => [by, seat]),
  ...delegations.flatMap(({ from, to }) => [from, to]),
  request.requester,
];

/** What the roster is asked for this approval; `actor`: whoever does something now. */
export function questionOf(
  { approval, native }: Pick<StoredApproval, 'approval' | 'native'>,
  actor: readonly PrincipalId[],
): RosterQuestion {
  return {
    request: approval.request,
    words: wordsIn(approval.steps),
    others: [...actor, ...voicesOf(approval)],
    ...(native === null ? {} : { native }),
  };
}

/** What Slack says of everybody who has a say, asked before a transaction begins. Nobody is let in because it is away. */
export async function unfitFor(
  world: World,
  approving: Approving,
  { record, actor }: { readonly record: StoredApproval; readonly actor: readonly PrincipalId[] },
): Promise<Outcome<ReadonlySet<PrincipalId>>> {
  const asked = questionOf(record, actor);
  await knowNamed(world, approving, asked);
  return unfitAmong(world, asked.others);
}

export interface Moving {
  readonly world: World;
  readonly approving: Approving;
  readonly held: HeldApproval;
  readonly unfit: ReadonlySet<PrincipalId>;
  readonly cause: Cause;
  /** What the ticket is told first when it moved. */
  readonly said?: (tx: StoreTx, after: Approval) => Promise<string | null>;
  /** Why it ends although nobody decided it. */
  readonly early?: EndedEarly;
}

/** Tells the machine, in the transaction that holds the approval, and does what follows. A refusal is written down, too. */
export async function moveApproval(tx: StoreTx, moving: Moving, told: Told): Promise<Moved> {
  const { world, approving, held, unfit, cause } = moving;
  const link = await tx.links.get(held.link);
  const actor = 'by' in told ? [told.by] : [];
  const others = 'to' in told ? [told.to, ...actor] : actor;
  const asked = questionOf(held, others);
  const words = told.kind === 'edit' ? wordsIn(told.rule.steps) : asked.words;
  const roster = await rosterIn(approving, tx, { ...asked, words }, unfit);
  const step = createStep(approving.rules);
  const stepped = step(held.approval, { ...told, now: held.now, roster });
  if (stepped.kind === 'refused') {
    const { reason: _, ...rest } = cause;
    await tx.approvals.refused(held, { ...rest, result: stepped.why });
    return stepped;
  }
  const { approval: after, effects } = stepped;
  await tx.approvals.save(held, after, cause);
  const said = (await moving.said?.(tx, after)) ?? null;
  if (said !== null && link !== null) await tx.operations.append(link.id, [note(said)]);
  if (said !== null && link !== null) await tx.links.wake(link.id, false);
  const asks = effects.some(({ kind }) => kind === 'ask');
  const names = await namesOf(tx, asks ? askedNow(after, roster, held.now) : []);
  const { reason = '' } = cause;
  const change = { before: held.approval, after, effects, names, reason, early: moving.early ?? null };
  await follow(tx, { world, link, approving, id: held.id, ...change });
  await renewCards(tx, { ...held, approval: after });
  return { kind: 'moved', before: held.approval, after, effects };
}

interface Following {
  readonly world: World;
  readonly approving: Approving;
  readonly link: Link | null;
  readonly id: ApprovalId;
  readonly before: Approval | null;
  readonly after: Approval;
  readonly effects: readonly Effect[];
  /** Of those who are asked now. */
  readonly names: ReadonlyMap<PrincipalId, string>;
  /** The words of whoever brought it about. */
  readonly reason: string;
  readonly early?: EndedEarly | null;
}

const MINUTE_MS = 60_000;

/** What an approval's change brings about: questions, work, and words on both sides. Call it where the request's row is held. */
export async function follow(tx: StoreTx, following: Following): Promise<void> {
  const { link, id, before, after, effects, approving, names, reason, early = null } = following;
  if (link === null) return;
  const noted = await notedOf(tx, id, after);
  const operations: NewOperation[] = [];
  for (const effect of effects) {
    if (effect.kind === 'ask') {
      const { round, step } = effect;
      await tx.errands.add({ kind: 'ask-approval', approval: id, round, step });
      await keep(tx, following, step);
      if (before === null || before.round !== round)
        operations.push(note(openedNote(noted, [...names.values()])));
      else if (after.steps[step]?.name === before.steps[step]?.name && isHigher(before, after, step))
        operations.push(note(escalatedNote(noted)));
      operations.push(...tellRequester(following, step));
    }
    if (effect.kind === 'remind') await keep(tx, following, effect.step);
    if (effect.kind === 'closed') {
      const by = await namesOf(tx, decidersOf(after));
      operations.push(...closing(following, { noted, by: [...by.values()], reason, early }));
    }
  }
  if (after.status === 'granted' && before?.status !== 'granted' && before?.status !== 'executing') {
    const body = { kind: 'run-approved' as const, approval: id, round: after.round, step: after.at };
    operations.push({ lane: 'ticket', itemId: null, body });
    const afterMs = approving.rules.run_within_minutes * MINUTE_MS;
    const until = after.grant?.until ?? null;
    const errand = {
      kind: 'keep-approval' as const,
      approval: id,
      round: after.round,
      step: after.at,
      until,
    };
    await tx.errands.add(errand, afterMs);
  }
  if (operations.length === 0) return;
  await tx.operations.append(link.id, operations);
  await tx.links.wake(link.id, false);
}

const isHigher = (before: Approval, after: Approval, step: number) =>
  JSON.stringify(before.steps[step]?.slots) !== JSON.stringify(after.steps[step]?.slots);

/** Looks again when the step's time is over, and before that for who is to be asked or reminded. One errand looks after one end. */
async function keep(tx: StoreTx, { id, before, after, approving }: Following, step: number): Promise<void> {
  const { round } = after;
  const until = after.steps[step]?.deadline ?? null;
  const isKept =
    before?.round === round && before.at === step && (before.steps[step]?.deadline ?? null) === until;
  if (isKept) return;
  const wait = after.steps[step]?.timeout.after_minutes ?? 0;
  const every = approving.rules.reminders.every_minutes;
  const errand = { kind: 'keep-approval' as const, approval: id, round, step, until };
  await tx.errands.add(errand, Math.min(wait, every) * MINUTE_MS);
}

/** Names of people as we know them, in their order. */
export async function namesOf(
  rows: Pick<Store | StoreTx, 'approvers' | 'people'>,
  wanted: readonly PrincipalId[],
): Promise<ReadonlyMap<PrincipalId, string>> {
  const names = new Map<PrincipalId, string>();
  for (const { id, name, ids } of await rows.approvers.people(wanted)) {
    const user = ids.get('slack');
    const profile = name === null && user !== undefined ? await rows.people.get('slack', user) : null;
    names.set(id, name ?? profile?.name ?? NAMELESS);
  }
  return names;
}

/** What the words about an approval are made of. */
export async function notedOf(
  rows: Pick<Store | StoreTx, 'approvers' | 'people'>,
  id: ApprovalId,
  { request, hash }: Pick<Approval, 'request' | 'hash'>,
): Promise<NotedRequest> {
  const names = await namesOf(rows, [request.requester]);
  return {
    ...{ id, kind: request.kind, policy: request.policy.name, risk: request.risk },
    fingerprint: fingerprint(hash),
    requester: names.get(request.requester) ?? NAMELESS,
    work: Object.values(request.work).flatMap(({ changes }) =>
      changes.map(({ field, before, after }) => workLine(field, before, after)),
    ),
  };
}

/** Whoever serves the request goes on with it. */
export const ringFor = (world: World, { link }: Pick<StoredApproval, 'link'>): void =>
  world.ring(shardOf(link));

/** One event of the program's own, from reading to what follows. Null when there is no such approval. */
export async function moveAlone(
  world: World,
  id: ApprovalId,
  {
    told,
    cause,
    said,
    early,
    afterwards,
  }: Pick<Moving, 'cause' | 'said' | 'early'> & {
    readonly told: (held: HeldApproval) => Told | null;
    /** When it moved, in the same transaction. */
    readonly afterwards?: (tx: StoreTx) => Promise<void>;
  },
): Promise<Outcome<Moved | null>> {
  const approving = world.approvals;
  const record = approving === undefined ? null : await world.store.approvals.get(id);
  if (approving === undefined || record === null) return ok(null);
  const unfit = await unfitFor(world, approving, { record, actor: [] });
  if (unfit.kind !== 'ok') return unfit;
  const moved = await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(id);
    const event = held === null ? null : told(held);
    if (held === null || event === null) return null;
    const moving = { world, approving, held, unfit: unfit.value, cause };
    const also = { ...(said ? { said } : {}), ...(early ? { early } : {}) };
    const made = await moveApproval(tx, { ...moving, ...also }, event);
    if (made.kind === 'moved') await afterwards?.(tx);
    return made;
  });
  ringFor(world, record);
  return ok(moved);
}
