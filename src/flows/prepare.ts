import type { Connector } from '../connectors/connector.ts';
import type { Attempt, Effect } from '../model/effect.ts';
import type { IoPoint } from '../model/io.ts';
import type { Link, Operation, OperationBody } from '../model/link.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import type { Target } from '../slack/out/post.ts';
import type { Limit } from '../store/budgets.ts';
import type { StoreTx } from '../store/store.ts';
import { cardHash, cardOf } from './card.ts';
import type { World } from './world.ts';

/** What a finished effect leaves in the store, in the transaction that marks it done. */
export interface Finished {
  readonly remoteId: string | null;
  commit(tx: StoreTx): Promise<void>;
}

/** An operation made ready to run: whom it talks to, under which limits, and what to write down afterwards. */
export interface Prepared {
  readonly point: { readonly send: IoPoint; readonly find: IoPoint };
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Outages pause this; a 429 pauses `narrow`. */
  readonly wide: string;
  readonly narrow: string;
  readonly limits: readonly Limit[];
  send(attempt: Attempt): Promise<Outcome<Finished>>;
  find(attempt: Attempt): Promise<Outcome<Finished | null>>;
}

/** `skip`: the operation lost its reason. */
export type Preparation = { readonly skip: string } | Prepared;

const READ_TIMEOUT_MS = 20_000;

export async function prepare(world: World, link: Link, operation: Operation): Promise<Outcome<Preparation>> {
  const { body } = operation;
  switch (body.kind) {
    case 'card':
      return ok(prepareCard(world, link));
    case 'post':
      return preparePost(world, link, operation, body);
    case 'create':
      return prepareCreate(world, link, body);
    case 'comment':
      return prepareComment(world, link, operation, body);
    case 'write':
      return prepareWrite(world, link, body);
  }
}

function around<I, R>(
  effect: Effect<I, R>,
  input: I,
  done: (result: R) => Finished,
): Pick<Prepared, 'timeoutMs' | 'settleMs' | 'send' | 'find'> {
  return {
    timeoutMs: effect.timeoutMs,
    settleMs: effect.settleMs,
    async send(attempt) {
      const sent = await effect.send(input, attempt);
      return sent.kind === 'ok' ? ok(done(sent.value)) : sent;
    },
    async find(attempt) {
      const found = await effect.find(input, attempt);
      if (found.kind !== 'ok') return found;
      return ok(found.value === null ? null : done(found.value));
    },
  };
}

/** Slack allows one message a second in a channel, with short bursts; contracts of other methods are per workspace. */
const slackPostLimits = (where: string) => ({
  wide: 'slack',
  narrow: `slack:post:${where}`,
  limits: [
    { destination: 'slack', burst: 50, perSecond: 20 },
    { destination: `slack:post:${where}`, burst: 3, perSecond: 1 },
  ],
});

const slackEditLimits = {
  wide: 'slack',
  narrow: 'slack:edit',
  limits: [
    { destination: 'slack', burst: 50, perSecond: 20 },
    { destination: 'slack:edit', burst: 30, perSecond: 0.8 },
  ],
};

/** Jira takes 20 writes in 2 s and 100 in 30 s to one issue; ServiceNow serves a few calls at a time. */
function ticketLimits(connector: Connector, ticket: string) {
  return {
    wide: connector.id,
    narrow: `${connector.id}:${ticket}`,
    limits: [
      { destination: connector.id, burst: 50, perSecond: 50 },
      { destination: `${connector.id}:${ticket}`, burst: 15, perSecond: 3 },
    ],
  };
}

function prepareCard(world: World, link: Link): Preparation {
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
    point: { send: 'slack.post.send', find: 'slack.post.find' },
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

async function preparePost(
  world: World,
  link: Link,
  operation: Operation,
  body: Extract<OperationBody, { kind: 'post' }>,
): Promise<Outcome<Preparation>> {
  const place = body.where === 'origin' ? await world.store.links.originOf(link.id) : link.conversation;
  if (place === null) return ok({ skip: 'there is no conversation to say it in' });
  // One that may stand in Slack already has to be found there, whatever became of the comment.
  if (body.comment !== null && operation.state === 'ready') {
    const still = await stillPublic(world, link, body.comment);
    if (still.kind !== 'ok') return still;
    if (!still.value) return ok({ skip: 'the comment is no longer public' });
  }
  const target = { kind: 'thread' as const, channel: place.channel, root: place.root };
  const { itemId } = operation;
  return ok({
    point: { send: 'slack.post.send', find: 'slack.post.find' },
    ...slackPostLimits(place.channel),
    ...around(world.slack.post, { target, ...world.look.message(body.author, body.text) }, (posted) => ({
      remoteId: posted.ts,
      commit: async (tx) => {
        if (itemId !== null) await tx.items.setMessage(itemId, posted.channel, posted.ts);
      },
    })),
  });
}

/** Read again directly before it is shown: a comment may have been made internal, or deleted, meanwhile. */
async function stillPublic(
  world: World,
  link: Link,
  comment: NonNullable<Extract<OperationBody, { kind: 'post' }>['comment']>,
): Promise<Outcome<boolean>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.readComment(id, comment),
  );
  if (read.kind === 'rejected' && read.code === 'not-found') return ok(false);
  if (read.kind !== 'ok') return read;
  return ok(read.value.visibility === 'public');
}

function connectorOf(world: World, link: Link): Outcome<Connector> {
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  if (connector !== undefined) return ok(connector);
  const name = link.route?.connector ?? 'none';
  return rejected(
    'invalid',
    `The connector "${name}" is not configured any more. An operator can add it again.`,
  );
}

function ticketOf(world: World, link: Link) {
  const connector = connectorOf(world, link);
  if (connector.kind !== 'ok') return connector;
  const id = link.ticket?.id ?? null;
  if (id === null) return rejected('conflict', 'The ticket does not exist yet');
  return ok({ connector: connector.value, id });
}

/** For people who read the ticket; a ticket is opened without it when Slack does not answer. */
async function permalinkOf(world: World, place: Link['conversation']): Promise<string | null> {
  if (place === null) return null;
  const read = await world.io.run('slack.read', { timeoutMs: 5_000 }, () =>
    world.slack.permalink(place.channel, place.root),
  );
  return read.kind === 'ok' ? read.value : null;
}

async function prepareCreate(
  world: World,
  link: Link,
  body: Extract<OperationBody, { kind: 'create' }>,
): Promise<Outcome<Preparation>> {
  const connector = connectorOf(world, link);
  if (connector.kind !== 'ok') return connector;
  const { route, ticket } = link;
  if (route === null || ticket === null) return rejected('conflict', 'The request is not routed yet');
  const draft = {
    target: body.target,
    summary: body.summary,
    description: body.description,
    kind: route.kind,
    priority: route.priority,
    requester: body.requester,
    reason: route.reason,
    permalink: await permalinkOf(world, link.home === 'thread' ? link.conversation : null),
  };
  return ok({
    point: { send: 'ticket.create.send', find: 'ticket.create.find' },
    ...ticketLimits(connector.value, 'create'),
    ...around(connector.value.create, draft, (made) => ({
      remoteId: made.id,
      async commit(tx) {
        await tx.links.saveTicket(link.id, { ...ticket, id: made.id, key: made.key, url: made.url });
        await tx.links.setStatus(link.id, 'live');
        await tx.links.wake(link.id, true);
      },
    })),
  });
}

async function prepareComment(
  world: World,
  link: Link,
  operation: Operation,
  body: Extract<OperationBody, { kind: 'comment' }>,
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  const draft = {
    ticket: id,
    author: body.author,
    text: body.text,
    visibility: 'public' as const,
    source: { ts: body.ts, permalink: null },
  };
  const { itemId } = operation;
  return ok({
    point: { send: 'ticket.comment.send', find: 'ticket.comment.find' },
    ...ticketLimits(connector, id),
    ...around(connector.comment, draft, (made) => ({
      remoteId: made.id,
      commit: async (tx) => {
        if (itemId !== null) await tx.items.setComment(itemId, made.id);
      },
    })),
  });
}

async function prepareWrite(
  world: World,
  link: Link,
  body: Extract<OperationBody, { kind: 'write' }>,
): Promise<Outcome<Preparation>> {
  const found = ticketOf(world, link);
  if (found.kind !== 'ok') return found;
  const { connector, id } = found.value;
  return ok({
    point: { send: 'ticket.write.send', find: 'ticket.write.find' },
    ...ticketLimits(connector, id),
    ...around(connector.write, { ticket: id, status: body.status, actor: body.actor }, () => ({
      remoteId: null,
      commit: (tx) => tx.links.wake(link.id, true),
    })),
  });
}
