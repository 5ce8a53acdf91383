import type {
  Approval,
  ApprovalRequest,
  ApprovalStatus,
  Decision,
  Delegation,
  PayloadHash,
  Surface,
  Vote,
} from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import { isVote, type Means } from './means.ts';
import { canBeFilled, deadlineOf, grantFor, isLast, open, seniorStep, type Times, workName } from './open.ts';
import { payloadHash } from './payload.ts';
import type { Policy } from './policy.ts';
import { counting, fills } from './quorum.ts';
import { isSound, type Roster, type Standing, standing, standingAt } from './standing.ts';

interface At {
  readonly now: number;
  readonly roster: Roster;
}

export type Event =
  | (At & {
      readonly kind: 'vote';
      readonly by: PrincipalId;
      readonly surface: Surface;
      readonly means: Means;
      readonly decision: Decision;
      /** What he was shown. */
      readonly hash: PayloadHash;
      readonly round: number;
      /** Needed to deny. */
      readonly reason: string;
    })
  | (At & { readonly kind: 'edit'; readonly request: ApprovalRequest; readonly rule: Policy })
  | (At & {
      readonly kind: 'delegate';
      readonly by: PrincipalId;
      readonly to: PrincipalId;
      readonly until: number;
    })
  | (At & { readonly kind: 'revoke'; readonly by: PrincipalId })
  | (At & { readonly kind: 'expire' })
  /** Nobody can be asked about it any more, or nobody has to be: its ticket was closed, for instance. */
  | (At & { readonly kind: 'end' })
  /** `request`: what the executor is about to do, as it will do it. */
  | (At & { readonly kind: 'execute'; readonly request: ApprovalRequest })
  | (At & { readonly kind: 'done'; readonly ok: boolean })
  /** The ticket system surely did nothing of it, and may be asked again while the grant lasts. */
  | (At & { readonly kind: 'not-run' })
  /** The process that was at it has died. */
  | (At & { readonly kind: 'crash' });

export type Effect =
  /** The open step's approvers are asked, anew where they were asked before. */
  | { readonly kind: 'ask'; readonly step: number; readonly round: number }
  /** The work of this name is done now, once, on these bytes. */
  | { readonly kind: 'run'; readonly step: number; readonly work: string; readonly hash: PayloadHash }
  /** Nobody is asked any more; cards and the ticket say what became of it. */
  | { readonly kind: 'closed'; readonly status: ApprovalStatus }
  | { readonly kind: 'remind'; readonly step: number };

export type Refusal =
  | 'over'
  | 'running'
  | 'has-run'
  | 'not-a-vote'
  | 'another-version'
  | 'too-late'
  | 'not-yet'
  | 'may-not-decide'
  | 'not-asked'
  | 'has-voted'
  | 'reason-missing'
  | 'same'
  | 'no-approver'
  | 'no-work'
  | 'not-granted'
  | 'no-quorum'
  | 'delegation-unsound'
  | 'nothing-to-revoke';

export type Stepped =
  | { readonly kind: 'moved'; readonly approval: Approval; readonly effects: readonly Effect[] }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** What a step asks of others; the model test puts a broken one in the place of each. */
export interface Parts {
  readonly standing: typeof standing;
  readonly standingAt: typeof standingAt;
  readonly fills: typeof fills;
  readonly counting: typeof counting;
  readonly payloadHash: typeof payloadHash;
  readonly isVote: typeof isVote;
  /** What stays of the votes when the request changes. */
  readonly afterEdit: (fresh: Approval, before: Approval) => Approval;
  readonly afterCrash: (approval: Approval) => Approval;
  readonly atTimeout: (approval: Approval) => Approval;
}
export const PARTS: Parts = {
  ...{ standing, standingAt, fills, counting, payloadHash, isVote },
  afterEdit: (fresh) => fresh,
  afterCrash: (approval) => ({ ...approval, status: 'uncertain', grant: null }),
  atTimeout: (approval) => ({ ...approval, status: 'expired', grant: null }),
};

const refused = (why: Refusal): Stepped => ({ kind: 'refused', why });
const closed = (approval: Approval): Stepped => ({
  kind: 'moved',
  approval,
  effects: [{ kind: 'closed', status: approval.status }],
});
const asking = (approval: Approval): Stepped => ({
  kind: 'moved',
  approval,
  effects: [{ kind: 'ask', step: approval.at, round: approval.round }],
});
const isOver = ({ status }: Approval) => !['open', 'granted', 'executing'].includes(status);

export type Step = (approval: Approval, event: Event) => Stepped;

/** The machine of one request: pure, so what it answers is what its arguments say. */
export function createStep(times: Times, parts: Parts = PARTS): Step {
  return (approval, event) => {
    if (isOver(approval)) return refused('over');
    const running = approval.status === 'executing';
    if (event.kind === 'done') return running ? done(approval, event) : refused('not-granted');
    if (event.kind === 'crash') return running ? closed(parts.afterCrash(approval)) : refused('not-granted');
    if (event.kind === 'not-run') return running ? notRun(approval) : refused('not-granted');
    if (running) return refused('running');
    const all = parts.standing(approval.request, approval.delegations, event.roster, event.now);
    const who = parts.standingAt(all, approval, approval.at);
    switch (event.kind) {
      case 'vote':
        return vote(approval, event, { who, times, parts });
      case 'edit':
        return edit(approval, event, { who, times, parts });
      case 'delegate':
        return delegate(approval, event, who);
      case 'revoke':
        return revoke(approval, event);
      case 'expire':
        return expire(approval, event, { who, times, parts });
      case 'end':
        return closed({ ...approval, status: 'void', grant: null });
      case 'execute':
        return execute(approval, event, { who: all, times, parts });
    }
  };
}

interface Using {
  readonly who: Standing;
  readonly times: Times;
  readonly parts: Parts;
}
type Of<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>;

const isTooLate = ({ request, steps, at }: Approval, now: number) =>
  now >= Math.min(request.expires_at, steps[at]?.deadline ?? Number.POSITIVE_INFINITY);
const votesOf = ({ votes }: Approval, step: number) => votes.filter((one) => one.step === step);

function vote(approval: Approval, event: Of<'vote'>, { who, times, parts }: Using): Stepped {
  const { by, surface, decision, hash, now } = event;
  const step = approval.steps[approval.at];
  if (approval.status !== 'open' || step === undefined) return refused('over');
  if (!parts.isVote(surface, event.means)) return refused('not-a-vote');
  if (event.round !== approval.round || hash !== approval.hash) return refused('another-version');
  if (isTooLate(approval, now)) return refused('too-late');
  if (!who.mayDecide(by)) return refused('may-not-decide');
  const asked = step.slots.flatMap(({ from }) => who.membersOf(from));
  // What somebody said who may not any more takes no seat.
  const cast = parts.counting(votesOf(approval, approval.at), who);
  if (cast.some((one) => one.by === by)) return refused('has-voted');
  const seats = who.seatsOf(by).filter((one) => asked.includes(one));
  if (seats.length === 0) return refused('not-asked');
  const seat = seats.find((one) => !cast.some((other) => other.seat === one));
  if (seat === undefined) return refused('has-voted');
  if (decision === 'deny' && event.reason.trim() === '') return refused('reason-missing');
  const stands = (one: Vote) =>
    one.step !== approval.at || cast.includes(one) || (one.by !== by && one.seat !== seat);
  const own: Vote = { step: approval.at, by, seat, decision, hash, surface, at: now };
  const voted: Approval = { ...approval, votes: [...approval.votes.filter(stands), own] };
  const denials = parts.counting(votesOf(voted, voted.at), who).filter((one) => one.decision === 'deny');
  if (denials.length >= step.deny) return closed({ ...voted, status: 'denied', grant: null });
  if (!isFilled(voted, voted.at, { who, times, parts }))
    return { kind: 'moved', approval: voted, effects: [] };
  return step.runs
    ? {
        kind: 'moved',
        approval: { ...voted, status: 'granted', grant: grantFor(voted, times, now) },
        effects: [],
      }
    : asking(nextStep(voted, now));
}

function isFilled(approval: Approval, at: number, { who, parts }: Using): boolean {
  const slots = approval.steps[at]?.slots;
  const own = parts.standingAt(who, approval, at);
  const counted = parts.counting(votesOf(approval, at), own);
  const seats = counted.filter(({ decision }) => decision === 'approve').map(({ seat }) => seat);
  return slots !== undefined && parts.fills(slots, seats, own);
}

const opened = (approval: Approval, at: number, now: number): Approval => ({
  ...{ ...approval, status: 'open', grant: null, at },
  steps: approval.steps.map((step, index) =>
    index === at ? { ...step, deadline: deadlineOf(step, now) } : step,
  ),
});
const nextStep = (approval: Approval, now: number) => opened(approval, approval.at + 1, now);

/** A changed request is another one: its policy is asked again, and whatever was said of the old one is void. */
function edit(approval: Approval, event: Of<'edit'>, { times, parts }: Using): Stepped {
  if (approval.ran > 0) return refused('has-run');
  if (payloadHash(event.request) === approval.hash) return refused('same');
  const { roster, now } = event;
  const fresh = open(event.request, event.rule, times, { roster, now, round: approval.round + 1 });
  if (fresh.kind === 'refused') return refused(fresh.because);
  const after = parts.afterEdit(fresh.approval, approval);
  if (after.status === 'blocked') return closed(after);
  return after.status === 'open' ? asking(after) : { kind: 'moved', approval: after, effects: [] };
}

/** Only who is asked himself can name a delegate: whoever stands in for another cannot pass it on. */
function delegate(approval: Approval, event: Of<'delegate'>, who: Standing): Stepped {
  const { by, to, now, until } = event;
  const step = approval.steps[approval.at];
  if (approval.status !== 'open' || step === undefined) return refused('over');
  if (!who.mayDecide(by) || !who.mayDecide(to)) return refused('may-not-decide');
  if (!step.slots.some(({ from }) => who.membersOf(from).includes(by))) return refused('not-asked');
  const made: Delegation = { from: by, to, since: now, until };
  if (!isSound(made)) return refused('delegation-unsound');
  const delegations = [...approval.delegations.filter(({ from }) => from !== by), made];
  return asking({ ...approval, delegations });
}

/** Takes a vote back, and with it everything that was built on it, as long as nothing has run on it. */
function revoke(approval: Approval, { by, now }: Of<'revoke'>): Stepped {
  const own = approval.votes.filter((one) => one.by === by && one.step >= approval.ran);
  const step = Math.min(...own.map((one) => one.step));
  if (own.length === 0) return refused('nothing-to-revoke');
  const votes = approval.votes.filter((one) => one.step < step || (one.step === step && one.by !== by));
  return asking(opened({ ...approval, votes }, step, now));
}

function expire(approval: Approval, { now }: Of<'expire'>, { who, times, parts }: Using): Stepped {
  const { grant, steps, at } = approval;
  const step = steps[at];
  if (now >= (grant?.until ?? approval.request.expires_at)) return closed(parts.atTimeout(approval));
  if (step === undefined || approval.status !== 'open') return refused('not-yet');
  if (step.deadline === null || now < step.deadline) return refused('not-yet');
  if (step.timeout.outcome === 'stay') {
    const kept = steps.map((one, index) => (index === at ? { ...one, deadline: null } : one));
    return {
      ...{ kind: 'moved', approval: { ...approval, steps: kept } },
      effects: [{ kind: 'remind', step: at }],
    };
  }
  // Under its own name, by which its work is known.
  const senior = { ...seniorStep(who, times, step.runs), name: step.name };
  if (step.timeout.outcome === 'deny' || !canBeFilled(senior, who)) return closed(parts.atTimeout(approval));
  const higher = steps.map((one, index) => (index === at ? senior : one));
  const votes = approval.votes.filter((one) => one.step < at);
  return asking(opened({ ...approval, steps: higher, votes }, at, now));
}

/** Everything is asked again, of the people as they are now and of the bytes as they will be sent. */
function execute(approval: Approval, event: Of<'execute'>, using: Using): Stepped {
  const { grant, at, ran } = approval;
  if (approval.status !== 'granted' || grant === null) return refused('not-granted');
  if (event.now >= Math.min(grant.until, approval.request.expires_at)) return refused('too-late');
  const hash = using.parts.payloadHash(event.request);
  if (hash !== approval.hash || grant.hash !== hash || grant.step !== at) return refused('another-version');
  for (let step = ran; step < Math.min(at + 1, approval.steps.length); step += 1)
    if (!isFilled(approval, step, using)) return refused('no-quorum');
  return {
    kind: 'moved',
    approval: { ...approval, status: 'executing' },
    effects: [{ kind: 'run', step: at, work: workName(approval), hash }],
  };
}

/** The grant is the same one, and so is its end. */
const notRun = (approval: Approval): Stepped => ({
  kind: 'moved',
  approval: { ...approval, status: 'granted' },
  effects: [],
});

function done(approval: Approval, { ok, now }: Of<'done'>): Stepped {
  if (!ok) return closed({ ...approval, status: 'failed', grant: null });
  const ran = { ...approval, ran: approval.at + 1, grant: null };
  return isLast(approval) ? closed({ ...ran, status: 'executed' }) : asking(nextStep(ran, now));
}
