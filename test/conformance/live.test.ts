import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { API_TOKEN, EMAIL, startSite } from '../sandbox/jira/site.ts';
import { PASSWORD, startInstance, USER } from '../sandbox/servicenow/instance.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/test-live.js', import.meta.url));

/** Runs the program as somebody at a shell would, with these variables and no others of its kind. */
async function runLive(variables: Readonly<Record<string, string>>) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DESKBRIDGE_LIVE_'));
  const env = { ...Object.fromEntries(own), ...variables, DESKBRIDGE_LIVE_SETTLE_MS: '150' };
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = await once(child, 'close');
  return { code, lines: Buffer.concat(said).toString().trim().split('\n') };
}

describe('the live run', () => {
  test('does nothing without its variables, says so for each system, and is not green', async () => {
    const { code, lines } = await runLive({ DESKBRIDGE_LIVE_JIRA_URL: 'https://acme.atlassian.net' });
    assert.equal(code, 1);
    assert.match(lines[0] ?? '', /^NOT RUN jira: DESKBRIDGE_LIVE_JIRA_EMAIL, .*_TOKEN, .*_PROJECT not set/);
    assert.match(lines[1] ?? '', /^NOT RUN servicenow: DESKBRIDGE_LIVE_SERVICENOW_URL/);
    assert.equal(lines.at(-1), 'live passed=0 skipped=0 failed=0 deleted=0 closed=0 left=0');
  });

  test('passes on both systems, and leaves nothing open behind', async (t) => {
    const site = await startSite({ indexLagMs: 50 });
    t.after(() => site.close());
    const instance = await startInstance();
    t.after(() => instance.close());
    const { code, lines } = await runLive({
      DESKBRIDGE_LIVE_JIRA_URL: site.baseUrl,
      DESKBRIDGE_LIVE_JIRA_EMAIL: EMAIL,
      DESKBRIDGE_LIVE_JIRA_TOKEN: API_TOKEN,
      DESKBRIDGE_LIVE_JIRA_PROJECT: 'IAM',
      DESKBRIDGE_LIVE_SERVICENOW_URL: instance.baseUrl,
      DESKBRIDGE_LIVE_SERVICENOW_USER: USER,
      DESKBRIDGE_LIVE_SERVICENOW_PASSWORD: PASSWORD,
      DESKBRIDGE_LIVE_SERVICENOW_GROUP: 'Major Incident',
    });
    assert.equal(code, 0, lines.join('\n'));
    const summary = Object.fromEntries((lines.at(-1) ?? '').split(' ').map((pair) => pair.split('=')));
    assert.ok(Number(summary['passed']) >= 20, lines.join('\n'));
    assert.deepEqual([summary['failed'], summary['left']], ['0', '0']);
    assert.ok(Number(summary['deleted']) >= 9 && Number(summary['closed']) >= 9, lines.at(-1));
    assert.deepEqual(site.sandbox.people.tickets(), []);
    const left = instance.sandbox.people.tickets();
    assert.equal(left.length, Number(summary['closed']));
    for (const { summary: told, statusCategory } of left) {
      assert.ok(told.startsWith('[deskbridge-live]'), told);
      assert.equal(statusCategory, 'done');
    }
  });
});
