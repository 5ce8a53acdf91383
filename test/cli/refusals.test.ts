/** What a person mistyped, or what is not there, is refused in a sentence: no stack trace, no password. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { suite, test } from 'node:test';
import { freePort } from '../../src/store/embedded-postgres/free-port.ts';
import { configFile, MINIMAL, SECRET_MARK, VARIABLES } from '../config/installation.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/deskbridge.js');
const LIMIT_MS = 30_000;

async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1, said);
  assert.doesNotMatch(said, /\n\s+at /, 'there is a stack trace');
  return said;
}

suite('refusals of the command line', { concurrency: false }, () => {
  test('whoever reads what it prints may leave early', async (t) => {
    const file = configFile(t, MINIMAL.replace('mode: http', 'mode: socket'));
    const child = spawn(process.execPath, [PROGRAM, 'slack', 'manifest', '-c', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.deepEqual([code, said], [0, '']);
  });

  test('a role or a port that does not exist', async () => {
    assert.match(await refused(['start', '--role', 'boss']), /'boss' is invalid.*Choose web, worker or all/);
    assert.match(await refused(['demo', '--port', '70000']), /'70000' is invalid.*0 to 65535/);
  });

  test('a database that is away is named, with what to do and without its password', async (t) => {
    const file = configFile(t, MINIMAL);
    const port = await freePort(null);
    const env = { ...VARIABLES, DATABASE_URL: `postgres://desk:${SECRET_MARK}@127.0.0.1:${port}/desk` };
    for (const args of [['start', '--role', 'web'], ['migrate']]) {
      const said = await refused([...args, '--config', file], env);
      assert.match(
        said,
        new RegExp(`database at 127\\.0\\.0\\.1:${port}/desk cannot be used: .*ECONNREFUSED`),
      );
      assert.match(said, /Nothing was started\. Start Postgres or correct DATABASE_URL\./);
      assert.ok(!said.includes(SECRET_MARK), said);
    }
  });
});
