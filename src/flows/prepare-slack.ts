import { type SlackChannel, SlackTs } from '../model/ids.ts';
import type { BodyOf, Link, Operation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { TicketComment } from '../model/ticket.ts';
import type { Target } from '../slack/out/post.ts';
import type { StoreTx } from '../store/store.ts';
import { answerElsewhere, onlyALink } from '../texts/audience.ts';
import { ticketName } from '../texts/names.ts';
import { blocked, mayShow, verdictOn } from './audience.ts';
import { cardHash, cardOf } from './card.ts';
import { heldBack } from './hear-news.ts';
import { noticeLook, whisperOrDirect } from './prepare-aside.ts';
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
import type { World } from './world.ts';

type Place = NonNullable<Link['conversation']>;

const posting = { send: 'slack.post.send', find: 'slack.post.find' } as const;

export async function prepareCard(world: World, link: Link): Promise<Outcome<Preparation>> {
  const card = cardOf(world, link);
  if (card === null) return ok({ skip: 'nothing to show' });
  const thread = link.home === 'thread' ? (link.conversation?.channel ?? null) : null;
  const channel = link.card === null || link.home === 'dm' ? thread : link.card.channel;
  const verdict = await verdictOn(world, link, { channel, carried: 'card' });
  if (verdict.kind !== 'ok') return verdict;
  if (verdict.value.kind === 'block') return blocked(verdict.value.why);
  const look = world.look.card(verdict.value.kind === 'go' ? card : { ...card, onlyLink: true });
  return ok(showCard(world, link, { look, shown: cardHash(card) }));
}

/** Its readers may have changed while it was on its way: then what it shows counts for nothing. */
async function stillShown(tx: StoreTx, { id, cardShown }: Link, shown: string): Promise<string> {
  const isAskedAnew = cardShown !== null && (await tx.links.get(id))?.cardShown === null;
  return isAskedAnew ? 'to be shown anew' : shown;
}

function showCard(
  world: World,
  link: Link,
  { look, shown }: { readonly look: ReturnType<World['look']['card']>; readonly shown: string },
): Prepared {
  if (link.card !== null) {
    const at = link.card;
    return {
      point: { send: 'slack.card.send', find: 'slack.card.find' },
      ...slackEditLimits,
      ...around(world.slack.edit, { ...at, ...look }, () => ({
        remoteId: at.ts,
        commit: async (tx) => tx.links.setCard(link.id, at, await stillShown(tx, link, shown)),
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
  body: BodyOf<'post'>,
): Promise<Outcome<Preparation>> {
  const place = await placeOf(world, link, body.where);
  if (place === null) return ok({ skip: 'there is no conversation to say it in' });
  const target = { kind: 'thread' as const, channel: place.channel, root: place.root };
  const carried = body.where === 'internal' ? 'internal' : 'notice';
  // Where a request began that moved away, only that it moved is said.
  const verdict =
    body.where === 'origin'
      ? ok({ kind: 'go' as const })
      : await verdictOn(world, link, { channel: place.channel, carried });
  if (verdict.kind !== 'ok') return verdict;
  if (verdict.value.kind === 'block') return blocked(verdict.value.why);
  const isWhole = verdict.value.kind === 'go';
  const look = isWhole
    ? noticeLook(world, link, body)
    : world.look.notice(onlyALink(ticketName(link.ticket?.key)));
  return ok({
    point: posting,
    ...slackPostLimits(place.channel),
    ...around(world.slack.post, { target, ...look }, (posted) => ({
      remoteId: posted.ts,
      commit: async () => {},
    })),
  });
}

async function placeOf(world: World, link: Link, where: BodyOf<'post'>['where']): Promise<Place | null> {
  switch (where) {
    case 'conversation':
      return link.conversation;
    case 'internal':
      return link.internal;
    case 'origin':
      return world.store.links.originOf(link.id);
  }
}

/** What one part of a comment's copy should show now. */
type Wanted = { readonly show: ReturnType<World['look']['message']> } | { readonly hide: string };

export async function prepareSay(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'say'> },
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
  if ('show' in wanted.value && !inDoubt) {
    const channel = copy?.channel ?? conversation.channel;
    const may = await mayShow(world, link, channel);
    if (may.kind !== 'ok') return may;
    if (!may.value && copy === null) return ok(await sayElsewhere(world, link, { channel, operation }));
  }
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

/** He who asked is told alone, and reads it in the ticket. */
async function sayElsewhere(
  world: World,
  link: Link,
  { channel, operation }: { readonly channel: SlackChannel; readonly operation: Operation },
): Promise<Preparation> {
  const root = link.conversation?.channel === channel ? link.conversation.root : null;
  const { key = null, url = null } = link.ticket ?? {};
  const text = `${answerElsewhere(ticketName(key))}${url === null ? '' : ` ${url}`}`;
  const user = link.requester;
  const held = await heldBack(world, link, operation, {
    ...{ user, news: 'answer' },
    text: answerElsewhere(ticketName(key)),
  });
  if (held !== null) return { skip: held };
  const words = { channel, user, root, text };
  return {
    point: { send: 'slack.whisper.send', find: 'slack.whisper.find' },
    ...slackPostLimits(channel),
    ...around(whisperOrDirect(world), words, () => ({ remoteId: null, commit: async () => {} })),
  };
}

/** Where nobody may delete messages, at least the words go: what is seen again later is posted anew either way. */
function removalOf(world: World, link: Link): World['slack']['remove'] {
  const { remove, edit } = world.slack;
  return {
    ...remove,
    async send(at, attempt) {
      const removed = await remove.send(at, attempt);
      if (removed.kind !== 'rejected' || removed.code === 'auth') return removed;
      const look = world.look.tombstone(null, ticketName(link.ticket?.key));
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
  readonly body: BodyOf<'say'>;
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
  const key = ticketName(link.ticket?.key);
  const item = (await world.store.items.of(link.id)).find((one) => one.id === itemId);
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.comments.read(id, comment),
  );
  const isGone = read.kind === 'rejected' && read.code === 'not-found';
  // A reading that still shows what the ledger knows as deleted lags behind; what is really there again is told to it first.
  if (isGone || (read.kind === 'ok' && item?.gone === true)) {
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
