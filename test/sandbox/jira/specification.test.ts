import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { ConnectorId, Marker } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { EXCHANGES } from '../../../src/sandbox/exchanges.ts';
import { JIRA_PLACES } from '../../vendors/endpoints.ts';
import { EXPLAINED } from '../../vendors/explained.ts';
import { createJudge, Exchange } from '../../vendors/judge.ts';
import {
  loadSpecifications,
  type Specifications,
  specificationsMissing,
} from '../../vendors/specifications.ts';
import { type AppSite, startAppSite } from './app-site.ts';
import { API_TOKEN, ask, askWithFile, EMAIL } from './site.ts';

if (specificationsMissing !== null)
  console.error(`NOT RUN: ${specificationsMissing}, so no answer was checked`);
const options =
  specificationsMissing === null ? {} : { skip: 'no ../shared: the OpenAPI files are not here' };

let site: AppSite;
before(async () => {
  site = await startAppSite();
});
after(() => site.close());

/** Calls the sandbox and holds the answer against the specification of its operation. */
function checker(specifications: Specifications) {
  const answered = new Set<string>();
  async function checked(
    call: string,
    status: number,
    body?: unknown,
    asked = ask(site, call, body),
  ): Promise<Record<string, unknown>> {
    const [method = '', target = ''] = call.split(' ');
    const operation = specifications.operation(method, target.split('?')[0] ?? '');
    assert.ok(operation, `${call} is no operation of the specification`);
    const answer = await asked;
    assert.equal(answer.status, status, `${call} answered ${answer.status}: ${answer.text}`);
    assert.equal(operation.responseProblem(status, answer.value), null, call);
    if (status < 300) answered.add(operation.name);
    return typeof answer.value === 'object' && answer.value !== null
      ? Object.fromEntries(Object.entries(answer.value))
      : {};
  }
  return { checked, answered };
}

const text = (words: string) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
});

/** What only a service desk has. */
async function checkDesk(checked: ReturnType<typeof checker>['checked'], id: string) {
  const desk = '/rest/servicedeskapi/servicedesk/1';
  const request = `/rest/servicedeskapi/request/${id}`;
  await checked(`GET ${desk}/requesttype/12`, 200);
  await checked(`GET ${desk}/requesttype/12/field`, 200);
  await checked(`GET ${desk}/queue`, 200);
  await checked(`GET ${desk}/queue/21?includeCount=true`, 200);
  await checked(`GET ${desk}/queue/99`, 404);
  await checked(`GET ${desk}/queue/20/issue`, 200);
  await checked(`GET ${desk}/customer?query=alma`, 200);
  await checked('GET /rest/servicedeskapi/knowledgebase/article?query=vpn&highlight=true', 200);
  await checked(`GET ${request}/sla`, 200);
  const approval = site.sandbox.askApproval(id, {
    name: 'Manager',
    approvers: ['712020:b0000001', 'qm:desk:alma'],
    needed: 1,
  });
  await checked(`GET ${request}/approval`, 200);
  await checked(`GET ${request}/approval/${approval}`, 200);
  await checked(`POST ${request}/approval/${approval}`, 400, { decision: 'maybe' });
  await checked(`POST ${request}/approval/${approval}`, 200, { decision: 'approve' });
  await checked(`POST ${request}/approval/${approval}`, 409, { decision: 'decline' });
  const leave = `POST ${desk}/attachTemporaryFile`;
  const left = await checked(
    leave,
    201,
    undefined,
    askWithFile(site, leave, { name: 'a.txt', bytes: 'abc' }),
  );
  const [temporary] = z
    .array(z.object({ temporaryAttachmentId: z.string() }))
    .parse(left['temporaryAttachments']);
  const give = { temporaryAttachmentIds: [temporary?.temporaryAttachmentId], public: true };
  await checked(`POST ${request}/attachment`, 201, give);
  await checked(`POST ${request}/attachment`, 400, give);
  site.sandbox.people.setStatus('712020:a0000001', id, 'Resolved');
  await checked(`GET ${request}/sla`, 200);
}

/** What only an app may. */
async function checkAppHooks(checked: ReturnType<typeof checker>['checked']) {
  const bearer = (await site.consent()).access.reveal();
  const path = '/rest/api/3/webhook';
  const asked = (call: string, status: number, body?: unknown) =>
    checked(call, status, body, site.ask(bearer, call, body));
  await checked(`GET ${path}`, 403);
  const events = ['comment_created'];
  const webhooks = ['project = SEC', 'summary ~ door'].map((jqlFilter) => ({ events, jqlFilter }));
  await asked(`POST ${path}`, 200, { url: 'https://desk.example.com/hooks/jira-it', webhooks });
  await asked(`POST ${path}`, 400, { url: 'http://desk.example.com/', webhooks });
  await asked(`GET ${path}`, 200);
  await asked(`PUT ${path}/refresh`, 200, { webhookIds: [1] });
  await asked(`PUT ${path}/refresh`, 400, {});
  await asked(`DELETE ${path}`, 202, { webhookIds: [1] });
}

test('every simulated endpoint answers as Atlassian specifies', options, async () => {
  const { checked, answered } = checker(await loadSpecifications());
  const fields = {
    project: { key: 'SEC' },
    issuetype: { name: 'Task' },
    summary: 'A door',
    description: text('It is locked'),
    labels: ['dsk-0123456789abcdef'],
    priority: { name: 'High' },
  };
  const created = await checked('POST /rest/api/3/issue', 201, {
    fields,
    properties: [{ key: 'deskbridge.link', value: { a: 1 } }],
  });
  await checked('POST /rest/api/3/issue', 400, { fields: { project: { key: 'NO' } } });
  const issue = `/rest/api/3/issue/${created['key']}`;
  await checked(`GET ${issue}?properties=deskbridge.link`, 200);
  await checked(`GET ${issue}?fields=status,project`, 200);
  await checked('GET /rest/api/3/issue/NO-1', 404);
  await checked(`PUT ${issue}`, 204, { fields: { summary: 'Two doors' } });
  await checked(`PUT ${issue}/assignee`, 204, { accountId: '712020:a0000001' });
  await checked('GET /rest/api/3/issue/createmeta/SEC/issuetypes', 200);
  await checked('GET /rest/api/3/issue/createmeta/SEC/issuetypes/10101', 200);
  await checked('GET /rest/api/3/project/SEC', 200);
  await checked('GET /rest/api/3/project/SEC/statuses', 200);
  await checked('GET /rest/api/3/mypermissions?projectKey=SEC&permissions=BROWSE_PROJECTS,ADMINISTER', 200);
  await checked('GET /rest/api/3/mypermissions', 400);
  const properties = [{ key: 'deskbridge.op', value: { marker: 'dsk-1' } }];
  const comment = await checked(`POST ${issue}/comment`, 201, { body: text('Hello'), properties });
  const restricted = { body: text('Secret'), visibility: { type: 'role', value: 'Administrators' } };
  await checked(`POST ${issue}/comment`, 201, restricted);
  await checked(`GET ${issue}/comment?orderBy=-created`, 200);
  await checked(`GET ${issue}/comment/${comment['id']}`, 200);
  await checked(`PUT ${issue}/comment/${comment['id']}`, 200, { body: text('Hello again') });
  await checked('POST /rest/api/3/comment/list?expand=properties', 200, { ids: [Number(comment['id'])] });
  const property = `/rest/api/3/comment/${comment['id']}/properties`;
  await checked(`GET ${property}/deskbridge.op`, 200);
  await checked(`PUT ${property}/other`, 201, { b: 2 });
  await checked(`DELETE ${issue}/comment/${comment['id']}`, 204);
  await checked(`GET ${issue}/transitions?expand=transitions.fields`, 200);
  await checked(`POST ${issue}/transitions`, 204, { transition: { id: '411' } });
  await checked(`GET ${issue}/transitions?expand=transitions.fields`, 200);
  await checked(`PUT ${issue}/properties/mine`, 201, { c: 3 });
  await checked(`GET ${issue}/properties/mine`, 200);
  const link = { globalId: 'g1', object: { url: 'https://example.test/x', title: 'Thread' } };
  await checked(`POST ${issue}/remotelink`, 201, link);
  await checked(`POST ${issue}/remotelink`, 200, link);
  await checked(`GET ${issue}/remotelink?globalId=g1`, 200);
  await checked(`GET ${issue}/remotelink?globalId=g2`, 404);
  await checked('GET /rest/api/3/field', 200);
  // The file's schema of a clause forbids every member that a clause has: only what holds none can be checked.
  await checked('POST /rest/api/3/jql/parse?validation=none', 200, {
    queries: ['no query', 'ORDER BY updated'],
  });
  site.clock.advance(3000);
  await checked('POST /rest/api/3/search/jql', 200, {
    jql: 'project = SEC ORDER BY updated ASC, key ASC',
    fields: ['*all'],
    maxResults: 1,
  });
  await checked('POST /rest/api/3/search/jql', 200, { jql: 'labels = "dsk-0123456789abcdef"' });
  await checked('GET /rest/api/3/myself', 200);
  await checked(`GET ${issue}/editmeta`, 200);
  await checked(`PUT ${issue}`, 204, { fields: { customfield_10060: { value: 'Network' } } });
  await checked('GET /rest/api/3/user/bulk?accountId=712020:a0000001', 200);
  const logs = 'POST /rest/api/3/changelog/bulkfetch';
  await checked(logs, 200, { issueIdsOrKeys: [created['key']] });
  await checked(logs, 400, { issueIdsOrKeys: [] });
  await checked('GET /rest/api/3/user/assignable/search?project=SEC&query=alan', 200);
  const meta = 'GET /rest/api/3/attachment/meta';
  await checked(meta, 200);
  const upload = `POST ${issue}/attachments`;
  await checked(upload, 200, undefined, askWithFile(site, upload, { name: 'a.txt', bytes: 'abc' }));
  const refused = askWithFile(site, upload, { name: 'a.txt', bytes: 'abc' }, { 'x-atlassian-token': 'x' });
  await checked(upload, 403, undefined, refused);
  const [file] = site.sandbox.people.tickets().find((one) => one.key === created['key'])?.files ?? [];
  await checked(`GET /rest/api/3/attachment/${file?.id}`, 200);
  await checked(`GET /rest/api/3/attachment/content/${file?.id}`, 303);
  await checked(`GET /rest/api/3/attachment/content/${file?.id}?redirect=false`, 200);
  await checked(`DELETE /rest/api/3/attachment/${file?.id}`, 204);
  await checked(`DELETE /rest/api/3/attachment/${file?.id}`, 404);
  await checked('GET /rest/api/3/user/search?query=grace', 200);
  await checked(`DELETE ${issue}`, 204);

  const request = await checked('POST /rest/servicedeskapi/request', 201, {
    serviceDeskId: '1',
    requestTypeId: '10',
    requestFieldValues: { summary: 'Help', description: 'My laptop is gone' },
  });
  await checked('POST /rest/servicedeskapi/request', 400, { serviceDeskId: '1' });
  const raised = `/rest/servicedeskapi/request/${request['issueKey']}`;
  await checked(`GET ${raised}`, 200);
  await checked('GET /rest/servicedeskapi/request/NO-1', 404);
  await checked(`POST ${raised}/comment`, 201, { body: 'For us', public: false });
  await checked(`POST ${raised}/comment`, 400, { body: 'public is missing' });
  await checked(`GET ${raised}/comment`, 200);
  const bytes = new TextEncoder().encode('shared');
  const shared = { name: 'b.txt', mime: 'text/plain', bytes };
  site.sandbox.people.attach('712020:a0000001', String(request['issueId']), shared);
  await checked(`GET ${raised}/attachment`, 200);
  await checked('GET /rest/servicedeskapi/servicedesk', 200);
  await checked('GET /rest/servicedeskapi/servicedesk/1/requesttype', 200);
  await checked('GET /rest/servicedeskapi/servicedesk/1/requesttype/10/field', 200);
  await checkDesk(checked, String(request['issueId']));
  await checkAppHooks(checked);

  const simulated = site.sandbox.routes.routes
    .filter((route) => route.method !== 'ALL')
    .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
    .filter((call) => !Object.hasOwn(JIRA_PLACES, call));
  assert.ok(simulated.length > 25, 'the routes of the sandbox were not found');
  assert.deepEqual(
    // Webhooks of administrators are documented in words alone.
    simulated.filter((call) => !answered.has(call) && !call.includes(' /rest/webhooks/')),
    [],
    'these endpoints were not held against the specification',
  );
});

test('what the connector sends is what Atlassian specifies', options, async () => {
  const judge = createJudge(await loadSpecifications(), EXPLAINED);
  const hear = (message: unknown) => judge.hear(Exchange.parse(message), false);
  subscribe(EXCHANGES, hear);
  const io = createIo({ metrics: noMetrics });
  const connector = createJiraConnector({
    id: ConnectorId.parse('jira-it'),
    baseUrl: site.baseUrl,
    auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
    hookSecret: null,
    io,
  });
  const attempt = () => ({
    marker: Marker.parse(`dsk-${String(process.hrtime.bigint()).padStart(20, '0')}`),
    startedAt: site.clock.now(),
  });
  const before = site.sandbox.calls().length;
  await io.run('ticket.check', { timeoutMs: 30_000 }, async () => {
    await connector.check();
    for (const target of [
      { project: 'SEC', issue_type: 'Task' },
      { service_desk: '1', request_type: '11', project: 'ITSD' },
    ]) {
      const draft = {
        target,
        summary: 'A door',
        description: plainDoc('It is locked'),
        kind: 'iam',
        priority: 'critical',
        requester: { name: 'Ada', email: 'ada@example.test' },
        reason: 'A rule',
        permalink: 'https://example.test/thread',
      } as const;
      const created = await connector.create.send(draft, attempt());
      if (created.kind !== 'ok') assert.fail(created.reason);
      const ticket = created.value.id;
      const author = { name: 'Ada', grant: null };
      const said = {
        ticket,
        author,
        body: plainDoc('Hello'),
        visibility: 'internal',
        source: null,
        part: null,
      } as const;
      const added = await connector.comments.add.send(said, attempt());
      if (added.kind !== 'ok') assert.fail(added.reason);
      await connector.comments.add.find(said, attempt());
      const revision = { ...said, body: plainDoc('Hello again'), comment: added.value.id, withdrawn: false };
      await connector.comments.revise.send(revision, attempt());
      await connector.comments.read(ticket, added.value.id);
      const bytes = Buffer.from('a file');
      const file = {
        ticket,
        author,
        name: 'a.txt',
        mime: 'text/plain',
        size: bytes.byteLength,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        async *open() {
          yield bytes;
        },
      };
      const attached = await connector.files.add.send(file, attempt());
      if (attached.kind !== 'ok') assert.fail(attached.reason);
      await connector.files.add.find(file, attempt());
      const opened = await connector.files.open(ticket, attached.value.id);
      if (opened.kind === 'ok') for await (const piece of opened.value.bytes) assert.ok(piece);
      const assignee = { name: 'Grace', email: 'grace@example.test', account: null };
      const set = { status: 'active', priority: 'high', assignee, summary: 'Two doors' } as const;
      await connector.write.send({ ticket, set, before: null, actor: author }, attempt());
      await connector.write.send({ ticket, set: { status: 'done' }, before: null, actor: author }, attempt());
      await connector.people('grace@example.test');
      await connector.read(ticket);
      await connector.files.remove.send({ ticket, file: attached.value.id }, attempt());
      await connector.create.find(draft, attempt());
    }
    const start = await connector.changesSince(null);
    if (start.kind === 'ok') await connector.changesSince(start.value.cursor);
  });
  unsubscribe(EXCHANGES, hear);
  const calls = site.sandbox.calls().slice(before);
  const kinds = new Set(calls.map((one) => one.call));
  assert.ok(kinds.size >= 22, `only these calls were made: ${[...kinds].join(', ')}`);
  const verdict = judge.verdict();
  assert.deepEqual(verdict.unexplained, []);
  assert.equal(verdict.requestsValidated, calls.length);
  assert.ok(verdict.adfValidated >= 5, `only ${verdict.adfValidated} documents were seen`);
});
