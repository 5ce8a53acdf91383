/** One conversation that is cut by a crash: what people do before, meanwhile and afterwards. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { assertBacklinks, assertWorld, STOPPED, worldProblems } from './assert-world.ts';
import type { ChildBridge } from './child-bridge.ts';
import type { LookOptions } from './look-at-world.ts';
import {
  answer,
  askReceipt,
  beginTalk,
  changeMinds,
  checkAsked,
  fillForm,
  removeFiles,
  solve,
  type Talk,
  talkOn,
  toggle,
  upload,
} from './talk.ts';
import type { CrashWorld } from './world.ts';

/** For what a living bridge does: real time, on a machine with other work. */
const LIMIT_MS = 60_000;
/** A point that nothing more has to wait for is met within a few polls. */
const UNTIL_HIT_MS = 20_000;
/** How long the world may take to agree before more virtual time passes. */
const STEP_MS = 1_200;
/** Between two looks at the whole world. */
const LOOK_EVERY_MS = 80;
/** Slack's retries come after one and five more minutes, Jira's after five; the longest settle time is 320 s. */
const PASS_MS = [65_000, 310_000, 310_000, 600_000, 600_000];

/** Waits until both sides agree on everything, or `isOver`. Lets time pass when that does not come by itself. */
export async function agree(
  world: CrashWorld,
  { isOver = () => false, ...look }: LookOptions & { readonly isOver?: () => boolean } = {},
): Promise<void> {
  let problems: string[] = ['nothing was looked at'];
  const holds = async () => {
    await delay(LOOK_EVERY_MS);
    if (isOver()) return true;
    await world.slack.settled();
    await world.system.settled();
    problems = await worldProblems(world, look);
    return problems.length === 0 || isStopped();
  };
  // Nobody will ever let it go on, so there is nothing to wait for.
  const isStopped = () => problems.some((problem) => problem.includes(STOPPED));
  for (const ms of PASS_MS) {
    try {
      await until('both sides agree', STEP_MS, holds);
      break;
    } catch {
      await world.pass(ms);
    }
  }
  try {
    await until('both sides agree', LIMIT_MS, holds);
    if (isStopped()) throw new Error(STOPPED);
  } catch {
    assert.fail(`The world does not agree: ${problems.join('; ')}\n${world.logs()}`);
  }
}

/** Both sides have to agree before people go on. */
const AGREE = Symbol('agree');
type Step = typeof AGREE | ((world: CrashWorld, talk: Talk) => void | Promise<void>);

/** What becomes of a request. A press or a form that nobody answered is done again with the next bridge. */
const STORY: readonly Step[] = [
  AGREE,
  answer,
  upload,
  askReceipt,
  solve,
  AGREE,
  checkAsked,
  changeMinds,
  removeFiles,
  fillForm,
  AGREE,
  toggle,
  AGREE,
];

async function converse(world: CrashWorld, child: ChildBridge, talk: Talk, from: number): Promise<number> {
  const only = { isOver: child.isGone, roots: new Set([talk.root]) };
  let at = from;
  // Where it stopped: what was on its way then has to be carried over first.
  if (at > 0) await agree(world, only);
  while (at < STORY.length && !child.isGone()) {
    const step = STORY[at];
    try {
      await (step === AGREE ? agree(world, only) : step?.(world, talk));
    } catch (error) {
      if (child.isGone()) return at;
      throw error;
    }
    if (step === AGREE && child.isGone()) return at;
    at += 1;
  }
  return at;
}

export interface CrashPlan {
  /** The first bridge dies at the first of these, its successor at the second, and so on. */
  readonly points: readonly string[];
  /** What else happens while the first one is dead. */
  readonly meanwhile?: () => Promise<unknown>;
  /** What else happens when the last one has just started. */
  readonly atReturn?: () => Promise<unknown>;
}

/**
 * Plays one conversation through the crashes of `plan`, with a living bridge in hand. Answers the last bridge, which
 * lives, after both sides agreed. Fails when a point is not hit.
 */
export async function playThrough(
  world: CrashWorld,
  first: ChildBridge,
  plan: CrashPlan,
): Promise<ChildBridge> {
  let child = first;
  let step = 0;
  let talk: Talk | null = null;
  for (const [n, point] of plan.points.entries()) {
    world.prepare();
    if (n === 0) await child.arm(point);
    talk ??= beginTalk(world);
    step = await converse(world, child, talk, step);
    // The conversation may be over before the next poll.
    await until(`the bridge dies at ${point}`, UNTIL_HIT_MS, () => child.isGone());
    assert.equal(child.diedAt(), point.replace(/#\d+$/, ''), `${point} was not hit\n${child.log()}`);
    if (n === 0) {
      talkOn(world, talk);
      await plan.meanwhile?.();
    }
    child = await world.startBridge({ crashAt: plan.points[n + 1] ?? null });
  }
  await plan.atReturn?.();
  // What people wrote meanwhile comes with Slack's second repetition.
  await world.pass(65_000);
  assert.ok(talk, 'a plan has a crash point');
  step = await converse(world, child, talk, step);
  assert.ok(!child.isGone(), `The successor ended: ${child.log()}`);
  assert.equal(step, STORY.length);
  await assertWorld(world);
  assertBacklinks(world);
  return child;
}
