import { createNotes, type Finding } from '../../../model/finding.ts';
import type { Io } from '../../../model/io.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { ServiceNowAuth } from '../credentials.ts';
import type { Maps } from '../maps.ts';
import type { Requests } from '../requests.ts';
import { ServiceNowTarget } from '../schema.ts';
import { lookAtAccount } from './account.ts';
import { SERVICENOW_CHECKS } from './checks.ts';
import { createLook, type Obstacle } from './look.ts';
import { type Parts, type ServiceNowNotes, Stopped } from './notes.ts';
import { lookAtPlaces } from './places.ts';
import { lookAtProperties, lookAtRights } from './rights.ts';

export interface InstanceParts {
  readonly baseUrl: string;
  readonly auth: Pick<ServiceNowAuth, 'kind'>;
  readonly hookSecret: string | null;
  readonly maps: Maps;
  readonly requests: Requests;
  readonly io: Io;
}

/** Asks an instance whether everything is as these queues need it. Reads only. */
export async function diagnoseInstance(
  instance: InstanceParts,
  wanted: DiagnosisRequest,
): Promise<readonly Finding[]> {
  const notes = createNotes(SERVICENOW_CHECKS, wanted);
  const targets = new Map(
    [...wanted.targets].map(([queue, target]) => [queue, ServiceNowTarget.parse(target)] as const),
  );
  const look = createLook(instance.requests, instance.io, instance.baseUrl);
  const parts: Parts = { notes, look, wanted, maps: instance.maps, targets };
  tellHook(notes, instance, wanted);
  tellSignIn(notes, instance.auth.kind);
  try {
    await lookAtAccount(parts);
    await lookAtPlaces(parts);
    await lookAtRights(parts);
    if (wanted.security) await lookAtProperties(parts);
    return notes.findings('not reached');
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    tellObstacle(notes, error.obstacle, new URL(instance.baseUrl).host);
    return notes.findings('the instance did not let us look so far');
  }
}

function tellObstacle(notes: ServiceNowNotes, obstacle: Obstacle, host: string): void {
  switch (obstacle.kind) {
    case 'unreachable':
      notes.problem('servicenow.reach', 'unreachable', { wrong: obstacle.what });
      break;
    case 'failing':
      notes.problem('servicenow.reach', 'failing', { wrong: `${host} fails: ${obstacle.what}.` });
      break;
    case 'redirect':
      notes.problem('servicenow.reach', 'redirect', { wrong: `${host} redirects to ${obstacle.to}.` });
      break;
    case 'web-page':
      notes.problem('servicenow.reach', 'web-page', {
        wrong: `${host} answers a web page instead of data: it sleeps, is in maintenance, or asks for a sign-in.`,
      });
      break;
    case 'slowed-down':
      notes.problem('servicenow.limits', 'slowed-down', {
        wrong: `${host} asks us to slow down (HTTP 429).`,
      });
      break;
    case 'no-token':
      notes.problem('servicenow.credentials', 'no-token', { wrong: obstacle.what });
      break;
    case 'refused':
      notes.problem('servicenow.credentials', 'refused', {
        wrong: `${host} does not let the integration user in: ${obstacle.what}.`,
      });
      break;
  }
}

const SILENT_DAYS = 7;

function tellHook(notes: ServiceNowNotes, { hookSecret }: InstanceParts, wanted: DiagnosisRequest): void {
  const { lastHook, now } = wanted;
  if (hookSecret === null) {
    notes.problem('servicenow.webhook', 'no-secret', { wrong: 'No hook_secret_env is configured.' });
  } else if (lastHook === 'unknown' || lastHook === null) {
    const reason = lastHook === null ? 'no signed hook has arrived yet' : 'the database does not tell of any';
    notes.unseen(
      'servicenow.webhook',
      `${reason}, and the instance does not tell its rules; change a ticket there and look again, or look at System Definition → Business Rules`,
    );
  } else if (now().getTime() - lastHook.getTime() > SILENT_DAYS * 86_400_000) {
    notes.problem('servicenow.webhook', 'silent', {
      wrong: `The last signed hook arrived at ${lastHook.toISOString()}, more than ${SILENT_DAYS} days ago.`,
    });
  } else notes.passed('servicenow.webhook', `the last signed hook arrived at ${lastHook.toISOString()}`);
}

function tellSignIn(notes: ServiceNowNotes, kind: ServiceNowAuth['kind']): void {
  if (kind === 'basic' || kind === 'api-key' || kind === 'oauth-password') {
    notes.problem('servicenow.sign-in-life', 'never-expires', {
      wrong: `auth.kind is ${kind}: its secret does not expire by itself.`,
    });
  } else notes.passed('servicenow.sign-in-life', `${kind}: tokens live minutes`);
}
