import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClock } from '../../src/sandbox/clock.ts';
import { createJiraSandbox } from '../../src/sandbox/jira/jira-sandbox.ts';
import { createServiceNowSandbox } from '../../src/sandbox/servicenow/sandbox.ts';
import { createSlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import { JIRA_ENDPOINTS, JIRA_PLACES, SERVICENOW_ENDPOINTS, SLACK_API, SLACK_PLACES } from './endpoints.ts';
import { stalePage } from './simulators-page.ts';
import { loadSpecifications, specificationsMissing } from './specifications.ts';

const clock = createClock();
after(() => clock.stop());
const secrets = {
  apiToken: 'sandbox-token',
  password: 'sandbox-password',
  hookSecret: 'sandbox-hook-secret',
};
const jira = createJiraSandbox({ clock, email: 'bridge@example.test', ...secrets });
const serviceNow = createServiceNowSandbox({ clock, user: 'bridge', ...secrets });
const tokens = { botToken: 'xoxb-sandbox-1', appToken: 'xapp-sandbox-1' };
const slack = createSlackSandbox({ clock, signingSecret: 'sandbox-secret', ...tokens });

/** Calls that a simulator answers, with {parameters}. What catches the rest is no endpoint. */
function registered(
  routes: readonly { readonly method: string; readonly path: string }[],
): readonly string[] {
  const calls = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  return [...new Set(calls)].filter((call) => !call.endsWith('*')).sort();
}

function difference(entries: readonly string[], answered: readonly string[]): readonly string[] {
  return [
    ...answered.filter((call) => !entries.includes(call)).map((call) => `${call} has no entry`),
    ...entries.filter((call) => !answered.includes(call)).map((call) => `${call} is not answered`),
  ];
}

const HOW =
  'test/vendors/endpoints.ts and the simulator differ: give each endpoint its entry, take away entries without one, ' +
  'then run: node test/vendors/simulators-page.ts --write';

test('an endpoint without an entry and an entry without an endpoint are both told', () => {
  assert.deepEqual(difference(['GET /a', 'GET /b'], ['GET /b', 'GET /c']), [
    'GET /c has no entry',
    'GET /a is not answered',
  ]);
});

test('the manifest names exactly the endpoints that the simulators answer', () => {
  const differences = [
    difference(Object.keys({ ...JIRA_ENDPOINTS, ...JIRA_PLACES }), registered(jira.routes.routes)),
    difference(Object.keys(SERVICENOW_ENDPOINTS), registered(serviceNow.routes.routes)),
    difference(Object.keys(SLACK_PLACES), registered(slack.routes.routes)),
    difference(SLACK_API, slack.methods),
  ].flat();
  assert.deepEqual(differences, [], HOW);
  assert.ok(Object.keys(JIRA_ENDPOINTS).length >= 50 && SLACK_API.length >= 25);
});

const skip = specificationsMissing === null ? {} : { skip: 'no ../shared: the OpenAPI files are not here' };
if (specificationsMissing !== null) console.error(`NOT RUN: ${specificationsMissing}`);

test('each endpoint of Jira is the operation that its entry says', skip, async () => {
  const specifications = await loadSpecifications();
  for (const [call, operationId] of Object.entries(JIRA_ENDPOINTS)) {
    const [method = '', path = ''] = call.split(' ');
    const operation = specifications.operation(method, path.replaceAll(/\{\w+\}/g, '1'));
    assert.deepEqual([operation?.name, operation?.operationId], [call, operationId]);
  }
});

test('the page of the simulators is what rules and manifest give', () => {
  assert.equal(stalePage(), null);
});
