import { IO_POINTS } from '../../src/model/io.ts';
import type { Stage } from './stage.ts';

/** What many histories together showed. */
export interface Tally {
  histories: number;
  /** Broken promises of the smallest history that breaks one. */
  violations: number;
  lost: number;
  doubled: number;
  disordered: number;
  leaked: number;
  /** Faults that befell somebody. */
  faults: number;
  /** What repair found that no event had told. */
  repaired: number;
  points: Record<string, number>;
}

export const emptyTally = (): Tally => ({
  histories: 0,
  violations: 0,
  lost: 0,
  doubled: 0,
  disordered: 0,
  leaked: 0,
  faults: 0,
  repaired: 0,
  points: {},
});

/** Not passed by any flow, and why. */
const NEVER = new Map([
  ['ticket.check', 'asked at start-up and by doctor only'],
  ['slack.whisper.find', 'nobody can find out whether a whisper was shown'],
]);

/** Doing it again tells what became of it, so nobody is asked. */
const WITHOUT_EXCHANGE = new Set(['slack.remove.find:exchanged', 'ticket.link.find:exchanged']);

/** Every point at which a process may end: each call to the outside, and each transaction. */
export const POINTS: readonly string[] = [
  ...IO_POINTS.filter((point) => !NEVER.has(point)).flatMap((point) =>
    ['before', 'exchanged', 'after'].map((step) => `${point}:${step}`),
  ),
  'store.before',
  'store.after',
].filter((point) => !WITHOUT_EXCHANGE.has(point));

/** Adds what one history showed. */
export function count(tally: Tally, { passed, weather, office, counts }: Stage): void {
  tally.histories += 1;
  for (const [point, times] of passed) tally.points[point] = (tally.points[point] ?? 0) + times;
  for (const times of [...weather.befell.values(), ...office.befell.values()]) tally.faults += times;
  for (const [name, times] of counts)
    if (name.startsWith('deskbridge_messages_repaired')) tally.repaired += times;
}

/** Adds the promises that were broken, by the harm that was done. */
export function countBroken(tally: Tally, wrong: readonly string[]): void {
  tally.violations += wrong.length;
  for (const what of wrong) {
    const isDouble = /doubled|twice|Two things|the copy of two/.test(what);
    if (isDouble) tally.doubled += 1;
    else if (/^I[12] /.test(what)) tally.lost += 1;
    else if (what.startsWith('I3 ')) tally.disordered += 1;
    else if (what.startsWith('I8 ')) tally.leaked += 1;
  }
}

export function add(to: Tally, from: Tally): void {
  to.histories += from.histories;
  to.violations += from.violations;
  to.lost += from.lost;
  to.doubled += from.doubled;
  to.disordered += from.disordered;
  to.leaked += from.leaked;
  to.faults += from.faults;
  to.repaired += from.repaired;
  for (const [point, times] of Object.entries(from.points))
    to.points[point] = (to.points[point] ?? 0) + times;
}
