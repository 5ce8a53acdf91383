/** What `routes check` finds in a table, and what another table makes of past requests. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type PastRequest, replay } from '../../src/routing/backtest.ts';
import { decide } from '../../src/routing/decide.ts';
import { lint } from '../../src/routing/lint.ts';
import { RoutingTable } from '../../src/routing/table.ts';
import { request } from './table-fixture.ts';

const hours = {
  day: { zone: 'UTC', from: '08:00', to: '18:00' },
  noon: { zone: 'UTC', from: '12:00', to: '13:00' },
};
const tableOf = (...rules: readonly object[]) =>
  RoutingTable.parse({
    ...{ hours, areas: { vpn: { words: ['tunnel'] } }, default: { queue: 'help-desk' } },
    rules: rules.map((rule, n) => ({ name: `r${n}`, queue: 'q', ...rule })),
  });
const found = (...rules: readonly object[]) =>
  lint(tableOf(...rules), ['iam']).map(({ rule, code }) => `${rule} ${code}`);

suite('a rule that an earlier one takes everything from', () => {
  const words = (...list: string[]) => ({ words: list });
  for (const [wide, narrow, shadowed] of [
    [words('reset*'), words('resetting', 'reset*'), true],
    [words('password'), words('my password'), true],
    [words('my password'), words('password'), false],
    [{ ...words('a1'), channel: ['C1', 'C2'] }, { ...words('a1'), channel: 'C1' }, true],
    [{ ...words('a1'), channel: 'C1' }, words('a1'), false],
    [{ ...words('a1'), not_words: ['b1'] }, words('a1'), false],
    [{ ...words('a1'), not_words: ['b1'] }, { ...words('a1'), not_words: ['b1', 'c1'] }, true],
    [{ form: { category: ['x', 'y'] } }, { form: { category: 'X', urgent: 'yes' } }, true],
    [{ department: 'Finance' }, { department: ['finance'], urgent: true }, true],
    [{ tier: 'vip' }, { groups: 'vip' }, false],
  ] as const) {
    test(`${JSON.stringify(wide)} before ${JSON.stringify(narrow)}: ${shadowed}`, () => {
      assert.deepEqual(found({ when: wide }, { when: narrow }), shadowed ? ['r1 shadowed'] : []);
    });
  }
});

test('conditions that never hold, kinds that nobody knows, and risk by what text could end are told', () => {
  assert.deepEqual(found({ when: { hours: 'noon', outside_hours: 'day' } }), ['r0 never']);
  assert.deepEqual(found({ when: { hours: 'day', outside_hours: 'noon' } }), []);
  assert.deepEqual(found({ when: { words: ['3d printer'], not_words: ['printer'] } }), ['r0 never']);
  assert.deepEqual(found({ when: { words: ['printer'], not_words: ['3d printer'] } }), []);
  assert.deepEqual(found({ when: { area: 'mail' } }), ['r0 never']);
  assert.deepEqual(found({ when: { kind: 'hr' } }), ['r0 unknown-kind']);
  assert.deepEqual(found({ when: { kind: 'iam' }, privacy: 'private' }), ['r0 all-of-them']);
  assert.deepEqual(found({ when: { kind: 'iam', words: ['abc'] }, privacy: 'private' }), []);
  assert.deepEqual(found({ when: { not_words: ['abc'] }, risk: 'high' }), ['r0 all-of-them']);
});

test('a replay says what moves and which approvals come or go', () => {
  const before = tableOf(
    { when: { words: ['password'] }, queue: 'iam' },
    {
      when: { words: ['firewall'] },
      queue: 'security',
      flow: 'approval',
      approval: 'exception',
      privacy: 'private',
    },
  );
  const past = ['my password', 'a firewall', 'lunch'].map((text): PastRequest => {
    const asked = request(text);
    return { name: text, request: asked, was: decide(before, asked) };
  });
  const after = tableOf(
    { when: { words: ['password'] }, queue: 'people', flow: 'approval', approval: 'manager' },
    { when: { words: ['firewall'] }, queue: 'security' },
  );
  assert.deepEqual(
    replay(after, null, past).map(({ name, isMoved, gained, lost, isOpened }) => ({
      name,
      isMoved,
      gained,
      lost,
      isOpened,
    })),
    [
      { name: 'my password', isMoved: true, gained: ['manager'], lost: [], isOpened: false },
      { name: 'a firewall', isMoved: false, gained: [], lost: ['exception'], isOpened: true },
      { name: 'lunch', isMoved: false, gained: [], lost: [], isOpened: false },
    ],
  );
  assert.deepEqual(
    replay(before, null, past).filter(
      ({ isMoved, gained, lost }) => isMoved || gained.length + lost.length > 0,
    ),
    [],
  );
});
