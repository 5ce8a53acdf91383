import { type Doc, plainDoc } from '../model/doc.ts';
import { joinDocs } from '../model/doc-text.ts';
import { SlackTs } from '../model/ids.ts';
import type { Link, Operation, OperationBody } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { TicketComment } from '../model/ticket.ts';
import type { Target } from '../slack/out/post.ts';
import { OPEN_THREAD } from '../texts/card-answers.ts';
import { cardHash, cardOf } from './card.ts';
import {
  around,
  contradicted,
  type Preparation,
  type Prepared,
  permalinkOf,
  READ_TIMEOUT_MS,
  slackEditLimits,
  slackPostLimits,
  ticketOf,
} from './prepared.ts';
import type { World } from './world.ts';

type Body<K extends OperationBody['kind']> = Extract<OperationBody, { kind: K }>;
type Place = NonNullable<Link['conversation']>;

const posting = { send: 'slack.post.send', find: 'slack.post.find' } as const;

export function prepareCard(world: World, link: Link): Preparation {
  const card = cardOf(world, link);
  if (card === null) return { skip: 'nothing to show' };
  const shown = cardHash(card);
  const look = world.look.card(card);
  if (link.card !== null) {
    const at = link.card;
    return {
      point: { send: 'slack.card.send', find: 'slack.card.find' },
      ...slackEditLimits,
      ...around(world.slack.edit, { ...at, ...look }, () => ({
        remoteId: at.ts,
        commit: (tx) => tx.links.setCard(link.id, at, shown),
      })),
    };
  }
  const target: Target =
    link.home === 'thread' && link.conversation !== null
      ? { kind: 'thread', channel: link.conversation.channel, root: link.conversation.root }
      : { kind: 'direct', user: link.requester };
  return {
    point: posting,
    ...slackPostLimits(target.kind === 'thread' ? target.channel : target.user),
    ...around(world.slack.post, { target, ...look }, (posted) => ({
      remoteId: posted.ts,
      async commit(tx) {
        await tx.links.setCard(link.id, posted, shown);
        if (target.kind === 'thread') return;
        await tx.links.addPlace(link.id, 'primary', {
          team: link.team,
          channel: posted.channel,
          root: posted.ts,
        });
      },
    })),
  };
}

export async function prepareNotice(
  world: World,
  link: Link,
  body: Body<'post'>,
): Promise<Outcome<Preparation>> {
  const place = await placeOf(world, link, body.where);
  if (place === null) return ok({ skip: 'there is no conversation to say it in' });
  const target = { kind: 'thread' as const, channel: place.channel, root: place.root };
  return ok({
    point: posting,
    ...slackPostLimits(place.channel),
    ...around(world.slack.post, { target, ...noticeLook(world, body) }, (posted) => ({
      remoteId: posted.ts,
      commit: async () => {},
    })),
  });
}

/** News to a watcher. Who was deactivated, or has stopped watching meanwhile, hears nothing any more. */
export async function prepareTell(
  world: World,
  link: Link,
  { user, text }: Body<'tell'>,
): Promise<Outcome<Preparation>> {
  const left = await world.store.principals.deactivated([user]);
  const watchers = await world.store.watchers.of(link.id);
  if (left.has(user) || !watchers.has(user)) return ok({ skip: 'he does not watch it any more' });
  const url = await permalinkOf(world, link.conversation);
  const body = { kind: 'post' as const, text, where: 'conversation' as const };
  const look = noticeLook(world, url === null ? body : { ...body, link: { label: OPEN_THREAD, url } });
  return ok({
    point: posting,
    ...slackPostLimits(user),
    ...around(world.slack.post, { target: { kind: 'direct', user }, ...look }, (posted) => ({
      remoteId: posted.ts,
      commit: async () => {},
    })),
  });
}

function noticeLook(world: World, { text, link }: Body<'post'>): ReturnType<World['look']['notice']> {
  if (link === undefined) return world.look.notice(text);
  const open: Doc = {
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [{ type: 'link', url: link.url, children: [{ type: 'text', value: link.label }] }],
      },
    ],
  };
  return world.look.message({ author: null, body: joinDocs(plainDoc(text), open), part: null });
}

async function placeOf(world: World, link: Link, where: Body<'post'>['where']): Promise<Place | null> {
  switch (where) {
    case 'conversation':
      return link.conversation;
    case 'internal':
      return link.internal;
    case 'origin':
      return world.store.links.originOf(link.id);
  }
}

/** The agents' own thread begins with a message of ours; what is said below it is internal. */
export function prepareInternal(world: World, link: Link, body: Body<'open-internal'>): Preparation {
  if (link.internal !== null) return { skip: 'the agents have their thread already' };
  const { channel } = body;
  const summary = link.request?.summary ?? 'A request';
  const text = `${link.ticket?.key ?? 'New request'}: ${summary}\nWhat you write below becomes internal notes of the ticket.`;
  const target: Target = { kind: 'channel', channel };
  return {
    point: posting,
    ...slackPostLimits(channel),
    ...around(world.slack.post, { target, ...world.look.notice(text) }, (posted) => ({
      remoteId: posted.ts,
      async commit(tx) {
        await tx.links.addPlace(link.id, 'internal', { team: link.team, channel, root: posted.ts });
      },
    })),
  };
}

export function prepareWhisper(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: Body<'whisper'> },
): Preparation {
  // Nobody can find out whether it was seen, and saying it twice would only confuse.
  if (operation.state === 'sending') return { skip: 'it may have been shown' };
  const { channel, user, text } = body;
  const root = link.conversation?.channel === channel ? link.conversation.root : null;
  return {
    point: { send: 'slack.whisper.send', find: 'slack.whisper.find' },
    ...slackPostLimits(channel),
    ...around(whisperOrDirect(world), { channel, user, root, text }, () => ({
      remoteId: null,
      commit: async () => {},
    })),
  };
}

/** Where the app is no member it cannot whisper; a direct message is as private. */
function whisperOrDirect(world: World): World['slack']['whisper'] {
  const { whisper, post } = world.slack;
  return {
    ...whisper,
    async send(words, attempt) {
      const shown = await whisper.send(words, attempt);
      if (shown.kind !== 'rejected' || shown.code === 'auth') return shown;
      const target: Target = { kind: 'direct', user: words.user };
      const told = await post.send({ target, ...world.look.notice(words.text) }, attempt);
      return told.kind === 'ok' ? ok(null) : told;
    },
  };
}

/** What one part of a comment's copy should show now. */
type Wanted = { readonly show: ReturnType<World['look']['message']> } | { readonly hide: string };

export async function prepareSay(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: Body<'say'> },
): Promise<Outcome<Preparation>> {
  const { itemId } = operation;
  const { conversation } = link;
  if (itemId === null || conversation === null) return ok({ skip: 'there is no conversation to say it in' });
  const copy = await world.store.items.copyOf(itemId, body.part);
  const place = { conversation, itemId, part: body.part };
  if (copy === null && operation.state === 'sending') {
    // One that may stand in Slack is looked for there by its marker, whatever became of the comment meanwhile.
    return ok(sayNew(world, link, { ...place, look: world.look.notice('') }));
  }
  const inDoubt = operation.state === 'sending';
  const wanted = await wantedNow(world, link, { itemId, body, copied: copy !== null, inDoubt });
  if (wanted.kind !== 'ok') return wanted;
  if (copy === null) {
    if ('hide' in wanted.value) return ok({ skip: wanted.value.hide });
    return ok(sayNew(world, link, { ...place, look: wanted.value.show }));
  }
  const at = { channel: copy.channel ?? conversation.channel, ts: SlackTs.parse(copy.nativeId) };
  if ('show' in wanted.value) {
    return ok({
      point: { send: 'slack.edit.send', find: 'slack.edit.find' },
      ...slackEditLimits,
      ...around(world.slack.edit, { ...at, ...wanted.value.show }, () => ({
        remoteId: at.ts,
        commit: async () => {},
      })),
    });
  }
  return ok({
    point: { send: 'slack.remove.send', find: 'slack.remove.find' },
    ...slackEditLimits,
    ...around(removalOf(world, link), at, () => ({
      remoteId: at.ts,
      commit: (tx) => tx.items.removeCopy(itemId, body.part),
    })),
  });
}

/** Where nobody may delete messages, at least the words go: what is seen again later is posted anew either way. */
function removalOf(world: World, link: Link): World['slack']['remove'] {
  const { remove, edit } = world.slack;
  return {
    ...remove,
    async send(at, attempt) {
      const removed = await remove.send(at, attempt);
      if (removed.kind !== 'rejected' || removed.code === 'auth') return removed;
      const look = world.look.tombstone(null, link.ticket?.key ?? 'the ticket');
      const emptied = await edit.send({ ...at, ...look }, attempt);
      if (emptied.kind === 'ok' || (emptied.kind === 'rejected' && emptied.code === 'not-found'))
        return ok(null);
      return emptied;
    },
  };
}

function sayNew(
  world: World,
  link: Link,
  said: {
    readonly conversation: Place;
    readonly itemId: string;
    readonly part: number;
    readonly look: ReturnType<World['look']['message']>;
  },
): Prepared {
  const { conversation, itemId, part, look } = said;
  const target = { kind: 'thread' as const, channel: conversation.channel, root: conversation.root };
  return {
    point: posting,
    ...slackPostLimits(conversation.channel),
    ...around(world.slack.post, { target, ...look }, (posted) => ({
      remoteId: posted.ts,
      commit: (tx) =>
        tx.items.setCopy(link.id, itemId, { part, nativeId: posted.ts, channel: posted.channel }),
    })),
  };
}

interface Asking {
  readonly itemId: string;
  readonly body: Body<'say'>;
  readonly copied: boolean;
  /** It was sent already, and nothing is planned before its proof is there: no other reading can tell. */
  readonly inDoubt: boolean;
}

/** Read again directly before it is shown: it may have other words now, be internal, or gone. */
async function wantedNow(
  world: World,
  link: Link,
  { itemId, body, copied, inDoubt }: Asking,
): Promise<Outcome<Wanted>> {
  const { comment, part } = body;
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const key = link.ticket?.key ?? 'the ticket';
  const item = (await world.store.items.of(link.id)).find((one) => one.id === itemId);
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.comments.read(id, comment),
  );
  if (read.kind === 'rejected' && read.code === 'not-found') {
    if (!inDoubt && item?.gone !== true) return contradicted(world, link);
    // A first part stays as a sign that something stood there; what followed it goes.
    if (copied && part === 1) return ok({ show: world.look.tombstone(null, key) });
    return ok({ hide: 'the comment is gone' });
  }
  if (read.kind !== 'ok') return read;
  // A reading that lags behind shows what was, and decides nothing. What is public again is told to the ledger first.
  if (item?.visibility !== 'public') return ok({ hide: 'the comment is no longer public' });
  if (item.stamp !== null && read.value.updatedAt.toISOString() < item.stamp)
    return contradicted(world, link);
  if (read.value.visibility !== 'public') return ok({ hide: 'the comment is no longer public' });
  return ok(partOf(world, key, read.value, part));
}

function partOf(world: World, key: string, comment: TicketComment, part: number): Wanted {
  const parts = splitDoc(comment.body, world.look.longest);
  const body = parts[part - 1];
  if (body === undefined) return { hide: 'the comment is shorter now' };
  const author = `${comment.author} on ${key}`;
  return {
    show: world.look.message({
      author,
      body,
      part: parts.length === 1 ? null : { number: part, of: parts.length },
    }),
  };
}
