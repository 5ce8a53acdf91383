import type { Connector } from '../connectors/connector.ts';
import { type AttachmentId, SlackFileId, type TicketId } from '../model/ids.ts';
import type { BodyOf, Link, Operation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { TicketFile } from '../model/ticket.ts';
import { fileComes } from '../texts/files.ts';
import { ticketName } from '../texts/names.ts';
import { holdBack } from './audience.ts';
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
import { isGone } from './prepare-ticket.ts';
import {
  around,
  contradicted,
  type Preparation,
  type Prepared,
  READ_TIMEOUT_MS,
  slackEditLimits,
  slackPostLimits,
  ticketOf,
} from './prepared.ts';
import type { Spooled } from './spool.ts';
import type { World } from './world.ts';

/** A public file of the ticket into the conversation, or out of it when it is gone or no longer public. */
export async function prepareShare(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'share'> },
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
  const known = await isGone(world, link, itemId);
  if (now.value === null && !inDoubt && !known) return contradicted(world, link);
  // A reading that still shows what the ledger knows as gone lags behind.
  const shows = now.value?.visibility === 'public' && !known;
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
  readonly body: BodyOf<'share'>;
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
  const comment = fileComes(author, ticketName(link.ticket?.key));
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
