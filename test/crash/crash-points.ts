import { IO_POINTS, type IoPoint } from '../../src/model/io.ts';

/** What opening and syncing never meet, and why. Everything else has to be hit, or its test fails. */
export const NEVER_MET: Readonly<Record<string, string>> = {
  'ticket.check:before': 'only doctor checks a connector',
  'ticket.check:exchanged': 'only doctor checks a connector',
  'ticket.check:after': 'only doctor checks a connector',
  'slack.card.find:exchanged': 'an edit has nothing to look up, so Slack is not asked',
};

const momentsOf = (point: IoPoint) =>
  (['before', 'exchanged', 'after'] as const)
    .map((moment) => `${point}:${moment}`)
    .filter((name) => NEVER_MET[name] === undefined);

/**
 * The crashes that lead to the named points of one kind of call. A look for a proof needs something in `sending` first,
 * so it follows a crash after the call; its own crashes follow each other, each before the last one was mended.
 */
function plansOf(point: IoPoint): readonly (readonly string[])[] {
  if (point.endsWith('.find')) return [];
  const find = IO_POINTS.find((other) => other === point.replace(/send$/, 'find') && other !== point);
  return momentsOf(point).map((name) =>
    find !== undefined && name.endsWith(':after') ? [name, ...momentsOf(find)] : [name],
  );
}

/** Crash plans for all points whose name begins with `prefix`. */
export function crashPlans(prefix: string): readonly (readonly string[])[] {
  return IO_POINTS.filter((point) => point.startsWith(prefix)).flatMap(plansOf);
}
