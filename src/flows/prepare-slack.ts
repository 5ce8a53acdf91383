import { type Doc, plainDoc } from '../model/doc.ts';
import { joinDocs } from '../model/doc-text.ts';
import type { Link, Operation, OperationBody } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Target } from '../slack/out/post.ts';
import { OPEN_THREAD } from '../texts/card-answers.ts';
import { cardHash, cardOf } from './card.ts';
import { around, type Preparation, permalinkOf, slackEditLimits, slackPostLimits } from './prepared.ts';
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
    ...around(world.slack.post, { target, ...noticeLook(world, link, body) }, (posted) => ({
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
  const look = noticeLook(world, link, url === null ? body : { ...body, link: { label: OPEN_THREAD, url } });
  return ok({
    point: posting,
    ...slackPostLimits(user),
    ...around(world.slack.post, { target: { kind: 'direct', user }, ...look }, (posted) => ({
      remoteId: posted.ts,
      commit: async () => {},
    })),
  });
}

type NoticeLook = ReturnType<World['look']['notice']>;
function noticeLook(world: World, { id }: Link, { text, link, kinds }: Body<'post'>): NoticeLook {
  if (kinds !== undefined) return world.look.kindQuestion({ text, link: id, choices: kinds });
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
