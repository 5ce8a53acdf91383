import type { Errand } from '../model/errand.ts';
import type { LinkId } from '../model/ids.ts';
import type { ReadMessage, StepEnd, Words } from '../slack/out/slack-out.ts';
import type { HeldErrand } from '../store/errands.ts';
import { messageGone, messageUnreadable, outsidersMayNotAsk } from '../texts/doors.ts';
import { stepRefused, stepTooLate } from '../texts/steps.ts';
import { answerCommand } from './answer-command.ts';
import { type ApprovalErrand, approvalErrand } from './approval-errands.ts';
import { mayAsk } from './audience.ts';
import { lookAtRecords } from './native-approvals.ts';
import { doublingPause } from './pause.ts';
import { slackEditLimits, slackPostLimits } from './prepared.ts';
import { readRoot } from './read-root.ts';
import { inviteFromHome } from './show-home.ts';
import { takeInMark } from './take-in.ts';
import { unfurlLinks } from './unfurl-links.ts';
import type { World } from './world.ts';

/** Errands taken up in one turn; they run side by side. */
const AT_A_TIME = 8;
/** Whoever has not finished one by then has died. */
const LEASE_MS = 60_000;
const SEND_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** The reading budget of all processes is used up for the moment. */
const BUDGET_PAUSE_MS = 2_000;
/** A few words that nobody could be told for so many tries come too late. */
const MOST_TRIES_TO_SAY = 10;
/** One that makes us fail is left alone after a few tries, and looked at once a day. */
const MOST_FAULTS = 8;
const A_DAY_MS = 86_400_000;
const STEP_WAITS_MS = A_DAY_MS;

type Work<K extends Errand['kind']> = {
  readonly held: HeldErrand;
  readonly errand: Extract<Errand, { kind: K }>;
};

/** Does what is due beside the links. Answers whether there may be more. */
export async function runErrands(world: World): Promise<boolean> {
  const held = await world.store.errands.claim(AT_A_TIME, LEASE_MS);
  await Promise.all(held.map((one) => runOne(world, one)));
  return held.length === AT_A_TIME;
}

async function runOne(world: World, held: HeldErrand): Promise<void> {
  const { errand } = held;
  try {
    switch (errand.kind) {
      case 'say':
        await say(world, held, { ...errand, respond: null });
        break;
      case 'answer':
        await answer(world, { held, errand });
        break;
      case 'end-step':
        await endStep(world, { held, errand });
        break;
      case 'open-from-mark':
        await openFromMark(world, { held, errand });
        break;
      case 'invite':
        await invite(world, { held, errand });
        break;
      case 'unfurl':
        await showCards(world, { held, errand });
        break;
      default:
        await keepApprovals(world, held, errand);
    }
  } catch (error) {
    world.metrics.count('deskbridge_bugs', { where: `errand.${errand.kind}` });
    world.log.error(
      { errand: held.id, kind: errand.kind, error: String(error) },
      'An errand failed in a way that it should not; it is tried again',
    );
    const given = held.attempt >= MOST_FAULTS;
    await world.store.errands.again(held, given ? A_DAY_MS : pauseOf(held)).catch(() => {});
  }
}

const pauseOf = doublingPause(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
/** All of these may be done twice: what they change is held against what is there. */
async function keepApprovals(world: World, held: HeldErrand, errand: ApprovalErrand): Promise<void> {
  const laterMs = await approvalErrand(world, held, errand);
  if (laterMs === null) return done(world, held, 'done');
  if (errand.kind !== 'read-approvals') return world.store.errands.again(held, laterMs);
  // A fresh one: its tries are counted from the beginning, however long the ticket system waits.
  await world.store.transaction(async (tx) => {
    if (await tx.errands.finish(held)) await lookAtRecords(tx, errand.link, laterMs);
  });
}

async function done(world: World, held: HeldErrand, what: string): Promise<void> {
  if (!(await world.store.errands.finish(held))) return;
  world.metrics.count('deskbridge_errands_done', { kind: held.errand.kind, what });
}

/** Nobody can find out whether it was seen, and saying it twice would only confuse: what may have been said is dropped. */
async function say(world: World, held: HeldErrand, words: Words): Promise<void> {
  if (held.sending) return done(world, held, 'may-have-been-said');
  const waitMs = await world.store.budgets.take(slackPostLimits(words.channel ?? words.user ?? '').limits);
  if (waitMs > 0) return world.store.errands.again(held, waitMs);
  if (!(await world.store.errands.startSending(held))) return;
  const sent = await world.io.run('slack.tell', { timeoutMs: SEND_TIMEOUT_MS }, () =>
    world.slack.tell(words),
  );
  if (sent.kind === 'ok') return done(world, held, 'said');
  if (sent.kind === 'rejected') {
    world.log.warn({ reason: sent.reason }, 'Slack did not show a few words to a person');
    return done(world, held, 'refused');
  }
  if (sent.effect === 'unknown') return done(world, held, 'may-have-been-said');
  if (held.attempt >= MOST_TRIES_TO_SAY) return done(world, held, 'too-late');
  await world.store.errands.again(held, sent.afterMs ?? pauseOf(held));
}

/** What is true when it is said, to whoever asked. */
async function answer(world: World, { held, errand }: Work<'answer'>): Promise<void> {
  if (held.sending) return done(world, held, 'may-have-been-said');
  const { channel, by: user, respond } = errand;
  const answered = await answerCommand(world, errand);
  await say(world, held, { channel, user, root: null, ...answered, button: null, respond });
}

/** A ticket system that is away keeps the workflow waiting; ending a step twice is harmless. */
async function endStep(world: World, { held, errand }: Work<'end-step'>): Promise<void> {
  const end = await endOf(world, errand);
  if (end === null) return world.store.errands.again(held, pauseOf(held));
  const ended = await world.io.run('slack.tell', { timeoutMs: SEND_TIMEOUT_MS }, () =>
    world.slack.completeStep(errand.execution, end),
  );
  if (ended.kind === 'ok') return done(world, held, end.kind);
  if (ended.kind === 'retry') return world.store.errands.again(held, ended.afterMs ?? pauseOf(held));
  world.log.error(
    { execution: errand.execution, reason: ended.reason },
    'Slack does not take the end of a step',
  );
  return done(world, held, 'refused');
}

async function endOf(
  world: World,
  { link, why, until }: Work<'end-step'>['errand'],
): Promise<StepEnd | null> {
  if (why !== null) return { kind: 'failed', why };
  const ticket = link === null ? null : ((await world.store.links.get(link))?.ticket ?? null);
  if (ticket !== null && ticket.key !== null && ticket.url !== null)
    return { kind: 'done', key: ticket.key, url: ticket.url };
  const now = (await world.store.now()).getTime();
  return now > until ? { kind: 'failed', why: stepTooLate } : null;
}

/** A card that comes late is of no use; the link stands there anyhow. */
async function showCards(world: World, { held, errand }: Work<'unfurl'>): Promise<void> {
  const waitMs = await world.store.budgets.take(slackEditLimits.limits);
  if (waitMs > 0) return world.store.errands.again(held, waitMs);
  const shown = await unfurlLinks(world, errand);
  if (shown.kind === 'ok') return done(world, held, shown.value);
  if (shown.kind === 'rejected' || held.attempt >= MOST_TRIES_TO_SAY) return done(world, held, 'refused');
  await world.store.errands.again(held, shown.afterMs ?? pauseOf(held));
}

/** A link that was made and not shown is of no use to anybody; another one is. */
async function invite(world: World, { held, errand }: Work<'invite'>): Promise<void> {
  const shown = await inviteFromHome(world, errand);
  if (shown.kind === 'ok') return done(world, held, 'invited');
  if (shown.kind === 'rejected' || held.attempt >= MOST_TRIES_TO_SAY) return done(world, held, 'refused');
  await world.store.errands.again(held, shown.afterMs ?? pauseOf(held));
}

/** The message is read, and comes in as the message shortcut that it stands for: one way for all doors. */
async function openFromMark(world: World, { held, errand }: Work<'open-from-mark'>): Promise<void> {
  const { team, channel, ts } = errand;
  const known = await world.store.links.byPlace({ team, channel, root: ts });
  if (known !== null) return openedBefore(world, { held, errand }, known);
  const may = await mayAsk(world, { team, channel, user: errand.by });
  if (may.kind === 'retry') return world.store.errands.again(held, may.afterMs ?? pauseOf(held));
  if (may.kind !== 'ok') return world.store.errands.again(held, pauseOf(held));
  if (!may.value) return refuse(world, { held, errand }, outsidersMayNotAsk);
  const read = await readRoot(world, errand);
  switch (read.kind) {
    case 'wait':
      return world.store.errands.again(held, BUDGET_PAUSE_MS);
    case 'retry':
      return world.store.errands.again(held, read.afterMs ?? pauseOf(held));
    case 'rejected':
      return refuse(world, { held, errand }, messageUnreadable(read.reason));
    case 'ok':
      if (read.value === null) return refuse(world, { held, errand }, messageGone);
      return takeInRoot(world, { held, errand }, read.value);
  }
}

async function takeInRoot(
  world: World,
  { held, errand }: Work<'open-from-mark'>,
  seen: ReadMessage,
): Promise<void> {
  const { team, channel } = errand;
  const before = await world.store.links.byPlace({ team, channel, root: seen.root });
  if (before !== null) return openedBefore(world, { held, errand }, before);
  await takeInMark(world, { ...errand, id: held.id }, seen);
  return done(world, held, 'read');
}

async function refuse(world: World, { held, errand }: Work<'open-from-mark'>, text: string): Promise<void> {
  const { channel, by: user, execution } = errand;
  await world.store.transaction(async (tx) => {
    if (!(await tx.errands.finish(held))) return;
    await tx.errands.add(
      execution === null
        ? { kind: 'say', channel, user, root: null, text, button: null }
        : { kind: 'end-step', execution, link: null, why: stepRefused, until: 0 },
    );
    world.metrics.count('deskbridge_errands_done', { kind: errand.kind, what: 'refused' });
  });
}

/** Somebody was faster, or it has been a request for long: one thread is one request. */
async function openedBefore(
  world: World,
  { held, errand }: Work<'open-from-mark'>,
  link: LinkId,
): Promise<void> {
  const { execution } = errand;
  if (execution === null) return done(world, held, 'opened-before');
  const until = (await world.store.now()).getTime() + STEP_WAITS_MS;
  await world.store.transaction(async (tx) => {
    if (await tx.errands.finish(held))
      await tx.errands.add({ kind: 'end-step', execution, link, why: null, until });
  });
}
