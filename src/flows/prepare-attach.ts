import type { Connector, Files } from '../connectors/connector.ts';
import { AttachmentId, type TicketId } from '../model/ids.ts';
import type { BodyOf, Link, Operation } from '../model/link.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import type { StoreTx } from '../store/store.ts';
import { fileFate } from '../sync/file-fate.ts';
import { staysInSlack } from '../texts/files.ts';
import {
  damaged,
  FETCH_TIMEOUT_MS,
  fetched,
  filesOf,
  isWhole,
  keep,
  othersOn,
  sentBefore,
} from './carried-file.ts';
import { limitsOf } from './known.ts';
import { accountOf, authorOf, isGone, provenAs } from './prepare-ticket.ts';
import { around, type Preparation, READ_TIMEOUT_MS, ticketLimits, ticketOf } from './prepared.ts';
import type { Spooled } from './spool.ts';
import { lookAtBound } from './watch-bound.ts';
import type { World } from './world.ts';

/** A file of a Slack message onto the ticket, or off it again when it is gone from Slack. */
export async function prepareAttach(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'attach'> },
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

interface Attach {
  readonly connector: Connector;
  readonly files: Files;
  readonly ticket: TicketId;
  readonly itemId: string;
  readonly operation: Operation;
  readonly body: BodyOf<'attach'>;
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
    async commit(tx: StoreTx) {
      await tx.items.setCopy(link.id, itemId, { part: 1, nativeId: made.id, channel: null });
      await lookAtBound(world, tx, link.id);
    },
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

interface Fetched {
  readonly name: string;
  readonly mime: string;
  readonly content: Spooled;
}

async function fetchFromSlack(
  world: World,
  link: Link,
  file: BodyOf<'attach'>['file'],
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
  if (!fate.goes) return rejected('invalid', staysInSlack(name, fate.why));
  const content = await fetched(() =>
    world.io.run('slack.read', { timeoutMs: FETCH_TIMEOUT_MS }, async () => {
      const opened = await world.slack.files.open(file.id);
      return opened.kind === 'ok' ? keep(world, opened.value, limitsOf(world, link).largest.ticket) : opened;
    }),
  );
  return content.kind === 'ok' ? ok({ name, mime, content: content.value }) : content;
}
