import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { configFile, MINIMAL, VARIABLES } from './installation.ts';

test('problems of the file and of the environment come together', (t) => {
  const file = configFile(
    t,
    MINIMAL.replace('mode: http', 'mode: http, modus: x').replace('version: 1', 'version: 3'),
  );
  const env = {
    DESKBRIDGE_ENCRYPTION_KEY: 'short',
    DATABASE_URL: 'mysql://x',
    SLACK_BOT_TOKEN: 'xapp-wrong',
    SLACK_SIGNING_SECRET: 'tiny',
    LOG_LEVEL: 'loud',
  };
  assert.throws(
    () => loadConfig({ file, env }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map(({ source, path }) => `${source === file ? 'file' : source} ${path}`).sort(),
        [
          'environment DATABASE_URL',
          'environment DESKBRIDGE_ENCRYPTION_KEY',
          'environment LOG_LEVEL',
          'environment SLACK_BOT_TOKEN',
          'environment SLACK_SIGNING_SECRET',
          'file slack.modus',
          'file version',
        ],
      );
      assert.match(
        error.message,
        /SLACK_SIGNING_SECRET is shorter than 16 bytes, .* \(named by slack.signing_secret_env\)/,
      );
      return true;
    },
  );
});

for (const [name, key] of [
  ['31 bytes', Buffer.alloc(31, 1).toString('base64')],
  ['hexadecimal', Buffer.alloc(32, 1).toString('hex')],
  ['one good and one bad', `${Buffer.alloc(32, 1).toString('base64')},x`],
  ['nothing', ''],
] as const) {
  test(`an encryption key of ${name} is refused with the way to make one`, (t) => {
    const file = configFile(t, MINIMAL);
    assert.throws(
      () => loadConfig({ file, env: { ...VARIABLES, DESKBRIDGE_ENCRYPTION_KEY: key } }),
      /DESKBRIDGE_ENCRYPTION_KEY .*openssl rand -base64 32/,
    );
  });
}

test('a secret with white space around it is refused: it would fail at the vendor, late', (t) => {
  const file = configFile(t, MINIMAL);
  const env = { ...VARIABLES, SLACK_SIGNING_SECRET: `${VARIABLES.SLACK_SIGNING_SECRET}\n` };
  assert.throws(() => loadConfig({ file, env }), /SLACK_SIGNING_SECRET begins or ends with white space/);
});
