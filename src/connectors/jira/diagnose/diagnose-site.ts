import { judgeClock } from '../../../model/clock-check.ts';
import { createNotes, type Finding } from '../../../model/finding.ts';
import type { ConnectorId } from '../../../model/ids.ts';
import type { Io } from '../../../model/io.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { JiraClient } from '../client.ts';
import type { JiraAuth } from '../credentials.ts';
import type { JiraMaps } from '../maps.ts';
import { Myself } from '../schema.ts';
import { JiraTarget } from '../targets.ts';
import type { WantedWebhook } from '../webhooks.ts';
import { JIRA_CHECKS } from './checks.ts';
import { lookAtFields } from './fields.ts';
import { createLook, type Obstacle, Stopped } from './look.ts';
import type { JiraNotes, Parts } from './notes.ts';
import { lookAtPermissions } from './permissions.ts';
import { lookAtProjects } from './projects.ts';
import { lookAtQueues } from './queues.ts';
import { lookAtWebhook, tellHooks } from './webhook.ts';

export interface SiteParts {
  readonly id: ConnectorId;
  readonly baseUrl: string;
  readonly auth: Pick<JiraAuth, 'kind'>;
  readonly hookSecret: string | null;
  readonly appWebhook?: { readonly wanted: WantedWebhook };
  readonly maps: JiraMaps;
  readonly client: JiraClient;
  readonly io: Io;
  /** The cloud id when this credential is let in through the gateway instead; null when it is not. */
  readonly worksThroughGateway: () => Promise<string | null>;
}

/** Asks a site whether everything is as these queues need it. Reads only. */
export async function diagnoseSite(site: SiteParts, wanted: DiagnosisRequest): Promise<readonly Finding[]> {
  const notes = createNotes(JIRA_CHECKS, wanted);
  const targets = new Map(
    [...wanted.targets].map(([queue, target]) => [queue, JiraTarget.parse(target)] as const),
  );
  const look = createLook(site.client, site.io);
  const parts: Parts = { notes, look, wanted, maps: site.maps, targets };
  tellTokenLife(notes, site.auth.kind);
  try {
    await lookAtAccount(parts);
    const projects = await lookAtProjects(parts);
    await lookAtPermissions(parts, projects);
    await lookAtFields(parts, projects);
    await lookAtQueues(parts, site);
    await lookAtWebhook(parts, site);
    if (look.nearLimit()) {
      notes.problem('jira.limits', 'nearly-used', {
        wrong: 'Jira says that its rate limit is nearly used up.',
      });
    } else notes.passed('jira.limits', 'Jira does not say that we are near it');
    return notes.findings('not reached');
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    await tellObstacle(notes, error.obstacle, site);
    tellHooks(parts, site);
    return notes.findings('Jira did not let us look so far');
  }
}

async function lookAtAccount({ notes, look, wanted }: Parts): Promise<void> {
  const before = wanted.now();
  const me = await look.at(Myself, '/rest/api/3/myself');
  const after = wanted.now();
  if (me.kind === 'denied') throw new Stopped({ kind: 'failing', what: `HTTP ${me.status}` });
  notes.passed('jira.reach', 'the site answers');
  const { displayName, emailAddress, accountId } = me.value;
  notes.passed('jira.credentials', `signed in as ${displayName || 'unnamed'} (${emailAddress ?? accountId})`);
  const theirs = new Date(me.headers.get('date') ?? Number.NaN);
  const clock = judgeClock({ before, after, theirs });
  if (clock.kind === 'unknown') notes.unseen('jira.clock', 'Jira sent no time');
  else if (clock.kind === 'right') notes.passed('jira.clock', clock.saw);
  else notes.problem('jira.clock', clock.kind, { wrong: `Compared with Jira's clock, ${clock.saw}.` });
}

async function tellObstacle(notes: JiraNotes, obstacle: Obstacle, site: SiteParts): Promise<void> {
  const host = new URL(site.baseUrl).host;
  switch (obstacle.kind) {
    case 'unreachable':
      notes.problem('jira.reach', 'unreachable', { wrong: `${host}: ${obstacle.what}.` });
      break;
    case 'failing':
      notes.problem('jira.reach', 'failing', { wrong: `${host} fails: ${obstacle.what}.` });
      break;
    case 'redirect':
      notes.problem('jira.reach', 'redirect', { wrong: `${host} redirects to ${obstacle.to}.` });
      break;
    case 'web-page':
      notes.problem('jira.reach', 'web-page', { wrong: `${host} answers a web page instead of data.` });
      break;
    case 'slowed-down':
      notes.problem('jira.limits', 'slowed-down', { wrong: `${host} asks us to slow down (HTTP 429).` });
      break;
    case 'no-pass':
      notes.problem('jira.credentials', 'no-pass', { wrong: obstacle.what });
      break;
    case 'refused':
      await tellRefusal(notes, obstacle.noScope, site);
      break;
  }
}

/** On the site a token with scopes is refused like a wrong one: only trying it behind the gateway tells them apart. */
async function tellRefusal(notes: JiraNotes, noScope: boolean, site: SiteParts): Promise<void> {
  const host = new URL(site.baseUrl).host;
  const check = 'jira.credentials';
  const cloudId = site.auth.kind === 'api-token' ? await site.worksThroughGateway() : null;
  if (cloudId !== null) {
    notes.problem(check, 'scoped-token', {
      wrong: `${host} refuses the token, and the gateway takes it: it is one with scopes (cloud_id ${cloudId}).`,
    });
  } else if (noScope && site.auth.kind !== 'api-token') {
    notes.problem(check, 'no-scope', {
      wrong: `The gateway refuses the token for ${host}: it is wrong, of another site, or lacks a scope.`,
    });
  } else notes.problem(check, 'refused', { wrong: `${host} does not let the account in (HTTP 401).` });
}

function tellTokenLife(notes: JiraNotes, kind: JiraAuth['kind']): void {
  if (kind === 'oauth') notes.passed('jira.token-life', 'its tokens live an hour and are renewed');
  else
    notes.problem('jira.token-life', 'unseen', { wrong: 'Jira does not tell us when the API token ends.' });
}
