/** What is said among the agents, or to one person alone. */
import { type Doc, plainDoc } from '../model/doc.ts';
import { joinDocs } from '../model/doc-text.ts';
import type { SlackChannel } from '../model/ids.ts';
import type { BodyOf, Link, Operation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Target } from '../slack/out/post.ts';
import { internalThread, NEW_REQUEST } from '../texts/aside.ts';
import { onlyALink } from '../texts/audience.ts';
import { OPEN_THREAD } from '../texts/card-answers.ts';
import { ticketName, UNTITLED } from '../texts/names.ts';
import { agentsOf } from './agents-thread.ts';
import { blocked, verdictOn } from './audience.ts';
import { heldBack } from './hear-news.ts';
import { around, type Preparation, type Prepared, permalinkOf, slackPostLimits } from './prepared.ts';
import type { World } from './world.ts';

/** The agents' own thread begins with a message of ours; what is said below it is internal. */
export async function prepareInternal(
  world: World,
  link: Link,
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'open-internal'> },
): Promise<Outcome<Preparation>> {
  if (link.internal !== null) return ok({ skip: 'the agents have their thread already' });
  const { channel } = body;
  if (channel !== agentsOf(world, link)) return ok({ skip: 'the agents of its queue talk elsewhere' });
  if (operation.state !== 'sending') {
    const verdict = await verdictOn(world, link, { channel, carried: 'internal' });
    if (verdict.kind !== 'ok') return verdict;
    if (verdict.value.kind === 'block') return blocked(verdict.value.why);
  }
  return ok(openInternal(world, link, channel));
}

function openInternal(world: World, link: Link, channel: SlackChannel): Prepared {
  const summary = link.request?.summary ?? UNTITLED;
  const text = internalThread(link.ticket?.key ?? NEW_REQUEST, summary);
  const target: Target = { kind: 'channel', channel };
  return {
    point: { send: 'slack.post.send', find: 'slack.post.find' },
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
  { operation, body }: { readonly operation: Operation; readonly body: BodyOf<'whisper'> },
): Preparation {
  // Nobody can find out whether it was seen, and saying it twice would only confuse.
  if (operation.state === 'sending') return { skip: 'it may have been shown' };
  const { channel, user, text } = body;
  const point = { send: 'slack.whisper.send', find: 'slack.whisper.find' } as const;
  const done = () => ({ remoteId: null, commit: async () => {} });
  if (channel === null) {
    const words = { target: { kind: 'direct' as const, user }, ...world.look.notice(text) };
    return { point, ...slackPostLimits(user), ...around(world.slack.post, words, done) };
  }
  const root = link.conversation?.channel === channel ? link.conversation.root : null;
  return {
    point,
    ...slackPostLimits(channel),
    ...around(whisperOrDirect(world), { channel, user, root, text }, done),
  };
}

/** Where the app is no member it cannot whisper; a direct message is as private. */
export function whisperOrDirect(world: World): World['slack']['whisper'] {
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

/** News to a watcher, or an alarm to somebody who answers requests. Who was deactivated, or has stopped watching meanwhile, hears nothing any more. */
export async function prepareTell(
  world: World,
  link: Link,
  { operation, body: told }: { readonly operation: Operation; readonly body: BodyOf<'tell'> },
): Promise<Outcome<Preparation>> {
  const { user, text, alarm = false } = told;
  const left = await world.store.principals.deactivated([user]);
  // Whoever began to watch it before it became confidential hears no more of it.
  const isHidden = link.route?.privacy === 'private' && user !== link.requester;
  const watches = alarm || (!isHidden && (await world.store.watchers.of(link.id)).has(user));
  if (left.has(user) || !watches) return ok({ skip: 'he does not watch it any more' });
  if (operation.state !== 'sending' && !alarm) {
    const held = await heldBack(world, link, operation, { user, news: 'watched', text });
    if (held !== null) return ok({ skip: held });
  }
  const url = await permalinkOf(world, link.conversation);
  const body = { kind: 'post' as const, text, where: 'conversation' as const };
  const verdict = await verdictOn(world, link, { channel: null, carried: 'notice' });
  if (verdict.kind !== 'ok') return verdict;
  const look =
    verdict.value.kind === 'go'
      ? noticeLook(world, link, url === null ? body : { ...body, link: { label: OPEN_THREAD, url } })
      : world.look.notice(onlyALink(ticketName(link.ticket?.key)));
  return ok({
    point: { send: 'slack.post.send', find: 'slack.post.find' },
    ...slackPostLimits(user),
    ...around(world.slack.post, { target: { kind: 'direct', user }, ...look }, (posted) => ({
      remoteId: posted.ts,
      commit: async () => {},
    })),
  });
}

/** How a sentence of ours looks, with a link below it where it has one. */
type NoticeLook = ReturnType<World['look']['notice']>;
export function noticeLook(
  world: World,
  { id }: Link,
  { text, link, kinds, fillAgain, stepAgain }: BodyOf<'post'>,
): NoticeLook {
  if (kinds !== undefined) return world.look.kindQuestion({ text, link: id, choices: kinds });
  if (fillAgain === true) return world.look.fillAgain(text, id, 'form');
  if (stepAgain !== undefined) return world.look.fillAgain(text, id, 'step');
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
