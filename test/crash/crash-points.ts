import { IO_POINTS, type IoPoint } from '../../src/model/io.ts';

const MOMENTS = ['before', 'exchanged', 'after'] as const;

/** What opening and syncing never meet, and why. Everything else has to be hit, or its test fails. */
export const NEVER_MET: Readonly<Record<string, string>> = {
  'ticket.check:before': 'only doctor checks a connector',
  'ticket.check:exchanged': 'only doctor checks a connector',
  'ticket.check:after': 'only doctor checks a connector',
  'slack.card.find:exchanged': 'an edit has nothing to look up, so Slack is not asked',
};

/** What has to be in `sending` first, because nothing is looked up without. */
function sendOf(point: IoPoint): string | null {
  return point.endsWith('.find') ? `${point.replace(/find$/, 'send')}:after` : null;
}

/** The crashes that lead to every named point: one, or two where the point is the look for a proof. */
export function crashPlans(): readonly (readonly string[])[] {
  return IO_POINTS.flatMap((point) =>
    MOMENTS.map((moment) => `${point}:${moment}`)
      .filter((name) => NEVER_MET[name] === undefined)
      .map((name) => [sendOf(point), name].filter((each) => each !== null)),
  );
}
