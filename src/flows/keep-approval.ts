import type { Errand } from '../model/errand.ts';
import { type PrincipalId, SlackUser } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { isWithin } from '../routing/hours.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Cause, HeldApproval } from '../store/approvals.ts';
import type { StoreTx } from '../store/store.ts';
import { ITS_TICKET, remindedText } from '../texts/approval-notes.ts';
import { nativeRemindedText } from '../texts/native-approvals.ts';
import { askInSlack } from './approval-cards.ts';
import { type Approving, SWITCHED_OFF_MS } from './approving.ts';
import { moveAlone, notedOf, questionOf, ringFor, unfitFor } from './move-approval.ts';
import { askedNow, MOST_LOOKED_UP, rosterIn } from './roster.ts';
import type { World } from './world.ts';

type Of<K extends Errand['kind']> = Extract<Errand, { kind: K }>;
const OWN: Omit<Cause, 'kind' | 'result'> = {
  actor: 'deskbridge',
  principal: null,
  surface: null,
  cause: null,
};
const MINUTE_MS = 60_000;
const OPEN = ['open', 'granted', 'executing'];

/** Tells everybody who is asked now and has not been told of this step. */
export async function tellAsked(
  world: World,
  { approval: id, round, step }: Of<'ask-approval'>,
): Promise<Outcome<null>> {
  const approving = world.approvals;
  const record = await world.store.approvals.get(id);
  if (approving === undefined || record === null || !stands(record, round, step)) return ok(null);
  // Whom Slack says to be no full member is not shown what he may not decide.
  const all = await rosterIn(approving, world.store, questionOf(record, []), new Set());
  const wanted = askedNow(record.approval, all, (await world.store.now()).getTime());
  const unfit = await unfitFor(world, approving, { record, actor: wanted.slice(0, MOST_LOOKED_UP) });
  if (unfit.kind !== 'ok') return unfit;
  await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(id);
    if (held === null || !stands(held, round, step)) return;
    const roster = await rosterIn(approving, tx, questionOf(held, []), unfit.value);
    const asked = askedNow(held.approval, roster, held.now);
    const isNew = await tx.approvals.asked.add({ approval: id, round, step }, asked);
    await askInSlack(tx, approving, held, isNew);
  });
  ringFor(world, record);
  return ok(null);
}

const stands = ({ approval }: StoredApproval, round: number, step: number) =>
  approval.status === 'open' && approval.round === round && approval.at === step;

/** A direct message to each of them who is in Slack. */
async function tell(
  tx: StoreTx,
  { link }: StoredApproval,
  people: readonly PrincipalId[],
  text: string,
): Promise<void> {
  const known = await tx.approvers.people(people);
  const users = known.flatMap(({ ids }) => ids.get('slack') ?? []);
  if (users.length === 0) return;
  await tx.operations.append(
    link,
    users.map((user) => ({
      lane: 'slack' as const,
      itemId: null,
      body: { kind: 'tell' as const, user: SlackUser.parse(user), text, alarm: true as const },
    })),
  );
  await tx.links.wake(link, false);
}

/** Ends what has waited too long, and reminds; answers in how many milliseconds to look again, null: never. */
export async function keepApproval(
  world: World,
  { approval: id, round, step, until }: Of<'keep-approval'>,
): Promise<Outcome<number | null>> {
  const approving = world.approvals;
  const record = await world.store.approvals.get(id);
  if (record === null) return ok(null);
  const { approval } = record;
  if (approving === undefined) return ok(OPEN.includes(approval.status) ? SWITCHED_OFF_MS : null);
  if (!OPEN.includes(approval.status) || approval.round !== round || approval.at !== step) return ok(null);
  if ((approval.grant?.until ?? approval.steps[step]?.deadline ?? null) !== until) return ok(null);
  const now = await world.store.now();
  const ends = [approval.grant?.until ?? approval.request.expires_at, approval.steps[step]?.deadline ?? null];
  const end = Math.min(...ends.filter((one) => one !== null));
  if (end <= now.getTime()) {
    // While the work runs nothing ends; it says itself what became of it.
    if (approval.status === 'executing') return ok(MINUTE_MS);
    const cause = { ...OWN, kind: 'approval.timed-out', result: 'timed-out' };
    const moved = await moveAlone(world, id, { told: () => ({ kind: 'expire' }), cause });
    return moved.kind === 'ok' ? ok(moved.value?.kind === 'refused' ? MINUTE_MS : null) : moved;
  }
  const { reminderHours } = approving;
  const { reminders } = approving.rules;
  const left = end - now.getTime();
  if (approval.status !== 'open') return ok(left);
  const remindsNow = reminders.most > 0 && (reminderHours === null || isWithin(reminderHours, now));
  const kept = await keepAsked(world, approving, { record, remindsNow });
  return kept.kind !== 'ok' ? kept : ok(Math.min(left, reminders.every_minutes * MINUTE_MS));
}

/**
 * Whoever has become an approver since is asked, and the card of whoever ceased to be one loses its buttons. Those who were
 * asked, still are and have said nothing are reminded, where it is time for that.
 */
export async function keepAsked(
  world: World,
  approving: Approving,
  { record, remindsNow }: { readonly record: StoredApproval; readonly remindsNow: boolean },
): Promise<Outcome<null>> {
  const unfit = await unfitFor(world, approving, { record, actor: [] });
  if (unfit.kind !== 'ok') return unfit;
  await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(record.id);
    if (held === null || !stands(held, record.approval.round, record.approval.at)) return;
    const { round, at: step, votes } = held.approval;
    const of = { approval: held.id, round, step };
    const before = await tx.approvals.asked.of(of);
    const roster = await rosterIn(approving, tx, questionOf(held, []), unfit.value);
    const asked = askedNow(held.approval, roster, held.now);
    const voted = new Set(votes.filter((one) => one.step === step).flatMap(({ by, seat }) => [by, seat]));
    const ceased = before.flatMap(({ principal }) =>
      asked.includes(principal) || voted.has(principal) ? [] : [principal],
    );
    const isNew = await tx.approvals.asked.add(of, asked);
    if (ceased.length > 0) await tx.approvals.asked.drop(of, ceased);
    if (isNew.length > 0 || ceased.length > 0) await askInSlack(tx, approving, held, isNew);
    if (!remindsNow) return;
    const { most } = approving.rules.reminders;
    const silent = before.flatMap(({ principal, reminders }) =>
      voted.has(principal) || ceased.includes(principal) || reminders >= most ? [] : [principal],
    );
    await remind(tx, held, silent);
    await tx.approvals.asked.reminded(of);
  });
  ringFor(world, record);
  return ok(null);
}

async function remind(tx: StoreTx, held: HeldApproval, silent: readonly PrincipalId[]): Promise<void> {
  const key = (await tx.links.get(held.link))?.ticket?.key ?? ITS_TICKET;
  const noted = await notedOf(tx, held.id, held.approval);
  const { native } = held;
  const text =
    native === null
      ? remindedText(noted, key)
      : nativeRemindedText({ ...native, requester: noted.requester, key });
  await tell(tx, held, silent, text);
}
