import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { operateCommands } from '../../src/cli/operate-commands.ts';
import { configFile, VARIABLES } from '../config/installation.ts';
import { testDatabase } from '../support/database.ts';

const example = readFileSync(new URL('../../deskbridge.example.yaml', import.meta.url), 'utf8');

test('connect, people connect, revoke and keys, as an operator types them', async (t) => {
  const { url } = await testDatabase(t);
  const text = example
    .replace(
      'api_token_env: JIRA_API_TOKEN }',
      'api_token_env: JIRA_API_TOKEN }\n    oauth_app: { client_id: an-app, client_secret_env: JIRA_APP_SECRET }',
    )
    .replace(/public_url: .*/, 'public_url: https://desk.example.test');
  assert.match(text, /oauth_app[\s\S]*public_url: https:\/\/desk\.example\.test/);
  const file = configFile(t, text);
  const [older, newer] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
  async function type(keys: string, ...words: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    let code = 0;
    const program = new Command('deskbridge').exitOverride();
    operateCommands(program, {
      out: (line) => void out.push(`${line}\n`),
      err: (line) => void err.push(`${line}\n`),
      exit(ended) {
        code = ended;
      },
      env: {
        ...VARIABLES,
        JIRA_APP_SECRET: 'secret-of-the-app',
        ALMAS_TOKEN: 'token-of-alma',
        DATABASE_URL: url,
        LOG_LEVEL: 'silent',
        DESKBRIDGE_ENCRYPTION_KEY: keys,
      },
    });
    await program.parseAsync([...words, '--config', file], { from: 'user' });
    return { out: out.join(''), err: err.join(''), code };
  }

  const LINK = /^https:\/\/desk\.example\.test\/oauth\/jira-it\/connect\?invitation=[\w-]{43}\n/;
  assert.match((await type(`${older}`, 'connect', 'jira-it')).out, LINK);
  const person = await type(`${older}`, 'people', 'connect', 'U012AB3CD', 'jira-it');
  assert.match(person.out, LINK);
  assert.match(person.out, /Give it to U012AB3CD only. It works once, for 24 hours/);
  const nowhere = await type(`${older}`, 'people', 'connect', 'U012AB3CD', 'snow');
  assert.deepEqual([nowhere.code, nowhere.out], [1, '']);
  assert.match(nowhere.err, /Connectors with oauth_app: jira-it/);

  const account = ['--account', 'alma@example.com', '--secret-env', 'ALMAS_TOKEN'];
  await type(`${older}`, 'people', 'link', 'U012AB3CD', 'jira-it', ...account);
  const before = await type(`${newer},${older}`, 'keys');
  assert.match(before.out, /account\.grant_sealed +[0-9a-f]{16} +1 +an older key/);
  assert.match(before.out, /1 value not sealed by the first key/);
  assert.match((await type(`${newer},${older}`, 'keys', 'reseal')).out, /Sealed anew: 1 value/);
  assert.match((await type(`${newer}`, 'keys', 'status')).out, /Every other one can be removed/);
  assert.match((await type(`${newer}`, 'people')).out, /alma@example\.com +acts as himself/);

  const people = join(dirname(file), 'people.csv');
  writeFileSync(
    people,
    'id,name,slack_user_id,jira-it,department,groups,active\n7,Alma,U012AB3CD,acc-7,Finance,staff,true\n',
  );
  assert.match((await type(`${newer}`, 'people', 'import', people)).out, /1 new person, 0 known/);
  const who = (await type(`${newer}`, 'people', 'who', 'U012AB3CD')).out;
  assert.match(who, /department +Finance[\s\S]*jira-it +acc-7[\s\S]*slack +U012AB3CD/);
  assert.match((await type(`${newer}`, 'people', 'suggest')).out, /No address shows anybody/);
  assert.match((await type(`${newer}`, 'people', 'deactivate', 'U012AB3CD')).out, /may do nothing any more/);
  const linking = await type(`${newer}`, 'people', 'link', 'U012AB3CD', 'jira-it', ...account);
  assert.deepEqual([linking.code, linking.out], [1, '']);
  assert.match(linking.err, /is inactive/);
  await type(`${newer}`, 'people', 'reactivate', 'U012AB3CD');
  await type(`${newer}`, 'people', 'link', 'U012AB3CD', 'jira-it', ...account);
  writeFileSync(people, 'id,slack_user_id,active\n7,U012AB3CD,perhaps\n');
  const faulty = await type(`${newer}`, 'people', 'import', people);
  assert.match(faulty.err, /line 2: active must be true or false\n.*1 fault/);

  const vague = await type(`${newer}`, 'revoke');
  assert.deepEqual([vague.code, vague.out], [1, '']);
  const revoked = await type(`${newer}`, 'revoke', 'jira-it');
  assert.match(revoked.out, /Forgotten: 0 sign-ins with OAuth, 1 token or password of people/);
  assert.match(revoked.out, /environment variables are not stored here/);
  assert.match((await type(`${newer}`, 'people')).out, /the bridge acts for him/);
});
