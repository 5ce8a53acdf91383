import path from 'node:path';
import { judgePolicies, unsignedText } from '../../approvals/keepers.ts';
import { diagnoseConfig } from '../../config/diagnose/diagnose-config.ts';
import { type Config, configHash } from '../../config.ts';
import { connectorsOf } from '../../connect.ts';
import type { Connector } from '../../connectors/connector.ts';
import { createIo } from '../../connectors/io.ts';
import { createLog } from '../../log.ts';
import { noBudget } from '../../model/budget.ts';
import { createNotes, type DiagnosisOptions, type Finding } from '../../model/finding.ts';
import { hookAddress } from '../../model/hook-address.ts';
import type { ConnectorId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { noMetrics } from '../../model/metrics.ts';
import type { TokenOf } from '../../model/token.ts';
import { envelopeOf } from '../../open-doors.ts';
import { shelfRulesOf } from '../../open-world.ts';
import { diagnoseRedis } from '../../queues/diagnose/diagnose-redis.ts';
import { diagnoseSlack } from '../../slack/diagnose/diagnose-slack.ts';
import type { NamedChannel } from '../../slack/diagnose/notes.ts';
import { featuresOf, SCOPE_NEEDS } from '../../slack/scopes.ts';
import { type DatabaseReport, diagnoseDatabase } from '../../store/diagnose/diagnose-database.ts';
import type { PoliciesSeen } from '../../store/diagnose/policies.ts';
import { findEmbeddedPostgres } from '../../store/embedded-postgres/start-embedded-postgres.ts';
import { diagnoseDoors } from '../../web/diagnose/diagnose-doors.ts';
import { DOCTOR_CHECKS } from './checks.ts';
import { asksTicketSystems, examineForms } from './examine-forms.ts';
import type { Connection } from './report.ts';
import { openSignIns, type SignIns } from './sign-ins.ts';

export interface Examination extends DiagnosisOptions {
  readonly config: Config;
  readonly file: string;
  readonly envFile: string;
  /** Our clock; tests have their own. */
  readonly now?: () => Date;
  /** Instead of those of the configuration. */
  readonly connectors?: (io: Io, tokenOf: TokenOf) => ReadonlyMap<ConnectorId, Connector>;
}

const CONNECTOR_TIMEOUT_MS = 15_000;

/** Looks at every connection of a configuration. Changes nothing, neither here nor at a vendor. */
export async function examine(wanted: Examination): Promise<readonly Connection[]> {
  const { config, now = () => new Date() } = wanted;
  const io = createIo({ metrics: noMetrics, ...config.network });
  const database = await lookAtDatabase(wanted, now);
  const signIns = await openSignIns(config, await databaseUrl(config), io);
  try {
    return await examineAll(wanted, { io, database, now, ...signIns });
  } finally {
    await signIns.close();
  }
}

/** Looks at the forms alone, and at nothing else of the vendors. */
export async function examineOnlyForms(wanted: Examination): Promise<readonly Connection[]> {
  const { config, security } = wanted;
  const io = createIo({ metrics: noMetrics, ...config.network });
  const signIns = await openSignIns(config, await databaseUrl(config), io);
  try {
    const make = wanted.connectors ?? connectorsOf(config, createLog('silent'));
    const connectors = make(io, signIns.tokenOf, noBudget);
    const shelf = { rules: shelfRulesOf(config), connectors, io };
    return [await named('forms', { security }, () => examineForms(shelf, { security }))];
  } finally {
    await signIns.close();
  }
}

interface Looking {
  readonly io: Io;
  readonly database: DatabaseReport;
  readonly now: () => Date;
  readonly tokenOf: TokenOf;
  readonly bots: SignIns['bots'];
}

async function examineAll(
  wanted: Examination,
  { io, database, now, tokenOf, bots }: Looking,
): Promise<readonly Connection[]> {
  const { config, security } = wanted;
  const connectors = (wanted.connectors ?? connectorsOf(config, createLog('silent')))(io, tokenOf, noBudget);
  const asked: Promise<Connection>[] = [
    ...bots.map(({ name, place, token }) =>
      named(name, { security }, async () =>
        diagnoseSlack({ ...slackOf(wanted, { database, io, now }, place), botToken: await token() }),
      ),
    ),
    named('doors', { security }, () =>
      diagnoseDoors({
        security,
        publicUrl: config.server.publicUrl,
        signingSecret:
          config.slack.transport.mode === 'http' ? config.slack.transport.signingSecret.reveal() : null,
        io,
        now,
      }),
    ),
    ...[...connectors].map(([id, connector]) =>
      named(id, { security }, () => lookAtConnector(connector, wanted, { database, io, now })),
    ),
  ];
  const shelf = { rules: shelfRulesOf(config), connectors, io };
  if (asksTicketSystems(shelf.rules))
    asked.push(named('forms', { security }, () => examineForms(shelf, { security })));
  const { redisUrl } = config;
  if (redisUrl !== null) {
    const url = redisUrl.reveal();
    asked.unshift(
      named('redis', { security }, () => diagnoseRedis({ security, url, prefix: '{deskbridge}' })),
    );
  }
  return [
    { name: 'configuration', findings: [...diagnoseConfig(config, wanted)] },
    { name: 'database', findings: [...database.findings] },
    ...(await Promise.all(asked)),
  ];
}

/** One connection that breaks the look, by a fault of ours, hides no other. */
async function named(
  name: string,
  options: DiagnosisOptions,
  look: () => Promise<readonly Finding[]>,
): Promise<Connection> {
  try {
    return { name, findings: [...(await look())] };
  } catch (error) {
    const notes = createNotes(DOCTOR_CHECKS, options);
    const what = error instanceof Error ? error.message : String(error);
    notes.problem('connection.look', 'broke', { wrong: `The look at ${name} broke off: ${what}` });
    return { name, findings: notes.findings('').filter(({ check }) => check === 'connection.look') };
  }
}

async function lookAtDatabase(wanted: Examination, now: () => Date): Promise<DatabaseReport> {
  const { config, security } = wanted;
  const envelope = envelopeOf(config);
  const url = await databaseUrl(config);
  return diagnoseDatabase({
    security,
    url,
    embedded: config.databaseUrl === null,
    absent:
      'DATABASE_URL is not set and the embedded database does not run; start Deskbridge, then look again',
    install: config.install.name,
    configHash: configHash(config),
    opens: (place, sealed) => envelope.open(place, sealed),
    policies: policiesSeen(config),
    now,
  });
}

const policiesSeen =
  ({ keeping: { state, signed } }: Config): PoliciesSeen =>
  (accepted) => {
    const judged = judgePolicies(state, signed, accepted);
    switch (judged.kind) {
      case 'no-keepers':
        return { kind: 'no-keepers', text: 'approvals.keepers names nobody' };
      case 'unsigned':
        return { kind: 'unsigned', text: unsignedText(judged) };
      default: {
        const { number, signers } = judged.accepted;
        return { kind: 'signed', text: `number ${number}, signed by ${signers.join(' and ')}` };
      }
    }
  };

async function databaseUrl({ databaseUrl: url, dataDir }: Config): Promise<string | null> {
  if (url !== null) return url.reveal();
  const found = await findEmbeddedPostgres({ dataDir: path.resolve(dataDir, 'postgres'), log() {} });
  return found?.url ?? null;
}

interface Hand {
  readonly database: DatabaseReport;
  readonly io: Io;
  readonly now: () => Date;
}

function slackOf({ config, security }: Examination, { database, io, now }: Hand, place: string | null) {
  const { slack, queues, approvals } = config;
  const isThere = (workspace: string | null) => workspace === null || place === null || workspace === place;
  const features = featuresOf(config.source);
  const open: readonly NamedChannel[] = slack.channels
    .filter(({ workspace }) => isThere(workspace))
    .map(({ id, name }) => ({ id, name, internal: false }));
  const internal = [...queues.values()].flatMap(
    ({ internalChannel: id, internalWorkspace }): readonly NamedChannel[] =>
      id === null || !isThere(internalWorkspace) ? [] : [{ id, name: null, internal: true }],
  );
  const { channel: deciding, workspace } = approvals.cards;
  const asking: readonly NamedChannel[] =
    deciding === null || !isThere(workspace ?? null) ? [] : [{ id: deciding, name: null, internal: true }];
  const channels = [
    ...new Map([...open, ...internal, ...asking].map((channel) => [channel.id, channel])).values(),
  ];
  return {
    security,
    apiUrl: slack.apiUrl,
    appToken: slack.transport.mode === 'socket' ? slack.transport.appToken.reveal() : null,
    scopes: SCOPE_NEEDS.filter(({ feature }) => features.has(feature)),
    channels,
    responders: slack.responders,
    // What the doors of several workspaces took in lies in an install of each.
    lastDelivery: slack.grant.kind === 'token' ? database.lastDelivery('slack') : ('unknown' as const),
    io,
    now,
  };
}

async function lookAtConnector(
  connector: Connector,
  { config, security }: Examination,
  { database, io, now }: Hand,
): Promise<readonly Finding[]> {
  const { id } = connector;
  const targets = new Map(
    [...config.queues.values()]
      .filter((queue) => queue.connector === id)
      .map(({ name, target }) => [name, target] as const),
  );
  const { publicUrl } = config.server;
  if (connector.can.diagnose !== undefined) {
    return connector.can.diagnose({
      security,
      targets,
      hookUrl: publicUrl === null ? null : hookAddress(publicUrl, id),
      lastHook: database.lastDelivery(id),
      pollSeconds: config.connectors.get(id)?.pollSeconds ?? 30,
      now,
    });
  }
  const notes = createNotes(DOCTOR_CHECKS, { security });
  const outcome = await io.run('ticket.check', { timeoutMs: CONNECTOR_TIMEOUT_MS }, () => connector.check());
  if (outcome.kind === 'ok') notes.passed('connection.check', `signed in as ${outcome.value.account}`);
  else {
    notes.problem('connection.check', outcome.kind === 'retry' ? 'away' : 'refused', {
      wrong: outcome.reason,
    });
  }
  return notes.findings('').filter(({ check }) => check === 'connection.check');
}
