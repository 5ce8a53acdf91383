import { z } from 'zod';
import { judgeClock } from '../../model/clock-check.ts';
import { createNotes, type DiagnosisOptions, type Finding } from '../../model/finding.ts';
import type { Io } from '../../model/io.ts';
import { lookAtAppToken } from './app-token.ts';
import { lookAtChannels } from './channels.ts';
import { SLACK_CHECKS } from './checks.ts';
import { type NeededScope, unusedScopes } from './needs.ts';
import type { NamedChannel, Obstacle, SlackNotes } from './notes.ts';
import { createAskSlack, type SlackAnswer } from './question.ts';
import { lookAtResponders } from './responders.ts';

export interface SlackDiagnosis extends DiagnosisOptions {
  readonly apiUrl: string;
  readonly botToken: string;
  /** Null in mode http. */
  readonly appToken: string | null;
  /** What the features in use need. */
  readonly scopes: readonly NeededScope[];
  readonly channels: readonly NamedChannel[];
  readonly responders: readonly string[];
  /** When something signed by Slack was last accepted; null: never; 'unknown': the database does not tell. */
  readonly lastDelivery: Date | null | 'unknown';
  readonly io: Io;
  readonly now: () => Date;
}

const SILENT_DAYS = 7;
const DAY_MS = 86_400_000;
const WRONG_KIND = new Set(['not_allowed_token_type', 'invalid_auth_type']);
const REVOKED = new Set(['token_revoked', 'account_inactive', 'token_expired', 'app_uninstalled']);

/** Asks Slack whether everything is as this configuration needs it. Reads only. */
export async function diagnoseSlack(wanted: SlackDiagnosis): Promise<readonly Finding[]> {
  const notes = createNotes(SLACK_CHECKS, wanted);
  const ask = createAskSlack(wanted);
  lookAtEvents(notes, wanted);
  lookAtTokenLife(notes, wanted.botToken);
  if (wanted.appToken === null) notes.unseen('slack.app-token', 'slack.mode is http, which has none');
  else await lookAtAppToken(notes, ask, wanted.appToken);

  const self = await ask({ method: 'auth.test', token: wanted.botToken });
  if (self.kind !== 'answered') {
    tellObstacle(notes, self);
    return notes.findings('Slack did not answer');
  }
  notes.passed('slack.reach', `${new URL(wanted.apiUrl).host} answers`);
  tellClock(notes, self);
  if (!tellCredentials(notes, self)) return notes.findings('Slack does not let us in');
  tellScopes(notes, self.scopes, wanted.scopes);
  const stopped =
    (await lookAtChannels({ notes, ask, granted: self.scopes ?? [], ...wanted })) ??
    (await lookAtResponders({ notes, ask, ...wanted }));
  if (stopped === null) notes.passed('slack.limits', 'no call was put off');
  else tellObstacle(notes, stopped);
  return notes.findings('Slack stopped answering before');
}

function tellObstacle(notes: SlackNotes, obstacle: Obstacle): void {
  if (obstacle.kind === 'slowed-down') {
    notes.problem('slack.limits', 'slowed-down', { wrong: 'Slack asked us to slow down (HTTP 429).' });
    return;
  }
  const wrong =
    obstacle.kind === 'unreachable'
      ? `Slack cannot be reached: ${obstacle.what}.`
      : `What stands at slack.api_url is not Slack: ${obstacle.what}.`;
  notes.problem('slack.reach', obstacle.kind, { wrong });
}

type Answered = Extract<SlackAnswer, { readonly kind: 'answered' }>;

function tellClock(notes: SlackNotes, { before, after, date }: Answered): void {
  const clock = date === null ? ({ kind: 'unknown' } as const) : judgeClock({ before, after, theirs: date });
  if (clock.kind === 'unknown') notes.unseen('slack.clock', 'Slack sent no time');
  else if (clock.kind === 'right') notes.passed('slack.clock', clock.saw);
  else notes.problem('slack.clock', clock.kind, { wrong: `Compared with Slack's clock, ${clock.saw}.` });
}

const Self = z.object({ user: z.string(), team: z.string(), bot_id: z.string().optional() });

/** Answers whether we are let in. */
function tellCredentials(notes: SlackNotes, { error, body }: Answered): boolean {
  if (error !== null) {
    const problem = WRONG_KIND.has(error) ? 'wrong-kind' : REVOKED.has(error) ? 'revoked' : 'refused';
    notes.problem('slack.credentials', problem, { wrong: `Slack refuses the bot token ("${error}").` });
    return false;
  }
  const self = Self.safeParse(body);
  if (!self.success || self.data.bot_id === undefined) {
    notes.problem('slack.credentials', 'wrong-kind', { wrong: 'The token is not one of a bot.' });
    return false;
  }
  notes.passed('slack.credentials', `signed in as ${self.data.user} in ${self.data.team}`);
  return true;
}

function tellScopes(
  notes: SlackNotes,
  granted: readonly string[] | null,
  needed: readonly NeededScope[],
): void {
  if (granted === null) {
    notes.unseen('slack.scopes', 'Slack did not say which scopes the token has');
    return;
  }
  const missing = needed.filter(({ scope }) => !granted.includes(scope));
  for (const { scope, why } of missing) {
    notes.problem('slack.scopes', 'missing', {
      subject: scope,
      wrong: `The bot token lacks ${scope}, which is needed for: ${why}.`,
    });
  }
  if (missing.length === 0) notes.passed('slack.scopes', `all ${needed.length} are granted`);
  const unused = unusedScopes(granted, needed);
  for (const scope of unused) {
    notes.problem('slack.too-many-scopes', 'unused', {
      subject: scope,
      wrong: `The bot token has ${scope}, and nothing here uses it.`,
    });
  }
  if (unused.length === 0) notes.passed('slack.too-many-scopes', 'every granted scope is used');
}

function lookAtEvents(notes: SlackNotes, { lastDelivery, now }: SlackDiagnosis): void {
  if (lastDelivery === 'unknown') {
    notes.unseen(
      'slack.events',
      'only deliveries that were accepted show it, and the database does not tell of any; look at api.slack.com/apps → your app → "Event Subscriptions"',
    );
  } else if (lastDelivery === null) {
    notes.unseen(
      'slack.events',
      'nothing has arrived yet, and Slack does not tell its subscriptions; start Deskbridge, write a message in a configured channel, then look again',
    );
  } else if (now().getTime() - lastDelivery.getTime() > SILENT_DAYS * DAY_MS) {
    notes.problem('slack.events', 'silent', {
      wrong: `The last signed delivery of Slack arrived at ${lastDelivery.toISOString()}, more than ${SILENT_DAYS} days ago.`,
    });
  } else {
    notes.passed('slack.events', `the last signed delivery arrived at ${lastDelivery.toISOString()}`);
  }
}

function lookAtTokenLife(notes: SlackNotes, token: string): void {
  if (token.startsWith('xoxe.')) notes.passed('slack.token-life', 'the token is of the kind that expires');
  else notes.problem('slack.token-life', 'never-expires', { wrong: 'The bot token never expires.' });
}
