import { pollTickets, retain, sweep } from '../../src/flows/keep-going.ts';
import { repairSlack } from '../../src/flows/repair-slack.ts';
import { sort } from '../../src/flows/sort.ts';
import { SHARDS, shardOf } from '../../src/model/delivery.ts';
import { createSecret } from '../../src/model/secret.ts';
import type { Mishap } from './life.ts';
import { createDb, type Db } from './memory/db.ts';
import { createDeskState, type DeskState } from './paper/desk-state.ts';
import { createOffice, type Office } from './paper/office.ts';
import { JIRA, PEOPLE, SNOW } from './paper/rules.ts';
import { createSlackState, type SlackState, TEAM, US } from './paper/slack-state.ts';
import { createProcess, type Process, ProcessDied, type Sabotage, stackOf } from './processes.ts';
import { createWeather, type Weather } from './weather.ts';

const START = Date.UTC(2026, 4, 4, 8);
const TICK_MS = 60_000;
/** A process under SIGSTOP goes on after so long: long after its leases have run out. */
const STALL_MS = 90_000;
/** So many rounds without time passing, and something spins. */
const MOST_ROUNDS = 400;

/** A whole small world: Slack, two desks, the network between, and worker processes that come and go. */
export interface Stage {
  readonly db: Db;
  readonly weather: Weather;
  readonly slack: SlackState;
  readonly desks: readonly DeskState[];
  readonly office: Office;
  readonly mishaps: Mishap[];
  readonly passed: Map<string, number>;
  readonly bugs: string[];
  readonly counts: Map<string, number>;
  /** Lets `ms` pass; everything that falls due meanwhile is worked on. */
  pass(ms: number): Promise<void>;
  /** No process runs for so long, and nobody opens our door. */
  down(ms: number): void;
  /** Polls, repair and sweeps, as the schedules do. */
  tick(): Promise<void>;
  /** The faults are over: whoever stood still goes on. */
  calm(): Promise<void>;
  /** Every parked operation, once more. */
  retryParked(): Promise<number>;
  process(): Process;
}

export async function createStage(sabotage: Sabotage = {}): Promise<Stage> {
  const clock = { now: START };
  const db = createDb(clock);
  const weather = createWeather();
  const office = createOffice(clock);
  const send = office.send;
  const slack = createSlackState(clock, send);
  const desks = [
    createDeskState({ id: JIRA, personality: 'editable', clock, send }),
    createDeskState({ id: SNOW, personality: 'journal', clock, send }),
  ];
  const rung = new Set<number>();
  const mishaps: Mishap[] = [];
  const passed = new Map<string, number>();
  const bugs: string[] = [];
  const counts = new Map<string, number>();
  const living = new Set<Process>();
  let frozen: { readonly process: Process; readonly done: Promise<unknown>; readonly at: number }[] = [];
  let downUntil = 0;
  let lastTick = START;

  const ring = (shard: number) => rung.add(shard);
  const around = { db, weather, slack, desks, mishaps, passed, bugs, counts, ring, wait, sabotage };
  let current = begin();
  await current.world.store.configurations.saveUs({ teamId: TEAM, botUserId: US });
  const [, person] = PEOPLE;
  if (person !== undefined)
    await current.world.store.accounts.save({
      user: person,
      connector: JIRA,
      account: 'person@example.com',
      grant: createSecret('a sign-in on paper'),
    });

  function begin(): Process {
    const process = createProcess(around);
    living.add(process);
    return process;
  }

  /** Time passes: what was on its way arrives, and living processes renew their leases. */
  function wait(ms: number): void {
    let left = ms;
    while (left > 0) {
      const step = Math.min(left, 10_000);
      left -= step;
      clock.now += step;
      while (weather.late.some(({ at }) => at <= clock.now)) {
        const due = weather.late.findIndex(({ at }) => at <= clock.now);
        for (const { effect } of weather.late.splice(due, 1)) effect();
      }
      for (const process of living) if (!process.life.isStalled()) void process.book.renew();
    }
  }

  function replace(): void {
    living.delete(current);
    current = begin();
  }

  /** Runs something of the current process to its end, or until that process dies or stands still. */
  async function run(work: () => Promise<unknown>): Promise<void> {
    const process = current;
    const done = work().catch((error: unknown) => {
      if (!(error instanceof ProcessDied)) bugs.push(stackOf(error));
    });
    await Promise.race([done, process.life.stalled]);
    if (process.life.isDead()) replace();
    else if (process.life.isStalled()) {
      frozen.push({ process, done, at: clock.now + STALL_MS });
      replace();
      living.add(process);
    }
  }

  async function thaw(all: boolean): Promise<void> {
    const due = frozen.filter(({ at }) => all || at <= clock.now);
    frozen = frozen.filter((one) => !due.includes(one));
    for (const { process, done } of due) {
      process.life.resume();
      await done;
      living.delete(process);
    }
  }

  async function takeIn(): Promise<void> {
    const arrived = office.arrived();
    if (arrived.length === 0) return;
    const process = current;
    const verdicts = await process.world.store.deliveries.insert(arrived);
    if (verdicts.length > 0) for (const { partition } of arrived) ring(shardOf(partition));
  }

  async function serveShard(process: Process, shard: number): Promise<void> {
    let more = true;
    while (more) more = (await sort(process.world, shard, () => false)).more;
  }

  /** One round of work; false when there was nothing to do. */
  async function round(): Promise<boolean> {
    await thaw(false);
    if (clock.now < downUntil) return false;
    await takeIn();
    const shards = [...rung];
    rung.clear();
    for (const shard of shards) {
      const process = current;
      await run(() => serveShard(process, shard));
      // Its ring died with it: the sweep would find it seconds later.
      if (process !== current) ring(shard);
    }
    const process = current;
    const due = await process.world.store.links.dueShards(0, SHARDS);
    if (due.length > 0) {
      await run(async () => {
        const taken = await Promise.all(due.map((shard) => process.book.acquire(shard, 10)));
        await Promise.all(taken.flat().map((lease) => process.serve(lease)));
      });
    }
    return shards.length > 0 || due.length > 0;
  }

  function next(): number | null {
    const links = [...db.links.values()].flatMap(({ wakeAt, leaseUntil }) =>
      wakeAt === null ? [] : [Math.max(wakeAt, (leaseUntil ?? 0) + 1)],
    );
    const arrival = office.next();
    const times = [...links, ...weather.late.map(({ at }) => at), ...frozen.map(({ at }) => at)];
    const all = arrival === null ? times : [...times, arrival];
    if (all.length === 0) return null;
    const first = Math.min(...all);
    return clock.now < downUntil ? Math.max(first, downUntil) : first;
  }

  async function pass(ms: number): Promise<void> {
    const until = clock.now + ms;
    let rounds = 0;
    let at = clock.now;
    for (;;) {
      if (await round()) {
        rounds = clock.now === at ? rounds + 1 : 0;
        at = clock.now;
        if (rounds > MOST_ROUNDS) {
          bugs.push('The work spins: it goes on and on without time passing.');
          return;
        }
        continue;
      }
      const due = next();
      if (due === null || due > until) break;
      wait(Math.max(1, due - clock.now));
    }
    if (until > clock.now) wait(until - clock.now);
    if (clock.now - lastTick >= TICK_MS && clock.now >= downUntil) await tick();
  }

  async function tick(): Promise<void> {
    lastTick = clock.now;
    const { world } = current;
    await run(async () => {
      await sweep(world);
      for (const desk of desks) await pollTickets(world, desk.id);
      await repairSlack(world);
      await retain(world);
    });
  }

  // The first look at every system begins the time in which nothing may be missed.
  await tick();
  return {
    db,
    weather,
    slack,
    desks,
    office,
    mishaps,
    passed,
    bugs,
    counts,
    pass,
    tick,
    down(ms) {
      downUntil = clock.now + ms;
      office.closeUntil(downUntil);
      rung.clear();
      replace();
    },
    async calm() {
      await thaw(true);
      if (clock.now < downUntil) await pass(downUntil - clock.now);
    },
    async retryParked() {
      const { store } = current.world;
      const parked = await store.operations.parked();
      for (const { id } of parked) {
        const link = await store.operations.retryParked(id);
        if (link !== null) await store.links.wake(link, true);
      }
      return parked.length;
    },
    process: () => current,
  };
}
