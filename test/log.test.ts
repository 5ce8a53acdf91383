/** The log of a process, as its standard error shows it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const CANARY = 'canary-7be0a1';

test('an error is logged by its message and its place, never with the request and its credentials that it carries along', () => {
  const script = `
    import { createLog } from ${JSON.stringify(new URL('../src/log.ts', import.meta.url).href)};
    const log = createLog('info');
    const carried = { headers: { Authorization: 'Bearer ${CANARY}' }, auth: { password: '${CANARY}' }, data: '${CANARY}' };
    const cause = Object.assign(new Error('the cause'), { config: carried });
    const err = Object.assign(new Error('Request failed', { cause }), { config: carried, request: carried, response: { config: carried } });
    log.error({ err }, 'one');
    log.warn({ err, part: 'slack.socket' }, 'two');
    log.error({ error: err }, 'three');
    log.info({ token: '${CANARY}', password: '${CANARY}', inner: { authorization: '${CANARY}' } }, 'four');
  `;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  assert.equal(lines.length, 4, stderr);
  assert.ok(lines.slice(0, 2).every((line) => line.includes('Request failed') && line.includes('the cause')));
  assert.ok(!stderr.includes(CANARY), stderr);
});
