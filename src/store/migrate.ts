import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Db } from './database.ts';
import { up as foundation } from './migrations/001-foundation.ts';
import { up as editsFilesFields } from './migrations/002-edits-files-fields.ts';
import { up as repair } from './migrations/003-repair.ts';
import { up as signIns } from './migrations/004-sign-ins.ts';
import { up as formFiles } from './migrations/005-form-files.ts';
import { up as route } from './migrations/007-route.ts';
import { up as doors } from './migrations/008-doors.ts';
import { up as people } from './migrations/009-people.ts';
import { up as tenant } from './migrations/010-tenant.ts';
import { up as cards } from './migrations/012-cards.ts';
import { up as backlinks } from './migrations/014-backlinks.ts';
import { up as errands } from './migrations/015-errands.ts';
import { up as audience } from './migrations/016-audience.ts';
import { up as home } from './migrations/017-home.ts';
import { up as acts } from './migrations/018-acts.ts';
import { up as alarms } from './migrations/019-alarms.ts';
import { up as approvals } from './migrations/020-approvals.ts';
import { up as likelyDuplicates } from './migrations/021-likely-duplicates.ts';
import { up as approvalsSlack } from './migrations/025-approvals-slack.ts';
import { up as nativeApprovals } from './migrations/028-native-approvals.ts';
import { up as policyKeepers } from './migrations/029-policy-keepers.ts';
import { up as boundWords } from './migrations/031-bound-words.ts';
import { up as bodyDays } from './migrations/034-body-days.ts';

/**
 * In the order of their numbers. A new one goes to the end, above the highest number that was ever given: a gap stays a gap,
 * for a database that is past it would refuse what comes into it later.
 */
const MIGRATIONS = {
  '001-foundation': { up: foundation },
  '002-edits-files-fields': { up: editsFilesFields },
  '003-repair': { up: repair },
  '004-sign-ins': { up: signIns },
  '005-form-files': { up: formFiles },
  '007-route': { up: route },
  '008-doors': { up: doors },
  '009-people': { up: people },
  '010-tenant': { up: tenant },
  '012-cards': { up: cards },
  '014-backlinks': { up: backlinks },
  '015-errands': { up: errands },
  '016-audience': { up: audience },
  '017-home': { up: home },
  '018-acts': { up: acts },
  '019-alarms': { up: alarms },
  '020-approvals': { up: approvals },
  '021-likely-duplicates': { up: likelyDuplicates },
  '025-approvals-slack': { up: approvalsSlack },
  '028-native-approvals': { up: nativeApprovals },
  '029-policy-keepers': { up: policyKeepers },
  '031-bound-words': { up: boundWords },
  '034-body-days': { up: bodyDays },
};

/** Nobody can work on this database until a person has acted; the message says how. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
}

function createMigrator(db: Db): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}

/**
 * Brings the schema up to date; many processes may call it at once, one does the work and the others wait.
 * `andThen` runs inside the same lock: BullMQ's own schema migrates there.
 * @throws SchemaProblem when the database belongs to a newer Deskbridge, or a step fails
 */
export async function migrate(
  db: Db,
  andThen: () => Promise<void> = async () => {},
): Promise<readonly string[]> {
  return await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(hashtext('deskbridge.migrate'))`.execute(connection);
    try {
      await refuseNewerSchema(connection);
      const { error, results } = await createMigrator(connection).migrateToLatest();
      if (error !== undefined) {
        const cause = error instanceof Error ? error.message : String(error);
        throw new SchemaProblem(`The database could not be migrated; nothing was changed. ${cause}`);
      }
      await andThen();
      return (results ?? []).filter((step) => step.status === 'Success').map((step) => step.migrationName);
    } finally {
      await sql`select pg_advisory_unlock(hashtext('deskbridge.migrate'))`.execute(connection);
    }
  });
}

/** How what was applied differs from what this program knows. */
export function missingMigrations(applied: readonly string[]): {
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
} {
  return {
    missing: Object.keys(MIGRATIONS).filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !(name in MIGRATIONS)),
  };
}

async function appliedMigrations(db: Db): Promise<readonly string[]> {
  const exists = await sql<{
    found: boolean;
  }>`select to_regclass('kysely_migration') is not null as found`.execute(db);
  if (exists.rows[0]?.found !== true) return [];
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return applied.rows.map((row) => row.name);
}

async function refuseNewerSchema(db: Db): Promise<void> {
  const { unknown } = missingMigrations(await appliedMigrations(db));
  if (unknown.length > 0) {
    throw new SchemaProblem(
      `The database was migrated by a newer Deskbridge (${unknown.join(', ')} is unknown here). ` +
        'Start that version, or restore a backup from before its migration.',
    );
  }
}

/** @throws SchemaProblem unless the schema is exactly the one that this program knows */
export async function requireCurrentSchema(db: Db): Promise<void> {
  await refuseNewerSchema(db);
  const { missing } = missingMigrations(await appliedMigrations(db));
  if (missing.length > 0) {
    throw new SchemaProblem(`The database lacks ${missing.join(', ')}. Run "deskbridge migrate" first.`);
  }
}

/** What has a schema of its own beside ours, such as the job bell. */
interface Beside {
  migrate(): Promise<void>;
  check(): Promise<unknown>;
}

/**
 * What every start does: the schema is brought up to date by whoever owns it. A role that owns nothing here only looks
 * whether it is, for then its owner migrates.
 * @throws SchemaProblem when somebody has to migrate first
 */
export async function migrateOrRequire(db: Db, beside?: Beside): Promise<void> {
  if (await mayMigrate(db)) await migrate(db, async () => beside?.migrate());
  else {
    await requireCurrentSchema(db);
    await beside?.check();
  }
}

async function mayMigrate(db: Db): Promise<boolean> {
  const found = await sql<{ may: boolean | null }>`select case when to_regclass('kysely_migration') is null
      then has_schema_privilege(current_schema(), 'create')
      else (select pg_has_role(current_user, relowner, 'usage') from pg_class
        where oid = to_regclass('kysely_migration')) end as may`.execute(db);
  return found.rows[0]?.may === true;
}
