import type { ApprovalRequest, Delegation, Vote } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';

/** Who is who at one moment, as the systems said just now. What they could not say is absent, and then nobody counts. */
export interface Roster {
  /** People by the word of `Approvers`. */
  readonly members: ReadonlyMap<string, readonly PrincipalId[]>;
  /** Everybody who may act at all: active, human, a full member of the own organisation. */
  readonly people: ReadonlySet<PrincipalId>;
  /** Who keeps the keys of the audit log: they approve nothing. */
  readonly auditors: ReadonlySet<PrincipalId>;
  /** Standing delegations, for absences above all. */
  readonly delegations: readonly Delegation[];
  /** Standing delegations that give no seat here, because of its risk: whoever stands in for somebody involved is involved. */
  readonly seatless?: readonly Delegation[];
}

export const DAY_MS = 86_400_000;
/** A delegation ends by itself. */
const LONGEST_DELEGATION_MS = 14 * DAY_MS;

export const isSound = ({ from, to, since, until }: Delegation): boolean =>
  from !== to && until > since && until - since <= LONGEST_DELEGATION_MS;
const holds = (delegation: Delegation, now: number): boolean =>
  isSound(delegation) && delegation.since <= now && now < delegation.until;

/** Whoever has a part in the request; he and those who stand in for him decide nothing of it. */
function involved(
  request: ApprovalRequest,
  delegations: readonly Delegation[],
  now: number,
): ReadonlySet<PrincipalId> {
  const { requester, beneficiary, author, proposer } = request;
  const people = new Set<PrincipalId>([
    requester,
    ...(beneficiary === null ? [] : [beneficiary]),
    ...(author === null ? [] : [author]),
    proposer.kind === 'person' ? proposer.principal : proposer.owner,
  ]);
  const delegates = delegations.filter((one) => holds(one, now) && people.has(one.from)).map(({ to }) => to);
  return new Set([...people, ...delegates]);
}

/** What separation of duties says of one request at one moment. */
export interface Standing {
  /** Whether he may decide at all. */
  mayDecide(person: PrincipalId): boolean;
  /** Those of these approvers who may decide. */
  membersOf(from: string): readonly PrincipalId[];
  /** Whose seats he can take: his own, and those of people who made him their delegate. */
  seatsOf(person: PrincipalId): readonly PrincipalId[];
}

export function standing(
  request: ApprovalRequest,
  own: readonly Delegation[],
  roster: Roster,
  now: number,
): Standing {
  const delegations = [...own, ...roster.delegations];
  const excluded = involved(request, [...delegations, ...(roster.seatless ?? [])], now);
  const mayDecide = (person: PrincipalId) =>
    roster.people.has(person) && !roster.auditors.has(person) && !excluded.has(person);
  return {
    mayDecide,
    membersOf: (from) => [...new Set(roster.members.get(from) ?? [])].filter(mayDecide),
    seatsOf: (person) =>
      mayDecide(person)
        ? [
            person,
            ...delegations
              .filter((one) => one.to === person && holds(one, now) && mayDecide(one.from))
              .map(({ from }) => from),
          ]
        : [],
  };
}

/**
 * The same for one step, of those who have voted in an earlier one: none of them is the senior reviewer, nor sits in the seat
 * of one. Two looks at one request are those of two people.
 */
export function standingAt(
  who: Standing,
  { votes }: { readonly votes: readonly Pick<Vote, 'step' | 'by' | 'seat'>[] },
  step: number,
): Standing {
  const before = new Set(votes.filter((one) => one.step < step).flatMap(({ by, seat }) => [by, seat]));
  if (before.size === 0) return who;
  const seniors = who.membersOf('senior');
  return {
    mayDecide: who.mayDecide,
    membersOf: (from) =>
      from === 'senior' ? seniors.filter((one) => !before.has(one)) : who.membersOf(from),
    seatsOf: (person) =>
      who.seatsOf(person).filter((seat) => seat === person || !before.has(person) || !seniors.includes(seat)),
  };
}
