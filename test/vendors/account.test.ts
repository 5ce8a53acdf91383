import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf } from './account.ts';
import type { Verdict } from './judge.ts';
import { createCollector, type Passed, type SuiteRun } from './suite-run.ts';

const rule = (id: string, prove: { file: string; test: string } | (() => Promise<void>)) => ({
  ...{ id, sentence: 'A thing is as it is.', source: 'https://example.test/', prove },
});
const books = [
  {
    vendor: 'jira',
    rules: [
      rule('jira.one', { file: 'test/sandbox/jira/x.test.ts', test: 'it is so' }),
      rule('jira.two', async () => {}),
    ],
  },
] as const;
const contract = new Set(['a rule', 'another rule']);
const passed = (file: string, name: string, without: string | null = null): Passed => ({
  ...{ file, suite: 'suite', name, without },
});
const GREEN: SuiteRun = {
  passed: [
    passed('test/sandbox/jira/x.test.ts', 'it is so'),
    passed('test/vendors/jira-rules.test.ts', 'jira.two: A thing is as it is.'),
    passed('test/conformance/jira.test.ts', 'a rule'),
    passed('test/conformance/jira.test.ts', 'another rule', 'there is no such thing'),
    passed('test/conformance/jira.test.ts', 'every skip names a rule and says why'),
    passed('test/conformance/suite.test.ts', 'a rule'),
    passed('test/doctor/faults.wide.ts', 'the token has expired'),
  ],
  failed: [],
};
const VERDICT: Verdict = {
  ...{ requestsValidated: 4, responsesValidated: 5, adfValidated: 6, planned: 1 },
  ...{ unexplained: [], unused: [] },
};

test('a green run ends with its counts, and names each skip with its reason', () => {
  const { line, skips, problems } = accountOf(GREEN, VERDICT, { books, contract });
  assert.deepEqual(problems, []);
  assert.equal(
    line,
    'rules=2 requests_validated=4 responses_validated=5 adf_validated=6 unexplained=0 ' +
      'conformance_passed=1 conformance_skipped=1 doctor_faults_named=1',
  );
  assert.deepEqual(skips, ['SKIPPED suite: another rule: there is no such thing']);
});

test('a run that did nothing is red, count by count', () => {
  const nothing = { ...VERDICT, requestsValidated: 0, responsesValidated: 0, adfValidated: 0 };
  const { problems } = accountOf({ passed: [], failed: [] }, nothing, { books, contract });
  assert.equal(problems.filter((problem) => problem.endsWith(' is 0')).length, 6);
  assert.equal(problems.filter((problem) => problem.startsWith('nothing has proven')).length, 2);
});

test('a failure, a skipped proof, an unexplained difference and an unused explanation are each red', () => {
  const skipped = GREEN.passed.map((one) => (one.name === 'it is so' ? { ...one, without: 'no data' } : one));
  const explained = { operation: '*', side: 'response', status: 418, why: 'why', source: 'where' } as const;
  for (const [run, verdict] of [
    [{ ...GREEN, failed: ['x: y'] }, VERDICT],
    [{ ...GREEN, passed: skipped }, VERDICT],
    [GREEN, { ...VERDICT, unexplained: ['a difference'] }],
    [GREEN, { ...VERDICT, unused: [explained] }],
  ] as const)
    assert.equal(accountOf(run, verdict, { books, contract }).problems.length, 1);
});

test('what a test says of itself is kept with it', () => {
  const collector = createCollector('/root');
  const ended = (name: string, more: object = {}) => ({
    ...{ name, entryFile: '/root/test/a.test.ts', classname: 'suite', details: { type: 'test' } },
    ...more,
  });
  collector.pass(ended('kept'));
  collector.pass(ended('absent'));
  collector.remark({ entryFile: '/root/test/a.test.ts', message: 'NOT APPLICABLE: it has none' });
  collector.pass(ended('skipped', { skip: 'later' }));
  collector.pass({ ...ended('suite'), details: { type: 'suite' } });
  collector.fail(ended('broken'));
  assert.deepEqual(
    collector.passed.map(({ name, without }) => [name, without]),
    [
      ['kept', null],
      ['absent', 'it has none'],
      ['skipped', 'later'],
    ],
  );
  assert.deepEqual(collector.failed, ['test/a.test.ts: broken']);
});
