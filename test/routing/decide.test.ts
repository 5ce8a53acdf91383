import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { PLAIN_YIELDS } from '../../src/model/route.ts';
import { checkExamples } from '../../src/routing/check-examples.ts';
import { decide } from '../../src/routing/decide.ts';
import { explain } from '../../src/routing/explain.ts';
import { PRIVACIES, RoutingTable } from '../../src/routing/table.ts';
import { request, table } from './table-fixture.ts';

const access = { name: 'access', when: { words: ['password', 'locked'] }, queue: 'iam' };
const phishing = {
  name: 'phishing',
  when: { words: ['phish*'] },
  queue: 'security',
  privacy: 'private',
  priority: 'high',
};

test('the first rule that matches decides, the default when none does', () => {
  const rules = table([access, phishing]);
  assert.deepEqual(decide(rules, request('My PASSWORD is locked')), {
    rule: 'access',
    kind: 'iam',
    queue: 'iam',
    priority: 'medium',
    privacy: 'thread',
    reason: 'Rule "access" matched the words "password", "locked".',
    ...PLAIN_YIELDS,
    target: null,
  });
  assert.deepEqual(decide(rules, request('lunch?')), {
    rule: 'default',
    kind: 'help-desk',
    queue: 'help-desk',
    priority: 'medium',
    privacy: 'thread',
    reason: 'No rule matched, so the default applies.',
    ...PLAIN_YIELDS,
    target: null,
  });
});

const rules = table([
  { name: 'vip', when: { requester: ['U1', 'U2'] }, queue: 'vip', kind: 'iam' },
  { name: 'category', when: { form: { category: ['Access', 'IAM'], urgent: 'yes' } }, queue: 'forms' },
  {
    name: 'office',
    when: { channel: ['C1', 'C2'], words: ['printer'], not_words: ['3d printer'] },
    queue: 'office',
  },
  { name: 'one-channel', when: { channel: 'C9' }, queue: 'nine' },
  { name: 'not-only', when: { not_words: ['lunch', 'dinner'] }, queue: 'work' },
]);

const DECISIONS: readonly (readonly [ReturnType<typeof request>, rule: string, reason: string])[] = [
  [request('lunch', { requester: 'U2' }), 'vip', 'Rule "vip" matched requester U2.'],
  [
    request('lunch', { form: { category: ' ＩＡＭ', urgent: 'YES' } }),
    'category',
    'Rule "category" matched form field category = IAM and form field urgent = yes.',
  ],
  [request('lunch', { form: { category: 'IAM' } }), 'default', 'No rule matched, so the default applies.'],
  [
    request('Printer jam at lunch', { channel: 'C2' }),
    'office',
    'Rule "office" matched channel C2 and the word "printer".',
  ],
  [
    request('the 3D printer at lunch', { channel: 'C2' }),
    'default',
    'No rule matched, so the default applies.',
  ],
  [request('the printer at lunch', { channel: 'C3' }), 'default', 'No rule matched, so the default applies.'],
  [request('lunch', { channel: 'C9' }), 'one-channel', 'Rule "one-channel" matched channel C9.'],
  [request('bug'), 'not-only', 'Rule "not-only" matched none of the excluded words.'],
  [request('lunch', { form: { constructor: 'x' } }), 'default', 'No rule matched, so the default applies.'],
];

for (const [asked, rule, reason] of DECISIONS) {
  test(`${JSON.stringify(asked)} goes by ${rule}`, () => {
    const decision = decide(rules, asked);
    assert.equal(decision.rule, rule);
    assert.equal(decision.reason, reason);
  });
}

test('a form field is no property that every object has', () => {
  const own = table([{ name: 'trap', when: { form: { toString: 'x' } }, queue: 'iam' }]);
  assert.equal(decide(own, request('x')).rule, 'default');
});

test('the reason shows at most five words and never the text of the requester', () => {
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
  const own = table([{ name: 'many', when: { words }, queue: 'iam' }]);
  const { reason } = decide(own, request(`<!channel> ${words.join(' ')} *secret*`));
  assert.equal(reason, 'Rule "many" matched the words "one", "two", "three", "four", "five" and 2 more.');
});

test('words that a private rule knows make the thread private, whoever decides the queue', () => {
  const own = table([access, phishing]);
  const decision = decide(own, request('I got phished and my password is gone'));
  assert.equal(decision.queue, 'iam');
  assert.equal(decision.privacy, 'private');
  assert.equal(
    decision.reason,
    'Rule "access" matched the word "password"; kept private as "phishing" asks for it.',
  );
});

test('excluded words do not open a private thread', () => {
  const own = table([{ ...phishing, when: { words: ['phish*'], not_words: ['training'] } }]);
  const decision = decide(own, request('phishing training'));
  assert.equal(decision.rule, 'default');
  assert.equal(decision.privacy, 'private');
});

test('words do not lead out of a private default, but a channel does', () => {
  const own = table([access, { name: 'open', when: { channel: 'C1' }, queue: 'iam' }], {
    privacy: 'private',
  });
  assert.equal(decide(own, request('password')).privacy, 'private');
  assert.equal(decide(own, request('password', { channel: 'C1' })).privacy, 'thread');
});

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon');
const words = fc.option(fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), { nil: undefined });
const someTable = fc
  .record({
    rules: fc.array(
      fc.record({
        words,
        not_words: words,
        channel: fc.option(fc.constantFrom('C1', 'C2'), { nil: undefined }),
        privacy: fc.constantFrom(...PRIVACIES),
      }),
      { maxLength: 6 },
    ),
    privacy: fc.constantFrom(...PRIVACIES),
  })
  .map(({ rules: drafts, privacy }) => {
    const built = drafts
      .filter((draft) => draft.words ?? draft.not_words ?? draft.channel)
      .map(({ privacy: own, ...when }, index) => ({
        name: `rule-${index}`,
        when,
        queue: 'iam',
        privacy: own,
      }));
    return table(built, { privacy });
  });
const someText = fc.array(word, { maxLength: 5 }).map((list) => list.join(' '));
const someChannel = fc.constantFrom('C1', 'C2', 'C3');

test('property: the first rule that matches on its own decides', () => {
  fc.assert(
    fc.property(someTable, someText, someChannel, (own, text, channel) => {
      const asked = request(text, { channel });
      const alone = own.rules.find(
        (rule) => decide(RoutingTable.parse({ ...own, rules: [rule] }), asked).rule === rule.name,
      );
      assert.equal(decide(own, asked).rule, alone?.name ?? 'default');
    }),
    { numRuns: 1000 },
  );
});

test('property: adding text never lowers the privacy', () => {
  let raised = 0;
  fc.assert(
    fc.property(someTable, someText, someText, someChannel, (own, text, more, channel) => {
      const before = decide(own, request(text, { channel })).privacy;
      for (const longer of [`${text}\n${more}`, `${more}\n${text}`, `${more} ${text} ${more}`]) {
        const after = decide(own, request(longer, { channel })).privacy;
        assert.ok(PRIVACIES.indexOf(after) >= PRIVACIES.indexOf(before), `${before} became ${after}`);
        if (after !== before) raised += 1;
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(raised > 20, `only ${raised} texts raised the privacy: the property saw nothing`);
});

test('property: a decision is never less private than its own rule', () => {
  fc.assert(
    fc.property(someTable, someText, someChannel, (own, text, channel) => {
      const decision = decide(own, request(text, { channel }));
      const chosen = own.rules.find(({ name }) => name === decision.rule) ?? own.default;
      assert.ok(PRIVACIES.indexOf(decision.privacy) >= PRIVACIES.indexOf(chosen.privacy));
    }),
  );
});

test('property: an explanation names every rule in order and decides as decide does', () => {
  fc.assert(
    fc.property(someTable, someText, someChannel, (own, text, channel) => {
      const asked = request(text, { channel });
      const told = explain(own, asked);
      assert.deepEqual(told.decision, decide(own, asked));
      assert.deepEqual(
        told.rules.map(({ rule }) => rule),
        [...own.rules.map(({ name }) => name), 'default'],
      );
      assert.deepEqual(
        told.rules.filter(({ result }) => result === 'decided').map(({ rule }) => rule),
        [told.decision.rule],
      );
      assert.ok(told.rules.every(({ why }) => why.length > 0));
    }),
  );
});

test('an explanation says why each rule did or did not match', () => {
  const told = explain(rules, request('the 3d printer', { channel: 'C1' }));
  assert.deepEqual(
    told.rules.map(({ rule, result, why }) => `${rule}: ${result}: ${why}`),
    [
      'vip: no match: it does not come from U1 or U2',
      'category: no match: it has no form field category = Access or IAM and has no form field urgent = yes',
      'office: no match: it holds the excluded word "3d printer"',
      'one-channel: no match: it is not in channel C9',
      'not-only: decided: it matched none of the excluded words',
      'default: late: "not-only" comes first',
    ],
  );
});

test('examples are routed as their own rule asks, and every one that misses is told', () => {
  const own = table(
    [
      { ...access, examples: ['my password', 'nothing here'] },
      {
        name: 'channel',
        when: { channel: ['C1', 'C2'], form: { a: ['x', 'y'] }, requester: ['U1'] },
        queue: 'iam',
        examples: ['hello', 'password'],
      },
    ],
    { examples: ['lunch', 'locked'] },
  );
  assert.deepEqual(checkExamples(own), [
    { rule: 'access', example: 'nothing here', index: 1, takenBy: 'default' },
    { rule: 'channel', example: 'password', index: 1, takenBy: 'access' },
    { rule: 'default', example: 'locked', index: 1, takenBy: 'access' },
  ]);
});

for (const [name, rule] of [
  ['no condition', { name: 'x', when: {}, queue: 'iam' }],
  ['an empty word list', { name: 'x', when: { words: [] }, queue: 'iam' }],
  ['the name "default"', { name: 'default', when: { words: ['abc'] }, queue: 'iam' }],
  ['an unknown condition', { name: 'x', when: { word: ['abc'] }, queue: 'iam' }],
  ['a star in the middle', { name: 'x', when: { words: ['a*b'] }, queue: 'iam' }],
  ['an unknown privacy', { name: 'x', when: { words: ['abc'] }, queue: 'iam', privacy: 'public' }],
] as const) {
  test(`a rule with ${name} is refused`, () => {
    assert.equal(RoutingTable.safeParse({ rules: [rule], default: { queue: 'help-desk' } }).success, false);
  });
}
