import { createHash } from 'node:crypto';
import type { Link, Operation, OperationBody } from '../model/link.ts';
import { type Outcome, ok, type Rejected, retryLater } from '../model/outcome.ts';
import type { ApprovalButtons, ApprovalShown, Hidden } from '../slack/out/approval-shown.ts';
import type { Target } from '../slack/out/post.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { ApprovalCard as CardRow } from '../store/approval-sides.ts';
import type { StoreTx } from '../store/store.ts';
import { CHANGED_MEANWHILE, THE_CHANNEL, unreachableNote } from '../texts/approval-answers.ts';
import { mayAnswer } from './answer-approval.ts';
import { giveEach, tellOfChannel } from './approval-cards.ts';
import type { Approving } from './approving.ts';
import { hiddenOn } from './card-readers.ts';
import { issueTokens } from './issue-tokens.ts';
import { type Finished, type Preparation, slackEditLimits, slackPostLimits } from './prepared.ts';
import { concernedIn, decidedWhere, isRestricted, peopleIn, shownApproval } from './shown-approval.ts';
import { note } from './tell-approval.ts';
import type { World } from './world.ts';

type Body = Extract<OperationBody, { kind: 'approval-card' }>;
type To = Body['to'];

interface Showing {
  readonly world: World;
  readonly approving: Approving;
  readonly link: Link;
  readonly record: StoredApproval;
  readonly body: Body;
  readonly card: CardRow | null;
  /** Hash of what it shows, but for its tokens. */
  readonly shown: string;
  readonly hidden: Hidden | null;
}

const AGAIN_MS = 200;

/** The card of one approver, or of the approvals channel, as it is true now. */
export async function prepareApprovalCard(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: Body },
): Promise<Outcome<Preparation>> {
  const approving = world.approvals;
  const record = await world.store.approvals.get(body.approval);
  if (approving === undefined || record === null) return ok({ skip: 'approvals are switched off' });
  const cards = await world.store.approvals.cards.of(record.id);
  const card = cards.find((one) => isOf(one, body.to)) ?? null;
  const isOpen = record.approval.status === 'open';
  const isInDoubt = operation.state === 'sending';
  if (card === null && !isOpen && !isInDoubt) return ok({ skip: 'nothing is to be decided any more' });
  const hidden = await hiddenOn(world, { approving, record, link, to: body.to });
  if (hidden.kind !== 'ok') return hidden;
  if (card === null && hidden.value !== null && !isInDoubt)
    return ok(
      hidden.value === 'channel'
        ? givenToEach(record, body)
        : { skip: 'it is not asked of this person any more' },
    );
  const all = await shownApproval(world.store, approving, record, link);
  const about = hidden.value === null ? all : { ...all, hidden: hidden.value };
  const isTheirs = await decidesThere(world, record, body.to);
  const kind = actsKind({ approving, record, about, to: body.to, link, isTheirs });
  const shown = hashOf({ about: { ...about, people: [...about.people] }, kind });
  if (card?.shown === shown && body.anew !== true && !isInDoubt) return ok({ skip: 'it shows that already' });
  const acts = await actsOf(world, { approving, record, to: body.to, link }, kind);
  if (acts === 'stale') return retryLater(CHANGED_MEANWHILE, 'turn', AGAIN_MS);
  const look = world.look.approvalCard(about, acts);
  return ok(sending({ world, approving, link, record, body, card, shown, hidden: hidden.value }, look));
}

const isOf = ({ principal, channel }: CardRow, to: To) =>
  'principal' in to ? principal === to.principal : principal === null && channel === to.channel;

/** Its record takes no answer of his from here: he has no sign-in there, or it wants its own page. */
async function decidesThere(world: World, record: StoredApproval, to: To): Promise<boolean> {
  if (record.native === null || !('principal' in to)) return false;
  const may = await mayAnswer(world, record, to.principal);
  return may === 'no-sign-in' || may === 'only-there';
}

/**
 * `vote`: he decides on it. `open`: everybody opens a form of his own. `page`: he has to sign in afresh. `there`: he decides on
 * the ticket system's own page. `nowhere`: Slack may not show him what it is about, and there is no page.
 */
type ActsKind = 'vote' | 'open' | 'page' | 'there' | 'nowhere' | 'nothing';
interface For {
  readonly approving: Approving;
  readonly record: StoredApproval;
  readonly to: To;
  readonly link: Link;
}

const WAYS = { slack: 'vote', page: 'page', nowhere: 'nowhere' } as const;

/** Who has decided, or is not asked in this step, sees how it stands. */
function actsKind({
  approving,
  record,
  about,
  to,
  link,
  isTheirs,
}: For & { readonly about: ApprovalShown; readonly isTheirs: boolean }): ActsKind {
  const { approval } = record;
  if (approval.status !== 'open' || about.hidden !== undefined) return 'nothing';
  const where = decidedWhere(approving, record, link);
  if ('channel' in to) return about.restricted ? 'nothing' : 'open';
  const voted = approval.votes.some(({ step, by }) => step === approval.at && by === to.principal);
  if (voted || !about.asked.includes(to.principal)) return 'nothing';
  if (isTheirs) return 'there';
  return WAYS[where.kind];
}

const BESIDE = { outcomes: [], lookFirst: false, page: null } as const;

async function actsOf(
  world: World,
  { approving, record, to, link }: For,
  kind: ActsKind,
): Promise<ApprovalButtons | 'stale' | null> {
  const { id } = record;
  // Whom a ticket system asks it says itself.
  const escalate = record.native === null ? id : null;
  const look = isRestricted(link) ? null : id;
  const beside = { ...BESIDE, needsInfo: id, escalate, look };
  const where = decidedWhere(approving, record, link);
  if (kind === 'nothing') return null;
  if (kind === 'there') return { ...beside, page: record.native?.url ?? null, instead: 'theirs' };
  if (kind === 'page' && where.kind === 'page')
    return { ...beside, page: where.url, instead: isRestricted(link) ? 'hidden' : 'risk' };
  if (kind === 'nowhere') return { ...beside, escalate: null, instead: 'nowhere' };
  // In a channel the form that opens asks who somebody is.
  if (kind === 'open' || !('principal' in to)) return { ...beside, lookFirst: true };
  const issued = await issueTokens(world, {
    approval: id,
    by: to.principal,
    surface: 'card',
    shown: record.approval,
  });
  if (issued === null) return 'stale';
  const names = approving.rules.kinds[record.approval.request.kind]?.outcomes ?? {
    approve: null,
    deny: null,
  };
  const outcomes = [
    { decision: 'approve' as const, label: names.approve, value: issued.approve },
    { decision: 'deny' as const, label: names.deny, value: issued.deny },
  ];
  return { ...beside, outcomes };
}

const hashOf = (what: unknown) => createHash('sha256').update(JSON.stringify(what)).digest('hex');

function sending(showing: Showing, look: ReturnType<World['look']['approvalCard']>): Preparation {
  const { world, body, card, record, shown, hidden } = showing;
  const principal = 'principal' in body.to ? body.to.principal : null;
  // One that was found may show what it said when it was sent.
  const done = (at: Pick<CardRow, 'channel' | 'ts'>, isFound = false): Finished => ({
    remoteId: at.ts,
    async commit(tx) {
      await tx.approvals.cards.put(record.id, { ...at, principal, shown: isFound ? '' : shown });
      if (isFound || (await movedOn(tx, showing)))
        await tx.operations.append(showing.link.id, [
          { lane: 'slack', itemId: null, body: { ...body, anew: true } },
        ]);
      if ('channel' in body.to)
        await tellOfChannel(tx, showing.approving, record, { at: body.to.channel, hidden });
    },
  });
  const rest = { remember: null, otherwise: null, dispose: async () => {} };
  if (card !== null) {
    const at = { channel: card.channel, ts: card.ts };
    const { edit } = world.slack;
    return {
      ...{ ...rest, ...slackEditLimits, timeoutMs: edit.timeoutMs, settleMs: edit.settleMs },
      point: { send: 'slack.edit.send', find: 'slack.edit.find' },
      async send(attempt) {
        if (await hasChanged(showing)) return retryLater(CHANGED_MEANWHILE, 'turn', AGAIN_MS);
        const sent = await edit.send({ ...at, ...look }, attempt);
        if (sent.kind === 'ok') return ok(done(at));
        return sent.kind === 'rejected' && sent.code === 'not-found' ? ok(goneFromSlack(showing, at)) : sent;
      },
      // Setting it again is harmless, and its tokens are others each time.
      find: async () => ok(null),
    };
  }
  const target: Target =
    'user' in body.to
      ? { kind: 'direct', user: body.to.user }
      : { kind: 'channel', channel: body.to.channel };
  const { post } = world.slack;
  return {
    ...{ ...rest, timeoutMs: post.timeoutMs, settleMs: post.settleMs },
    ...slackPostLimits('user' in body.to ? body.to.user : body.to.channel),
    point: { send: 'slack.post.send', find: 'slack.post.find' },
    async send(attempt) {
      if (await hasChanged(showing)) return retryLater(CHANGED_MEANWHILE, 'turn', AGAIN_MS);
      const sent = await post.send({ target, ...look }, attempt);
      if (sent.kind === 'ok') return ok(done(sent.value));
      return sent.kind === 'rejected' && sent.code !== 'auth' ? ok(unreachable(showing, sent)) : sent;
    },
    async find(attempt) {
      const found = await post.find({ target, ...look }, attempt);
      if (found.kind !== 'ok') return found;
      return ok(found.value === null ? null : done(found.value, true));
    },
  };
}

/** A change while an edit is under way sends a card of its own; while a first card is, its commit looks once more. */
const hasChanged = async ({ world, record, link }: Showing): Promise<boolean> =>
  isOther({ record, link }, await world.store.approvals.get(record.id), await world.store.links.get(link.id));

/** The same in the transaction that writes the card down, after which every change sends a card of its own. */
const movedOn = async (tx: StoreTx, { record, link }: Showing): Promise<boolean> =>
  isOther({ record, link }, await tx.approvals.hold(record.id), await tx.links.get(link.id));

function isOther(
  { record, link }: Pick<Showing, 'record' | 'link'>,
  now: StoredApproval | null,
  there: Link | null,
): boolean {
  const isSame = JSON.stringify(now?.approval) === JSON.stringify(record.approval);
  return !isSame || (there !== null && isRestricted(there) !== isRestricted(link));
}

/** The channel may not have it: each of them has a card of his own instead. */
const givenToEach = (record: StoredApproval, { to }: Body): Preparation => {
  const done: Finished = {
    remoteId: null,
    commit: (tx) => ('channel' in to ? giveEach(tx, record) : Promise.resolve()),
  };
  return {
    ...{ remember: null, otherwise: null, dispose: async () => {}, ...slackEditLimits },
    ...{ timeoutMs: 1_000, settleMs: 0, point: { send: 'slack.edit.send', find: 'slack.edit.find' } },
    send: async () => ok(done),
    find: async () => ok(done),
  };
};

/** Somebody took it out of Slack: while it can be decided it is posted anew. */
const goneFromSlack = ({ record, body, link }: Showing, at: Pick<CardRow, 'channel' | 'ts'>): Finished => ({
  remoteId: null,
  async commit(tx) {
    await tx.approvals.cards.forget(record.id, at);
    await tx.operations.append(link.id, [{ lane: 'slack', itemId: null, body }]);
  },
});

/** Slack does not let us speak to him: the agents know, and whoever else is asked can still decide. */
function unreachable({ approving, record, body, link }: Showing, { reason }: Rejected): Finished {
  return {
    remoteId: null,
    async commit(tx: StoreTx) {
      const principal = 'principal' in body.to ? body.to.principal : null;
      const people = await peopleIn(tx, principal === null ? [] : [principal]);
      const name = (principal === null ? null : people.get(principal)?.name) ?? THE_CHANNEL;
      if (principal === null) await giveEach(tx, record);
      await tx.operations.append(link.id, [
        note(unreachableNote(name, concernedIn(approving, record, link), reason)),
      ]);
      await tx.approvals.refused(record, {
        ...{ kind: 'approval.not-reached', actor: 'deskbridge', principal, surface: 'card' },
        ...{ result: 'unreachable', cause: null },
      });
    },
  };
}
