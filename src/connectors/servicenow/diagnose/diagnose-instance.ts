import { createNotes, type Finding } from '../../../model/finding.ts';
import type { Io } from '../../../model/io.ts';
import type { DiagnosisRequest } from '../../capabilities.ts';
import type { ServiceNowAuth } from '../credentials.ts';
import type { Maps } from '../maps.ts';
import { ServiceNowTarget } from '../schema.ts';
import type { ServiceNowAccounts, SignIn, SignIns } from '../sign-ins.ts';
import { lookAtAccount } from './account.ts';
import { SERVICENOW_CHECKS } from './checks.ts';
import { createLook, type Obstacle } from './look.ts';
import { type Account, type Accounts, type Parts, type ServiceNowNotes, Stopped } from './notes.ts';
import { lookAtPlaces, lookAtTables } from './places.ts';
import { lookAtApprovals, lookAtContent, lookAtProperties, lookAtRoles } from './rights.ts';

export interface InstanceParts extends ServiceNowAccounts {
  readonly baseUrl: string;
  readonly eSignature?: readonly string[] | null;
  readonly hookSecret: string | null;
  readonly maps: Maps;
  readonly signIns: SignIns;
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
  const accounts = accountsOf(instance);
  const { bridge, reader, approvals } = accounts;
  const all = new Set([bridge, reader, approvals]);
  const parts: Parts = { notes, accounts, wanted, maps: instance.maps, targets };
  const host = new URL(instance.baseUrl).host;
  const shut = new Set<Account>();
  /** What stops one account stops its other looks, and what stops everybody all of them. */
  async function as(account: Account, work: () => Promise<void>): Promise<void> {
    if (shut.has(account)) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const isAboutHim = error.obstacle.kind === 'refused' || error.obstacle.kind === 'no-token';
      for (const one of isAboutHim ? [account] : all) shut.add(one);
      tellObstacle(notes, error.obstacle, { host, account: account.name });
    }
  }

  tellHook(notes, instance, wanted);
  for (const account of all) tellSignIn(notes, account);
  for (const account of all) await as(account, () => lookAtAccount(parts, account));
  let readable: ReadonlySet<string> = new Set();
  await as(reader, async () => {
    readable = await lookAtTables(parts);
  });
  await as(bridge, () => lookAtPlaces(parts, readable));
  for (const account of all) await as(account, () => lookAtRoles(parts, account));
  await as(reader, () => lookAtContent(parts));
  await as(approvals, () => lookAtApprovals(parts, instance.eSignature ?? null));
  if (wanted.security) await as(bridge, () => lookAtProperties(parts));
  if (!shut.has(bridge)) {
    const reason = 'it needs a write, and the doctor makes none; open one test request and look at its card';
    notes.unseen('servicenow.writes', reason);
  }
  return notes.findings(shut.size === 0 ? 'not reached' : 'the instance did not let us look so far');
}

function accountsOf({ signIns, io, baseUrl, ...auths }: InstanceParts): Accounts {
  const isAlone = signIns.reader === signIns.bridge && signIns.approvals === signIns.bridge;
  const account = (name: string, { kind }: Pick<ServiceNowAuth, 'kind'>, { requests }: SignIn): Account => ({
    name: isAlone ? null : name,
    kind,
    look: createLook(requests, io, baseUrl),
  });
  const { auth, readingAuth, approvalsAuth } = auths;
  const bridge = account('auth', auth, signIns.bridge);
  return {
    bridge,
    reader: readingAuth === undefined ? bridge : account('auth_for.reading', readingAuth, signIns.reader),
    approvals:
      approvalsAuth === undefined ? bridge : account('auth_for.approvals', approvalsAuth, signIns.approvals),
  };
}

function tellObstacle(
  notes: ServiceNowNotes,
  obstacle: Obstacle,
  { host, account }: { readonly host: string; readonly account: string | null },
): void {
  const subject = account === null ? {} : { subject: account };
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
      notes.problem('servicenow.credentials', 'no-token', { ...subject, wrong: obstacle.what });
      break;
    case 'refused':
      notes.problem('servicenow.credentials', 'refused', {
        ...subject,
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

function tellSignIn(notes: ServiceNowNotes, { name, kind }: Account): void {
  if (kind === 'basic' || kind === 'api-key' || kind === 'oauth-password') {
    notes.problem('servicenow.sign-in-life', 'never-expires', {
      ...(name === null ? {} : { subject: name }),
      wrong: `${name ?? 'auth'}.kind is ${kind}: its secret does not expire by itself.`,
    });
  } else notes.passed('servicenow.sign-in-life', `${kind}: tokens live minutes`, name ?? undefined);
}
