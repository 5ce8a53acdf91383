/**
 * Installations that are ill in one way each, and the codes by which the doctor has to name it: these and no others,
 * beside what it says of the one that is well.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { examine } from '../../src/cli/doctor/examine.ts';
import { type DoctorReport, reportOf } from '../../src/cli/doctor/report.ts';
import { SEED_PROJECTS } from '../../src/sandbox/jira/seed.ts';
import { seededId } from '../../src/sandbox/servicenow/seed.ts';
import { openDatabase } from '../../src/store/database.ts';
import { grantWork } from '../../src/store/rights.ts';
import { keeper } from '../approvals/keeper-fixture.ts';
import { testDatabase } from '../support/database.ts';
import {
  type Illness,
  MOVED,
  migrated,
  openPatient,
  type Patient,
  SCOPES,
  SNOW_USER,
  setInvalidQuery,
} from './patient.ts';
import { createAgedRelay, createDeafRelay } from './relays.ts';

export interface DoctorFault {
  /** What is wrong, as an operator would find out later. */
  readonly name: string;
  /** The codes of problems, each as often as it is told. */
  readonly codes: readonly string[];
  readonly illness?: Illness;
  /** What happens to the installation before the doctor comes. */
  readonly act?: (patient: Patient) => unknown;
  readonly security?: true;
  /** It changes what the database holds for the patients after it. */
  readonly staysInDatabase?: true;
}

const TEN_MINUTES = 600_000;
const onProject = (key: string, change: object) =>
  SEED_PROJECTS.map((project) => (project.key === key ? { ...project, ...change } : project));
const maps = (project: string, map: object): Illness => ({
  settings: { [`connectors.jira-it.maps.${project}`]: map },
});

/** So that it sees the webhooks. */
const ADMINISTERS: Illness = { jira: { permissions: { ADMINISTER: true } } };

const SLACK: readonly DoctorFault[] = [
  {
    name: 'the bot token is wrong',
    codes: ['slack.credentials.refused'],
    illness: { env: { SLACK_BOT_TOKEN: 'xoxb-sandbox-somebody-elses' } },
  },
  {
    name: 'the app was uninstalled',
    codes: ['slack.credentials.revoked'],
    act: ({ slack }) => slack.setRevoked(true),
  },
  {
    name: 'a scope of a feature in use is missing',
    codes: ['slack.scopes.missing'],
    illness: { slack: { scopes: SCOPES.filter((scope) => scope !== 'files:write') } },
  },
  {
    name: 'the bot was never invited to a channel',
    codes: ['slack.channels.not-member'],
    illness: { channels: { C0SECURITY: { botIsMember: false } } },
  },
  {
    name: 'a private channel does not know the bot',
    codes: ['slack.channels.not-found'],
    illness: { channels: { G0AGENTS: { botIsMember: false } } },
  },
  {
    name: 'a channel was archived',
    codes: ['slack.channel-kind.archived'],
    illness: { channels: { C0SECURITY: { isArchived: true } } },
  },
  {
    name: 'the channel of the agents is public',
    codes: ['slack.channel-kind.internal-is-public'],
    illness: { channels: { G0AGENTS: { isPrivate: false } } },
  },
  {
    name: 'a channel was renamed',
    codes: ['slack.channel-kind.renamed'],
    illness: { settings: { 'slack.channels': [{ id: 'C0HELPIT', name: 'it-help' }] } },
  },
  {
    name: 'a responder is nobody',
    codes: ['slack.people.unknown'],
    illness: { settings: { 'slack.responders': ['U0DANA', 'U0NOBODY'] } },
  },
  {
    name: 'the app-level token is wrong',
    codes: ['slack.app-token.refused'],
    illness: {
      settings: { 'slack.mode': 'socket' },
      env: { SLACK_APP_TOKEN: 'xapp-sandbox-somebody-elses' },
    },
  },
  {
    name: 'the app-level token lacks connections:write',
    codes: ['slack.app-token.missing-scope'],
    illness: { settings: { 'slack.mode': 'socket' } },
    act: ({ slack }) => slack.faults.add('apps.connections.open', { kind: 'refuse', error: 'missing_scope' }),
  },
  {
    name: "Slack's clock and ours are ten minutes apart",
    codes: ['slack.clock.wrong'],
    act: ({ clocks }) => clocks.slack.advance(TEN_MINUTES),
  },
  {
    name: 'a proxy answers in place of Slack',
    codes: ['slack.reach.not-slack'],
    act: ({ slack }) => slack.faults.add('auth.test', { kind: 'html' }),
  },
  { name: 'Slack cannot be reached', codes: ['slack.reach.unreachable'], act: ({ cut }) => cut.slack() },
  {
    name: 'Slack asks us to slow down',
    codes: ['slack.limits.slowed-down'],
    act: ({ slack }) => slack.faults.add('conversations.history', { kind: 'limit', retryAfterS: 30 }),
  },
  {
    name: 'Slack has been silent for weeks',
    codes: ['slack.events.silent'],
    staysInDatabase: true,
    act: ({ query }) =>
      query(`update delivery set received_at = now() - interval '20 days' where source = 'slack'`),
  },
  {
    name: 'the running process has another signing secret',
    codes: ['doors.slack.refused'],
    illness: { doorSecret: 'another-signing-secret-0123456789' },
  },
  {
    name: 'nobody answers at the public address',
    codes: ['doors.answer.no-answer'],
    illness: { settings: { 'server.public_url': 'http://127.0.0.1:1' } },
  },
];

const JIRA: readonly DoctorFault[] = [
  {
    name: 'the API token is wrong',
    codes: ['jira.credentials.refused'],
    illness: { env: { JIRA_API_TOKEN: 'sandbox-an-old-token' } },
  },
  {
    name: 'a token with scopes is used on the site',
    codes: ['jira.credentials.scoped-token'],
    act: ({ jira, env }) =>
      jira.signIn({
        accountId: '712020:b0000001',
        displayName: 'Deskbridge',
        email: 'deskbridge@example.test',
        apiToken: env.JIRA_API_TOKEN,
        kind: 'scoped-token',
      }),
  },
  {
    name: "Jira's clock and ours are ten minutes apart",
    codes: ['jira.clock.wrong'],
    act: ({ clocks }) => clocks.jira.advance(TEN_MINUTES),
  },
  { name: 'Jira cannot be reached', codes: ['jira.reach.unreachable'], act: ({ cut }) => cut.jira() },
  {
    name: 'Jira shows a login page',
    codes: ['jira.reach.web-page'],
    act: ({ jira }) => jira.faults.add('GET /rest/api/3/myself', { kind: 'html' }),
  },
  {
    name: 'Jira moved to another host',
    codes: ['jira.reach.redirect'],
    illness: { settings: { 'connectors.jira-it.base_url': MOVED } },
  },
  {
    name: 'Jira fails',
    codes: ['jira.reach.failing'],
    act: ({ jira }) => jira.faults.add('GET /rest/api/3/myself', { kind: 'fail-before', status: 503 }),
  },
  {
    name: 'Jira asks us to slow down',
    codes: ['jira.limits.slowed-down'],
    act: ({ jira }) => jira.faults.add('GET /rest/api/3/myself', { kind: 'limit', retryAfterS: 9 }),
  },
  {
    name: "Jira's rate limit is nearly used up",
    codes: ['jira.limits.nearly-used'],
    illness: { jira: { nearLimit: true } },
  },
  {
    name: 'the project of a queue is not shown to the account',
    codes: ['jira.projects.missing'],
    illness: { jira: { projects: onProject('IAM', { visible: false }) } },
  },
  {
    name: 'the issue type of a queue was renamed',
    codes: ['jira.issue-types.missing'],
    illness: { settings: { 'queues.iam.target.issue_type': 'Access' } },
  },
  {
    name: 'the create form demands a field that nobody fills',
    codes: ['jira.issue-types.field-required'],
    illness: {
      jira: {
        projects: onProject('IAM', {
          extras: [
            { id: 'customfield_10099', name: 'Cost centre', required: true, schema: { type: 'string' } },
          ],
        }),
      },
    },
  },
  {
    name: 'the request type of a queue was deleted',
    codes: ['jira.request-types.missing'],
    illness: { settings: { 'queues.desk.target.request_type': '99' } },
  },
  {
    name: 'the form of a request type demands what nobody fills in',
    codes: ['jira.request-types.field-required', 'jira.request-types.field-required'],
    illness: { settings: { 'queues.desk.target.request_type': '12' } },
  },
  {
    name: 'the account may not comment',
    codes: ['jira.permissions.missing', 'jira.permissions.missing'],
    illness: { jira: { permissions: { ADD_COMMENTS: false } } },
  },
  {
    name: 'the account is no agent of the service desk',
    codes: ['jira.permissions.missing'],
    illness: { jira: { permissions: { SERVICEDESK_AGENT: false } } },
  },
  {
    name: 'the queue of the agents asks for what no ticket of ours has',
    codes: ['jira.queues.not-shown', 'jira.queues.not-shown', 'jira.queues.not-shown'],
    illness: { settings: { 'queues.desk.target.queue': '21' } },
  },
  {
    name: 'the queue of the agents wants other labels than the target sets',
    codes: ['jira.queues.not-shown'],
    illness: {
      settings: {
        'queues.desk.target.queue': '21',
        'queues.desk.target.labels': ['phoned-in'],
        'queues.desk.target.components': ['Laptops'],
        'queues.desk.target.fields': { customfield_10073: 'Lisbon' },
      },
    },
  },
  {
    name: 'the queue of the agents fits',
    codes: [],
    illness: { settings: { 'queues.desk.target.queue': '20' } },
  },
  {
    name: 'the queue that a target names does not exist',
    codes: ['jira.queues.missing'],
    illness: { settings: { 'queues.desk.target.queue': '99' } },
  },
  {
    name: 'the account may not link issues',
    codes: ['jira.permissions.no-links', 'jira.permissions.no-links'],
    illness: { jira: { permissions: { LINK_ISSUES: false } } },
  },
  {
    name: 'a mapped state was renamed',
    codes: ['jira.statuses.missing'],
    illness: maps('ITSD', { statuses: { active: 'Working', done: 'Resolved' } }),
  },
  {
    name: 'a mapped priority does not exist',
    codes: ['jira.priorities.missing'],
    illness: maps('ITSD', { priorities: { high: 'High', critical: 'Blocker' } }),
  },
  {
    name: 'a mapped field does not exist',
    codes: ['jira.fields.missing'],
    illness: maps('ITSD', { fields: { impact: 'customfield_19999' } }),
  },
  {
    name: 'a mapped field is not on the screen of the project',
    codes: ['jira.fields.not-on-screen'],
    illness: maps('IAM', { fields: { impact: 'customfield_10004' } }),
  },
  {
    name: 'a mapped option was renamed',
    codes: ['jira.fields.no-option'],
    illness: maps('ITSD', { fields: { urgency: 'customfield_10048' }, urgencies: { high: 'Burning' } }),
  },
  {
    name: 'nobody made the webhook of Jira',
    codes: ['jira.webhook.missing'],
    illness: ADMINISTERS,
  },
  {
    name: 'the webhook of Jira is switched off',
    codes: ['jira.webhook.disabled'],
    illness: ADMINISTERS,
    act: (patient) => patient.makeWebhook({ enabled: false }),
  },
  {
    name: 'the webhook of Jira has no secret',
    codes: ['jira.webhook.unsigned'],
    illness: ADMINISTERS,
    act: (patient) => patient.makeWebhook({ secret: '' }),
  },
  {
    name: 'the webhook of Jira does not tell of comments',
    codes: ['jira.webhook.different'],
    illness: ADMINISTERS,
    act: (patient) => patient.makeWebhook({ events: ['jira:issue_updated'] }),
  },
  {
    name: 'hooks of Jira have no secret',
    codes: ['jira.webhook.no-secret'],
    illness: { settings: { 'connectors.jira-it.hook_secret_env': undefined } },
  },
  {
    name: 'no hook of Jira has come for weeks',
    codes: ['jira.webhook.silent'],
    staysInDatabase: true,
    act: ({ query }) =>
      query(`update delivery set received_at = now() - interval '20 days' where source = 'jira-it'`),
  },
];

/** The integration user's right to its own roles, by the sys_id of the row. */
export const itil = (role: string) => ({
  sys_id: seededId(`role of ${SNOW_USER}:itil`),
  user: seededId(`user:${SNOW_USER}`),
  role: seededId(`role:${role}`),
});

const SERVICENOW: readonly DoctorFault[] = [
  {
    name: 'the password of the integration user is wrong',
    codes: ['servicenow.credentials.refused'],
    illness: { env: { SNOW_PASSWORD: 'sandbox-an-old-password' } },
  },
  {
    name: 'the client credentials grant is switched off',
    codes: ['servicenow.credentials.no-token'],
    illness: {
      settings: {
        'connectors.snow.auth': {
          kind: 'oauth',
          client_id: 'deskbridge',
          client_secret_env: 'SNOW_PASSWORD',
        },
      },
    },
  },
  {
    name: 'the instance sleeps',
    codes: ['servicenow.reach.web-page'],
    act: ({ servicenow }) => servicenow.faults.add('read', { kind: 'html' }),
  },
  {
    name: 'the instance cannot be reached',
    codes: ['servicenow.reach.unreachable'],
    act: ({ cut }) => cut.servicenow(),
  },
  {
    name: 'the instance redirects to another host',
    codes: ['servicenow.reach.redirect'],
    illness: { settings: { 'connectors.snow.base_url': MOVED } },
  },
  {
    name: "the instance's clock and ours are ten minutes apart",
    codes: ['servicenow.clock.wrong'],
    act: ({ clocks }) => clocks.servicenow.advance(TEN_MINUTES),
  },
  {
    name: 'the integration user lives in New York',
    codes: ['servicenow.time-zone.not-gmt'],
    illness: { servicenow: { timeZone: 'America/New_York' } },
  },
  {
    name: 'a rate limit rule leaves too little room',
    codes: ['servicenow.limits.tight'],
    illness: { servicenow: { limits: { perHour: 100 } } },
  },
  {
    name: 'the instance asks us to slow down',
    codes: ['servicenow.limits.slowed-down'],
    act: ({ servicenow }) => servicenow.faults.add('read', { kind: 'limit', retryAfterS: 9 }),
  },
  {
    name: 'the role itil was taken away',
    codes: ['servicenow.roles.missing'],
    act: ({ servicenow }) => servicenow.putRecord('sys_user_has_role', itil('snc_internal')),
  },
  {
    name: 'the journal is forbidden',
    codes: ['servicenow.journal.forbidden'],
    act: ({ servicenow }) => servicenow.setPolicy({ journal: 'forbidden' }),
  },
  {
    name: 'the journal is silently empty',
    codes: ['servicenow.journal.hidden'],
    act: ({ servicenow }) => servicenow.setPolicy({ journal: 'hidden' }),
  },
  {
    name: 'the group of a queue does not exist',
    codes: ['servicenow.groups.missing'],
    illness: { settings: { 'queues.major.target.assignment_group': 'Big Trouble' } },
  },
  {
    name: 'two groups have the name of a queue',
    codes: ['servicenow.groups.several'],
    act: ({ servicenow }) =>
      servicenow.putRecord('sys_user_group', { name: 'Major Incident', active: 'true' }),
  },
  {
    name: 'a mapped state is no choice of the table',
    codes: ['servicenow.choices.missing'],
    illness: { settings: { 'connectors.snow.maps.incident.states': { new: '1', active: '42', done: '6' } } },
  },
  {
    name: 'the account that reads ServiceNow is refused, and the one that writes is not',
    codes: ['servicenow.credentials.refused'],
    illness: {
      settings: {
        'connectors.snow.auth_for.reading': {
          ...{ kind: 'basic', user: 'deskbridge.reader', password_env: 'SNOW_READING_PASSWORD' },
        },
      },
      env: { SNOW_READING_PASSWORD: 'sandbox-of-nobody' },
    },
  },
  {
    name: 'approvals are hidden',
    codes: ['servicenow.approvals.forbidden'],
    act({ servicenow }) {
      const [ticket] = servicenow.people.tickets();
      const [approver] = servicenow.people.agents();
      const ask = { ticket: ticket?.id ?? '', approvers: [approver?.id ?? ''], rule: 'anyone' } as const;
      servicenow.setPolicy({ unreadable: servicenow.askApproval(ask) });
    },
  },
  {
    name: 'nobody tells whether approvals demand a signature',
    codes: ['servicenow.approvals.signature-unknown'],
    act: ({ servicenow }) => servicenow.setPolicy({ plugins: 'forbidden' }),
  },
  {
    name: 'hooks of ServiceNow have no secret',
    codes: ['servicenow.webhook.no-secret'],
    illness: { settings: { 'connectors.snow.hook_secret_env': undefined } },
  },
];

/** A database that is changed before the doctor looks at it. */
const altered = (statement: string) => (patient: Patient) => patient.query(statement);

const DATABASE: readonly DoctorFault[] = [
  {
    name: 'Postgres is away',
    codes: ['database.reach.unreachable'],
    illness: { env: { DATABASE_URL: 'postgres://deskbridge@127.0.0.1:1/deskbridge' } },
  },
  {
    name: 'there is no such database',
    codes: ['database.reach.no-database'],
    illness: { databaseUrl: (url) => Object.assign(new URL(url), { pathname: '/nothing_here' }).href },
  },
  {
    name: 'the password of the database is wrong',
    codes: ['database.reach.refused'],
    illness: { databaseUrl: (url) => Object.assign(new URL(url), { password: 'wrong-password' }).href },
  },
  {
    name: 'Postgres is so old that nobody mends it',
    codes: ['database.version.too-old'],
    illness: { databaseUrl: createAgedRelay },
  },
  {
    name: 'a pooler takes the connections apart',
    codes: ['database.listen.not-direct'],
    illness: { databaseUrl: createDeafRelay },
  },
  {
    name: 'the schema is newer than the program',
    codes: ['database.schema.newer'],
    staysInDatabase: true,
    act: altered(`insert into kysely_migration (name, timestamp) values ('999-later', 'now')`),
  },
  {
    name: 'the encryption key is another one',
    codes: ['database.key.cannot-open'],
    illness: { lateEnv: { DESKBRIDGE_ENCRYPTION_KEY: randomBytes(32).toString('base64') } },
  },
  {
    name: 'the file is not the configuration in force',
    codes: ['database.configuration.differs'],
    staysInDatabase: true,
    act: altered(
      `with other as (insert into configuration (install_id, hash, source) select id, repeat('a', 64), '{}' from install returning install_id)
       update active_configuration set hash = repeat('a', 64)`,
    ),
  },
  {
    name: 'nobody has signed the approval policies',
    codes: ['database.policies.unsigned'],
    illness: {
      settings: {
        'approvals.keepers': ['anna', 'ben'].map((person) => keeper(person).listed),
        'approvals.signatures': 'signed.json',
      },
    },
  },
  {
    name: 'somebody made himself a keeper in the database',
    codes: ['database.policies.not-audited'],
    staysInDatabase: true,
    act: altered(
      `insert into policy_keepers (install_id, number, hash, keepers, signers) select id, 1, repeat('a', 64), '[]', '[]' from install`,
    ),
  },
  {
    name: 'our own clock is ten minutes behind',
    codes: ['database.clock.wrong', 'jira.clock.wrong', 'servicenow.clock.wrong', 'slack.clock.wrong'],
    illness: { ourClockMs: -TEN_MINUTES },
  },
];

const SECURITY: readonly DoctorFault[] = [
  {
    name: '.env can be read by everybody',
    codes: ['config.permissions.readable'],
    act: ({ open, envFile }) => open(envFile),
  },
  {
    name: 'the configuration can be changed by everybody',
    codes: ['config.permissions.writable'],
    act: ({ open, file }) => open(file),
  },
  {
    name: 'a hook secret is short',
    codes: ['config.hook-secrets.short'],
    illness: { env: { JIRA_HOOK_SECRET: 'f09b3c47627d8e9f' } },
  },
  {
    name: 'one secret is used twice',
    codes: ['config.secrets.shared'],
    illness: { env: { JIRA_HOOK_SECRET: 'c0ffee5f09b3c47627d8e9f0a1b2c3d5' } },
  },
  {
    name: 'private addresses may be called',
    codes: ['config.network.private'],
    illness: { settings: { 'network.private_addresses': true } },
  },
  {
    name: 'a hook secret is a word',
    codes: ['config.secrets.guessable'],
    illness: { env: { JIRA_HOOK_SECRET: 'changeme1234567890123456' } },
  },
  {
    name: 'the encryption key is no random one',
    codes: ['config.key.guessable'],
    staysInDatabase: true,
    illness: { env: { DESKBRIDGE_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') } },
  },
  {
    name: 'our server is open to the network',
    codes: ['config.listening.open'],
    illness: { settings: { 'server.host': '0.0.0.0' } },
  },
  {
    name: 'the bot has a scope that nothing uses',
    codes: ['slack.too-many-scopes.unused'],
    illness: { slack: { scopes: [...SCOPES, 'reactions:write'] } },
  },
  {
    name: 'the account administers Jira',
    codes: ['jira.privilege.admin'],
    illness: ADMINISTERS,
    act: (patient) => patient.makeWebhook({}),
  },
  {
    name: 'the integration user is an administrator',
    codes: ['servicenow.privilege.admin'],
    act: ({ servicenow }) =>
      servicenow.putRecord('sys_user_has_role', { ...itil('admin'), sys_id: seededId('one more role') }),
  },
  {
    name: '[code] in a journal is shown as HTML',
    codes: ['servicenow.code-tag.on'],
    act: ({ servicenow }) => servicenow.setProperty('glide.ui.security.allow_codetag', 'true'),
  },
  {
    name: 'a query with a field that does not exist answers every row',
    codes: ['servicenow.invalid-query.widens'],
    act: ({ servicenow }) => setInvalidQuery(servicenow, 'false'),
  },
  {
    name: 'everybody can read our metrics',
    codes: ['doors.metrics.exposed', 'doors.metrics.exposed'],
    illness: { bare: true },
  },
  {
    name: 'our role of the database is a superuser',
    codes: ['database.audit.alterable', 'database.role.superuser'],
    illness: { databaseUrl: (_url, asOwner) => asOwner },
  },
  {
    name: 'our role of the database can rewrite the audit',
    codes: ['database.audit.alterable'],
    staysInDatabase: true,
    act: altered(`grant update on audit_event to public`),
  },
  {
    name: 'our role of the database may put triggers on the audit',
    codes: ['database.audit.alterable'],
    security: true,
    staysInDatabase: true,
    act: altered(`grant trigger on audit_event to public`),
  },
  {
    name: 'a time of a test is in force',
    codes: ['database.time.shifted'],
    staysInDatabase: true,
    act: altered(`insert into clock_offset (offset_by) values (interval '2 hours')`),
  },
];

/** A form of the ticket system with the questions of this target. */
export const asksFor = (target: object, from: object = {}): Illness => ({
  settings: {
    'forms.device': { title: 'A device', from: { queue: 'desk', ...from } },
    'routing.rules': [{ name: 'form-device', when: { form: { form: 'device' } }, queue: 'desk', target }],
  },
});

const FORMS: readonly DoctorFault[] = [
  {
    name: 'a form of the ticket system asks what Slack cannot ask, and its settings name what it does not have',
    codes: ['forms.questions.unusable', 'forms.questions.wrong'],
    illness: asksFor({ request_type: '13' }, { hidden: ['customfield_1'] }),
  },
];

export const FAULTS: readonly DoctorFault[] = [
  ...FORMS,
  ...SLACK,
  ...JIRA,
  ...SERVICENOW,
  ...DATABASE,
  ...SECURITY.map((fault) => ({ ...fault, security: true }) as const),
];

const codesOf = ({ connections }: DoctorReport): readonly string[] =>
  connections.flatMap(({ findings }) => findings.flatMap((one) => ('code' in one ? [one.code] : [])));

/** `all` without as many of each as `some` has. */
function without(all: readonly string[], some: readonly string[]): readonly string[] {
  const left = [...some];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

type Visit = Pick<DoctorFault, 'illness' | 'act' | 'security' | 'staysInDatabase'>;

export interface Ward {
  /** What the doctor says of an installation with this fault, or of one that is well. */
  visit(fault: Visit): Promise<DoctorReport>;
  /** The codes that a fault adds to, and takes from, what is said of an installation that is well. */
  named(fault: DoctorFault): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A role that may do what the work needs and no more, in this database and in copies of it. */
async function createRole(url: string) {
  const [name, password] = [`t_${randomBytes(8).toString('hex')}`, randomBytes(16).toString('hex')];
  const run = async (at: string, statement: string) => {
    const client = new pg.Client({ connectionString: at });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(url, `create role ${name} login password '${password}'`);
  const db = openDatabase(url, { max: 1 });
  await grantWork(db, name);
  await db.destroy();
  return {
    name,
    password,
    drop: (at: string) => run(at, `drop owned by ${name}; drop role ${name}`),
  };
}

/** A place to be ill in: each patient has vendors of its own, and those who change the database a copy of it. */
export async function openWard(): Promise<Ward> {
  const template = await testDatabase();
  await migrated(template.url);
  const role = await createRole(template.url);
  const shared = await testDatabase(undefined, { template: template.name });
  const well = new Map<boolean, Promise<readonly string[]>>();

  async function visit({ illness, act, security, staysInDatabase }: Visit): Promise<DoctorReport> {
    const database =
      staysInDatabase === true ? await testDatabase(undefined, { template: template.name }) : shared;
    const patient = await openPatient(database.url, illness, role);
    try {
      await act?.(patient);
      const { config, file, envFile, now } = patient;
      const wanted = { config: config(), file, envFile, now, security: security ?? false };
      return reportOf(
        { at: new Date(), install: 'patient', security: wanted.security },
        await examine(wanted),
      );
    } finally {
      await patient.close();
      if (database !== shared) await database.drop();
    }
  }

  return {
    visit,
    async named(fault) {
      const security = fault.security ?? false;
      const before = well.get(security) ?? visit(security ? { security } : {}).then(codesOf);
      well.set(security, before);
      const usual = await before;
      return without(codesOf(await visit(fault)), usual).toSorted();
    },
    async close() {
      await shared.drop();
      await role.drop(template.url);
      await template.drop();
    },
  };
}
