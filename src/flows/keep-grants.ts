import { randomUUID } from 'node:crypto';
import type { InstallId } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../model/metrics.ts';
import type { Outcome } from '../model/outcome.ts';
import { ownTeam } from '../model/slack-grant.ts';
import type { SlackApp } from '../slack/out/slack-app.ts';
import type { Grants, KnownGrant } from '../store/grants.ts';
import { TAKEN_BACK } from '../texts/slack-install.ts';

export interface KeepingDeps {
  readonly grants: Grants;
  readonly app: SlackApp;
  readonly io: Io;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Slack's tokens rotate every twelve hours; one is renewed this long before it ends. */
const EARLY_MS = 2 * 3_600_000;
const TIMEOUT_MS = 15_000;
/** Longer than a renewal may take: a refresh token works once. */
const LEASE_MS = 25_000;

const nameOf = (grant: KnownGrant) => (grant.team ?? grant.enterprise)?.name || ownTeam(grant);

/** Renews what ends soon and asks whether each grant still stands. Runs every minute; one that fails stops no other. */
export async function keepGrants(deps: KeepingDeps): Promise<void> {
  const standing = (await deps.grants.all()).filter(({ revoked }) => revoked === null);
  await Promise.all(standing.map((grant) => keepOne(deps, grant)));
}

/** The same for one, because Slack said that something about it changed. What Slack says is a hint: its answer decides. */
export async function keepGrant(deps: KeepingDeps, install: InstallId): Promise<void> {
  const grant = (await deps.grants.all()).find((one) => one.install === install && one.revoked === null);
  if (grant !== undefined) await keepOne(deps, grant);
}

async function keepOne(deps: KeepingDeps, grant: KnownGrant): Promise<void> {
  const { grants, app, io, log } = deps;
  const place = ownTeam(grant);
  try {
    const opened = await grants.open(grant.install);
    if (opened === null) return;
    const { token, refresh } = opened;
    if (refresh !== null && grant.leftMs !== null && grant.leftMs < EARLY_MS) {
      if (!(await grants.claim(grant, { owner: randomUUID(), leaseMs: LEASE_MS }))) return;
      const renewed = await io.run('sign-in.renew', { timeoutMs: TIMEOUT_MS }, () => app.renew(refresh));
      if (renewed.kind === 'ok') {
        await grants.renewed(grant, renewed.value);
        deps.metrics.count('deskbridge_slack_tokens_renewed_total');
      } else await notHad(deps, grant, renewed);
      return;
    }
    const stands = await io.run('slack.read', { timeoutMs: TIMEOUT_MS }, () => app.check(token));
    if (stands.kind !== 'ok') await notHad(deps, grant, stands);
  } catch (error) {
    deps.metrics.count('deskbridge_bugs', { where: 'grant' });
    log.error({ place, error: String(error) }, 'What a workspace of Slack granted could not be looked at');
  }
}

async function notHad(
  deps: KeepingDeps,
  grant: KnownGrant,
  outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>,
) {
  const { grants, log, metrics } = deps;
  const place = ownTeam(grant);
  if (outcome.kind === 'retry' || outcome.code !== 'auth') {
    log.warn(
      { place, reason: outcome.reason },
      'Slack did not say whether a grant stands; it is asked again',
    );
    return;
  }
  if (!(await grants.end(grant, TAKEN_BACK(nameOf(grant)), 'deskbridge'))) return;
  metrics.count('deskbridge_slack_grants_ended_total');
  log.error({ place, reason: outcome.reason }, 'A workspace of Slack took its grant back; its requests wait');
}
