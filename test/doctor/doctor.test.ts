import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Command } from 'commander';
import { rendered } from '../../src/cli/doctor/render.ts';
import { DoctorReport, reportOf } from '../../src/cli/doctor/report.ts';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { diagnoseConfig } from '../../src/config/diagnose/diagnose-config.ts';
import { loadConfig } from '../../src/config.ts';
import { createNotes } from '../../src/model/finding.ts';
import { diagnoseRedis } from '../../src/queues/diagnose/diagnose-redis.ts';
import { seededId } from '../../src/sandbox/servicenow/seed.ts';
import { MINIMAL, VARIABLES } from '../config/installation.ts';
import { testDatabase } from '../support/database.ts';
import { startRedis } from '../support/redis.ts';
import { itil, openWard, type Ward } from './faults.ts';
import { migrated, openPatient } from './patient.ts';

suite('the doctor', () => {
  let ward: Ward;
  before(async () => {
    ward = await openWard();
  });
  after(() => ward.close());

  test('finds nothing wrong where nothing is', async () => {
    const report = DoctorReport.parse(await ward.visit({}));
    const problems = report.connections.flatMap(({ findings }) =>
      findings.flatMap((finding) => ('code' in finding ? [finding.code] : [])),
    );
    // The tests' server is fast, not safe.
    assert.deepEqual([...new Set(problems)], ['database.durability.unsafe']);
    assert.ok(report.counts.passed >= 45, JSON.stringify(report.counts));
    assert.equal(report.ok, true);
    assert.match(rendered(report), /, 0 failed, .*Nothing is broken; the warnings are worth a look\.$/);
  });

  test('a closed journal is no problem where the update set reads it', async () => {
    const report = await ward.visit({
      act({ servicenow }) {
        servicenow.setPolicy({ journal: 'forbidden' });
        const role = itil('x_deskbridge.integration');
        servicenow.putRecord('sys_user_has_role', { ...role, sys_id: seededId('one more role') });
      },
    });
    const found = report.connections.flatMap(({ findings }) => findings);
    const journal = found.find(({ check }) => check === 'servicenow.journal');
    assert.equal(journal?.state, 'passed', JSON.stringify(journal));
  });

  test('changes nothing at the vendors', async () => {
    const calls: string[] = [];
    await ward.visit({
      security: true,
      act: ({ slack, jira, servicenow, atClose }) =>
        atClose(() => {
          calls.push(...slack.calls().map(({ method }) => method));
          calls.push(...jira.calls().map(({ call }) => call.replace(/ .*/, '')));
          calls.push(
            ...servicenow
              .calls()
              .slice(1)
              .map(({ method }) => method),
          );
        }),
    });
    assert.ok(calls.length > 30);
    assert.deepEqual([...new Set(calls)].sort(), [
      'GET',
      'auth.test',
      'conversations.history',
      'conversations.info',
      'users.info',
    ]);
  });

  test('says it as JSON, and the exit code says it, too', async (t) => {
    const { url } = await testDatabase(t);
    await migrated(url);
    const patient = await openPatient(url, { env: { JIRA_API_TOKEN: 'sandbox-an-old-token' } });
    t.after(() => patient.close());
    const typed = await type(['doctor', '--json', '-c', patient.file], patient.env);
    assert.equal(typed.code, 1);
    const report = DoctorReport.parse(JSON.parse(typed.out));
    assert.equal(report.ok, false);
    assert.equal(report.counts.failed, 1);
    assert.deepEqual(
      report.connections.map(({ name }) => name),
      ['configuration', 'database', 'slack', 'doors', 'jira-it', 'snow'],
    );
    for (const secret of Object.values(patient.env)) assert.ok(!typed.out.includes(secret));
    const read = await type(['doctor', '-c', patient.file], patient.env);
    assert.equal(read.code, 1);
    assert.match(read.out, /FAIL {2}jira\.credentials .*\(HTTP 401\)/);
    assert.match(read.out, /code {3}jira\.credentials\.refused/);
  });

  test('a configuration that is not valid is a finding for each of its problems', async () => {
    const typed = await type(['doctor', '--json', '-c', 'nothing-here.yaml'], {});
    assert.equal(typed.code, 1);
    const report = DoctorReport.parse(JSON.parse(typed.out));
    assert.equal(report.install, null);
    assert.ok(report.counts.failed > 0);
    assert.equal(report.counts.passed, 0);
  });

  test('a look that saw nothing is no good news', () => {
    const about = { at: new Date(), install: 'nothing', security: false };
    assert.equal(reportOf(about, []).ok, false);
    const unseen = { state: 'not-checked', check: 'a.b', subject: null, reason: 'nobody answers' } as const;
    assert.equal(reportOf(about, [{ name: 'a', findings: [unseen] }]).ok, false);
    assert.match(rendered(reportOf(about, [])), /Nothing was looked at/);
  });

  test('a check that nobody came to is not passed', () => {
    const catalogue = {
      'a.one': { about: 'one', problems: {} },
      'a.two': { about: 'two', problems: {} },
      'a.three': { about: 'three', security: true, problems: {} },
    } as const;
    const notes = createNotes(catalogue, { security: false });
    notes.passed('a.two', 'well');
    notes.passed('a.three', 'well');
    assert.deepEqual(
      notes.findings('the first look failed').map(({ check, state }) => [check, state]),
      [
        ['a.one', 'not-checked'],
        ['a.two', 'passed'],
      ],
    );
  });
});

test('Redis beyond this machine without TLS is named', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  writeFileSync(file, MINIMAL);
  const codes = (REDIS_URL: string) =>
    diagnoseConfig(loadConfig({ file, env: { ...VARIABLES, REDIS_URL } }), {
      file,
      envFile: path.join(folder, '.env'),
      security: true,
    }).flatMap((one) => ('code' in one && one.subject === 'REDIS_URL' ? [one.code] : []));
  assert.deepEqual(codes('redis://queue.example:6379'), ['config.addresses.plain']);
  assert.deepEqual([...codes('rediss://queue.example:6379'), ...codes('redis://127.0.0.1:6379')], []);
});

test('Redis: away, well, and forgetful', async (t) => {
  const wanted = { security: false, prefix: '{deskbridge}' };
  const codes = async (url: string) =>
    (await diagnoseRedis({ ...wanted, url })).map((one) =>
      'code' in one ? one.code : `${one.check} ${one.state}`,
    );
  assert.deepEqual(await codes('redis://127.0.0.1:1/0'), [
    'redis.reach.unreachable',
    'redis.kind not-checked',
    'redis.memory not-checked',
  ]);
  const redis = await startRedis();
  if (redis === null) return t.skip('redis-server is not installed');
  t.after(() => redis.stop());
  assert.deepEqual(await codes(redis.url), [
    'redis.reach passed',
    'redis.kind passed',
    'redis.memory passed',
  ]);
  await redis.command('CONFIG SET maxmemory-policy allkeys-lru');
  assert.deepEqual((await codes(redis.url)).at(-1), 'redis.memory.evicts');
});

async function type(words: readonly string[], env: Readonly<Record<string, string>>) {
  const typed = { out: '', code: 0 };
  const program = new Command('deskbridge');
  doctorCommand(program, {
    out: (text) => {
      typed.out += `${text}\n`;
    },
    err: (text) => assert.fail(text),
    exit: (code) => {
      typed.code = code;
    },
    env,
  });
  await program.parseAsync(words, { from: 'user' });
  return typed;
}
