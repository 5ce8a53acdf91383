import { judge } from '../approvals/judge.ts';
import { open } from '../approvals/open.ts';
import { payloadHash, policyHash } from '../approvals/payload.ts';
import type { Policy } from '../approvals/policy.ts';
import { wantedIn } from '../approvals/work.ts';
import type { ApprovalId, ApprovalRequest } from '../model/approval.ts';
import type { LinkId, PrincipalId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { SetField } from '../model/ticket.ts';
import type { StoreTx } from '../store/store.ts';
import {
  JUDGED_ANEW,
  leftToAgentsNote,
  type NotAsked,
  notAskedNote,
  notAskedText,
} from '../texts/approval-notes.ts';
import { setByWhom } from '../texts/native-approvals.ts';
import { modeFor } from './approval-mode.ts';
import type { Approving } from './approving.ts';
import { whoSet } from './ask-when.ts';
import { buildRouted } from './build-approval.ts';
import { follow, namesOf } from './move-approval.ts';
import { askedNow, knowNamed, MOST_LOOKED_UP, rosterIn, unfitAmong, wordsIn } from './roster.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

/** Somebody asked for the same meanwhile, so the rate of the matrix gives another risk. */
const JUDGED_ANEW_MS = 1_000;

/** A request for a decision, as its proposer puts it. */
export interface NewApproval {
  readonly link: Link;
  /** What asks; the same never asks twice for one link. */
  readonly origin: string;
  readonly request: ApprovalRequest;
  /** For the audit: `slack:U…`, or `deskbridge`. */
  readonly actor: string;
  readonly cause: string | null;
  /** It was judged a moment ago: where the rule says something else by now, it is built once more. */
  readonly isFresh?: boolean;
}

export type OpenedApproval =
  | { readonly kind: 'opened'; readonly id: ApprovalId; readonly asked: readonly PrincipalId[] }
  | { readonly kind: 'known' }
  | { readonly kind: 'not-asked'; readonly why: NotAsked };

/**
 * Asks for a decision: judges the request anew, and refuses one whose policy, risk or work is not what the rule says. The
 * ticket is there in any case; who asked and the agents are told why when nobody is asked.
 */
export async function openApproval(
  world: World,
  approving: Approving,
  { link, origin, request: proposed, actor, cause, isFresh = false }: NewApproval,
): Promise<Outcome<OpenedApproval>> {
  const rule = await ruleOf(world, approving, proposed);
  const mode = await modeFor(world.store, approving, link, proposed.kind);
  const request: ApprovalRequest = mode === 'on' ? proposed : { ...proposed, simulated: true };
  if (rule === null && isFresh) return retryLater(JUDGED_ANEW, 'operation', JUDGED_ANEW_MS);
  if (rule === null)
    return ok(
      await tellNotAsked(
        world,
        { link, origin, action: request.kind, actor, request },
        { because: 'disagrees', policy: request.policy.name },
      ),
    );
  const works = Object.values(request.work);
  if (works.some((one) => wantedIn(one) === null))
    return ok(
      await tellNotAsked(
        world,
        { link, origin, action: request.kind, actor, request },
        { because: 'no-work' },
      ),
    );
  const asked = {
    request,
    words: wordsIn(rule.steps),
    others: [request.requester],
  };
  await knowNamed(world, approving, asked);
  const first = await rosterIn(approving, world.store, asked, new Set());
  const wanted = [...new Set([...first.members.values()].flat())].slice(0, MOST_LOOKED_UP);
  const unfit = await unfitAmong(world, [...wanted, request.requester]);
  if (unfit.kind !== 'ok') return unfit;
  const now = (await world.store.now()).getTime();
  const opened = await world.store.transaction(async (tx): Promise<OpenedApproval> => {
    const roster = await rosterIn(approving, tx, asked, unfit.value);
    const begun = open(request, rule, approving.rules, { roster, now, round: 1 });
    if (begun.kind === 'refused')
      return {
        kind: 'not-asked',
        why:
          begun.because === 'no-approver'
            ? { because: begun.because, step: begun.step }
            : { because: begun.because },
      };
    const { approval } = begun;
    const result = {
      ...{ kind: 'approval.opened', actor, principal: request.requester },
      surface: null,
      result: approval.status,
      cause,
    };
    await tx.links.wake(link.id, false);
    const id = await tx.approvals.open(link.id, { origin, approval }, result);
    if (id === null) return { kind: 'known' };
    const people = askedNow(approval, roster, now);
    const effects =
      approval.status === 'open'
        ? [{ kind: 'ask' as const, step: 0, round: 1 }]
        : approval.status === 'blocked'
          ? [{ kind: 'closed' as const, status: approval.status }]
          : [];
    const names = await namesOf(tx, people);
    await follow(tx, {
      world,
      approving,
      link,
      id,
      before: null,
      after: approval,
      effects,
      names,
      reason: '',
    });
    return { kind: 'opened', id, asked: people };
  });
  if (opened.kind === 'not-asked')
    return ok(await tellNotAsked(world, { link, origin, action: request.kind, actor, request }, opened.why));
  world.metrics.count('deskbridge_approvals_opened', { policy: rule.name, what: opened.kind });
  return ok(opened);
}

/** The rule that the request names, where it says of it what the request says; null: it does not, or not any more. */
async function ruleOf(world: World, { rules }: Approving, request: ApprovalRequest): Promise<Policy | null> {
  const { kind, requester, policy } = request;
  const { minutes } = rules.matrix.rate;
  const before = await world.store.approvals.countOf(kind, { requester, minutes });
  const judged = judge(rules, request, before);
  if (judged.kind === 'refused') return null;
  const { rule, risk } = judged;
  const agrees = rule.name === policy.name && policyHash(rule) === policy.hash;
  return agrees && risk === request.risk ? rule : null;
}

interface Wanted {
  readonly link: Link;
  readonly origin: string;
  readonly action: string;
  readonly actor: string;
  /** Null: it could not even be put together. */
  readonly request: ApprovalRequest | null;
}

/** Said once, however often it is tried. */
async function tellNotAsked(world: World, wanted: Wanted, why: NotAsked): Promise<OpenedApproval> {
  const { link, origin, action, actor, request } = wanted;
  await world.store.transaction(async (tx: StoreTx) => {
    await tx.links.wake(link.id, false);
    if (!(await tx.said.once(`approval:${link.id}:${origin}`, why.because))) return;
    await tx.operations.append(link.id, [
      note(notAskedNote(action, why)),
      {
        lane: 'slack',
        itemId: null,
        body: { kind: 'post', text: notAskedText(action, why), where: 'conversation' },
      },
    ]);
    await tx.approvals.unopened({
      ...{ kind: 'approval.refused', actor, principal: request?.requester ?? null, surface: null },
      ...{ result: 'not-asked', cause: null, why: why.because, link: link.id, action, object: origin },
      asked: request === null ? null : askedIn(request),
    });
  });
  world.metrics.count('deskbridge_approvals_not_asked', { why: why.because });
  return { kind: 'not-asked', why };
}

const askedIn = (request: ApprovalRequest) => ({
  ...{ corr: request.correlation, policy: request.policy.name, policyHash: request.policy.hash },
  payloadHash: payloadHash(request),
});

/** Nobody enabled it here: the agents ask whoever has to approve, as without Deskbridge. */
async function leaveToAgents(world: World, link: Link, action: string): Promise<void> {
  await world.store.transaction(async (tx) => {
    await tx.links.wake(link.id, false);
    if (!(await tx.said.once(`approval:${link.id}:${action}`, 'off'))) return;
    await tx.operations.append(link.id, [note(leftToAgentsNote(action))]);
  });
}

/** What the route of a request demands, or `asked` alone, once its ticket is there. False: it is not, or something is missing yet. */
export async function openRouted(
  world: World,
  id: LinkId,
  asked: Asked | null = null,
): Promise<Outcome<boolean>> {
  const approving = world.approvals;
  const link = await world.store.links.get(id);
  if (approving === undefined || link === null || link.route === null) return ok(true);
  if (link.status === 'closed') return ok(true);
  let isComplete = true;
  const { rule, policies } = link.route;
  const all =
    asked === null
      ? policies.map((action) => ({ action, origin: `route:${action}`, trigger: `route ${rule}` }))
      : [asked];
  for (const one of all) {
    const opened = await openAsked(world, approving, link, one);
    if (opened.kind !== 'ok') return opened;
    if (opened.value === null) return ok(false);
    isComplete &&= opened.value;
  }
  return ok(isComplete);
}

/** What is asked for, by whom of the program, and why. */
export interface Asked {
  readonly action: string;
  readonly origin: string;
  readonly trigger: string;
  /** What an agent set on the ticket; absent: its route demands it. */
  readonly set?: { readonly field: SetField; readonly is: string };
  /** Whose idea it was when it was asked before. */
  readonly proposer?: PrincipalId;
}

/** Whether nothing is missing for it; null: its ticket was not read yet. */
async function openAsked(
  world: World,
  approving: Approving,
  link: Link,
  asked: Asked,
): Promise<Outcome<boolean | null>> {
  const { action, origin, set } = asked;
  if ((await modeFor(world.store, approving, link, action)) === 'off') {
    await leaveToAgents(world, link, action);
    return ok(true);
  }
  const by = set === undefined ? null : await whoSet(world, link, set);
  if (by !== null && by.kind !== 'ok') return by;
  const setBy = by?.value ?? null;
  const trigger = setBy === null ? asked.trigger : setByWhom(asked.trigger, setBy.person !== null);
  const proposer = setBy?.person ?? asked.proposer ?? null;
  const built = await buildRouted(world, approving, { link, action, trigger, proposer });
  if (built === null) return ok(null);
  // Asked anew it is by nobody's hand.
  const actor = setBy?.actor ?? (asked.proposer === undefined ? `slack:${link.requester}` : 'deskbridge');
  if (built.kind === 'not-asked') {
    await tellNotAsked(world, { link, origin, action, actor, request: null }, built.why);
    return ok(built.why.because !== 'evidence');
  }
  const { request } = built;
  const opened = await openApproval(world, approving, {
    link,
    origin,
    request,
    actor,
    cause: null,
    isFresh: true,
  });
  return opened.kind === 'ok' ? ok(true) : opened;
}
