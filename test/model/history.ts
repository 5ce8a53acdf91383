import { checkWorld } from '../../src/census/check-world.ts';
import type { AnyAct } from './acts.ts';
import * as agents from './agents-act.ts';
import * as people from './people-act.ts';
import type { Sabotage } from './processes.ts';
import { createStage, type Stage } from './stage.ts';
import { createTruth } from './truth.ts';
import { viewOf } from './view-of.ts';

/** People need a moment for each thing that they do, in milliseconds. */
const MOMENT_MS = 50;
const MINUTE_MS = 60_000;
/** Pauses between the ticks after the last fault, in minutes: in their sum both sides must agree. */
const PAUSES = [1, 1, 12, 1, 1, 1, 5, 5, 5, 5];
/** Before this tick nobody asks whether it is quiet: what is read in turn has not had its turn. */
const FIRST_LOOK = 4;

export interface Played {
  /** What is wrong in the end, one line each; empty when all promises hold. */
  readonly wrong: readonly string[];
  readonly stage: Stage;
}

/** Plays a history to its end, lets the faults stop and the bridge come to rest, and checks every promise. */
export async function playHistory(acts: readonly AnyAct[], sabotage: Sabotage = {}): Promise<Played> {
  const stage = await createStage(sabotage);
  const play = { stage, truth: createTruth() };
  for (const one of acts) {
    await stage.pass(MOMENT_MS);
    await perform(play, one);
    if (one.gap > 0) await stage.pass(one.gap);
  }
  await comeToRest(stage);
  const violations = checkWorld(await viewOf(stage, play.truth), { when: 'rest', graceMs: 0 });
  const wrong = violations.map(({ invariant, link, what }) => `${invariant} ${link ?? '-'}: ${what}`);
  const bugs = [...new Set(stage.bugs)].map((bug) => `bug: ${bug}`);
  return { wrong: [...bugs, ...wrong], stage };
}

async function perform(play: people.Playing, one: AnyAct): Promise<void> {
  switch (one.act) {
    case 'ask':
      return people.ask(play, one);
    case 'reply':
      return people.reply(play, one);
    case 'edit':
      return people.edit(play, one);
    case 'remove':
      return people.remove(play, one);
    case 'drop-file':
      return people.dropFile(play, one);
    case 'shortcut':
      return people.shortcut(play, one);
    case 'form':
      return people.form(play, one);
    case 'press':
      return people.press(play, one);
    case 'receipt':
      return people.receipt(play, one);
    case 'comment':
      return agents.comment(play, one);
    case 'amend':
      return agents.amend(play, one);
    case 'flip':
      return agents.flip(play, one);
    case 'strike':
      return agents.strike(play, one);
    case 'attach':
      return agents.attach(play, one);
    case 'detach':
      return agents.detach(play, one);
    case 'status':
      return agents.status(play, one);
    case 'field':
      return agents.field(play, one);
    case 'bulk':
      return agents.bulk(play, one);
    default:
      return trouble(play.stage, one);
  }
}

type Trouble = Extract<
  AnyAct,
  { act: 'fate' | 'lag' | 'net' | 'crash' | 'stall' | 'down' | 'revoke' | 'retry' }
>;

async function trouble(stage: Stage, one: Trouble): Promise<void> {
  switch (one.act) {
    case 'fate':
      stage.weather.planned.push({ at: one.at, fate: one.fate, left: one.times, ms: one.ms });
      return;
    case 'lag':
      stage.weather.lagMs.set(one.of, one.ms);
      return;
    case 'net':
      stage.office.planned.push({ kind: one.kind, left: one.times, ms: one.ms });
      return;
    case 'crash':
    case 'stall':
      stage.mishaps.push({ at: one.at, nth: one.nth, kind: one.act });
      return;
    case 'down':
      return stage.down(one.ms);
    case 'revoke':
      for (const desk of stage.desks) desk.refusesPersons = one.refuses;
      return;
    case 'retry':
      await stage.retryParked();
  }
}

/** The faults stop; whatever is due is done; repair finds what was lost; an operator tries parked things again. */
async function comeToRest(stage: Stage): Promise<void> {
  stage.weather.clear();
  stage.mishaps.length = 0;
  stage.office.planned.length = 0;
  await stage.calm();
  await stage.pass(2 * MINUTE_MS);
  // What the network held back for days arrives now.
  const late = stage.office.next();
  if (late !== null) await stage.pass(Math.max(0, late - stage.db.clock.now) + MINUTE_MS);
  for (const [turn, minutes] of PAUSES.entries()) {
    await stage.tick();
    if (turn === 1) await stage.retryParked();
    await stage.pass(minutes * MINUTE_MS);
    if (turn >= FIRST_LOOK && isQuiet(stage)) return;
  }
}

function isQuiet({ db, office }: Stage): boolean {
  if (office.next() !== null) return false;
  const waits = [...db.operations.values()].some(({ state }) => state === 'ready' || state === 'sending');
  const undone = [...db.deliveries.values()].some(({ state }) => state === 'new' || state === 'sorted');
  const unread = [...db.links.values()].some((link) => link.stale > link.seen || link.threadDue);
  return !waits && !undone && !unread;
}
