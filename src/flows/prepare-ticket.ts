import type { Connector } from '../connectors/connector.ts';
import { plainDoc } from '../model/doc.ts';
import { ticketFieldOf } from '../model/form.ts';
import { CommentId, type SlackUser, type TicketId } from '../model/ids.ts';
import type { BodyOf, Link, Operation, OperationBody } from '../model/link.ts';
import { type Outcome, ok, type Rejected } from '../model/outcome.ts';
import type { ChosenStep } from '../model/step.ts';
import type { Author, CommentDraft, FieldLeft, FormAnswers, PersonalGrant } from '../model/ticket.ts';
import type { LinkedAccount } from '../store/accounts.ts';
import type { StoreTx } from '../store/store.ts';
import { notAllChanged } from '../texts/carrying.ts';
import { ticketName } from '../texts/names.ts';
import {
  around,
  type Finished,
  type Preparation,
  type Prepared,
  READ_TIMEOUT_MS,
  type Run,
  ticketLimits,
  ticketOf,
} from './prepared.ts';
import type { World } from './world.ts';

/** The sign-in of a person, while it works. */
export function grantOf(world: World, linked: LinkedAccount): PersonalGrant | null {
  const { account, user, connector, grant, consented, refused } = linked;
  if (refused !== null) return null;
  if (grant !== null) return { account, secret: grant };
  return consented ? { account, token: world.tokenOf(connector, user) } : null;
}

/** Refusals of one ticket: it forbids him this, or he may not even see it. */
const HIS_ALONE = new Set<Rejected['code']>(['forbidden', 'not-found']);

/**
 * Whoever linked his account acts as himself; when his sign-in is refused, the bridge acts for him and names him. What
 * only this ticket forbids him says nothing of his sign-in: the bridge carries this one comment or file. A change of the
 * ticket it does not make for him: that would lend him rights that the ticket system denies him.
 */
export async function authorOf(
  world: World,
  link: Link,
  {
    name,
    by,
    body,
  }: {
    readonly name: string;
    readonly by: SlackUser | null;
    readonly body: BodyOf<'comment' | 'attach' | 'write'>;
  },
): Promise<{ readonly author: Author; readonly otherwise: Prepared['otherwise'] }> {
  const connector = link.route?.connector;
  const linked =
    by === null || connector === undefined ? null : await world.store.accounts.get(by, connector);
  const grant = linked === null || mayNotHimself(body) ? null : grantOf(world, linked);
  if (by === null || connector === undefined || grant === null) {
    return { author: { name, grant: null }, otherwise: null };
  }
  const otherwise = async (refused: Rejected) => {
    if (HIS_ALONE.has(refused.code)) return carried(world, link, { body, refused });
    if (refused.code !== 'auth') return null;
    await world.store.accounts.refuse(by, connector, refused.reason);
    world.log.warn(
      { user: by, connector },
      'A personal sign-in is refused; the bridge acts for this person until he links again',
    );
    return body;
  };
  return { author: { name, grant }, otherwise };
}

/** What is sent now is remembered as this account's, null for the bridge's. */
export const accountOf = ({ grant }: Author) => grant?.account ?? null;

/** As whom its proof is looked for. What is sent anew goes as its author, whoever sent it before. */
export const provenAs = (
  { state }: Operation,
  { sentAs }: BodyOf<'comment' | 'attach'>,
): Pick<CommentDraft, 'sentAs'> => (state === 'sending' && sentAs !== undefined ? { sentAs } : {});

const mayNotHimself = (body: BodyOf<'comment' | 'attach' | 'write'>) =>
  body.kind !== 'write' && body.asBridge === true;

/** Words and files by the hand of the bridge, where it can see the ticket; null when nothing else can be done. */
async function carried(
  world: World,
  link: Link,
  { body, refused }: { readonly body: BodyOf<'comment' | 'attach' | 'write'>; readonly refused: Rejected },
): Promise<OperationBody | null> {
  if (body.kind === 'write') return null;
  if (refused.code === 'not-found' && !(await isShownToUs(world, link))) return null;
  return { ...body, asBridge: true };
}

async function isShownToUs(world: World, link: Link): Promise<boolean> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return false;
  const { connector, id } = found.value;
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  return read.kind === 'ok';
}

export async function prepareComment(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'comment'> },
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const { itemId } = operation;
  if (itemId === null) return ok({ skip: 'it belongs to no message' });
  const copy = await world.store.items.copyOf(itemId, body.part);
  const { author, otherwise } = await authorOf(world, link, { name: body.author, by: body.by, body });
  const draft = {
    ticket: id,
    author,
    body: body.body,
    visibility: body.visibility,
    source: { ts: body.ts, permalink: null },
    part: body.of === 1 ? null : { number: body.part, of: body.of },
    ...provenAs(operation, body),
  };
  const written = (made: { readonly id: CommentId }) => ({
    remoteId: made.id,
    commit: (tx: StoreTx) =>
      tx.items.setCopy(link.id, itemId, { part: body.part, nativeId: made.id, channel: null }),
  });
  const remember = { ...body, sentAs: accountOf(author) };
  const { seq, lane, state } = operation;
  const isOld = () =>
    world.store.operations.isSuperseded({ id: operation.id, itemId, lane, seq, part: body.part });
  if (copy !== null) {
    if (await isOld()) return ok({ skip: 'newer words stand there already' });
    const revision = { ...draft, comment: CommentId.parse(copy.nativeId), withdrawn: body.withdrawn };
    return ok({
      point: { send: 'ticket.revise.send', find: 'ticket.revise.find' },
      ...ticketLimits(connector, id),
      ...unlessTaken(connector, revision, around(connector.comments.revise, revision, written)),
      remember,
      otherwise,
    });
  }
  if (body.withdrawn && state === 'ready') return ok({ skip: 'there is nothing to take back' });
  if (body.part > 1 && state === 'ready' && (await isOld()))
    return ok({ skip: 'the message has become shorter' });
  if (state === 'ready' && (await isGone(world, link, itemId)))
    return ok({ skip: 'the message was deleted in Slack before it was sent' });
  return ok({
    point: { send: 'ticket.comment.send', find: 'ticket.comment.find' },
    ...ticketLimits(connector, id),
    ...around(connector.comments.add, draft, written),
    remember,
    otherwise,
  });
}

/** Words of the bridge's own for the agents. */
export async function prepareNote(
  world: World,
  link: Link,
  { text, visibility }: BodyOf<'note'>,
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const draft = {
    ...{ ticket: id, author: null, body: plainDoc(text), visibility: visibility ?? ('internal' as const) },
    ...{ source: null, part: null },
  };
  return ok({
    point: { send: 'ticket.comment.send', find: 'ticket.comment.find' },
    ...ticketLimits(connector, id),
    ...around(connector.comments.add, draft, (made) => ({ remoteId: made.id, commit: async () => {} })),
  });
}

/**
 * Somebody took our comment off a ticket that is there: it is not put there again, and what stands behind it goes on. When
 * the ticket is gone with it, the refusal stays.
 */
function unlessTaken(
  connector: Connector,
  { ticket, comment }: { readonly ticket: TicketId; readonly comment: CommentId },
  run: Run,
): Run {
  const nothing: Finished = { remoteId: null, commit: async () => {} };
  async function isTaken(outcome: Outcome<Finished | null>): Promise<boolean> {
    if (outcome.kind !== 'rejected' || outcome.code !== 'not-found') return false;
    const now = await connector.read(ticket);
    return now.kind === 'ok' && !now.value.comments.some(({ id }) => id === comment);
  }
  return {
    ...run,
    async send(attempt) {
      const sent = await run.send(attempt);
      return (await isTaken(sent)) ? ok(nothing) : sent;
    },
    async find(attempt) {
      const found = await run.find(attempt);
      return (await isTaken(found)) ? ok(nothing) : found;
    },
  };
}

/** Does the ledger say that it is gone? */
export async function isGone(world: World, link: Link, itemId: string): Promise<boolean> {
  const items = await world.store.items.of(link.id);
  return items.find(({ id }) => id === itemId)?.gone === true;
}

export async function prepareWrite(
  world: World,
  link: Link,
  body: BodyOf<'write'>,
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const { author, otherwise } = await authorOf(world, link, { name: body.actor, by: body.by, body });
  const { step } = body;
  const change = {
    ...{ ticket: id, set: body.set, before: body.before, actor: author },
    ...(step === undefined ? {} : { step: { id: step.id, to: step.to, answers: stepAnswers(step) } }),
  };
  return ok({
    point: { send: 'ticket.write.send', find: 'ticket.write.find' },
    ...ticketLimits(connector, id),
    ...around(connector.write, change, ({ left }) => ({
      remoteId: null,
      async commit(tx) {
        const { status } = body.set;
        if (status !== undefined && !body.implied && !left.some(({ field }) => field === 'status'))
          await tx.links.setOwnChange(link.id, { status, by: body.by });
        if (left.length > 0) await tx.operations.append(link.id, [leftNotice(link, left, step)]);
        await tx.links.wake(link.id, true);
      },
    })),
    otherwise,
  });
}

/** What somebody said with a step, by the ids that the ticket system knows. */
function stepAnswers({ fields }: ChosenStep): FormAnswers {
  return Object.fromEntries(
    fields.flatMap(({ id, answer }) => {
      const field = ticketFieldOf(id);
      return field === null ? [] : [[field, answer]];
    }),
  );
}

/** What could not be set is said, with its reason, to everybody in the conversation: somebody there may know better. */
function leftNotice(link: Link, left: readonly FieldLeft[], step: ChosenStep | undefined) {
  const reasons = left.map(({ field, reason }) => `${field}: ${reason}`);
  const text = notAllChanged(ticketName(link.ticket?.key), reasons);
  const status = left.find(({ field }) => field === 'status');
  const again =
    step === undefined || status === undefined
      ? {}
      : { stepAgain: { step, reason: status.reason, refused: status.fields ?? {} } };
  return {
    lane: 'slack' as const,
    itemId: null,
    body: { kind: 'post' as const, text, where: 'conversation' as const, ...again },
  };
}
