import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createNotes, type DiagnosisOptions, type Finding } from '../../model/finding.ts';
import { DATABASE_CHECKS } from './checks.ts';
import { lookAtInstall } from './install.ts';
import type { DatabaseNotes } from './notes.ts';
import type { PoliciesSeen } from './policies.ts';
import { lookAtRights } from './rights.ts';
import { lookAtServer } from './server.ts';

export interface DatabaseDiagnosis extends DiagnosisOptions {
  /** Null: there is no database of ours to look at, because of `absent`. */
  readonly url: string | null;
  /** It is the server that Deskbridge brought itself. */
  readonly embedded: boolean;
  readonly absent: string;
  readonly install: string;
  readonly configHash: string;
  /** Opens a sealed value. @throws when no key of ours opens it */
  readonly opens: (
    place: { install: string; table: string; row: string; column: string },
    sealed: Uint8Array,
  ) => unknown;
  readonly policies: PoliciesSeen;
  readonly now: () => Date;
}

export interface DatabaseReport {
  readonly findings: readonly Finding[];
  /** When something of this source was last accepted; null: never; 'unknown': the database does not tell. */
  lastDelivery(source: string): Date | null | 'unknown';
}

const LIMIT_MS = 5_000;
const LISTEN_MS = 2_000;

/** Looks at the database without changing a row in it. */
export async function diagnoseDatabase(wanted: DatabaseDiagnosis): Promise<DatabaseReport> {
  const notes = createNotes(DATABASE_CHECKS, wanted);
  const nothing = (left: string): DatabaseReport => ({
    findings: notes.findings(left),
    lastDelivery: () => 'unknown',
  });
  if (wanted.url === null) return nothing(wanted.absent);
  const client = clientOf(wanted.url);
  try {
    try {
      await client.connect();
    } catch (error) {
      tellAway(notes, client, error);
      return nothing('the database does not let us in');
    }
    notes.passed('database.reach', `${client.host}:${client.port}/${client.database ?? ''} lets us in`);
    await lookAtServer(notes, client, wanted.now);
    await lookAtListening(notes, client, wanted.url);
    const deliveries = await lookAtInstall(notes, client, wanted);
    await lookAtRights(notes, client, wanted.embedded);
    return {
      findings: notes.findings('the database ended the look before'),
      lastDelivery: (source) => (deliveries === 'unknown' ? 'unknown' : (deliveries.get(source) ?? null)),
    };
  } catch (error) {
    return nothing(`the database broke off: ${messageOf(error)}`);
  } finally {
    await client.end().catch(() => {});
  }
}

function clientOf(url: string): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
    application_name: 'deskbridge doctor',
  });
  client.on('error', () => {});
  return client;
}

const messageOf = (error: unknown): string => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
};

function tellAway(notes: DatabaseNotes, client: pg.Client, error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const where = `${client.host}:${client.port}/${client.database ?? ''}`;
  // Classes of SQLSTATE: 28 is a refused role, 3D000 a database that is not there.
  const problem = code.startsWith('28') ? 'refused' : code === '3D000' ? 'no-database' : 'unreachable';
  const verb = { refused: 'refuses us', 'no-database': 'is not there', unreachable: 'cannot be reached' }[
    problem
  ];
  notes.problem('database.reach', problem, {
    wrong: `The database at ${where} ${verb} (${messageOf(error)}).`,
  });
}

/** A pooler in transaction mode takes LISTEN without a word and passes no notification on. */
async function lookAtListening(notes: DatabaseNotes, client: pg.Client, url: string): Promise<void> {
  const channel = `deskbridge_doctor_${process.pid}`;
  const heard = Promise.withResolvers<'heard'>();
  client.on('notification', (message) => {
    if (message.channel === channel) heard.resolve('heard');
  });
  await client.query(`listen ${channel}`);
  const other = clientOf(url);
  const giveUp = new AbortController();
  try {
    await other.connect();
    await other.query(`notify ${channel}`);
    const late = delay(LISTEN_MS, 'late' as const, { signal: giveUp.signal }).catch(() => 'late' as const);
    if ((await Promise.race([heard.promise, late])) === 'heard') {
      notes.passed('database.listen', 'a notification arrives');
    } else {
      notes.problem('database.listen', 'not-direct', {
        wrong: `A notification did not arrive within ${LISTEN_MS / 1000} s: something between us and Postgres takes connections apart.`,
      });
    }
  } finally {
    giveUp.abort();
    await other.end().catch(() => {});
    await client.query(`unlisten ${channel}`);
  }
}
