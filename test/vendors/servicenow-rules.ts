import assert from 'node:assert/strict';
import { z } from 'zod';
import { seededId } from '../../src/sandbox/servicenow/seed.ts';
import { call, type Instance, startInstance } from '../sandbox/servicenow/instance.ts';
import { provenIn, type RuleBook, type VendorRule } from './rule-book.ts';
import { serviceNowRequestRules } from './servicenow-request-rules.ts';
import { createStillClock } from './still-clock.ts';

type Rule = VendorRule<Instance>;

const DOCS = 'https://www.servicenow.com/docs/r';
const TABLE = `${DOCS}/api-reference/rest-apis/c_TableAPI.html`;
const REST = `${DOCS}/api-reference/rest-apis/c_RESTAPI.html`;
const LIMITS = `${DOCS}/api-reference/rest-api-explorer/inbound-REST-API-rate-limiting.html`;
const STATES = `${DOCS}/it-service-management/incident-management/c_IncidentManagementStateModel.html`;
const OAUTH = `${DOCS}/platform-security/authentication/r_OAuthAPIRequestParameters.html`;
const DATES = `${DOCS}/api-reference/c_GlideSystemScopedAPI.html`;
const PRIORITY = `${DOCS}/it-service-management/incident-management/def-prio-lookup-rules.html`;
const AUDIT = `${DOCS}/platform-security/granular-admin-roles-for-auditing.html`;
const QUOTA = `${DOCS}/platform-administration/platform-performance/c_DefaultQuotaRules.html`;

const table = provenIn('test/sandbox/servicenow/table-api.test.ts');
const faults = provenIn('test/sandbox/servicenow/faults.test.ts');
const files = provenIn('test/sandbox/servicenow/attachments.test.ts');

const order = provenIn('test/connectors/servicenow/order.test.ts');
const approvals = provenIn('test/connectors/servicenow/approvals.test.ts');
const services = provenIn('test/connectors/servicenow/services.test.ts');
const tables = provenIn('test/connectors/servicenow/tables.test.ts');
const CATALOG = `${DOCS}/api-reference/rest-apis/c_ServiceCatalogAPI.html`;
const KNOWLEDGE = `${DOCS}/api-reference/rest-apis/knowledge-api.html`;

const ADA = seededId('user:ada.lovelace');
const Answer = z.object({
  result: z.record(z.string(), z.string()).optional(),
  error: z.object({ message: z.string() }).optional(),
});

async function incident(world: Instance, method: 'POST' | 'PATCH', values: object, sysId = '') {
  const path = `/api/now/table/incident${sysId === '' ? '' : `/${sysId}`}`;
  const answer = await call(world, method, `${path}?sysparm_exclude_reference_link=true`, values);
  const { result = {}, error } = Answer.parse(JSON.parse(answer.text));
  return { status: answer.status, result, error };
}

const reading: readonly Rule[] = [
  {
    id: 'servicenow.read.strings',
    sentence: 'Every value of a record is a string.',
    source: TABLE,
    prove: table('an insert answers 201 with a location, strings only, and a number'),
  },
  {
    id: 'servicenow.read.display-values',
    sentence: 'Display values come in three modes; dates are then in the zone of the caller.',
    source: TABLE,
    prove: table('display values come in three modes'),
  },
  {
    id: 'servicenow.read.zone',
    sentence: 'Times in a query are read in the time zone of the user that asks.',
    source: DATES,
    prove: table('times in a query are read in the zone of the API user'),
  },
  {
    id: 'servicenow.read.widening',
    sentence: 'A condition on a field that does not exist is dropped, which widens the result.',
    source: TABLE,
    prove: table('an unknown field widens the result, unless the property forbids it'),
  },
  {
    id: 'servicenow.read.limit-first',
    sentence: 'The limit counts rows before access rules take some away.',
    source: TABLE,
    prove: table('the limit counts before the ACL and the total counts all'),
  },
  {
    id: 'servicenow.read.missing',
    sentence: 'A record that is missing and one that may not be read are the same 404.',
    source: REST,
    prove: table('missing and hidden records are the same 404'),
  },
  {
    id: 'servicenow.read.same-second',
    sentence: 'Two updates within a second have one sys_updated_on; only sys_mod_count tells them apart.',
    source: TABLE,
    async prove(world) {
      const { result } = await incident(world, 'POST', { short_description: 'One' });
      const sysId = result['sys_id'] ?? '';
      const first = await incident(world, 'PATCH', { short_description: 'Two' }, sysId);
      const second = await incident(world, 'PATCH', { short_description: 'Three' }, sysId);
      assert.match(first.result['sys_updated_on'] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      assert.equal(first.result['sys_updated_on'], second.result['sys_updated_on']);
      assert.deepEqual([first.result['sys_mod_count'], second.result['sys_mod_count']], ['1', '2']);
    },
  },
  {
    id: 'servicenow.read.journal-empty',
    sentence: 'Journal fields of a record read as nothing; their entries stand in sys_journal_field.',
    source: TABLE,
    prove: table('reads empty in the record; entries stand in sys_journal_field under their author'),
  },
  {
    id: 'servicenow.read.journal-closed',
    sentence: 'sys_journal_field can be closed to the integration user.',
    source: AUDIT,
    prove: table('it can be closed to the API user in two ways'),
  },
];

const writing: readonly Rule[] = [
  {
    id: 'servicenow.write.silent-drop',
    sentence: 'A field that may not be written is dropped, and the answer is 200.',
    source: REST,
    prove: table('what may not be written is dropped with a 200'),
  },
  {
    id: 'servicenow.write.business-rule',
    sentence: 'A business rule that aborts is a 403 which names the rule.',
    source: REST,
    prove: table('a business rule aborts with a 403 that names it'),
  },
  {
    id: 'servicenow.write.priority',
    sentence: 'The priority of an incident follows from impact and urgency; writing it changes nothing.',
    source: PRIORITY,
    async prove(world) {
      const wanted = ['111', '122', '212', '223', '133', '313', '234', '324', '335'];
      for (const [impact = '', urgency = '', priority] of wanted.map((digits) => digits.split(''))) {
        const written = priority === '3' ? '1' : '3';
        const { result } = await incident(world, 'POST', { impact, urgency, priority: written });
        assert.equal(result['priority'], priority, `impact ${impact} and urgency ${urgency}`);
      }
    },
  },
  {
    id: 'servicenow.write.off-hold',
    sentence: 'A comment of the caller takes an incident that awaits him off hold.',
    source: STATES,
    async prove(world) {
      const waiting = { caller_id: ADA, state: '3', hold_reason: '1', comments: 'Which device?' };
      const { result } = await incident(world, 'POST', waiting);
      const sysId = result['sys_id'] ?? '';
      const { people } = world.sandbox;
      const status = () => people.tickets().find((one) => one.id === sysId)?.status;
      people.comment(people.agents()[0]?.id ?? '', sysId, 'Still waiting.');
      assert.equal(status(), 'On Hold (Awaiting Caller)');
      people.comment(ADA, sysId, 'My laptop.');
      assert.equal(status(), 'In Progress');
    },
  },
  {
    id: 'servicenow.write.mandatory',
    sentence: 'Resolving needs a code and notes, holding a reason, awaiting the caller a comment.',
    source: STATES,
    prove: table('resolving needs a code and notes, holding a reason, awaiting the caller a comment'),
  },
  {
    id: 'servicenow.write.attachments',
    sentence: 'A raw body with its content type becomes an attachment that is described in strings.',
    source: `${DOCS}/api-reference/rest-apis/c_AttachmentAPI.html`,
    prove: files('a raw body becomes a file that is described in strings and comes back as it is'),
  },
];

const failing: readonly Rule[] = [
  {
    id: 'servicenow.fail.error-in-200',
    sentence: 'The envelope of an error can come with status 200.',
    source: 'seen by users of other clients; no page of the vendor says it',
    async prove(world) {
      world.sandbox.faults.add('POST /api/now/table/incident', { kind: 'fail-before', status: 200 });
      const { status, result, error } = await incident(world, 'POST', { short_description: 'Mail' });
      assert.deepEqual([status, result], [200, {}]);
      assert.ok(error);
    },
  },
  {
    id: 'servicenow.fail.hibernation',
    sentence: 'An instance that sleeps answers 200 with a web page.',
    source: `${DOCS}/application-development/understanding_pdis.html`,
    prove: faults('hibernation is a 200 page, a limit tells when to come back'),
  },
  {
    id: 'servicenow.fail.limit',
    sentence: 'Above the limit of an hour calls are 429 with the rule, the limit and when it ends.',
    source: LIMITS,
    async prove(world) {
      const small = await startInstance({ limits: { perHour: 1 }, clock: world.clock });
      try {
        const read = () => call(small, 'GET', '/api/now/table/incident?sysparm_limit=1');
        const [first, second] = [await read(), await read()];
        assert.deepEqual([first.status, second.status], [200, 429]);
        for (const { headers } of [first, second]) {
          assert.equal(headers.get('x-ratelimit-limit'), '1');
          assert.match(headers.get('x-ratelimit-rule') ?? '', /^[0-9a-f]{32}$/);
          assert.ok(Number(headers.get('x-ratelimit-reset')) > world.clock.now().getTime() / 1000);
        }
        const wait = Number(second.headers.get('retry-after'));
        assert.ok(wait > 0 && wait <= 3600, `wait ${wait} s`);
      } finally {
        small.sandbox.stop();
        await small.cut();
      }
    },
  },
  {
    id: 'servicenow.fail.cancelled-after',
    sentence: 'A transaction that is cancelled for its time may have been written.',
    source: QUOTA,
    async prove(world) {
      const before = world.sandbox.people.tickets().length;
      world.sandbox.faults.add('POST /api/now/table/incident', { kind: 'fail-after', status: 500 });
      const { status, error } = await incident(world, 'POST', { short_description: 'Mail' });
      assert.equal(status, 500);
      assert.match(error?.message ?? '', /maximum execution time exceeded/);
      assert.equal(world.sandbox.people.tickets().length, before + 1);
    },
  },
  {
    id: 'servicenow.fail.cut',
    sentence: 'A connection that is cut may have been cut after the write.',
    source: QUOTA,
    prove: faults('resets cut the connection before or after the write'),
  },
  {
    id: 'servicenow.fail.credential',
    sentence: 'Wrong credentials are 401, an unknown table 400, another table 403, in one envelope.',
    source: `${DOCS}/api-reference/rest-apis/r_RESTAPIHTTPResponseCodes.html`,
    prove: table('wrong credentials, unknown tables and other tables are refused in the usual envelope'),
  },
  {
    id: 'servicenow.fail.grant-disabled',
    sentence: 'The client credentials grant works only where a property allows it, and only as a form.',
    source: OAUTH,
    prove: faults('wrong secrets, JSON and a switched-off grant are refused'),
  },
  {
    id: 'servicenow.fail.token-again',
    sentence: 'A token that still lives is given out again, with less time left.',
    source: OAUTH,
    prove: faults('client credentials give a token, the same again until it ends'),
  },
];

const beyondTickets: readonly Rule[] = [
  {
    id: 'servicenow.catalog.two-step',
    sentence: 'A catalogue that checks out in two steps puts an order into the cart only.',
    source: CATALOG,
    prove: order('a catalogue that only fills a cart is named'),
  },
  {
    id: 'servicenow.approval.delegate',
    sentence: 'A delegate answers in the record of whoever he stands in for; a stranger may not.',
    source: `${DOCS}/platform-administration/user-administration/t_DelegateApprovalsTasks.html`,
    prove: approvals('a delegate decides in his place, a stranger does not'),
  },
  {
    id: 'servicenow.knowledge.criteria',
    sentence: 'A search shows what the user criteria of the caller allow.',
    source: KNOWLEDGE,
    prove: services('a person’s own sign-in sees what that person may read'),
  },
  {
    id: 'servicenow.knowledge.plugin',
    sentence: 'Without its plugin the knowledge search is no resource.',
    source: KNOWLEDGE,
    prove: services('without its plugin the search is refused with the name of the plugin'),
  },
  {
    id: 'servicenow.table.plugin',
    sentence: 'Without its plugin a table does not exist.',
    source: TABLE,
    prove: tables('without its plugin a security incident is refused with the name of the plugin'),
  },
];

/** ServiceNow's rules; one instance is shared by the proofs, each of which makes what it needs. */
export const serviceNowRules: RuleBook<Instance> = {
  vendor: 'servicenow',
  rules: [...reading, ...writing, ...failing, ...beyondTickets, ...serviceNowRequestRules],
  open: () => startInstance({ clock: createStillClock() }),
  close: (world) => world.close(),
};
