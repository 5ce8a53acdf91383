import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfig } from '../src/config.ts';
import { connectorsOf } from '../src/connect.ts';
import { createIo } from '../src/connectors/io.ts';
import { noLog } from '../src/model/log.ts';
import { noMetrics } from '../src/model/metrics.ts';
import { configFile, VARIABLES } from './config/installation.ts';

const example = readFileSync(new URL('../deskbridge.example.yaml', import.meta.url), 'utf8');

test('tickets behind the API gateway belong to the site that people open', (t) => {
  const gateway = 'base_url: https://api.atlassian.com/ex/jira/4711';
  const text = example.replace(
    'base_url: https://acme.atlassian.net',
    `${gateway}\n    site_url: https://acme.atlassian.net`,
  );
  assert.ok(text.includes(gateway));
  const config = loadConfig({ file: configFile(t, text), env: VARIABLES });
  const sites = [...connectorsOf(config, noLog)(createIo({ metrics: noMetrics })).values()].map(
    ({ site }) => site,
  );
  assert.deepEqual(sites, ['acme.atlassian.net', 'acme.service-now.com']);
});
