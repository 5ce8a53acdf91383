import { actorOf } from '../model/actor-of.ts';
import { docText, emojiIn } from '../model/doc-text.ts';
import { type Errand, OPEN_ANYWAY_ACTION } from '../model/errand.ts';
import { ConnectorId, type LinkId, type SlackUser, TicketId, tsMicros } from '../model/ids.ts';
import type { Intake, SlackMessage } from '../model/intake.ts';
import { isSmallTalk } from '../routing/small-talk.ts';
import type { StoredDelivery } from '../store/deliveries.ts';
import type { StoreTx } from '../store/store.ts';
import { wordsDoNotCount } from '../texts/approval-answers.ts';
import { alreadyRequest, mentionHelp, OPEN_ANYWAY, smallTalk } from '../texts/doors.ts';
import { respondersAmong } from './responders.ts';
import { type Came, type FloodWatch, slowDown } from './slow-down.ts';
import { sortAside } from './sort-aside.ts';
import {
  attach,
  escalate,
  handToHuman,
  openForm,
  openMarked,
  openThread,
  type Sorted,
  withStep,
} from './sort-open.ts';
import type { World } from './world.ts';

const BATCH = 100;
/**
 * Finds or reserves the link of every new delivery of a shard, or closes it with a reason. Talks to nobody outside.
 * Answers the links that have work now, whether errands came up, and whether there may be more to sort.
 */
export async function sort(
  world: World,
  shard: number,
  watch: FloodWatch,
): Promise<{ readonly links: readonly LinkId[]; readonly errands: number; readonly more: boolean }> {
  const woken = new Map<LinkId, boolean>();
  const homes = new Set<SlackUser>();
  let errands = 0;
  const count = await world.store.transaction(async (tx) => {
    const claimed = await tx.deliveries.claimNew(shard, BATCH);
    await tx.deliveries.lockPartitions(claimed.map((delivery) => delivery.partition));
    const came: Came[] = [];
    for (const delivery of claimed)
      came.push({ delivery, intake: delivery.type === 'hook' ? null : await read(world, delivery) });
    const waits = await slowDown(world, tx, { watch, came });
    await tx.deliveries.slow(waits);
    for (const { delivery, intake } of came) {
      if (waits.has(delivery.id)) continue;
      const sorted = await sortOne(world, tx, { delivery, intake });
      const { state, reason, link, errand } = sorted;
      world.metrics.count('deskbridge_deliveries_sorted', { source: sourceKind(delivery), state, reason });
      if (state !== 'sorted') await tx.deliveries.close(delivery.id, state, reason);
      if (errand !== undefined) {
        await tx.errands.add(errand);
        errands += 1;
      }
      if (sorted.home !== undefined) homes.add(sorted.home);
      for (const other of sorted.others ?? []) woken.set(other, true);
      if (link !== null) woken.set(link, sorted.stale === true || woken.get(link) === true);
    }
    // In one order everywhere, so that two sorters that wake the same links cannot block each other.
    for (const [link, stale] of [...woken].sort(([a], [b]) => (a < b ? -1 : 1)))
      await tx.links.wake(link, stale);
    // After the links, as whoever changes a card does.
    for (const user of [...homes].sort()) await tx.homes.opened(user);
    return claimed.length;
  });
  return { links: [...woken.keys()], errands: errands + homes.size, more: count === BATCH };
}

const sourceKind = (delivery: StoredDelivery) => (delivery.source === 'slack' ? 'slack' : 'connector');

async function sortOne(world: World, tx: StoreTx, { delivery, intake }: Came): Promise<Sorted> {
  if (delivery.type === 'hook') return sortHook(tx, delivery);
  if (intake === null) return { state: 'waiting', reason: 'unreadable', link: null };
  const actor = actorOf(intake);
  if (actor !== null && (await tx.principals.deactivated([actor])).has(actor))
    return { state: 'ignored', reason: 'deactivated-person', link: null };
  switch (intake.kind) {
    case 'message':
      return sortMessage(world, tx, { delivery, message: intake.message, direct: intake.direct });
    case 'open-from-message':
      return withStep(world, intake.execution, await openThread(tx, delivery, intake.message));
    case 'open-from-mark':
      return withStep(world, intake.execution, await openMarked(tx, delivery, intake));
    case 'want-human':
      return handToHuman(tx, delivery, intake);
    case 'escalate':
      return escalate(tx, delivery, intake);
    case 'bypass':
      return { state: 'done', reason: 'bypass', link: null };
    case 'ask-help':
      return answerMention(world, tx, intake);
    case 'open-from-form':
      return withStep(world, intake.execution, await openForm(tx, delivery, intake));
    case 'step-unreadable':
    case 'ask-desk':
    case 'links-shared':
    case 'home-opened':
    case 'choose-notices':
    case 'filter-approvals':
    case 'account':
      return sortAside(world, tx, intake);
    case 'approval-act': {
      const errand: Errand = { ...intake, cause: delivery.id };
      return { state: 'done', reason: 'approval', link: null, errand };
    }
    case 'edited':
      return sortAgain(tx, delivery, intake.message);
    case 'deleted':
      return sortAgain(tx, delivery, intake);
    case 'ask-receipt':
    case 'ask-card':
    case 'move':
    case 'pick-kind':
    case 'pick-same':
    case 'change': {
      const link = await tx.links.get(intake.link);
      if (link === null) return { state: 'ignored', reason: 'unknown-link', link: null };
      return attach(tx, delivery, intake.link);
    }
    case 'react':
      return sortReaction(world, tx, { delivery, reaction: intake });
    case 'grant-changed':
      world.grantChanged?.();
      return { state: 'done', reason: 'grant-changed', link: null };
    case 'place-changed':
      return showAnew(world, tx, intake);
    case 'own-message':
      return { state: 'done', reason: 'own-message', link: null };
    case 'ignored':
      return { state: 'ignored', reason: intake.reason, link: null };
  }
}

/** What its cards may show is decided anew; so is everything that is sent there from now on. */
async function showAnew(
  world: World,
  tx: StoreTx,
  { team, channel }: Extract<Intake, { kind: 'place-changed' }>,
): Promise<Sorted> {
  world.slack.forgetPlace(channel);
  const others = await tx.links.showAnew(team, channel);
  return { state: 'done', reason: 'place-changed', link: null, others };
}

/** Null when it cannot be read now. It waits then, so that it is not lost and stops nobody else. */
async function read(world: World, delivery: StoredDelivery): Promise<Intake | null> {
  let reason = delivery.sealedBecause;
  if (reason === null) {
    try {
      return await world.interpret(delivery.body);
    } catch (error) {
      reason = String(error);
    }
  }
  world.log.error(
    { delivery: delivery.id, reason },
    'A delivery cannot be read. It is kept and tried again every hour and at every start.',
  );
  return null;
}

/** A hook is a hint: its ticket is read again. One that beats our own create needs nothing: a create is followed by a read. */
async function sortHook(tx: StoreTx, delivery: StoredDelivery): Promise<Sorted> {
  const [kind, connector, ticket] = delivery.partition.split(':');
  if (kind !== 'ticket') return { state: 'ignored', reason: 'hook-without-ticket', link: null };
  const link = await tx.links.byTicket(ConnectorId.parse(connector), TicketId.parse(ticket));
  if (link === null) return { state: 'ignored', reason: 'ticket-without-link', link: null };
  return { state: 'done', reason: 'hint', link, stale: true };
}

async function sortMessage(
  world: World,
  tx: StoreTx,
  { delivery, message, direct }: { delivery: StoredDelivery; message: SlackMessage; direct: boolean },
): Promise<Sorted> {
  const link = await tx.links.byPlace(message);
  if (link !== null) {
    const sorted = await attach(tx, delivery, link);
    // Its request turned out to be another one in this moment: the thread belongs to that one now.
    const other = sorted.state === 'sorted' ? null : await tx.links.byPlace(message);
    return other === null ? sorted : attach(tx, delivery, other);
  }
  if (message.ts === message.root) {
    // In a direct message with the app every top-level message asks for something: there is nobody else to talk to.
    if (!direct && !world.rules.channels.has(message.channel)) {
      return { state: 'ignored', reason: 'channel-without-requests', link: null };
    }
    if (message.bot !== null) return { state: 'ignored', reason: 'bot-message', link: null };
    if ((await respondersAmong(world, tx, [message.user])).has(message.user))
      return { state: 'ignored', reason: 'responder', link: null };
    if (bears(message, world.rules.bypassEmoji) || (await tx.deliveries.isBypassed(message)))
      return { state: 'ignored', reason: 'bypassed', link: null };
    if (isSmallTalk(docText(message.body)) && message.files.length === 0)
      return { state: 'ignored', reason: 'small-talk', link: null, ...offerOf(delivery, message) };
    if (direct) await tx.readings.markDirect(message);
    else if (await isHeld(world, message)) return { state: 'waiting', reason: 'held', link: null };
    return openThread(tx, delivery, message);
  }
  // Whoever writes below the card of an approval has decided nothing, and is told so.
  if (message.bot === null && (await tx.approvals.cards.at(message.channel, message.root)) !== null) {
    const { channel, root, user } = message;
    const errand: Errand = { kind: 'say', channel, user, root, text: wordsDoNotCount, button: null };
    return { state: 'done', reason: 'words-on-approval', link: null, errand };
  }
  // Its root may still be on the way: events come in any order.
  return { state: 'waiting', reason: 'root-not-seen-yet', link: null };
}

/** Does a message carry this emoji? */
function bears({ body }: SlackMessage, emoji: string | null): boolean {
  return emoji !== null && emojiIn(body).has(emoji);
}

/** What is no request is told to its author alone, with a way to make it one; not when it was found long after. */
function offerOf({ repaired }: StoredDelivery, { channel, ts, user }: SlackMessage): { errand?: Errand } {
  if (repaired) return {};
  const button = { action: OPEN_ANYWAY_ACTION, label: OPEN_ANYWAY, value: `${channel}:${ts}` };
  return { errand: { kind: 'say', channel, user, root: null, text: smallTalk, button } };
}

/** Its author may still take it back. What is older comes from a repair. */
async function isHeld(world: World, { ts }: SlackMessage): Promise<boolean> {
  const { holdMs } = world.rules;
  if (holdMs === 0) return false;
  const now = (await world.store.now()).getTime();
  return Number(tsMicros(ts)) / 1000 + holdMs > now;
}

/** On the first message of a request or on its card, by somebody who answers requests; by anybody else it means nothing. */
async function sortReaction(
  world: World,
  tx: StoreTx,
  { delivery, reaction }: { delivery: StoredDelivery; reaction: Extract<Intake, { kind: 'react' }> },
): Promise<Sorted> {
  const { team, channel, ts, by } = reaction;
  const id = (await tx.links.byPlace({ team, channel, root: ts })) ?? (await tx.acts.byCard(channel, ts));
  if (id === null) return { state: 'ignored', reason: 'reaction-elsewhere', link: null };
  const link = await tx.links.get(id);
  const helps = (await respondersAmong(world, tx, [by])).has(by);
  if (!helps && link?.route?.responders.includes(by) !== true)
    return { state: 'ignored', reason: 'reaction-of-another', link: null };
  return attach(tx, delivery, id);
}

async function answerMention(
  world: World,
  tx: StoreTx,
  { team, channel, root, by }: Extract<Intake, { kind: 'ask-help' }>,
): Promise<Sorted> {
  const known = await tx.links.byPlace({ team, channel, root });
  const words =
    known === null
      ? { user: null, text: mentionHelp(world.rules.command) }
      : { user: by, text: alreadyRequest };
  return {
    state: 'done',
    reason: 'help',
    link: null,
    errand: { kind: 'say', channel, root, button: null, ...words },
  };
}

/** An edit or a deletion may come before the message that it is about: it waits for the thread like a reply. */
async function sortAgain(
  tx: StoreTx,
  delivery: StoredDelivery,
  { team, channel, root }: Pick<SlackMessage, 'team' | 'channel' | 'root'>,
): Promise<Sorted> {
  const link = await tx.links.byPlace({ team, channel, root });
  if (link !== null) return attach(tx, delivery, link);
  return { state: 'waiting', reason: 'root-not-seen-yet', link: null };
}
