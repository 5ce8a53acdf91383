import type pg from 'pg';
import { z } from 'zod';
import { missingMigrations } from '../migrate.ts';
import { SEALED_COLUMNS } from '../seals.ts';
import type { DatabaseNotes } from './notes.ts';
import { lookAtPolicies, type PoliciesSeen } from './policies.ts';

export interface InstallParts {
  readonly install: string;
  readonly configHash: string;
  readonly opens: (
    place: { install: string; table: string; row: string; column: string },
    sealed: Uint8Array,
  ) => unknown;
  readonly policies: PoliciesSeen;
}

/** So many sealed values of each column are opened, newest first. */
const SAMPLE = 50;

const Sealed = z.array(z.object({ row: z.string(), sealed: z.instanceof(Buffer) }));
/** What belongs to this install. Answers when each source last delivered. */
export async function lookAtInstall(
  notes: DatabaseNotes,
  client: pg.Client,
  parts: InstallParts,
): Promise<ReadonlyMap<string, Date> | 'unknown'> {
  const { missing, unknown, applied } = await schemaOf(client);
  if (unknown.length > 0) {
    notes.problem('database.schema', 'newer', {
      wrong: `The schema has ${unknown.join(', ')}, which this program does not know.`,
    });
  } else if (missing.length > 0) {
    notes.problem('database.schema', 'older', { wrong: `The schema lacks ${missing.join(', ')}.` });
  } else notes.passed('database.schema', `${applied.length} migrations`);
  if (applied.length === 0) {
    for (const check of [
      'database.key',
      'database.configuration',
      'database.policies',
      'database.audit',
      'database.time',
    ] as const) {
      notes.unseen(check, 'nothing is stored yet');
    }
    return new Map();
  }
  await lookAtTime(notes, client);
  const found = await client.query('select id from install where name = $1', [parts.install]);
  const id = z.object({ id: z.string() }).safeParse(found.rows[0]);
  if (!id.success) {
    notes.unseen('database.key', 'this install has stored nothing yet');
    notes.unseen('database.configuration', 'this install was never started');
    notes.unseen('database.policies', 'this install was never started');
    return new Map();
  }
  await lookAtConfiguration(notes, client, { ...parts, id: id.data.id });
  await lookAtPolicies(notes, client, { ...parts, id: id.data.id });
  await lookAtKeys(notes, client, { ...parts, id: id.data.id });
  return lastDeliveries(client, id.data.id);
}

async function schemaOf(client: pg.Client) {
  const exists = await client.query(`select to_regclass('kysely_migration') is not null as found`);
  const names =
    exists.rows[0]?.found === true
      ? await client.query('select name from kysely_migration order by name')
      : null;
  const applied = z
    .array(z.object({ name: z.string() }))
    .parse(names?.rows ?? [])
    .map(({ name }) => name);
  return { applied, ...missingMigrations(applied) };
}

type Known = InstallParts & { readonly id: string };

async function lookAtConfiguration(notes: DatabaseNotes, client: pg.Client, { id, configHash }: Known) {
  const found = await client.query('select hash from active_configuration where install_id = $1', [id]);
  const active = z.object({ hash: z.string() }).safeParse(found.rows[0]);
  if (!active.success)
    notes.unseen('database.configuration', 'none is in force yet; the first start makes one');
  else if (active.data.hash === configHash) notes.passed('database.configuration', configHash.slice(0, 12));
  else {
    notes.problem('database.configuration', 'differs', {
      wrong: `In force is ${active.data.hash.slice(0, 12)}, the file is ${configHash.slice(0, 12)}.`,
    });
  }
}

async function lookAtKeys(notes: DatabaseNotes, client: pg.Client, { id, opens }: Known): Promise<void> {
  let opened = 0;
  let closed = 0;
  for (const { table, column, row: place } of SEALED_COLUMNS) {
    // The newest rows stand last in the table, or nearly so: no index is needed for a sample.
    const found = await client.query(
      `select ${place} as row, ${column} as sealed from ${table}
       where install_id = $1 and ${column} is not null order by tableoid desc, ctid desc limit $2`,
      [id, SAMPLE],
    );
    const rows = Sealed.parse(found.rows);
    for (const { row, sealed } of rows) {
      try {
        opens({ install: id, table, row, column }, sealed);
        opened += 1;
      } catch {
        closed += 1;
      }
    }
  }
  if (closed > 0) {
    notes.problem('database.key', 'cannot-open', {
      wrong: `${closed} of ${opened + closed} sealed values that were tried cannot be opened with the keys that are configured.`,
    });
  } else if (opened === 0) notes.unseen('database.key', 'this install has stored nothing yet');
  else notes.passed('database.key', `it opens all ${opened} values that were tried`);
}

async function lookAtTime(notes: DatabaseNotes, client: pg.Client): Promise<void> {
  const rows = await client.query(
    `select offset_by::text as by from clock_offset where offset_by <> interval '0'`,
  );
  const shifted = z.object({ by: z.string() }).safeParse(rows.rows[0]);
  if (!shifted.success) notes.passed('database.time', 'no offset');
  else
    notes.problem('database.time', 'shifted', {
      wrong: `The database's time is shifted by ${shifted.data.by}.`,
    });
}

const Last = z.array(z.object({ source: z.string(), at: z.date() }));

/** Each source by one walk along the key; a source that was silent for very long may take too long to find. */
async function lastDeliveries(client: pg.Client, id: string): Promise<ReadonlyMap<string, Date> | 'unknown'> {
  try {
    const rows = await client.query(
      `with recursive sources as (
         (select source from delivery where install_id = $1 order by source limit 1)
         union all
         select (select d.source from delivery d where d.install_id = $1 and d.source > s.source order by d.source limit 1)
         from sources s where s.source is not null
       )
       select s.source, l.received_at as at from sources s cross join lateral (
         select received_at from delivery d where d.install_id = $1 and d.source = s.source
           and not starts_with(d.key, 'repair:') order by d.id desc limit 1
       ) l`,
      [id],
    );
    return new Map(Last.parse(rows.rows).map(({ source, at }) => [source, at]));
  } catch (error) {
    if (error instanceof Error && 'severity' in error) throw error;
    return 'unknown';
  }
}
