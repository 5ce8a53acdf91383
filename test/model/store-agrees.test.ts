import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { sql } from 'kysely';
import { createStore, installNamed } from '../../src/store/store.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { deliveryQuestions, readingQuestions } from './agree/inbox-questions.ts';
import { itemQuestions, leaseQuestions, linkQuestions } from './agree/link-questions.ts';
import {
  budgetQuestions,
  errandQuestions,
  operationQuestions,
  settingQuestions,
} from './agree/outbox-questions.ts';
import type { Question } from './agree/question.ts';
import type { Side } from './agree/side.ts';
import { createDb } from './memory/db.ts';
import { createMemoryStore } from './memory-store.ts';

after(dropCopies);

const START = Date.UTC(2026, 4, 4, 8);
const RUNS = 60;
const QUESTIONS = new Map<string, Question>(
  Object.entries({
    ...deliveryQuestions,
    ...readingQuestions,
    ...linkQuestions,
    ...itemQuestions,
    ...leaseQuestions,
    ...operationQuestions,
    ...budgetQuestions,
    ...errandQuestions,
    ...settingQuestions,
  }),
);

const n = fc.nat({ max: 5 });
const asked = fc.record({ ask: fc.constantFrom(...QUESTIONS.keys()), a: n, b: n, c: n });
/** Most histories need something to ask about. */
const opened = fc.record({
  ask: fc.constantFrom(
    'openLink',
    'openLink',
    'route',
    'insert',
    'claim',
    'attach',
    'append',
    'addItem',
    'addErrand',
  ),
  a: n,
  b: n,
  c: n,
});
const passed = fc.record({
  ask: fc.constant('pass'),
  a: fc.constantFrom(1_000, 20_000, 60_000, 400_000, 7_200_000),
  b: n,
  c: n,
});
const Calls = fc
  .tuple(
    fc.array(opened, { minLength: 12, maxLength: 30 }),
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: asked },
        { weight: 3, arbitrary: opened },
        { weight: 2, arbitrary: passed },
      ),
      { maxLength: 100, size: 'max' },
    ),
  )
  .map(([first, rest]) => [...first, ...rest]);
type Call = typeof Calls extends fc.Arbitrary<readonly (infer C)[]> ? C : never;

const sideOf = (store: Side['store'], leaseMs: number): Side => ({
  store,
  links: [],
  deliveries: [],
  items: [],
  leases: [],
  errands: [],
  leaseMs,
});

/** The answer as text. Every id stands as the number under which it was met first: each store gives out its own. */
function createTelling(): (answer: unknown) => string {
  const met = new Map<string, string>();
  const inOrder = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
      : value;
  return (answer) =>
    (JSON.stringify(answer, inOrder) ?? 'nothing').replaceAll(
      /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|dsk-[0-9a-f]{32}/g,
      (id) => {
        const known = met.get(id) ?? `#${met.size}`;
        met.set(id, known);
        return known;
      },
    );
}

async function answer(side: Side, call: Call, tell: (answer: unknown) => string): Promise<string> {
  try {
    return tell(await QUESTIONS.get(call.ask)?.(side, call));
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.notEqual(error.name, 'TypeError', error.stack);
    return 'an error';
  }
}

test('the store on paper gives the answers of Postgres', async (t) => {
  const { db: postgres, envelope } = await openStore(t, { max: 2 });
  await sql`create table frozen (at timestamptz not null)`.execute(postgres);
  await sql`insert into frozen values (${new Date(START)})`.execute(postgres);
  await sql`create or replace function deskbridge_now() returns timestamptz language sql stable as
    'select at from frozen'`.execute(postgres);
  const answered = new Map<string, number>();
  let runs = 0;

  await fc.assert(
    fc.asyncProperty(Calls, async (calls) => {
      runs += 1;
      const clock = { now: START };
      await sql`update frozen set at = ${new Date(START)}`.execute(postgres);
      const install = await installNamed(postgres, `run ${runs}`);
      const real = sideOf(createStore(postgres, install, envelope), 3_600_000);
      const paper = sideOf(createMemoryStore(createDb(clock)), Number.MAX_SAFE_INTEGER / 2);
      const [tellReal, tellPaper] = [createTelling(), createTelling()];
      for (const [index, call] of calls.entries()) {
        if (call.ask === 'pass') {
          clock.now += call.a;
          await sql`update frozen set at = ${new Date(clock.now)}`.execute(postgres);
          continue;
        }
        const expected = await answer(real, call, tellReal);
        assert.equal(
          await answer(paper, call, tellPaper),
          expected,
          `call ${index}: ${JSON.stringify(call)} (paper, then Postgres)`,
        );
        if (expected !== 'an error') answered.set(call.ask, (answered.get(call.ask) ?? 0) + 1);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  const never = [...QUESTIONS.keys()].filter((ask) => !answered.has(ask) && ask !== 'undone');
  assert.deepEqual(never, [], 'every question was asked and answered');
});
