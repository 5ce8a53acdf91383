import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfig } from '../src/config.ts';
import { connectorsOf } from '../src/connect.ts';
import { createIo } from '../src/connectors/io.ts';
import { noBudget } from '../src/model/budget.ts';
import { noLog } from '../src/model/log.ts';
import { noMetrics } from '../src/model/metrics.ts';
import { configFile, VARIABLES } from './config/installation.ts';

function noTokens(): never {
  throw new Error('Nobody signs in with OAuth here');
}
const example = readFileSync(new URL('../deskbridge.example.yaml', import.meta.url), 'utf8');

test('tickets that are reached through the API gateway belong to the site that people open', (t) => {
  const scoped = 'kind: scoped-token, email: deskbridge@acme.example, api_token_env: JIRA_API_TOKEN }';
  const text = example.replace(
    'kind: api-token, email: deskbridge@acme.example, api_token_env: JIRA_API_TOKEN }',
    `${scoped}\n    cloud_id: 0a1b-2c`,
  );
  assert.ok(text.includes(scoped));
  const config = loadConfig({ file: configFile(t, text), env: VARIABLES });
  const sites = [
    ...connectorsOf(config, noLog)(createIo({ metrics: noMetrics }), noTokens, noBudget).values(),
  ].map(({ site }) => site);
  assert.deepEqual(sites, ['acme.atlassian.net', 'acme.service-now.com']);
});
