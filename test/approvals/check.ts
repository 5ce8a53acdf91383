/**
 * Looks over the machine's shoulder with a book of its own. What it knows of quorum, separation and bytes it works out itself,
 * slowly and plainly, and from what was said to the machine, not from what the machine holds.
 */
import { createHash } from 'node:crypto';
import { canonical } from '../../src/approvals/canonical.ts';
import type { Roster } from '../../src/approvals/standing.ts';
import type { Event, Stepped } from '../../src/approvals/step.ts';
import type { Approval, ApprovalRequest, Decision } from '../../src/model/approval.ts';
import type { PrincipalId } from '../../src/model/ids.ts';
import { MINUTE } from './world.ts';

interface Said {
  readonly by: PrincipalId;
  readonly step: number;
  readonly decision: Decision;
  readonly seat: PrincipalId;
}
export interface Book {
  text: string;
  request: ApprovalRequest;
  said: readonly Said[];
  made: readonly { from: PrincipalId; to: PrincipalId; since: number; until: number }[];
  readonly runs: Set<number>;
  grantedAt: number;
  over: boolean;
}

export const newBook = ({ request, status }: Approval, now: number): Book => ({
  ...{ text: canonical(request), request, said: [], made: [], runs: new Set<number>() },
  ...{ grantedAt: now, over: status === 'blocked' },
});

/** Who stands in for whom at this moment, as pairs. */
function stands(book: Book, roster: Roster, now: number) {
  return [...book.made, ...roster.delegations].filter(
    ({ from, to, since, until }) =>
      from !== to && since <= now && now < until && until > since && until - since <= 14 * 24 * 60 * MINUTE,
  );
}

function mayDecide(who: PrincipalId, book: Book, roster: Roster, now: number): boolean {
  const { requester, beneficiary, author, proposer } = book.request;
  const part = [
    requester,
    beneficiary,
    author,
    proposer.kind === 'person' ? proposer.principal : proposer.owner,
  ];
  const isStandIn = stands(book, roster, now).some(({ from, to }) => to === who && part.includes(from));
  return roster.people.has(who) && !roster.auditors.has(who) && !part.includes(who) && !isStandIn;
}

function holdsSeat({ by, seat }: Said, book: Book, roster: Roster, now: number): boolean {
  const ok = (who: PrincipalId) => mayDecide(who, book, roster, now);
  const isFor = by === seat || stands(book, roster, now).some(({ from, to }) => from === seat && to === by);
  return ok(by) && ok(seat) && isFor;
}

/** Tries every way to seat them. */
function seats(wanted: readonly (readonly PrincipalId[])[], free: readonly PrincipalId[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return true;
  return free.some(
    (one) =>
      first.includes(one) &&
      seats(
        rest,
        free.filter((other) => other !== one),
      ),
  );
}

function hasQuorum(approval: Approval, at: number, book: Book, { now, roster }: Event): boolean {
  const step = approval.steps[at];
  if (step === undefined) return false;
  const valid = book.said.filter((one) => one.step === at && holdsSeat(one, book, roster, now));
  if (valid.filter(({ decision }) => decision === 'deny').length >= step.deny) return false;
  const wanted = step.slots.flatMap(({ from, need }) => {
    const members = (roster.members.get(from) ?? []).filter((who) => mayDecide(who, book, roster, now));
    const distinct = [...new Set(members)];
    const many = { any: 1, all: distinct.length, majority: Math.floor(distinct.length / 2) + 1 }[need];
    return new Array<readonly PrincipalId[]>(Math.max(1, many)).fill(distinct);
  });
  const yes = valid.filter(({ decision }) => decision === 'approve');
  const voters = new Set(yes.map(({ by }) => by));
  return (
    voters.size === yes.length &&
    seats(
      wanted,
      yes.map(({ seat }) => seat),
    )
  );
}

const sha = (text: string) => createHash('sha256').update(`deskbridge.approval.v1\n${text}`).digest('hex');
const GENUINE = {
  card: 'button',
  home: 'button',
  web: 'page',
  jsm: 'record',
  servicenow: 'record',
} as const;

/** What is wrong with an answer of the machine; keeps the book up to date. */
export function check(book: Book, before: Approval, event: Event, answer: Stepped): readonly string[] {
  if (answer.kind === 'refused') return [];
  const wrong: string[] = [];
  const { approval: after, effects } = answer;
  const claim = (isSo: boolean, what: string) => {
    if (!isSo) wrong.push(what);
  };
  claim(!book.over, 'something happened after the end');
  const isDecided =
    after.status === 'granted' &&
    (before.status !== 'granted' || event.kind === 'edit') &&
    event.kind !== 'not-run';
  claim(!isDecided || event.kind === 'vote' || event.kind === 'edit', `${event.kind} decided`);
  if (isDecided) book.grantedAt = event.now;
  note(book, before, event, after, claim);
  if (isDecided && after.steps.length > 0)
    claim(hasQuorum(before, before.at, book, event), 'decided without a quorum');
  for (const effect of effects) {
    if (effect.kind !== 'run') continue;
    claim(event.kind === 'execute', 'work without an execution');
    claim(!book.runs.has(effect.step), 'work ran twice');
    book.runs.add(effect.step);
    if (event.kind !== 'execute') continue;
    claim(canonical(event.request) === book.text, 'other bytes than the approved ones');
    claim(effect.hash === sha(book.text), 'the hash is not that of the bytes');
    claim(event.now < book.grantedAt + 15 * MINUTE, 'work after the window');
    claim(event.now < book.request.expires_at, 'work after the expiry');
    for (let at = before.ran; at < Math.min(before.at + 1, before.steps.length); at += 1)
      claim(hasQuorum(before, at, book, event), 'work without a quorum that holds');
  }
  book.over = !['open', 'granted', 'executing'].includes(after.status);
  return wrong;
}

function note(
  book: Book,
  before: Approval,
  event: Event,
  after: Approval,
  claim: (isSo: boolean, what: string) => void,
): void {
  if (event.kind === 'vote') {
    const cast = after.votes.at(-1);
    const seat = cast?.seat ?? event.by;
    const said = { by: event.by, step: before.at, decision: event.decision, seat };
    const asked = before.steps[before.at]?.slots.flatMap(({ from }) => event.roster.members.get(from) ?? []);
    claim(before.status === 'open', 'a vote on what is decided');
    claim(event.hash === sha(book.text), 'a vote for other bytes');
    claim(GENUINE[event.surface] === event.means, 'a vote that is none');
    claim(holdsSeat(said, book, event.roster, event.now), 'a vote of somebody who may not');
    claim(asked?.includes(seat) === true, 'a vote of somebody who was not asked');
    const step = book.said.filter((one) => one.step === said.step);
    const rivals = step.filter((one) => one.by === said.by || one.seat === seat);
    // What somebody said who may not any more takes no seat, for good.
    claim(!rivals.some((one) => holdsSeat(one, book, event.roster, event.now)), 'two votes of one');
    const slots = before.steps[before.at]?.slots ?? [];
    const isSenior = event.roster.members.get('senior')?.includes(seat) === true;
    const isOnlySenior = isSenior && slots.every(({ from }) => from === 'senior');
    const earlier = book.said.filter((one) => one.step < said.step).flatMap((one) => [one.by, one.seat]);
    claim(!isOnlySenior || !earlier.includes(said.by), 'one who voted before is the senior, too');
    claim(event.decision === 'approve' || event.reason.trim() !== '', 'a refusal without a reason');
    book.said = [...book.said.filter((one) => !rivals.includes(one)), said];
  } else if (event.kind === 'edit') {
    claim(book.runs.size === 0, 'a change of what has run');
    book.text = canonical(event.request);
    book.request = event.request;
    book.said = [];
    book.made = [];
  } else if (event.kind === 'delegate') {
    const made = { from: event.by, to: event.to, since: event.now, until: event.until };
    claim(mayDecide(event.to, book, event.roster, event.now), 'a delegate who may not');
    book.made = [...book.made.filter(({ from }) => from !== made.from), made];
  } else if (event.kind === 'revoke') {
    const first = Math.min(
      ...book.said.filter((one) => one.by === event.by && one.step >= before.ran).map((one) => one.step),
    );
    book.said = book.said.filter((one) => one.step < first || (one.step === first && one.by !== event.by));
  } else if (event.kind === 'not-run') {
    claim(book.runs.delete(before.at), 'what never ran did not run');
    claim(after.grant?.until === before.grant?.until, 'a grant grew longer');
  } else if (event.kind === 'end') {
    claim(after.status === 'void', 'an end that is none');
  } else if (event.kind === 'expire') {
    claim(['open', 'expired'].includes(after.status), 'time decided');
    if (after.status === 'open' && after.steps[after.at]?.deadline !== null)
      book.said = book.said.filter((one) => one.step !== before.at);
  }
}
