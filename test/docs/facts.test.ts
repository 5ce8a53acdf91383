import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { connectorsOf } from '../../src/connect.ts';
import { createIo } from '../../src/connectors/io.ts';
import { HOOK_EVENTS } from '../../src/connectors/jira/webhooks.ts';
import { noBudget } from '../../src/model/budget.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { createSlackOut } from '../../src/slack/out/slack-out.ts';
import { VARIABLES } from '../config/installation.ts';
import { root, tableOf, textOf } from './markdown.ts';

interface Declared {
  readonly proof: string;
  readonly timeoutMs: number;
  readonly settleMs: number;
}

/** Every effect of the shipped connectors, as "system operation". */
function noTokens(): never {
  throw new Error('Nobody signs in with OAuth here');
}

function effects(): ReadonlyMap<string, Declared> {
  const io = createIo({ metrics: noMetrics });
  const slack = createSlackOut({ token: 'xoxb-sandbox', apiUrl: 'http://127.0.0.1:9/api/', io });
  const found = new Map<string, Declared>([
    ['Slack post', slack.post],
    ['Slack edit', slack.edit],
    ['Slack remove', slack.remove],
    ['Slack whisper', slack.whisper],
    ['Slack file', slack.files.share],
    ['Slack remove file', slack.files.remove],
  ]);
  const config = loadConfig({ file: path.join(root, 'deskbridge.example.yaml'), env: VARIABLES });
  for (const [id, connector] of connectorsOf(config, noLog)(io, noTokens, noBudget)) {
    const system = { jira: 'Jira', servicenow: 'ServiceNow', memory: 'memory', module: 'module' }[
      config.connectors.get(id)?.system ?? 'memory'
    ];
    found.set(`${system} create`, connector.create);
    found.set(`${system} comment`, connector.comments.add);
    found.set(`${system} revise`, connector.comments.revise);
    found.set(`${system} write`, connector.write);
    if (connector.can.backlink !== undefined) found.set(`${system} backlink`, connector.can.backlink);
    if ('absent' in connector.files) continue;
    found.set(`${system} file`, connector.files.add);
    found.set(`${system} remove file`, connector.files.remove);
  }
  return found;
}

test('the table of proofs says what the code declares', () => {
  const rows = tableOf(textOf('docs/promises.md'), 'system', 'operation', 'proof', 'timeout', 'settle time');
  const said = rows.map(([system, operation, ...rest]) => [`${system} ${operation}`, ...rest]);
  const declared = [...effects()].map(([name, { proof, timeoutMs, settleMs }]) => [
    name,
    proof,
    `${timeoutMs / 1000} s`,
    `${settleMs / 1000} s`,
  ]);
  const byName = (a: readonly (string | undefined)[], b: readonly (string | undefined)[]) =>
    String(a[0]).localeCompare(String(b[0]));
  assert.deepEqual([...said].sort(byName), [...declared].sort(byName));
});

const Package = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

test('every dependency has its reason, and every reason its dependency', () => {
  const rows = tableOf(textOf('docs/decisions/0005-libraries.md'), 'package', 'why this one', 'rejected');
  const named = rows.flatMap(([packages]) => [...(packages ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1]));
  const { dependencies, devDependencies } = Package.parse(
    JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')),
  );
  assert.deepEqual([...named].sort(), [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
  for (const [packages, why] of rows) assert.ok((why ?? '').length > 10, packages);
});

test('the guide names exactly the events of the webhook, with the reasons that the code has', () => {
  const rows = tableOf(textOf('docs/connect-jira.md'), 'event', 'why');
  assert.deepEqual(
    rows.map(([event, why]) => [event?.replaceAll('`', ''), why]),
    Object.entries(HOOK_EVENTS),
  );
});
