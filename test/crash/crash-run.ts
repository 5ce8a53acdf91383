/** One conversation that is cut by a crash: what people do before, meanwhile and afterwards. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { TicketView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import { assertWorld, type WorldView, worldProblems } from './assert-world.ts';
import type { ChildBridge } from './child-bridge.ts';
import type { CrashWorld } from './world.ts';

const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
/** For what a living bridge does: real time, on a machine with other work. */
const LIMIT_MS = 60_000;
/** A point that nothing more has to wait for is met within a few polls. */
const UNTIL_HIT_MS = 20_000;
/** How long the world may take to agree before more virtual time passes. */
const STEP_MS = 800;
/** Between two looks at the whole world. */
const LOOK_EVERY_MS = 25;
/** Slack's retries come after one and five more minutes, Jira's after five; the longest settle time is 320 s. */
const PASS_MS = [65_000, 310_000, 310_000, 600_000, 600_000];

export const viewOf = (world: CrashWorld): WorldView => ({
  slack: world.slack,
  tickets: () => world.system.people.tickets(),
  query: world.query,
  bridgeName: world.kind.bridgeName,
});

/** A conversation about one request. */
export interface Talk {
  readonly channel: string;
  readonly root: string;
  readonly text: string;
}

let talks = 0;

export function beginTalk(world: CrashWorld): Talk {
  talks += 1;
  const channel = world.newChannel();
  const text = `The printer ${world.kind.name}-${talks}- is jammed`;
  const root = world.slack.people.post(ALMA, channel, text);
  world.slack.people.post(BEN, channel, `me too (${talks}-a)`, root);
  return { channel, root, text };
}

const ticketOf = (world: CrashWorld, talk: Talk): TicketView | null =>
  world.system.people.tickets().find((ticket) => ticket.description.includes(talk.text)) ?? null;

/** An agent answers in public and notes something that is nobody else's business. */
function answer(world: CrashWorld, ticket: TicketView, when: string): void {
  const { people } = world.system;
  const agent = people.agents()[0]?.id ?? '';
  people.comment(agent, ticket.id, `note ${ticket.key} ${when}: secret-7731`, { internal: true });
  people.comment(agent, ticket.id, `answer ${ticket.key} ${when}.`);
}

async function solve(world: CrashWorld, talk: Talk): Promise<void> {
  const card = world.slack.people
    .messages(talk.channel)
    .find((message) => message.isBot && JSON.stringify(message.blocks).includes('desk_resolve'));
  assert.ok(card, 'the card has its button');
  const pressed = await world.slack.people.click(ALMA, talk.channel, card.ts, 'desk_resolve');
  assert.ok(pressed.ok, pressed.message ?? 'the button was not answered');
}

/** Waits until both sides agree on everything, or the bridge is gone. Lets time pass when that does not come by itself. */
export async function agree(world: CrashWorld, child: ChildBridge): Promise<void> {
  let problems: string[] = ['nothing was looked at'];
  const holds = async () => {
    await delay(LOOK_EVERY_MS);
    if (child.isGone()) return true;
    await world.slack.settled();
    await world.system.settled();
    problems = await worldProblems(viewOf(world));
    return problems.length === 0;
  };
  for (const ms of PASS_MS) {
    try {
      await until('both sides agree', STEP_MS, holds);
      return;
    } catch {
      await world.pass(ms);
    }
  }
  try {
    await until('both sides agree', LIMIT_MS, holds);
  } catch {
    assert.fail(`The world does not agree: ${problems.join('; ')}\n${world.logs()}`);
  }
}

/** The bridge carried out what the person asked with the button. */
async function checkSolved(world: CrashWorld, talk: Talk): Promise<void> {
  const writes = await world.query(
    `select 1 from operation join place using (install_id, link_id)
     where root_ts = $1 and kind = 'write' and state = 'done'`,
    [talk.root],
  );
  assert.notEqual(writes.length, 0, 'what the person asked with the button was written to the ticket');
}

/** The stages of a conversation; each ends when both sides agree or the bridge has died. */
const STAGES: readonly ((world: CrashWorld, talk: Talk) => Promise<void>)[] = [
  async (world, talk) => {
    const ticket = ticketOf(world, talk);
    assert.ok(ticket, 'there is a ticket');
    answer(world, ticket, 'in between');
    await solve(world, talk);
  },
  async (world, talk) => {
    await checkSolved(world, talk);
    const ticket = ticketOf(world, talk);
    assert.ok(ticket, 'there is a ticket');
    // A reply that came after the button was pressed has opened it again.
    const { active, done } = world.kind.states;
    const { people } = world.system;
    people.setStatus(
      people.agents()[0]?.id ?? '',
      ticket.id,
      ticket.statusCategory === 'done' ? active : done,
    );
  },
];

async function converse(world: CrashWorld, child: ChildBridge, talk: Talk, from: number): Promise<number> {
  await agree(world, child);
  let stage = from;
  while (stage < STAGES.length && !child.isGone()) {
    await STAGES[stage]?.(world, talk);
    stage += 1;
    await agree(world, child);
  }
  return stage;
}

/** People do not stop because a machine did. */
function meanwhile(world: CrashWorld, talk: Talk): void {
  world.slack.people.post(ALMA, talk.channel, `still jammed (${talk.root} down)`, talk.root);
  const ticket = ticketOf(world, talk);
  if (ticket !== null) answer(world, ticket, 'while it was down');
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
  let stage = 0;
  let talk: Talk | null = null;
  for (const [n, point] of plan.points.entries()) {
    world.prepare();
    if (n === 0) await child.arm(point);
    talk ??= beginTalk(world);
    stage = await converse(world, child, talk, stage);
    // The conversation may be over before the next poll.
    await until(`the bridge dies at ${point}`, UNTIL_HIT_MS, () => child.isGone());
    assert.equal(child.diedAt(), point.replace(/#\d+$/, ''), `${point} was not hit\n${child.log()}`);
    if (n === 0) {
      meanwhile(world, talk);
      await plan.meanwhile?.();
    }
    child = await world.startBridge({ crashAt: plan.points[n + 1] ?? null });
  }
  await plan.atReturn?.();
  // What people wrote meanwhile comes with Slack's second repetition.
  await world.pass(65_000);
  assert.ok(talk, 'a plan has a crash point');
  stage = await converse(world, child, talk, stage);
  assert.ok(!child.isGone(), `The successor ended: ${child.log()}`);
  assert.equal(stage, STAGES.length);
  await assertWorld(viewOf(world));
  return child;
}
