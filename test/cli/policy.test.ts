/** `policy explain`, `policy lint` and `policy template`, as an owner types them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { Command } from 'commander';
import { z } from 'zod';
import { policyCommands } from '../../src/cli/policy-commands.ts';
import { KIND, rule, step } from '../approvals/policy-fixture.ts';
import { MINIMAL } from '../config/installation.ts';

function folderOf(t: TestContext): (name: string, content: string) => string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-policy-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
}

async function run(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const program = new Command().exitOverride().configureOutput({ writeErr: (text) => void err.push(text) });
  policyCommands(program, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    exit(with_) {
      code = with_;
    },
    env: {},
  });
  for (const command of program.commands[0]?.commands ?? [])
    command.exitOverride().configureOutput({ writeErr: (text) => void err.push(text) });
  await program.parseAsync(['policy', ...words], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    code = 2;
  });
  return { out: out.join('\n'), err: err.join('\n'), code };
}

const both = rule('both', { evidence: { fields: ['request'] } });
const config = (approvals: object) =>
  MINIMAL.replace('routing:', `approvals: ${JSON.stringify(approvals)}\nrouting:`);
const SOUND = config({
  enable: [{ mode: 'simulate', kinds: ['access'], groups: ['Pilot'] }],
  kinds: { access: KIND },
  rules: [both],
});

suite('explain', () => {
  test('prints verdict, risk, mode, rule, steps and what every rule says', async (t) => {
    const file = folderOf(t)('desk.yaml', SOUND);
    const told = await run(
      'explain',
      '-c',
      file,
      '--kind',
      'access',
      '--field',
      'request=x',
      '--group',
      'Pilot',
    );
    assert.equal(told.err, '');
    assert.equal(
      told.out,
      [
        'verdict  approve',
        'risk     high',
        '         severity serious and likelihood possible: medium',
        '         access is at stake: at least high',
        'mode     simulate: people are asked, and nothing runs',
        'rule     both, of Security',
        'step 1   both: any of manager and any of group:IAM; 1 refusal ends it; deny after 60 minutes',
        'then     status active',
        '',
        '=> both  it is the first that matches',
      ].join('\n'),
    );
  });

  test('a file says the same as the options, and --json is for programs', async (t) => {
    const write = folderOf(t);
    const file = write('desk.yaml', SOUND);
    const question = { kind: 'access', by: 'bot', fields: { request: 'x' }, before: 5, channel: 'C1' };
    const asked = write('request.json', JSON.stringify(question));
    const byFile = await run('explain', '-c', file, '--request', asked, '--json');
    const byWords = await run(
      ...['explain', '-c', file, '--kind', 'access', '--by', 'bot', '--field', 'request=x'],
      ...['--before', '5', '--channel', 'C1', '--json'],
    );
    assert.equal(byFile.out, byWords.out);
    const Told = z.looseObject({ verdict: z.string(), risk: z.string(), mode: z.string(), rule: z.string() });
    const { verdict, risk, mode, rule: named } = Told.parse(JSON.parse(byFile.out));
    assert.deepEqual([verdict, risk, mode, named], ['approve', 'critical', 'off', 'both']);
  });

  test('what is refused says what is missing', async (t) => {
    const file = folderOf(t)('desk.yaml', SOUND);
    const bare = await run('explain', '-c', file, '--kind', 'access');
    assert.match(
      bare.out,
      /^verdict {2}refused: both demands more before anybody is asked\nmissing {2}request\n/,
    );
    const unknown = await run('explain', '-c', file, '--kind', 'delete');
    assert.match(unknown.out, /^verdict {2}refused: nobody has said what is at stake\n/);
    assert.match(unknown.out, /risk {5}unknown/);
    assert.deepEqual([bare.code, unknown.code], [0, 0]);
  });

  test('what is no question is told, and nothing is answered', async (t) => {
    const write = folderOf(t);
    const file = write('desk.yaml', SOUND);
    const odd = write('odd.json', '{"kind":"access","force":true}');
    for (const [words, expected] of [
      [['--request', odd], /is no request.*force/s],
      [['--request', write('none.json', 'x')], /is not JSON/],
      [['--request', path.join(path.dirname(file), 'gone.json')], /ENOENT/],
      [['--kind', 'access', '--by', 'robot'], /make no request/],
      [['--kind', 'access', '--request', odd], /give either/],
      [[], /give either/],
    ] as const) {
      const told = await run('explain', '-c', file, ...words);
      assert.match(told.err, expected);
      assert.deepEqual([told.out, told.code > 0], ['', true]);
    }
  });
});

suite('lint', () => {
  test('says what it looked at, and that groups were not compared', async (t) => {
    const told = await run('lint', '-c', folderOf(t)('desk.yaml', SOUND));
    assert.equal(
      told.out,
      '1 policy and 1 kind looked at: 0 errors, 0 warnings.\nGroups were not compared with the directory; --directory does.',
    );
    assert.equal(told.code, 0);
  });

  test('an error ends it with 1, a warning does not', async (t) => {
    const write = folderOf(t);
    const old = write(
      'old.yaml',
      config({ kinds: { access: KIND }, rules: [rule('old', { review: '2020-01-31' })] }),
    );
    const told = await run('lint', '-c', old);
    assert.match(
      told.out,
      /^error: "old" had to be looked at by 2020-01-31\. Security reads it again .*\[review\]\n/,
    );
    assert.equal(told.code, 1);
    const alone = write(
      'alone.yaml',
      config({ kinds: { access: KIND }, rules: [rule('a', { steps: [step('s', 'manager')] })] }),
    );
    const warned = await run('lint', '-c', alone, '--json');
    assert.match(warned.out, /^\{"about":"a".*"level":"warning"/);
    assert.equal(warned.code, 0);
  });

  test('what is dangerous is no configuration at all', async (t) => {
    const file = folderOf(t)(
      'desk.yaml',
      config({ kinds: { access: KIND }, rules: [rule('a', { steps: [step('s', 'senior')] })] }),
    );
    const told = await run('lint', '-c', file);
    assert.match(told.err, /approvals\.rules\[0\]\.steps\[0\] asks a senior reviewer/);
    assert.equal(told.code, 1);
  });
});

test('template lists what there is, prints one, and names them when there is none', async () => {
  const list = await run('template');
  assert.deepEqual(
    list.out.split('\n').map((line) => line.split(' ')[0]),
    [
      'access-role',
      'critical-field',
      'delete-or-archive',
      'draft-answer',
      'external-call',
      'external-message',
    ],
  );
  assert.match((await run('template', 'access-role')).out, /^# Role in a system: dual[\s\S]*IAM Admins/);
  const gone = await run('template', '../deskbridge.example');
  assert.match(gone.err, /There is no template .* there are: access-role, /);
  assert.equal(gone.code, 1);
});
