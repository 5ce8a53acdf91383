import type { Delegation } from '../model/approval.ts';
import type { ApprovalAct } from '../model/approval-act.ts';
import type { PrincipalId, SlackUser } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StandIn } from '../slack/out/away-view.ts';
import type { StoreTx } from '../store/store.ts';
import { NAMELESS } from '../texts/approval-notes.ts';
import { AWAY_ENDED, AWAY_REFUSED, awayNamed, tooLong } from '../texts/away.ts';
import { type Answer, type Asked, refusal } from './approval-pressed.ts';
import { keepAsked } from './keep-approval.ts';
import { isAuditor, unfitAmong } from './roster.ts';
import { peopleIn } from './shown-approval.ts';
import type { World } from './world.ts';

type Act<K extends ApprovalAct['kind']> = Extract<ApprovalAct, { kind: K }>;

const DAY_MS = 86_400_000;
const shownTime = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const MOST_ASKED = 100;
/** A form stands open for a while, and clocks differ: a beginning that passed so short a time ago is now. */
const JUST_NOW_MS = 3_600_000;

/** Who stands in for this person, now or from a time on; null: nobody. */
async function standInOf({ store }: World, person: PrincipalId): Promise<StandIn | null> {
  const own = (await store.approvals.delegations.standing()).findLast(({ from }) => from === person);
  if (own === undefined) return null;
  const named = (await peopleIn(store, [own.to])).get(own.to);
  const { since, until } = own;
  return { name: named?.name ?? '', slack: named?.slack ?? null, since, until };
}

/** What of this stands on his Home; null where nobody can stand in, or nothing is known of him. */
export async function awayOf(
  world: World,
  user: SlackUser,
): Promise<{ readonly present: StandIn | null } | null> {
  if (world.approvals?.rules.delegates.allowed !== true) return null;
  const person = await world.store.principals.of({ system: 'slack', id: user });
  return { present: person === null ? null : await standInOf(world, person.id) };
}

/** The form in which he names somebody, with who stands in for him already. */
export async function lookAway({ world, approving, pressed }: Asked): Promise<Outcome<Answer>> {
  const { delegates } = approving.rules;
  if (!delegates.allowed) return ok(refusal(AWAY_REFUSED['not-allowed']));
  const person = await world.store.principals.of({ system: 'slack', id: pressed.by });
  const present = person === null ? null : await standInOf(world, person.id);
  const now = (await world.store.now()).getTime();
  const form = world.look.awayForm({ present, longestDays: delegates.longest_days, to: delegates.to, now });
  return ok({ kind: 'form', form });
}

/** Names who decides in his place for a while; whoever stood in before does not any more. */
export async function nameDelegate(
  { world, approving, pressed }: Asked,
  { to: user, from: wanted, until }: Act<'name-delegate'>,
): Promise<Outcome<Answer>> {
  const { delegates } = approving.rules;
  const now = (await world.store.now()).getTime();
  const since = wanted < now && wanted > now - JUST_NOW_MS ? now : wanted;
  if (!delegates.allowed) return ok(refusal(AWAY_REFUSED['not-allowed']));
  if (user === pressed.by) return ok(refusal(AWAY_REFUSED.yourself));
  if (since < now || until <= since) return ok(refusal(AWAY_REFUSED.order));
  if (until - since > delegates.longest_days * DAY_MS) return ok(refusal(tooLong(delegates.longest_days)));
  const gone = await world.store.principals.deactivated([user, pressed.by]);
  if (gone.has(pressed.by)) return ok(refusal(AWAY_REFUSED['not-you']));
  if (gone.has(user)) return ok(refusal(AWAY_REFUSED['not-fit']));
  const [own, to] = [
    await world.store.principals.ofSlack(pressed.by),
    await world.store.principals.ofSlack(user),
  ];
  if (own === to) return ok(refusal(AWAY_REFUSED.yourself));
  const unfit = await unfitAmong(world, [own, to]);
  if (unfit.kind !== 'ok') return unfit;
  if (unfit.value.has(own)) return ok(refusal(AWAY_REFUSED['not-you']));
  if (unfit.value.has(to) || (await isAuditor(approving, world.store, to)))
    return ok(refusal(AWAY_REFUSED['not-fit']));
  const made: Delegation = { from: own, to, since, until };
  await world.store.transaction(async (tx) => {
    await tx.approvers.hold(own);
    const before = await tx.approvals.delegations.end(own);
    await tx.approvals.delegations.add(made);
    const data = {
      from: own,
      to,
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
    };
    const actor = `slack:${pressed.by}`;
    await tx.audit.record({ kind: 'approval.delegate-named', actor, link: null, data });
    await followUp(tx, own, [now, since, until], now);
    for (const { to: former } of before) await tellHome(tx, former);
    await tx.homes.changed([pressed.by, user]);
  });
  const name = (await peopleIn(world.store, [to])).get(to)?.name ?? NAMELESS;
  const text = awayNamed(name, shownTime(since), shownTime(until));
  return ok({ kind: 'words', text, isRefusal: false });
}

export async function endDelegation({ world, pressed }: Asked): Promise<Outcome<Answer>> {
  const own = await world.store.principals.of({ system: 'slack', id: pressed.by });
  if (own === null) return ok(refusal(AWAY_REFUSED.none));
  const now = (await world.store.now()).getTime();
  const ended = await world.store.transaction(async (tx) => {
    await tx.approvers.hold(own.id);
    const before = await tx.approvals.delegations.end(own.id);
    for (const { to } of before) {
      const data = { from: own.id, to };
      const actor = `slack:${pressed.by}`;
      await tx.audit.record({ kind: 'approval.delegate-ended', actor, link: null, data });
      await tellHome(tx, to);
    }
    if (before.length > 0) await followUp(tx, own.id, [now], now);
    await tx.homes.changed([pressed.by]);
    return before.length;
  });
  return ok(ended === 0 ? refusal(AWAY_REFUSED.none) : { kind: 'words', text: AWAY_ENDED, isRefusal: false });
}

/** When it begins and when it is over, whoever is asked changes: what waits for him is looked at again. */
async function followUp(tx: StoreTx, of: PrincipalId, at: readonly number[], now: number): Promise<void> {
  for (const moment of new Set(at))
    await tx.errands.add({ kind: 'ask-stand-in', of }, Math.max(0, moment - now));
}

async function tellHome(tx: StoreTx, person: PrincipalId): Promise<void> {
  const user = (await peopleIn(tx, [person])).get(person)?.slack ?? null;
  if (user !== null) await tx.homes.changed([user]);
}

/** Everything that waits for this person is asked of those who may decide it now, and of nobody else. */
export async function askStandIn(world: World, of: PrincipalId): Promise<Outcome<null>> {
  const { approvals: approving } = world;
  if (approving === undefined) return ok(null);
  for (const record of await world.store.approvals.askedOf(of, MOST_ASKED)) {
    const kept = await keepAsked(world, approving, { record, remindsNow: false });
    if (kept.kind !== 'ok') return kept;
  }
  return ok(null);
}
