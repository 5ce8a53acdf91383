import type { Connector, Files } from '../connectors/connector.ts';
import { AttachmentId, SlackFileId, type TicketId } from '../model/ids.ts';
import type { Link, Operation, OperationBody, SentFile } from '../model/link.ts';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import type { FileDraft, OpenFile, TicketFile } from '../model/ticket.ts';
import { fileFate } from '../sync/file-fate.ts';
import { holdBack } from './audience.ts';
import { limitsOf } from './known.ts';
import { accountOf, authorOf, isGone, provenAs } from './prepare-ticket.ts';
import {
  around,
  contradicted,
  type Preparation,
  type Prepared,
  READ_TIMEOUT_MS,
  slackEditLimits,
  slackPostLimits,
  ticketLimits,
  ticketOf,
} from './prepared.ts';
import { hashOf, type Spooled, spool } from './spool.ts';
import type { World } from './world.ts';

type Body<K extends OperationBody['kind']> = Extract<OperationBody, { kind: K }>;

/** Fetching a file may take this long, in milliseconds. */
const FETCH_TIMEOUT_MS = 300_000;
/** Larger files are compared by their size alone: reading them back would cost more than it proves. */
const COMPARED_AT_MOST = 25_000_000;

/** A file of a Slack message onto the ticket, or off it again when it is gone from Slack. */
export async function prepareAttach(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: Body<'attach'> },
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id: ticket } = found.value;
  const { itemId } = operation;
  const files = filesOf(connector, body.file.name);
  if (files.kind !== 'ok') return files;
  if (itemId === null) return ok({ skip: 'it belongs to no message' });
  const copy = await world.store.items.copyOf(itemId, 1);
  if (body.withdrawn) {
    if (copy === null) return ok({ skip: 'it is not on the ticket' });
    const file = AttachmentId.parse(copy.nativeId);
    return ok({
      point: { send: 'ticket.file.send', find: 'ticket.file.find' },
      ...ticketLimits(connector, ticket),
      ...around(files.value.remove, { ticket, file }, () => ({
        remoteId: file,
        commit: (tx) => tx.items.removeCopy(itemId, 1),
      })),
    });
  }
  if (copy !== null) return ok({ skip: 'it is on the ticket already' });
  if (operation.state === 'ready' && (await isGone(world, link, itemId)))
    return ok({ skip: 'it was taken away in Slack before it was sent' });
  return attachNew(world, link, { connector, files: files.value, ticket, itemId, operation, body });
}

/** Where its files go. What was planned before its system took none any more stays where it is. */
function filesOf({ files }: Connector, name: string): Outcome<Files> {
  return 'absent' in files
    ? rejected('invalid', `The file ${name} stays where it is: ${files.absent}.`)
    : ok(files);
}

interface Attach {
  readonly connector: Connector;
  readonly files: Files;
  readonly ticket: TicketId;
  readonly itemId: string;
  readonly operation: Operation;
  readonly body: Body<'attach'>;
}

async function attachNew(world: World, link: Link, attach: Attach): Promise<Outcome<Preparation>> {
  const { connector, files, ticket, itemId, operation, body } = attach;
  const { author, otherwise } = await authorOf(world, link, { name: body.author, by: body.by, body });
  const others = await othersOn(world, link, itemId);
  const spooled =
    operation.state === 'sending' && body.sent !== undefined
      ? ok({ name: body.file.name, mime: body.file.mime, content: sentBefore(body.sent) })
      : await fetchFromSlack(world, link, body.file);
  if (spooled.kind !== 'ok') return spooled;
  const { name, mime, content } = spooled.value;
  const { size, sha256, open } = content;
  const draft = { ticket, name, mime, author, size, sha256, others, open, ...provenAs(operation, body) };
  const done = (made: { readonly id: AttachmentId }) => ({
    remoteId: made.id,
    commit: (tx: Parameters<Parameters<World['store']['fenced']>[1]>[0]) =>
      tx.items.setCopy(link.id, itemId, { part: 1, nativeId: made.id, channel: null }),
  });
  const run = around(files.add, draft, done);
  return ok({
    point: { send: 'ticket.file.send', find: 'ticket.file.find' },
    ...ticketLimits(connector, ticket),
    ...run,
    async send(attempt) {
      const sent = await files.add.send(draft, attempt);
      if (sent.kind !== 'ok') return sent;
      if (await isWhole(world, draft, () => files.open(ticket, sent.value.id))) return ok(done(sent.value));
      await files.remove.send({ ticket, file: sent.value.id }, attempt);
      return damaged(name);
    },
    remember: {
      ...{ ...body, file: { ...body.file, name, mime, size } },
      ...{ sent: { size, sha256 }, sentAs: accountOf(author) },
    },
    otherwise,
    dispose: content.dispose,
  });
}

/** Looked up only: what is known of it is enough, and its original may be gone or costly to fetch. */
function sentBefore({ size, sha256 }: SentFile): Spooled {
  return {
    size,
    sha256,
    open: () => {
      throw new Error('A file that is looked up is not sent');
    },
    dispose: async () => {},
  };
}

/** Ids of all other files of this link, on both sides. */
async function othersOn(world: World, link: Link, itemId: string): Promise<ReadonlySet<string>> {
  const items = await world.store.items.of(link.id);
  return new Set(
    items.flatMap(({ id, kind, nativeId, copies }) =>
      id === itemId || kind !== 'file' ? [] : [nativeId, ...copies.map((copy) => copy.nativeId)],
    ),
  );
}

const damaged = (name: string) =>
  rejected(
    'invalid',
    `The file ${name} arrived with other bytes than it was sent with, so it was taken away again.`,
  );

/** Does the other side hold the very bytes that were sent? What cannot be read back counts as whole, and is counted. */
async function isWhole(
  world: World,
  sent: Pick<FileDraft, 'size' | 'sha256'>,
  open: () => Promise<Outcome<OpenFile>>,
): Promise<boolean> {
  if (sent.size > COMPARED_AT_MOST) return true;
  const opened = await open();
  if (opened.kind !== 'ok') {
    world.metrics.count('deskbridge_files_unverified', { why: opened.kind });
    return true;
  }
  return (await hashOf(opened.value)) === sent.sha256;
}

interface Fetched {
  readonly name: string;
  readonly mime: string;
  readonly content: Spooled;
}

async function fetchFromSlack(
  world: World,
  link: Link,
  file: Body<'attach'>['file'],
): Promise<Outcome<Fetched>> {
  // In shared channels an event tells the id alone.
  const about =
    file.size === null
      ? await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
          world.slack.files.read(file.id),
        )
      : ok(file);
  if (about.kind !== 'ok') return about;
  const { name, mime } = about.value;
  const fate = fileFate(limitsOf(world, link), 'ticket', about.value);
  if (!fate.goes) return rejected('invalid', `The file ${name} stays in Slack: ${fate.why}.`);
  const content = await fetched(() =>
    world.io.run('slack.read', { timeoutMs: FETCH_TIMEOUT_MS }, async () => {
      const opened = await world.slack.files.open(file.id);
      return opened.kind === 'ok' ? keep(world, opened.value, limitsOf(world, link).largest.ticket) : opened;
    }),
  );
  return content.kind === 'ok' ? ok({ name, mime, content: content.value }) : content;
}

const keep = (world: World, file: OpenFile, largest: number) => (world.spool ?? spool)(file, largest);

/** A stream that breaks half-way has changed nothing: it is fetched again. */
async function fetched(work: () => Promise<Outcome<Spooled>>): Promise<Outcome<Spooled>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'DeadlinePassed') throw error;
    return retryLater('The file could not be fetched whole.', 'operation');
  }
}

/** A public file of the ticket into the conversation, or out of it when it is gone or no longer public. */
export async function prepareShare(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: Body<'share'> },
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { itemId } = operation;
  const { conversation } = link;
  if (itemId === null || conversation === null) return ok({ skip: 'there is no conversation to show it in' });
  const copy = await world.store.items.copyOf(itemId, 1);
  const { connector, id: ticket } = found.value;
  const inDoubt = operation.state === 'sending';
  const share = { connector, ticket, itemId, conversation, body, author: '' };
  if (copy === null && inDoubt && body.sent !== undefined)
    return ok(await sharing(world, link, share, sentBefore(body.sent)));
  const now = await fileNow(world, connector, { ticket, file: body.file });
  if (now.kind !== 'ok') return now;
  if (now.value === null && !inDoubt && !(await isGone(world, link, itemId)))
    return contradicted(world, link);
  const shows = now.value?.visibility === 'public';
  if (copy !== null) {
    if (shows) return ok({ skip: 'it is in the conversation already' });
    const file = SlackFileId.parse(copy.nativeId);
    return ok({
      point: { send: 'slack.file.send', find: 'slack.file.find' },
      ...slackEditLimits,
      ...around(world.slack.files.remove, { file }, () => ({
        remoteId: file,
        commit: (tx) => tx.items.removeCopy(itemId, 1),
      })),
    });
  }
  if (!shows && !inDoubt) return ok({ skip: 'it is gone, or no longer public' });
  const held = inDoubt ? null : await holdBack(world, link, share.conversation.channel);
  if (held !== null) return held;
  return shareNew(world, link, { ...share, author: now.value?.author ?? '' });
}

async function fileNow(
  world: World,
  connector: Connector,
  { ticket, file }: { readonly ticket: TicketId; readonly file: AttachmentId },
): Promise<Outcome<TicketFile | null>> {
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.read(ticket),
  );
  return read.kind === 'ok' ? ok(read.value.files.find((one) => one.id === file) ?? null) : read;
}

interface Share {
  readonly connector: Connector;
  readonly ticket: TicketId;
  readonly itemId: string;
  readonly conversation: NonNullable<Link['conversation']>;
  readonly body: Body<'share'>;
  readonly author: string;
}

async function shareNew(world: World, link: Link, share: Share): Promise<Outcome<Preparation>> {
  const { connector, ticket, body } = share;
  const files = filesOf(connector, body.name);
  if (files.kind !== 'ok') return files;
  const content = await fetched(() =>
    world.io.run('ticket.read', { timeoutMs: FETCH_TIMEOUT_MS }, async () => {
      const opened = await files.value.open(ticket, body.file);
      return opened.kind === 'ok' ? keep(world, opened.value, limitsOf(world, link).largest.slack) : opened;
    }),
  );
  return content.kind === 'ok' ? ok(await sharing(world, link, share, content.value)) : content;
}

async function sharing(world: World, link: Link, share: Share, content: Spooled): Promise<Prepared> {
  const { itemId, conversation, body, author } = share;
  const { channel, root } = conversation;
  const { size, sha256, open, dispose } = content;
  const others = await othersOn(world, link, itemId);
  const comment = `${author} put a file on ${link.ticket?.key ?? 'the ticket'}`;
  const shared = { channel, root, name: body.name, size, sha256, comment, others, open };
  const done = (made: { readonly file: SlackFileId }) => ({
    remoteId: made.file,
    commit: (tx: Parameters<Parameters<World['store']['fenced']>[1]>[0]) =>
      tx.items.setCopy(link.id, itemId, { part: 1, nativeId: made.file, channel }),
  });
  return {
    point: { send: 'slack.file.send', find: 'slack.file.find' },
    ...slackPostLimits(channel),
    ...around(world.slack.files.share, shared, done),
    async send(attempt) {
      const sent = await world.slack.files.share.send(shared, attempt);
      if (sent.kind !== 'ok') return sent;
      if (await isWhole(world, shared, () => world.slack.files.open(sent.value.file)))
        return ok(done(sent.value));
      await world.slack.files.remove.send({ file: sent.value.file }, attempt);
      return damaged(body.name);
    },
    remember: { ...body, sent: { size, sha256 } },
    dispose,
  };
}
