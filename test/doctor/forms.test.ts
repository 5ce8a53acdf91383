/** `deskbridge forms check`: what forms ask at their ticket systems, and what of it nobody can be asked. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Command } from 'commander';
import { DoctorReport } from '../../src/cli/doctor/report.ts';
import { formsCommands } from '../../src/cli/forms-commands.ts';
import { testDatabase } from '../support/database.ts';
import { asksFor } from './faults.ts';
import { type Illness, migrated, openPatient } from './patient.ts';

type Database = Awaited<ReturnType<typeof testDatabase>>;

suite('forms check', () => {
  let database: Database;
  before(async () => {
    database = await testDatabase();
    await migrated(database.url);
  });
  after(() => database.drop());

  async function check(
    illness: Illness,
    act?: (patient: Awaited<ReturnType<typeof openPatient>>) => unknown,
  ) {
    const patient = await openPatient(database.url, illness);
    const typed = { out: '', code: 0 };
    try {
      await act?.(patient);
      const program = new Command('deskbridge');
      formsCommands(program, {
        out: (text) => {
          typed.out += text;
        },
        err: (text) => assert.fail(text),
        exit: (code) => {
          typed.code = code;
        },
        env: patient.env,
      });
      await program.parseAsync(['forms', 'check', '--json', '-c', patient.file], { from: 'user' });
    } finally {
      await patient.close();
    }
    const { connections } = DoctorReport.parse(JSON.parse(typed.out));
    const findings = connections.flatMap((connection) => connection.findings);
    return {
      code: typed.code,
      findings,
      codes: findings.map((one) => ('code' in one ? one.code : one.state)),
    };
  }

  test('a question that has to be answered and cannot be asked is named, and what the settings get wrong', async () => {
    const { code, codes, findings } = await check(
      asksFor({ request_type: '13' }, { hidden: ['customfield_1'] }),
    );
    assert.equal(code, 1);
    assert.deepEqual(codes, ['forms.questions.unusable', 'forms.questions.wrong']);
    assert.match(JSON.stringify(findings), /Building and floor.*no question \\"customfield_1\\"/);
  });

  test('a question that people are not asked is a warning; a form that can be asked whole is well', async () => {
    const some = await check(asksFor({ request_type: '12' }));
    assert.deepEqual([some.code, some.codes], [0, ['forms.questions.left-out']]);
    const whole = await check(asksFor({ request_type: '10' }));
    assert.deepEqual([whole.code, whole.codes], [0, ['passed']]);
  });

  test('a ticket system that is away is told; without such a form there is nothing to look at', async () => {
    const away = await check(asksFor({ request_type: '12' }), ({ cut }) => cut.jira());
    assert.deepEqual([away.code, away.codes], [1, ['forms.questions.unread']]);
    const none = await check({});
    assert.deepEqual([none.code, none.codes], [0, ['not-checked']]);
  });
});
