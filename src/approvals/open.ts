import type { Approval, ApprovalRequest, ApprovalStep, Grant } from '../model/approval.ts';
import { payloadHash } from './payload.ts';
import type { Policies, Policy } from './policy.ts';
import { fills, needed } from './quorum.ts';
import { type Roster, type Standing, standing } from './standing.ts';

const MINUTE_MS = 60_000;
/** The name of the work that runs after the last step. */
const LAST_WORK = 'main';

export type Opened =
  | { readonly kind: 'opened'; readonly approval: Approval }
  /** `no-approver`: some step could never be filled. `no-work`: something should run, and the request does not say what. */
  | {
      readonly kind: 'refused';
      readonly because: 'no-approver' | 'no-work' | 'too-late';
      readonly step: string | null;
    };

/** How long things take, beside what a step says of itself. */
export type Times = Pick<Policies, 'senior_minutes' | 'run_within_minutes'>;

export const isLast = ({ steps, at }: Pick<Approval, 'steps' | 'at'>): boolean => at >= steps.length - 1;
export const workName = (approval: Approval): string =>
  isLast(approval) ? LAST_WORK : (approval.steps[approval.at]?.name ?? LAST_WORK);

export function grantFor(approval: Omit<Approval, 'grant'>, times: Times, now: number): Grant {
  return { step: approval.at, hash: approval.hash, until: now + times.run_within_minutes * MINUTE_MS };
}

export const deadlineOf = ({ timeout }: Pick<ApprovalStep, 'timeout'>, now: number): number =>
  now + timeout.after_minutes * MINUTE_MS;

export function seniorStep(who: Standing, times: Times, runs: boolean): ApprovalStep {
  const people = who.membersOf('senior').length;
  return {
    name: 'senior',
    slots: [{ from: 'senior', need: 'any', opened: people === 0 ? 1 : needed('any', people) }],
    deny: 1,
    timeout: { after_minutes: times.senior_minutes, outcome: 'deny' },
    runs,
    deadline: null,
  };
}

/** Whether all who may sit in a step could fill it together. */
export const canBeFilled = ({ slots }: ApprovalStep, who: Standing): boolean =>
  fills(
    slots,
    slots.flatMap(({ from }) => who.membersOf(from)),
    who,
  );

/** A request as its policy wants it decided, from the first step on. `round` is that of the request before it, and one more. */
export function open(
  request: ApprovalRequest,
  rule: Policy,
  times: Times,
  at: { readonly roster: Roster; readonly now: number; readonly round: number },
): Opened {
  const { roster, now, round } = at;
  if (now >= request.expires_at) return { kind: 'refused', because: 'too-late', step: null };
  const who = standing(request, [], roster, now);
  const steps = planned(rule, times, who);
  const empty = steps.find((step) => !canBeFilled(step, who));
  if (empty !== undefined) return { kind: 'refused', because: 'no-approver', step: empty.name };
  const works = [...steps.slice(0, -1).flatMap(({ name, runs }) => (runs ? [name] : [])), LAST_WORK];
  const workless = works.find((name) => request.work[name] === undefined);
  if (workless !== undefined && rule.verdict !== 'block')
    return { kind: 'refused', because: 'no-work', step: workless };
  const approval = {
    ...{ status: 'open', request, hash: payloadHash(request), round, at: 0, ran: 0 },
    ...{ votes: [], delegations: [], grant: null },
    steps: steps.map((step, index) => (index === 0 ? { ...step, deadline: deadlineOf(step, now) } : step)),
  } satisfies Approval;
  if (rule.verdict === 'block')
    return { kind: 'opened', approval: { ...approval, status: 'blocked', steps: [] } };
  if (rule.verdict === 'allow')
    return {
      kind: 'opened',
      approval: { ...approval, status: 'granted', grant: grantFor(approval, times, now) },
    };
  return { kind: 'opened', approval };
}

function planned({ verdict, steps }: Policy, times: Times, who: Standing): readonly ApprovalStep[] {
  if (verdict === 'block' || verdict === 'allow') return [];
  const own = steps.map(
    ({ slots, ...step }): ApprovalStep => ({
      ...step,
      slots: slots.map(({ from, need }) => {
        const most = needed(need, who.membersOf(from).length);
        return { from, need, opened: Number.isFinite(most) ? most : 1 };
      }),
      deadline: null,
    }),
  );
  const all = verdict === 'escalate' ? [...own, seniorStep(who, times, false)] : own;
  return all.map((step, index) => ({ ...step, runs: step.runs || index === all.length - 1 }));
}
