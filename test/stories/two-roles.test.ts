/** The bridge under a role that owns nothing: everything works, and nobody who has that role can change the audit. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Command } from 'commander';
import { operateCommands } from '../../src/cli/operate-commands.ts';
import { openDatabase } from '../../src/store/database.ts';
import { SchemaProblem } from '../../src/store/migrate.ts';
import { waysToAudit } from '../../src/store/rights.ts';
import { settingsWith } from '../approvals/rules.ts';
import { configFile, MINIMAL, VARIABLES } from '../config/installation.ts';
import { ask } from '../support/ask.ts';
import { testDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { ALMA, BEN, becomes, cardOf, employ, press, threadSays } from './approval-people.ts';
import { HELP, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 20_000;

interface Roles {
  /** A superuser of the tests' server: for what only an administrator does. */
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
  readonly appRole: string;
}

/** An empty database of an owner who is no superuser, and a role that owns nothing there. */
async function openRoles(t: TestContext): Promise<Roles> {
  const database = await testDatabase();
  const roles = ['own', 'app'].map((kind) => `t_${kind}_${randomBytes(6).toString('hex')}`);
  const [owner = '', app = ''] = roles;
  for (const role of roles) await ask(database.url, `create role ${role} login password 'of-a-test'`);
  await ask(database.url, `alter database ${database.name} owner to ${owner}`);
  t.after(async () => {
    await ask(database.url, `drop owned by ${app}, ${owner}`);
    for (const role of roles) {
      await ask(database.url, `alter database ${database.name} owner to current_user`);
      await ask(database.url, `drop role ${role}`);
    }
    await database.drop();
  });
  const as = (role: string) => {
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'of-a-test'];
    return url.href;
  };
  return { admin: database.url, owner: as(owner), app: as(app), appRole: app };
}

/** What `deskbridge migrate` says with these addresses. */
async function typeMigrate(t: TestContext, addresses: { readonly app: string; readonly owner?: string }) {
  let [code, out, err] = [0, '', ''];
  const program = new Command('deskbridge').exitOverride();
  operateCommands(program, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    exit: (wanted) => {
      code = wanted;
    },
    env: {
      ...VARIABLES,
      LOG_LEVEL: 'silent',
      DATABASE_URL: addresses.app,
      ...(addresses.owner === undefined ? {} : { DATABASE_OWNER_URL: addresses.owner }),
    },
  });
  await program.parseAsync(['migrate', '--config', configFile(t, MINIMAL)], { from: 'user' });
  return { code, out, err };
}

const routing = {
  rules: [
    {
      ...{ name: 'database', when: { words: ['database'] }, queue: 'access', kind: 'iam' },
      ...{ flow: 'approval', approval: 'access' },
    },
  ],
};

/** Everything by which somebody could change, empty or get around the audit. */
const ATTACKS = [
  `update audit_event set kind = 'other'`,
  'delete from audit_event',
  'truncate audit_event',
  'truncate install cascade',
  'alter table audit_event disable trigger audit_append_only',
  'alter table audit_event disable trigger all',
  'drop trigger audit_append_only on audit_event',
  'alter table audit_event owner to current_user',
  'alter table audit_event rename to gone',
  'drop table audit_event',
  'drop schema public cascade',
  `create or replace function audit_is_append_only() returns trigger language plpgsql as 'begin return null; end'`,
  'create rule quiet as on insert to audit_event do instead nothing',
  'create trigger quiet before insert on audit_event for each row execute function audit_is_append_only()',
  'set session_replication_role = replica',
  'create table public.shadow (n integer)',
  'create function public.shadow() returns integer language sql as $$select 1$$',
  'create table bullmq.shadow (n integer)',
  `insert into audit_event (install_id, id, at, kind, actor, data)
    select id, gen_random_uuid(), '2020-01-01', 'approval.approve', 'slack:U0BEN', '{}' from install`,
  `insert into clock_offset (offset_by) values (interval '-1 day')`,
  `select drop_body_day(current_date)`,
];

test('one role migrates, another works: a whole approval runs, and the audit can only grow', async (t) => {
  const roles = await openRoles(t);
  const early = await typeMigrate(t, { app: roles.app });
  assert.equal(early.code, 1, 'a role that may make nothing cannot migrate');
  const migrated = await typeMigrate(t, roles);
  assert.deepEqual([migrated.code, migrated.err], [0, ''], migrated.out);
  assert.match(
    migrated.out,
    new RegExp(`"${roles.appRole}" may do the bridge's work. It can add to the audit and not change it`),
  );
  assert.match((await typeMigrate(t, roles)).out, /The schema is up to date/, 'it may run again');

  // No table that the work may need is forgotten: what is not met below would fail later.
  const closed = await ask(
    roles.app,
    `select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
       and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')) order by 1`,
  );
  assert.deepEqual(closed, ['audit_event', 'clock_offset', 'kysely_migration', 'kysely_migration_lock']);

  const story = await startStory(t, {
    ...{ kind: jiraKind, desk: jiraDesk, routing, databaseUrl: roles.app },
    approvals: settingsWith(),
  });
  await employ(story);
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  story.slack.people.post(ALMA, HELP, 'It is for the audit of March', ts);
  await until('the reply is on the ticket', LIMIT_MS, () =>
    story.desk
      .tickets()
      .some(({ id, comments }) => id === ticket.id && /audit of March/.test(JSON.stringify(comments))),
  );
  await press(story, BEN, await cardOf(story, BEN, /access/), 'approve');
  await becomes(story, 'executed');
  await threadSays(story, ts, /access was approved/);

  const { store } = story.bridge.world;
  await store.transaction((tx) => tx.deliveries.rotateBodies(2));
  const days = () =>
    ask(
      roles.owner,
      `select count(*) from pg_class where relname ~ '^delivery_body_\\d{8}$' and relkind = 'r'`,
    );
  assert.deepEqual(await days(), ['2']);
  await ask(roles.owner, `insert into clock_offset (offset_by) values (interval '9 days')`);
  await store.transaction((tx) => tx.deliveries.rotateBodies(2));
  assert.deepEqual(await days(), ['2'], 'two days are made, two are dropped');
  await ask(roles.owner, 'delete from clock_offset');

  const count = 'select count(*) from audit_event';
  const before = await ask(roles.app, count);
  assert.notDeepEqual(before, ['0']);
  for (const statement of ATTACKS)
    await assert.rejects(ask(roles.app, statement), { code: /^(42501|42000|P0001)$/ }, statement);
  const rights = ATTACKS.filter((statement) => /audit_event/.test(statement));
  for (const statement of rights)
    await assert.rejects(ask(roles.app, statement), { code: '42501' }, `${statement}: refused by rights`);
  assert.deepEqual(await ask(roles.app, count), before);
  // Postgres only warns of what it does not grant.
  await ask(roles.app, 'grant update, delete, truncate on audit_event to current_user');
  const working = openDatabase(roles.app, { max: 1 });
  assert.deepEqual(await waysToAudit(working), []);
  await working.destroy();
});

test('a role that could change the audit all the same is named with the way, and so is one that comes too early', async (t) => {
  const roles = await openRoles(t);
  const same = await typeMigrate(t, { app: roles.owner, owner: roles.owner });
  assert.equal(same.code, 1);
  assert.match(same.err, /have the same role, so it can change the audit/);

  const ownerRole = new URL(roles.owner).username;
  await ask(roles.admin, `grant ${ownerRole} to ${roles.appRole}`);
  const member = await typeMigrate(t, roles);
  assert.equal(member.code, 1);
  assert.match(
    member.err,
    /could still change the audit: it owns audit_event or its schema, or can act as a role/,
  );
  await ask(roles.admin, `revoke ${ownerRole} from ${roles.appRole}`);
  assert.equal((await typeMigrate(t, roles)).code, 0);

  // A program that is newer than the database: its start waits for the owner's migration, and says so.
  await ask(roles.owner, `delete from kysely_migration where name = '034-body-days'`);
  const late = startStory(t, { kind: jiraKind, desk: jiraDesk, databaseUrl: roles.app });
  await assert.rejects(
    late,
    (error) =>
      error instanceof SchemaProblem &&
      /lacks 034-body-days. Run "deskbridge migrate" first/.test(error.message),
  );
});
