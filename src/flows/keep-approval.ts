import { payloadHash, policyHash } from '../approvals/payload.ts';
import type { ApprovalId } from '../model/approval.ts';
import type { Errand } from '../model/errand.ts';
import { type LinkId, type PrincipalId, SlackUser } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { isWithin } from '../routing/hours.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Cause } from '../store/approvals.ts';
import type { StoreTx } from '../store/store.ts';
import { ITS_TICKET, remindedText, voidedNote, workLine } from '../texts/approval-notes.ts';
import { nativeRemindedText } from '../texts/native-approvals.ts';
import { askInSlack } from './approval-cards.ts';
import { differences } from './approval-differences.ts';
import { boundNow } from './build-approval.ts';
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
  if (approving === undefined || record === null) return ok(null);
  const { approval } = record;
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
  if (reminders.most === 0 || approval.status !== 'open') return ok(left);
  if (reminderHours === null || isWithin(reminderHours, now)) await remind(world, record, reminders.most);
  return ok(Math.min(left, reminders.every_minutes * MINUTE_MS));
}

/** Those who were asked in this step and have said nothing. */
async function remind(world: World, { id }: StoredApproval, most: number): Promise<void> {
  await world.store.transaction(async (tx) => {
    const held = await tx.approvals.hold(id);
    if (held === null || held.approval.status !== 'open') return;
    const { round, at: step, votes } = held.approval;
    const voted = new Set(votes.filter((one) => one.step === step).flatMap(({ by, seat }) => [by, seat]));
    const asked = await tx.approvals.asked.of({ approval: id, round, step });
    const silent = asked.flatMap(({ principal, reminders }) =>
      voted.has(principal) || reminders >= most ? [] : [principal],
    );
    const key = (await tx.links.get(held.link))?.ticket?.key ?? ITS_TICKET;
    const noted = await notedOf(tx, id, held.approval);
    const { native } = held;
    const text =
      native === null
        ? remindedText(noted, key)
        : nativeRemindedText({ ...native, requester: noted.requester, key });
    await tell(tx, held, silent, text);
    await tx.approvals.asked.reminded({ approval: id, round, step });
  });
}

/** Voids what was decided about a request that has become another one, and asks again. `words`: what was asked for reads so now. */
export async function reviewApprovals(
  world: World,
  link: LinkId,
  words: string | null,
): Promise<Outcome<null>> {
  for (const record of await world.store.approvals.ofLink(link)) {
    if (record.native !== null || !OPEN.includes(record.approval.status)) continue;
    const reviewed = await reviewOne(world, record.id, words);
    if (reviewed.kind !== 'ok') return reviewed;
  }
  return ok(null);
}

async function reviewOne(world: World, id: ApprovalId, words: string | null): Promise<Outcome<null>> {
  const record = await world.store.approvals.get(id);
  const link = record === null ? null : await world.store.links.get(record.link);
  const now = record === null || link === null ? null : boundNow(record, link, words);
  if (record === null || now === null || now.hash === record.approval.hash) return ok(null);
  // Nobody is asked about what is done; opened again, it is looked at again.
  if (link?.ticket?.fields?.status.category === 'done') return ok(null);
  const rule = world.approvals?.rules.rules.find(({ name }) => name === record.approval.request.policy.name);
  if (rule === undefined) return ok(null);
  // Another request is asked for under the policy as it is now.
  const request = { ...now.request, policy: { name: rule.name, hash: policyHash(rule) } };
  const changes = differences(record.approval.request, request).map(({ field, before, after }) =>
    workLine(field, before, after),
  );
  const cause = { ...OWN, kind: 'approval.voided', result: 'changed' };
  const moved = await moveAlone(world, id, {
    told: (held) =>
      payloadHash(held.approval.request) === record.approval.hash ? { kind: 'edit', request, rule } : null,
    cause,
    said: async (tx, after) => voidedNote(await notedOf(tx, id, after), changes),
  });
  return moved.kind === 'ok' ? ok(null) : moved;
}
