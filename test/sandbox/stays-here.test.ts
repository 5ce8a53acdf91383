/** The simulated vendors serve this machine only, take no credential of a real one, and call nobody outside. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createClock } from '../../src/sandbox/clock.ts';
import { createJiraSandbox } from '../../src/sandbox/jira/jira-sandbox.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { createServiceNowSandbox } from '../../src/sandbox/servicenow/sandbox.ts';
import { createSlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What real credentials look like. */
const REAL = [
  'xoxb-1234567890-1234567890123-abcdefghijklmnop',
  'xoxp-1234567890-1234567890',
  'ATATT3xFfGF0abcdefghijklmnopqrstuvwxyz',
  'hunter2hunter2hunter2',
  '',
];

test('no simulated vendor is made with a credential that does not say it is for a sandbox, and none repeats it', (t) => {
  const clock = createClock();
  t.after(() => clock.stop());
  const hookSecret = 'sandbox-hook-secret-0123456789';
  const made: Readonly<Record<string, (secret: string) => unknown>> = {
    slack: (botToken) =>
      createSlackSandbox({ clock, botToken, appToken: 'xapp-sandbox-1', signingSecret: hookSecret }),
    'slack, the app token': (appToken) =>
      createSlackSandbox({ clock, botToken: 'xoxb-sandbox-1', appToken, signingSecret: hookSecret }),
    jira: (apiToken) => createJiraSandbox({ clock, email: 'a@b.test', hookSecret, apiToken }),
    servicenow: (password) =>
      createServiceNowSandbox({
        clock,
        user: 'deskbridge.bot',
        password,
        hookSecret,
        oauth: { clientId: 'sandbox-client', clientSecret: 'sandbox-secret-0123456789' },
      }),
  };
  for (const [vendor, make] of Object.entries(made))
    for (const secret of REAL)
      assert.throws(
        () => make(secret),
        (error: Error) =>
          /sandbox-/.test(error.message) && (secret === '' || !error.message.includes(secret)),
        `${vendor} took ${secret}`,
      );
});

test('whatever the sandbox serves is bound to this machine', async (t) => {
  const open = await listen({ fetch: () => new Response('here') });
  t.after(() => open.close());
  const address = open.server.address();
  assert.equal(typeof address === 'object' ? address?.address : address, '127.0.0.1');
  const elsewhere = globSync('src/sandbox/**/*.ts', { cwd: root }).filter(
    (file) =>
      file !== 'src/sandbox/listen.ts' &&
      /\bcreateServer\(|\.listen\(\s*\d/.test(readFileSync(path.join(root, file), 'utf8')),
  );
  assert.deepEqual(elsewhere, [], 'they have a server of their own');
});
