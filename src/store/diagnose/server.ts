import type pg from 'pg';
import { z } from 'zod';
import { judgeClock } from '../../model/clock-check.ts';
import type { DatabaseNotes } from './notes.ts';

/** Postgres 15 gets fixes until November 2027; 14 got its last one in November 2026. postgresql.org/support/versioning */
const OLDEST_MAJOR = 15;
/** What one process with both roles opens: its pool, the doors' own, the bell's. */
const ONE_PROCESS = 30;

const Server = z.object({
  version: z.coerce.number().int(),
  now: z.date(),
  fsync: z.string(),
  commit: z.string(),
  pages: z.string(),
  most: z.coerce.number().int(),
  used: z.coerce.number().int(),
});

/** What is true of the server, whoever uses it. */
export async function lookAtServer(notes: DatabaseNotes, client: pg.Client, now: () => Date): Promise<void> {
  const before = now();
  const answer = await client.query(`select current_setting('server_version_num') as version,
    clock_timestamp() as now, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
    current_setting('max_connections') as most, (select count(*) from pg_stat_activity
      where backend_type = 'client backend') as used`);
  const server = Server.parse(answer.rows[0]);
  const major = Math.floor(server.version / 10_000);
  if (major >= OLDEST_MAJOR) notes.passed('database.version', `Postgres ${major}`);
  else notes.problem('database.version', 'too-old', { wrong: `The server is Postgres ${major}.` });

  const clock = judgeClock({ before, after: now(), theirs: server.now });
  if (clock.kind === 'unknown') notes.unseen('database.clock', 'the database sent no time');
  else if (clock.kind === 'right') notes.passed('database.clock', clock.saw);
  else
    notes.problem('database.clock', clock.kind, {
      wrong: `Compared with the database's clock, ${clock.saw}.`,
    });

  const unsafe = [
    ['fsync', server.fsync],
    ['synchronous_commit', server.commit],
    ['full_page_writes', server.pages],
  ].filter(([, value]) => value === 'off');
  for (const [name = ''] of unsafe) {
    notes.problem('database.durability', 'unsafe', { subject: name, wrong: `${name} is off.` });
  }
  if (unsafe.length === 0) notes.passed('database.durability', 'fsync and synchronous commits are on');

  const free = server.most - server.used;
  if (free >= ONE_PROCESS) notes.passed('database.connections', `${free} of ${server.most} are free`);
  else {
    notes.problem('database.connections', 'few', {
      wrong: `Only ${free} of ${server.most} connections are free; one process opens up to ${ONE_PROCESS}.`,
    });
  }
}
