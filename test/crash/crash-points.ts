import { DOOR_POINTS, IO_POINTS, type IoPoint } from '../../src/model/io.ts';
import { createLot } from '../support/lot.ts';

/** What opening and syncing never meet, and why. Everything else has to be hit, or its test fails. */
export const NEVER_MET: Readonly<Record<string, string>> = {
  'ticket.check:before': 'only doctor checks a connector',
  'ticket.check:exchanged': 'only doctor checks a connector',
  'ticket.check:after': 'only doctor checks a connector',
  'slack.remove.find:exchanged': 'taking away what is gone is harmless, so Slack is not asked',
  'ticket.link.find:exchanged': 'showing a link again is harmless, so the ticket system is not asked',
  'slack.whisper.find:before': 'a whisper that may have been heard is not looked for, nor said again',
  'slack.whisper.find:exchanged': 'a whisper that may have been heard is not looked for, nor said again',
  'slack.whisper.find:after': 'a whisper that may have been heard is not looked for, nor said again',
};

export type Plan = readonly string[];

/** Every named point at each of its moments. */
export const ALL_POINTS: readonly string[] = [
  ...DOOR_POINTS,
  ...IO_POINTS.flatMap((point) => ['before', 'exchanged', 'after'].map((moment) => `${point}:${moment}`)),
];

const momentsOf = (point: IoPoint) =>
  ALL_POINTS.filter((name) => name.startsWith(`${point}:`) && NEVER_MET[name] === undefined);

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

/** The plan that goes on with the look for a proof. */
export const proofPlan = (point: IoPoint): Plan => plansOf(point).at(-1) ?? [];

/** What nobody does on a ticket whose journal cannot be changed: no copy of it is edited or removed in Slack. */
const NOT_OF_JOURNALS = ['slack.edit.', 'slack.remove.'];
/** What a system without links on its tickets never meets. */
const OF_LINKS = 'ticket.link.';

/** All plans that a system can meet. */
export const plansFor = ({
  isJournal,
  hasLinks,
}: {
  readonly isJournal: boolean;
  readonly hasLinks: boolean;
}): readonly Plan[] =>
  [...DOOR_POINTS.map((point) => [point]), ...IO_POINTS.flatMap(plansOf)].filter(
    ([first = '']) =>
      !(isJournal && NOT_OF_JOURNALS.some((prefix) => first.startsWith(prefix))) &&
      (hasLinks || !first.startsWith(OF_LINKS)),
  );

/** What every conversation meets again after any crash, whenever that was. */
const ALWAYS_AHEAD: readonly IoPoint[] = [
  'slack.post.send',
  'slack.card.send',
  'ticket.comment.send',
  'ticket.write.send',
  'ticket.read',
  'ticket.changes',
];

/** Two crashes in a row at points that were drawn by lot. */
export function crashPairs(seed: number, count: number): readonly Plan[] {
  const { pick } = createLot(seed);
  const first = IO_POINTS.filter((point) => !point.endsWith('.find')).flatMap(momentsOf);
  return Array.from({ length: count }, () => [pick(first), pick(ALWAYS_AHEAD.flatMap(momentsOf))]);
}
