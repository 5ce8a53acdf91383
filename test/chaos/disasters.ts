import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, HookFault } from '../../src/sandbox/faults.ts';
import type { ChildBridge } from '../crash/child-bridge.ts';
import { beginTalk, type Talk, talkOn } from '../crash/talk.ts';
import type { Relay } from '../support/relay.ts';
import { until } from '../support/until.ts';
import { burst, shuffled } from './burst.ts';
import type { Rig } from './rig.ts';

/** Something that goes wrong while people and agents go on. Ends with everything whole again; answers how often it struck. */
export interface Disaster {
  readonly name: string;
  readonly needs?: 'redis';
  /** Waits for real timeouts, so it is too long for every day. */
  readonly slow?: true;
  strike(rig: Rig, talks: readonly Talk[]): Promise<number>;
}

const LIMIT_MS = 60_000;
const DAY_MS = 86_400_000;
/** A look at the rows costs something; between two of them. */
const LOOK_EVERY_MS = 50;

async function rows(rig: Rig, count: string): Promise<number> {
  const [row] = await rig.world.query<{ n: number }>(`select (${count})::int as n`);
  return row?.n ?? 0;
}

const doneIn = (rig: Rig) => rows(rig, `select count(*) from operation where state = 'done'`);

/** The bridge is in the middle of it: something was done since `before`, and something waits. */
async function underWay(rig: Rig, before: number): Promise<void> {
  await until('work is under way', LIMIT_MS, async () => {
    await delay(LOOK_EVERY_MS);
    return (await doneIn(rig)) > before;
  });
}

const postgresKilled: Disaster = {
  name: 'Postgres is killed and comes back',
  async strike(rig, talks) {
    const before = await doneIn(rig);
    await burst(rig, talks);
    await underWay(rig, before);
    await rig.postgres.crash();
    await burst(rig, talks);
    await rig.postgres.restart();
    await burst(rig, talks);
    return 1;
  },
};

const redisLost: Disaster = {
  name: 'Redis is emptied, then stopped',
  needs: 'redis',
  async strike(rig, talks) {
    const { redis } = rig;
    if (redis === null) return 0;
    await burst(rig, talks);
    await redis.command('FLUSHALL');
    await burst(rig, talks);
    await redis.crash();
    await burst(rig, talks);
    await redis.restart();
    return 2;
  },
};

/** Where a worker stands still: with an effect decided, sent, or sent and not written down. */
const STILL_AT = [
  'slack.post.send:before',
  'slack.post.send:exchanged',
  'slack.post.send:after',
  'ticket.comment.send:before',
  'ticket.comment.send:exchanged',
  'ticket.comment.send:after',
  'ticket.read:exchanged',
] as const;

const workerFrozen: Disaster = {
  name: 'a worker stands still beyond its lease and goes on',
  async strike(rig, talks) {
    const { world, workers, lot } = rig;
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
    const frozen = await rig.startWorker('behind the cable');
    await frozen.freezeAt(lot.pick(STILL_AT));
    for (const talk of talks) talkOn(world, talk);
    await until('the worker stands still', LIMIT_MS, frozen.isFrozen);
    const held = await world.query<{ id: string; lease_epoch: number }>(
      'select id, lease_epoch::int from link where lease_owner is not null',
    );
    const other = await rig.startWorker();
    await burst(rig, talks);
    await until('the other worker has taken over', LIMIT_MS, async () => {
      await delay(LOOK_EVERY_MS);
      const now = await world.query<{ id: string; lease_epoch: number }>(
        'select id, lease_epoch::int from link',
      );
      const epochs = new Map(now.map((link) => [link.id, link.lease_epoch]));
      return held.every((link) => (epochs.get(link.id) ?? 0) > link.lease_epoch);
    });
    frozen.goOn();
    await burst(rig, talks);
    workers.push(frozen, other);
    return 1;
  },
};

/** What shows that the bridge has noticed, `done` being the number of operations that were done before. */
type Notices = (rig: Rig, done: number) => Promise<boolean>;

function cablePulled(name: string, cable: (rig: Rig) => Relay, notices: Notices): Disaster {
  return {
    name,
    async strike(rig, talks) {
      await burst(rig, talks);
      await cable(rig).cut();
      const done = await doneIn(rig);
      try {
        await burst(rig, talks);
        await until('the bridge has noticed', LIMIT_MS, async () => {
          await delay(LOOK_EVERY_MS);
          return notices(rig, done);
        });
      } finally {
        await cable(rig).open();
      }
      return 1;
    },
  };
}

const isPaused =
  (destination: string): Notices =>
  async (rig) =>
    (await rows(rig, `select count(*) from budget where destination = '${destination}' and failures > 0`)) >
    0;

const cutFromDatabase = cablePulled(
  'the cable between one worker and Postgres is pulled',
  (rig) => rig.toDatabase,
  // The other worker goes on.
  async (rig, done) => (await doneIn(rig)) > done + 2,
);
const cutFromSlack = cablePulled('the cable to Slack is pulled', (rig) => rig.wires.slack, isPaused('slack'));
const cutFromSystem = cablePulled(
  'the cable to the ticket system is pulled',
  (rig) => rig.wires.system,
  isPaused('desk'),
);

const MISHAPS: readonly Fault[] = [
  { kind: 'fail-before', status: 500 },
  { kind: 'fail-after', status: 502 },
  { kind: 'fail-after', status: 503 },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'limit', retryAfterS: 3 },
  { kind: 'html' },
  { kind: 'html-after' },
];

/** Faults meet the next calls of both vendors, whatever those are, until all of them have been met. */
async function vendorsFail(rig: Rig, talks: readonly Talk[], mishaps: readonly Fault[]): Promise<number> {
  const { slack, system } = rig.world;
  for (const fault of mishaps) {
    slack.faults.add('*', fault);
    system.faults.add('*', fault);
  }
  const planned = slack.faults.pending() + system.faults.pending();
  await burst(rig, talks);
  const left = () => slack.faults.pending() + system.faults.pending();
  try {
    await until('most faults have struck', LIMIT_MS, async () => {
      if (left() <= planned / 4) return true;
      await rig.world.pass(20_000);
      await delay(4 * LOOK_EVERY_MS);
      return false;
    });
  } finally {
    slack.faults.clear();
    system.faults.clear();
  }
  return planned - left();
}

const vendorsFailing: Disaster = {
  name: 'both vendors answer 429, 500, HTML, or not at all after they did it',
  async strike(rig, talks) {
    // Each kind at least once, in an order drawn by lot.
    const more = Array.from({ length: 4 }, () => rig.lot.pick(MISHAPS));
    return vendorsFail(rig, talks, shuffled([...MISHAPS, ...more], rig.lot));
  },
};

const vendorsHang: Disaster = {
  name: 'calls hang, before or after they did something',
  slow: true,
  strike: (rig, talks) => vendorsFail(rig, talks, [{ kind: 'hang-after' }, { kind: 'hang' }]),
};

const HOOK_MISHAPS: readonly HookFault[] = [
  { kind: 'drop' },
  { kind: 'double' },
  { kind: 'delay', delayMs: 700 },
  { kind: 'delay', delayMs: 20 * 60_000 },
  { kind: 'delay', delayMs: 2 * DAY_MS },
];

const hooksLost: Disaster = {
  name: 'hooks and events are lost, doubled, reordered, or days late',
  async strike(rig, talks) {
    const { world, lot } = rig;
    const { slack, system } = world;
    const each = [...HOOK_MISHAPS, ...HOOK_MISHAPS, ...HOOK_MISHAPS];
    for (const fault of shuffled(each, lot)) slack.hookFaults.add('*', fault);
    for (const fault of shuffled(each, lot)) system.hookFaults.add('*', fault);
    const planned = slack.hookFaults.pending() + system.hookFaults.pending();
    await burst(rig, talks);
    await burst(rig, talks);
    await world.slack.settled();
    const struck = planned - slack.hookFaults.pending() - system.hookFaults.pending();
    slack.hookFaults.clear();
    system.hookFaults.clear();
    await rig.agree(talks);
    // What comes days late tells nothing new.
    await world.pass(3 * DAY_MS);
    return struck;
  },
};

async function kill(children: readonly ChildBridge[]): Promise<void> {
  await Promise.all(children.map((child) => child.kill()));
}

const threeDaysDown: Disaster = {
  name: 'no process of ours runs for three days',
  async strike(rig, talks) {
    const { world, workers } = rig;
    await burst(rig, talks);
    await kill(workers.splice(0));
    await world.killBridges();
    for (let day = 0; day < 3; day += 1) {
      await burst(rig, talks);
      await world.pass(DAY_MS);
    }
    // Somebody asks for something new, and corrects it before anybody could read it.
    const late = beginTalk(world);
    world.slack.people.edit('U0BEN', late.channel, late.replies.corrected, 'changed before anybody came');
    world.slack.people.remove('U0BEN', late.channel, late.replies.removed);
    await world.pass(DAY_MS / 4);
    await rig.startWeb();
    workers.push(await rig.startWorker('behind the cable'), await rig.startWorker());
    return 1;
  },
};

/** In an order that is easy to follow; each round draws its own. */
export const DISASTERS: readonly Disaster[] = [
  postgresKilled,
  redisLost,
  workerFrozen,
  cutFromDatabase,
  cutFromSlack,
  cutFromSystem,
  vendorsFailing,
  vendorsHang,
  hooksLost,
  threeDaysDown,
];
