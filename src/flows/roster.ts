import { isAtLeast } from '../approvals/risk.ts';
import { type Reviewers, serviceOwners } from '../approvals/settings.ts';
import { type Roster, standing, standingAt } from '../approvals/standing.ts';
import type { Approval, ApprovalRequest, RiskClass, Slot } from '../model/approval.ts';
import { type PrincipalId, SlackUser } from '../model/ids.ts';
import { BY_RECORD, type NativeRecord } from '../model/native-approval.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Store, StoreTx } from '../store/store.ts';
import type { Approving } from './approving.ts';
import { personIn } from './names.ts';
import type { World } from './world.ts';

type Rows = Pick<Store | StoreTx, 'approvers' | 'approvals' | 'principals'>;

/** What is asked about people: for whom, and by which words. */
export interface RosterQuestion {
  readonly request: Pick<ApprovalRequest, 'kind' | 'risk' | 'requester' | 'beneficiary' | 'evidence'>;
  /** As in `Approvers`. */
  readonly words: readonly string[];
  /** Whoever acts or has acted, beside those who are asked. */
  readonly others: readonly PrincipalId[];
  /** The record of the ticket system that decides; absent: it is decided here. */
  readonly native?: NativeRecord;
}

export const wordsIn = (
  steps: readonly { readonly slots: readonly Pick<Slot, 'from'>[] }[],
): readonly string[] => [
  ...new Set(['senior', ...steps.flatMap(({ slots }) => slots.map(({ from }) => from))]),
];

/**
 * Who is who now, by our own rows. `unfit`: those of whom Slack says that they are nobody to decide. Whoever is not known
 * to be active is nobody.
 */
export async function rosterIn(
  { rules }: Approving,
  rows: Rows,
  asked: RosterQuestion,
  unfit: ReadonlySet<PrincipalId>,
): Promise<Roster> {
  const members = new Map<string, readonly PrincipalId[]>();
  for (const word of asked.words) members.set(word, await membersOf(rules, rows, asked, word));
  const delegations = await rows.approvals.delegations.standing();
  // Who stands in for whom at the ticket system stands in its record.
  const givesSeats = asked.native === undefined && mayStandIn(rules, asked.request.risk);
  const all = [...members.values(), asked.others, delegations.flatMap(({ from, to }) => [from, to])].flat();
  const active = await rows.approvers.active([...new Set(all)]);
  const auditors = await reviewersIn(rows, rules.people.auditors);
  return {
    members,
    people: new Set(active.filter((id) => !unfit.has(id))),
    auditors: new Set(auditors),
    delegations: givesSeats ? delegations : [],
    seatless: givesSeats ? [] : delegations,
  };
}

async function membersOf(
  rules: Approving['rules'],
  rows: Rows,
  { request, native }: RosterQuestion,
  word: string,
): Promise<readonly PrincipalId[]> {
  const colon = word.indexOf(':');
  const [sort, name] = colon < 0 ? [word, ''] : [word.slice(0, colon), word.slice(colon + 1)];
  switch (sort) {
    case 'manager':
      return rows.approvers.managerOf(request.beneficiary ?? request.requester);
    case 'group':
      return rows.approvers.inGroup(name);
    case 'senior':
      return reviewersIn(rows, rules.people.senior);
    case 'service-owner':
      return reviewersIn(rows, ownersOf(rules, request));
    case 'on-call':
      return reviewersIn(rows, rules.people.on_call[name] ?? null);
    case 'field': {
      const user = personIn(request.evidence.fields[name] ?? '');
      return user === null ? [] : reviewersIn(rows, { users: [user], groups: [] });
    }
    case BY_RECORD:
      return native === undefined ? [] : askedByRecord(rows, native);
    default:
      return [];
  }
}

/** Whoever has not decided yet there, and those who may in his place, as far as we know who they are. */
async function askedByRecord(rows: Rows, { connector, approvers }: NativeRecord) {
  const open = approvers.filter(({ decision }) => decision === 'pending');
  const accounts = new Set(open.flatMap(({ account, delegates }) => [account, ...delegates]));
  const people: PrincipalId[] = [];
  for (const id of accounts) {
    const person = await rows.principals.of({ system: connector, id });
    if (person !== null) people.push(person.id);
  }
  return people;
}

/** Above what the owner lets delegates decide only the person himself counts. */
export const mayStandIn = ({ delegates }: Approving['rules'], risk: RiskClass): boolean =>
  delegates.allowed && isAtLeast(delegates.to, risk);

function ownersOf(
  rules: Approving['rules'],
  { kind, evidence }: Pick<ApprovalRequest, 'kind' | 'evidence'>,
): Reviewers | null {
  const known = rules.kinds[kind];
  return known === undefined ? null : serviceOwners(rules, known, evidence.fields);
}

/** Whoever keeps the keys of the audit log decides nothing. */
export const isAuditor = async ({ rules }: Approving, rows: Rows, person: PrincipalId): Promise<boolean> =>
  (await reviewersIn(rows, rules.people.auditors)).includes(person);

async function reviewersIn(rows: Rows, named: Reviewers | null): Promise<readonly PrincipalId[]> {
  if (named === null) return [];
  const people = [...(await rows.approvers.bySlack(named.users)).values()];
  for (const group of named.groups) people.push(...(await rows.approvers.inGroup(group)));
  return [...new Set(people)];
}

/** Makes sure that everybody whom the configuration or a form names by his Slack id is somebody here. */
export async function knowNamed(
  world: World,
  { rules }: Approving,
  asked: Pick<RosterQuestion, 'request' | 'words'>,
): Promise<void> {
  const inFields = asked.words.flatMap((word) => {
    const user = word.startsWith('field:')
      ? personIn(asked.request.evidence.fields[word.slice('field:'.length)] ?? '')
      : null;
    return user === null ? [] : [user];
  });
  const calls = asked.words.flatMap(
    (word) => rules.people.on_call[word.slice('on-call:'.length)]?.users ?? [],
  );
  const owners = ownersOf(rules, asked.request)?.users ?? [];
  const { senior, auditors } = rules.people;
  const wanted = [...new Set([...senior.users, ...auditors.users, ...owners, ...calls, ...inFields])];
  const known = await world.store.approvers.bySlack(wanted);
  const gone = await world.store.principals.deactivated(wanted);
  for (const user of wanted)
    if (!known.has(user) && !gone.has(user)) await world.store.principals.ofSlack(user);
}

const READ_TIMEOUT_MS = 10_000;
/** What Slack said of somebody holds for so long, in milliseconds. */
const STANDING_MS = 5 * 60_000;
const standings = new WeakMap<World, Map<PrincipalId, { readonly until: number; readonly isFit: boolean }>>();
/** At the opening of a request so many are looked up at most; beyond them our own rows are believed until they vote. */
export const MOST_LOOKED_UP = 40;

/** Those of them of whom Slack says that they are guests, strangers, bots, or gone. Who is not in Slack votes elsewhere. */
export async function unfitAmong(
  world: World,
  people: readonly PrincipalId[],
): Promise<Outcome<ReadonlySet<PrincipalId>>> {
  const known = standings.get(world) ?? new Map<PrincipalId, { until: number; isFit: boolean }>();
  standings.set(world, known);
  const unfit = new Set<PrincipalId>();
  const now = performance.now();
  const asked = people.filter((one) => (known.get(one)?.until ?? 0) < now);
  for (const { id, ids } of await world.store.approvers.people([...new Set(asked)])) {
    const user = ids.get('slack');
    if (user === undefined) continue;
    const found = await isFit(world, user);
    if (found.kind !== 'ok') return found;
    known.set(id, { until: now + STANDING_MS, isFit: found.value });
  }
  for (const one of people) if (known.get(one)?.isFit === false) unfit.add(one);
  return ok(unfit);
}

async function isFit(world: World, id: string): Promise<Outcome<boolean>> {
  const found = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.standing(SlackUser.parse(id)),
  );
  // Whom Slack does not name is nobody of ours; that Slack does not let us ask says nothing of him.
  if (found.kind === 'rejected' && found.code === 'not-found') return ok(false);
  if (found.kind !== 'ok') return found;
  const { guest, lifeless, home } = found.value;
  return ok(!guest && !lifeless && (home === null || home === world.team));
}

/** Who may decide in this step now, in the order of its seats. */
export function askedNow(
  approval: Pick<Approval, 'request' | 'steps' | 'at' | 'delegations' | 'votes'>,
  roster: Roster,
  now: number,
): readonly PrincipalId[] {
  const { request, steps, at, delegations } = approval;
  const who = standingAt(standing(request, delegations, roster, now), approval, at);
  const seats = new Set((steps[at]?.slots ?? []).flatMap(({ from }) => who.membersOf(from)));
  const standIns = [...delegations, ...roster.delegations]
    .filter(({ from }) => seats.has(from))
    .map(({ to }) => to)
    .filter((to) => who.seatsOf(to).some((seat) => seats.has(seat)));
  return [...new Set([...seats, ...standIns])];
}
