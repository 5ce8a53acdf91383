import { payloadHash } from '../approvals/payload.ts';
import type { Approval } from '../model/approval.ts';
import type { LinkId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok, retryLater } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { Cause } from '../store/approvals.ts';
import {
  type EndedEarly,
  type NotAsked,
  SWITCHED_OFF,
  voidedNote,
  WORK_RUNNING,
  workLine,
} from '../texts/approval-notes.ts';
import { differences } from './approval-differences.ts';
import { type Approving, SWITCHED_OFF_MS } from './approving.ts';
import { boundNow, judgedAnew } from './build-approval.ts';
import { moveAlone, notedOf } from './move-approval.ts';
import type { Asked } from './open-approval.ts';
import type { World } from './world.ts';

const OWN: Omit<Cause, 'kind' | 'result'> = {
  actor: 'deskbridge',
  principal: null,
  surface: null,
  cause: null,
};
const OPEN = ['open', 'granted', 'executing'];
/** While its work runs nothing is said of it; it says itself what became of it. */
const AGAIN_MS = 5_000;

/**
 * Voids what was decided about requests that have become other ones, and asks again by the policy as it is now. What nobody
 * can be asked about any more ends, and agents and requester read why: nothing waits that nobody can decide.
 */
export async function reviewApprovals(world: World, id: LinkId): Promise<Outcome<null>> {
  const { approvals: approving } = world;
  const link = await world.store.links.get(id);
  if (link === null) return ok(null);
  if (approving === undefined) return retryLater(SWITCHED_OFF, 'turn', SWITCHED_OFF_MS);
  for (const record of await world.store.approvals.ofLink(id)) {
    if (record.native !== null || !OPEN.includes(record.approval.status)) continue;
    const reviewed = await reviewOne(world, approving, { record, link });
    if (reviewed.kind !== 'ok') return reviewed;
  }
  return ok(null);
}

interface Reviewing {
  readonly record: StoredApproval;
  readonly link: Link;
}

async function reviewOne(
  world: World,
  approving: Approving,
  { record, link }: Reviewing,
): Promise<Outcome<null>> {
  const { id, approval } = record;
  const now = await boundNow(world.store, record, link);
  if (now === null) return ok(null);
  if (now.isClosed) return endEarly(world, record, { because: 'closed' });
  if (now.hash === approval.hash) return ok(null);
  const ends = (why: NotAsked | { readonly because: 'has-run' }) =>
    endEarly(world, record, { because: 'changed', why });
  if (approval.ran > 0) return ends({ because: 'has-run' });
  const built = await judgedAnew(world.store, approving, { id, request: now.request });
  if (built.kind === 'not-asked') return ends(built.why);
  const { request, rule } = built;
  const changes = differences(approval.request, request).map(({ field, before, after }) =>
    workLine(field, before, after),
  );
  const moved = await moveAlone(world, id, {
    told: (held) =>
      payloadHash(held.approval.request) === approval.hash ? { kind: 'edit', request, rule } : null,
    cause: { ...OWN, kind: 'approval.voided', result: 'changed' },
    said: async (tx, after) => voidedNote(await notedOf(tx, id, after), changes),
  });
  if (moved.kind !== 'ok') return moved;
  if (moved.value?.kind !== 'refused') return ok(null);
  switch (moved.value.why) {
    case 'running':
      return retryLater(WORK_RUNNING, 'operation', AGAIN_MS);
    case 'no-approver':
      return ends({ because: 'no-approver', step: null });
    case 'has-run':
    case 'no-work':
    case 'too-late':
      return ends({ because: moved.value.why });
    default:
      return ok(null);
  }
}

/** Ends it with the reason on both sides. What lacks evidence is asked anew as soon as that is there. */
async function endEarly(world: World, record: StoredApproval, early: EndedEarly): Promise<Outcome<null>> {
  const { id, link } = record;
  const why = early.because === 'closed' ? early.because : early.why.because;
  const moved = await moveAlone(world, id, {
    told: ({ approval }) => (isVersion(approval, record.approval) ? { kind: 'end' } : null),
    cause: { ...OWN, kind: 'approval.ended', result: why },
    early,
    async afterwards(tx) {
      if (why !== 'evidence') return;
      const asked = askedAnew(record);
      // What is missing has just been said.
      await tx.said.once(`approval:${link}:${asked.origin}`, why);
      await tx.errands.add({ kind: 'open-approval', link, asked });
    },
  });
  if (moved.kind !== 'ok') return moved;
  const isRunning = moved.value?.kind === 'refused' && moved.value.why === 'running';
  return isRunning ? retryLater(WORK_RUNNING, 'operation', AGAIN_MS) : ok(null);
}

const isVersion = (now: Approval, then: Approval): boolean =>
  payloadHash(now.request) === then.hash && now.round === then.round && now.at === then.at;

/** The same once more, for an errand: whose idea it was stays. */
export function askedAnew({ origin, approval }: Pick<StoredApproval, 'origin' | 'approval'>): Asked {
  const { kind: action, trigger, proposer } = approval.request;
  return {
    ...{ action, trigger, origin: `${origin}:${approval.round + 1}` },
    proposer: proposer.kind === 'person' ? proposer.principal : proposer.owner,
  };
}
