import type { PrincipalId } from '../model/ids.ts';
import type { Link, OperationBody } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Hidden } from '../slack/out/approval-shown.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Approving } from './approving.ts';
import { questionOf } from './move-approval.ts';
import { askedNow, rosterIn, unfitAmong } from './roster.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 10_000;

interface Card {
  readonly approving: Approving;
  readonly record: StoredApproval;
  readonly link: Link;
  readonly to: Extract<OperationBody, { kind: 'approval-card' }>['to'];
}

/** Why nothing may stand on this card now; asked before each time that it is sent or changed. */
export async function hiddenOn(
  world: World,
  { approving, record, link, to }: Card,
): Promise<Outcome<Hidden | null>> {
  if ('principal' in to)
    return ok((await mayRead(world, approving, record, to.principal)) ? null : 'not-asked');
  // What is confidential is for each of them alone, whoever reads the channel.
  if (link.route?.privacy === 'private') return ok('channel');
  const { channel } = to;
  const place = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.place(channel),
  );
  if (place.kind === 'retry') return place;
  const isPrivate = place.kind === 'ok' && place.value.kind !== 'public' && !place.value.shared;
  return ok(isPrivate ? null : 'channel');
}

/** Whoever has voted, and whoever has a seat in a step that was opened, as the people are now. */
async function mayRead(
  world: World,
  approving: Approving,
  record: StoredApproval,
  person: PrincipalId,
): Promise<boolean> {
  const { approval, native } = record;
  if (approval.votes.some(({ by }) => by === person)) return true;
  const unfit = await unfitAmong(world, [person]);
  const out = unfit.kind === 'ok' ? unfit.value : new Set<PrincipalId>();
  if (out.has(person)) return false;
  if (native !== null) return await isNamed(world, native, person);
  const roster = await rosterIn(approving, world.store, questionOf(record, [person]), out);
  const now = (await world.store.now()).getTime();
  return approval.steps
    .slice(0, approval.at + 1)
    .some((_, at) => askedNow({ ...approval, at }, roster, now).includes(person));
}

/** The record of the ticket system says whom it asks, or asked, and who stands in for them. */
async function isNamed(
  { store }: World,
  { connector, approvers }: NonNullable<StoredApproval['native']>,
  person: PrincipalId,
): Promise<boolean> {
  const accounts = new Set(approvers.flatMap(({ account, delegates }) => [account, ...delegates]));
  for (const id of accounts)
    if ((await store.principals.of({ system: connector, id }))?.id === person) return true;
  return false;
}
