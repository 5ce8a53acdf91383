/** What waits for somebody's decision: in which order, what he can choose from, and that Slack takes it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import { RISK_CLASSES } from '../../../src/model/approval.ts';
import {
  filterPending,
  NO_FILTER,
  type Pending,
  sortPending,
  urgencyOf,
} from '../../../src/model/pending.ts';
import { checkBlocks } from '../../../src/sandbox/slack/blocks.ts';
import { ALL_VALUE, PENDING_ACTIONS, renderPending } from '../../../src/slack/out/approval-list.ts';
import { hostile } from './approval-fixture.ts';
import { assertHarmless } from './escape-check.ts';

const NOW = Date.UTC(2026, 4, 4, 8);
const HOUR = 3_600_000;
const one = (id: string, changes: Partial<Pending> = {}): Pending => ({
  ...{ id, title: 'Access', domain: 'iam', risk: 'medium', system: 'jira-it', blocksPerson: false },
  ...{ key: 'IAM-1', url: 'https://desk.example/IAM-1', summary: 'SAP', requester: 'Alma Reyes' },
  ...{ until: NOW + 48 * HOUR, askedAt: NOW - HOUR },
  ...changes,
});

suite('risk times urgency', () => {
  for (const [name, until, blocksPerson, expected] of [
    ['over', NOW - 1, false, 4],
    ['within the hour', NOW + HOUR - 1, false, 4],
    ['in an hour', NOW + HOUR, false, 3],
    ['in four hours', NOW + 4 * HOUR, false, 2],
    ['in a day', NOW + 24 * HOUR, false, 1],
    ['never', null, false, 1],
    ['never, and somebody waits', null, true, 2],
  ] as const)
    test(name, () => assert.equal(urgencyOf({ until, blocksPerson }, NOW), expected));

  test('puts what is grave and soon first, then what ends first, then what was asked first', () => {
    const all = [
      one('later', { askedAt: NOW }),
      one('first'),
      one('sooner', { until: NOW + 30 * HOUR }),
      one('endless', { until: null }),
      one('critical', { risk: 'critical' }),
      one('soon', { until: NOW + HOUR / 2 }),
      one('waiting', { blocksPerson: true }),
      one('grave', { risk: 'high', until: NOW + 2 * HOUR }),
    ];
    assert.deepEqual(
      sortPending(all, NOW).map(({ id }) => id),
      ['grave', 'soon', 'critical', 'waiting', 'sooner', 'first', 'later', 'endless'],
    );
  });
});

test('a filter keeps what fits all that was chosen', () => {
  const all = [
    one('a'),
    one('b', { domain: 'finance', blocksPerson: true }),
    one('c', { risk: 'high', system: 'snow' }),
  ];
  const ids = (changes: object) =>
    filterPending(all, { ...NO_FILTER, ...changes })
      .map(({ id }) => id)
      .join('');
  assert.deepEqual(
    [
      {},
      { domain: 'finance' },
      { risk: 'high' },
      { system: 'jira-it' },
      { blocksPerson: true },
      { domain: 'iam', risk: 'high' },
      { domain: 'finance', risk: 'high' },
    ].map(ids),
    ['abc', 'b', 'c', 'ab', 'b', 'c', ''],
  );
});

const Select = z.looseObject({
  type: z.literal('static_select'),
  options: z.array(z.looseObject({ value: z.string() })),
  initial_option: z.looseObject({ value: z.string() }),
});
const selectsIn = (blocks: readonly unknown[]) =>
  blocks.flatMap((block) => z.object({ elements: z.array(Select) }).safeParse(block).data?.elements ?? []);
const list = (items: readonly Pending[], filter = NO_FILTER, most = 20) =>
  renderPending({
    items: items.map((each) => ({ ...each, value: `open ${each.id}` })),
    filter,
    now: NOW,
    most,
  });

test('each has its tags and its button; filters offer what there is', () => {
  const blocks = list([one('a'), one('b', { domain: 'finance', risk: 'high', blocksPerson: true })]);
  const said = JSON.stringify(blocks);
  assert.match(
    said,
    /:hourglass_flowing_sand: blocks a person {2}· {2}asked for by Alma Reyes {2}· {2}decide until <!date\^/,
  );
  assert.ok(said.indexOf('open b') < said.indexOf('open a'), 'the graver one stands first');
  assert.deepEqual(
    selectsIn(blocks).map(({ options }) => options.map(({ value }) => value)),
    [
      [ALL_VALUE, 'finance', 'iam'],
      ['*', 'high', 'medium'],
      ['*', 'blocks'],
    ],
  );
  assert.match(said, /2 in all\./);
  assert.equal(said.split(`"${PENDING_ACTIONS.open}"`).length, 3);
});

test('what was chosen stays chosen, what fits nothing says so, and the rest is counted', () => {
  const many = Array.from({ length: 30 }, (_, n) => one(`n${n}`, { domain: n === 0 ? 'finance' : 'iam' }));
  assert.match(JSON.stringify(list(many, NO_FILTER, 10)), /10 of 30 are shown\. 20 more: choose/);
  const finance = list(many, { ...NO_FILTER, domain: 'finance' });
  assert.equal(selectsIn(finance)[0]?.initial_option.value, 'finance');
  assert.match(JSON.stringify(finance), /1 of 30 are shown\."/);
  assert.match(JSON.stringify(list(many, { ...NO_FILTER, risk: 'low' })), /None of them fits/);
  assert.match(JSON.stringify(list([])), /Nothing waits for your decision/);
});

test('whatever stands in them: Slack takes the list on Home and as a message, and obeys nothing of it', () => {
  const AnyPending: fc.Arbitrary<Pending> = fc.record({
    id: fc.uuid(),
    ...{
      title: hostile,
      domain: hostile,
      system: hostile,
      key: hostile,
      summary: hostile,
      requester: hostile,
    },
    risk: fc.constantFrom(...RISK_CLASSES),
    blocksPerson: fc.boolean(),
    url: fc.constantFrom(null, 'javascript:alert(1)', 'https://desk.example/1?a=b|c<d>'),
    until: fc.option(fc.integer({ min: NOW - HOUR, max: NOW + 90 * HOUR }), { nil: null }),
    askedAt: fc.constant(NOW),
  });
  fc.assert(
    fc.property(fc.array(AnyPending, { maxLength: 60 }), (items) => {
      const blocks = list(items);
      assertHarmless({ text: 'x', blocks }, [
        /^<https:\/\/desk\.example\/[^<>|]+\|[^<>]*>$/,
        /^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d :-]+UTC>$/,
      ]);
      const Objects = z.array(z.record(z.string(), z.unknown()));
      assert.deepEqual(checkBlocks(Objects.parse(JSON.parse(JSON.stringify(blocks))), 'home'), []);
    }),
    { numRuns: 60 },
  );
});
