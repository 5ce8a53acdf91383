import { IO_POINTS, type IoPoint } from '../../src/model/io.ts';

/** What opening and syncing never meet, and why. Everything else has to be hit, or its test fails. */
export const NEVER_MET: Readonly<Record<string, string>> = {
  'ticket.check:before': 'only doctor checks a connector',
  'ticket.check:exchanged': 'only doctor checks a connector',
  'ticket.check:after': 'only doctor checks a connector',
  'slack.card.find:exchanged': 'an edit has nothing to look up, so Slack is not asked',
};

type Plan = readonly string[];

const momentsOf = (point: IoPoint) =>
  (['before', 'exchanged', 'after'] as const)
    .map((moment) => `${point}:${moment}`)
    .filter((name) => NEVER_MET[name] === undefined);

/**
 * The crashes that lead to the named points of one kind of call. A look for a proof needs something in `sending` first,
 * so it follows a crash after the call; its own crashes follow each other, each before the last one was mended.
 */
function plansOf(point: IoPoint): readonly Plan[] {
  if (point.endsWith('.find')) return [];
  const find = IO_POINTS.find((other) => other === point.replace(/send$/, 'find') && other !== point);
  return momentsOf(point).map((name) =>
    find !== undefined && name.endsWith(':after') ? [name, ...momentsOf(find)] : [name],
  );
}

/** Crash plans for all points whose name begins with `prefix`. */
export function crashPlans(prefix: string): readonly Plan[] {
  return IO_POINTS.filter((point) => point.startsWith(prefix)).flatMap(plansOf);
}

/** Only the crashes in the middle of a connector's work, where systems differ: between its requests, and after all. */
export function insidePlans(prefix: string): readonly Plan[] {
  return crashPlans(prefix)
    .map((plan) => plan.filter((name) => name.endsWith(':exchanged') || name.endsWith('.send:after')))
    .filter((plan) => plan.length > 0);
}

/** What every conversation meets again after any crash, whenever that was. */
const ALWAYS_AHEAD: readonly IoPoint[] = [
  'slack.post.send',
  'slack.card.send',
  'ticket.comment.send',
  'ticket.write.send',
  'ticket.read',
  'ticket.changes',
];

/** A small generator with a seed (mulberry32): the same seed, the same sample, on every machine. */
function createPick(seed: number): <T>(from: readonly T[]) => T {
  let state = seed >>> 0;
  return (from) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const picked = from[((mixed ^ (mixed >>> 14)) >>> 0) % from.length];
    if (picked === undefined) throw new Error('There is nothing to pick from');
    return picked;
  };
}

/** Two crashes in a row at points that were drawn by lot. */
export function crashPairs(seed: number, count: number): readonly Plan[] {
  const pick = createPick(seed);
  const first = IO_POINTS.filter((point) => !point.endsWith('.find')).flatMap(momentsOf);
  return Array.from({ length: count }, () => [pick(first), pick(ALWAYS_AHEAD.flatMap(momentsOf))]);
}
