import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJudge, documentsIn, type Exchange, type Explained } from './judge.ts';
import { readRecording } from './recording.ts';
import type { Specifications } from './specifications.ts';

/** A vendor with one operation, which takes and gives numbers. */
const specifications: Specifications = {
  operation: (method, path) =>
    method === 'POST' && /^\/count\/\d+$/.test(path)
      ? {
          name: 'POST /count/{id}',
          operationId: 'count',
          requestProblem: ({ body }) => (typeof body === 'number' ? null : 'no number was sent'),
          responseProblem: (status, body) =>
            status === 200
              ? typeof body === 'number'
                ? null
                : 'no number came back'
              : `${status} is unknown`,
        }
      : null,
};

const exchange = (changes: Partial<Exchange> = {}): Exchange => ({
  method: 'POST',
  path: '/count/1',
  query: '',
  contentType: 'application/json',
  body: 1,
  planned: false,
  status: 200,
  answerType: 'application/json',
  answer: '2',
  ...changes,
});

function verdictOn(exchanges: readonly Exchange[], explained: readonly Explained[] = [], byHand = false) {
  const judge = createJudge(specifications, explained);
  for (const one of exchanges) judge.hear(one, byHand);
  return judge.verdict();
}

test('what agrees is counted and nothing else is said', () => {
  const { requestsValidated, responsesValidated, unexplained } = verdictOn([exchange(), exchange()]);
  assert.deepEqual([requestsValidated, responsesValidated, unexplained], [2, 2, []]);
});

test('a wrong request, a wrong answer, an unknown status and an unknown path are each unexplained', () => {
  const wrong = [
    exchange({ body: 'one' }),
    exchange({ answer: '"two"' }),
    exchange({ status: 418 }),
    exchange({ path: '/sum' }),
  ];
  const { unexplained } = verdictOn([...wrong, ...wrong]);
  assert.equal(unexplained.length, 4);
  assert.ok(unexplained.every((told) => told.endsWith('(2 times)')));
});

test('an answer that a test planned is not held against the simulator, the request of it is', () => {
  const { planned, responsesValidated, unexplained } = verdictOn([
    exchange({ planned: true, status: 500, body: 'one' }),
  ]);
  assert.deepEqual([planned, responsesValidated], [1, 0]);
  assert.equal(unexplained.length, 1);
});

test('a test may ask by hand what is wrong, but what the simulator took from it has to be right', () => {
  assert.equal(verdictOn([exchange({ status: 200, body: 'one' })], [], true).unexplained.length, 1);
  const refused = exchange({ status: 400, body: 'one' });
  assert.equal(verdictOn([refused], [], true).requestsValidated, 0);
  assert.equal(verdictOn([exchange({ path: '/sum', status: 404 })], [], true).unexplained.length, 0);
});

test('an explanation covers its own operation, side and status; one that explains nothing is told', () => {
  const why = { why: 'it is a teapot', source: 'https://example.test/' };
  const one = { operation: 'POST /count/{id}', side: 'response', status: 418, ...why } as const;
  const other = { ...one, status: 419 };
  const { unexplained, unused } = verdictOn([exchange({ status: 418 })], [one, other]);
  assert.deepEqual([unexplained, unused], [[], [other]]);
  assert.equal(verdictOn([exchange({ body: 'one' })], [one]).unexplained.length, 1);
  assert.deepEqual(verdictOn([exchange({ status: 418 })], [{ ...one, operation: '*' }]).unexplained, []);
});

test('every document of a body is found and held against the schema of documents', () => {
  const doc = (content: unknown[]) => ({ type: 'doc', version: 1, content });
  const paragraph = { type: 'paragraph', content: [{ type: 'text', text: 'x' }] };
  const body = { fields: { description: doc([paragraph]) }, list: [{ body: doc([{ type: 'nonsense' }]) }] };
  assert.equal(documentsIn(body).length, 2);
  const { adfValidated, unexplained } = verdictOn([exchange({ body })]);
  assert.equal(adfValidated, 2);
  assert.equal(unexplained.filter((told) => told.includes('(document)')).length, 1);
});

test('calls are read back as they were written down, whatever stands in them', () => {
  const calls = [
    exchange({ method: 'GET', body: undefined }),
    exchange({ body: 'one\u2028two\u2029three\rfour\u0085five\nsix' }),
  ];
  const program = 'test/x.test.ts';
  const text = calls.map((call) => `${JSON.stringify({ program, exchange: call })}\n`).join('');
  assert.deepEqual(
    [...readRecording(text)].map((read) => [read.program, read.exchange.body]),
    calls.map(({ body }) => [program, body]),
  );
  assert.throws(() => [...readRecording('{"program":"x"}\n')]);
});
