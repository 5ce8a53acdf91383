/** Every condition of a rule, what a rule yields, and that nobody can write himself to less risk. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { RISKS } from '../../src/model/route.ts';
import { checkExamples } from '../../src/routing/check-examples.ts';
import { train } from '../../src/routing/classify/train.ts';
import { decide } from '../../src/routing/decide.ts';
import { routeRequest } from '../../src/routing/route-request.ts';
import { PRIVACIES, RoutingTable } from '../../src/routing/table.ts';
import { request } from './table-fixture.ts';

const around = {
  hours: { office: { zone: 'Europe/Berlin', from: '08:00', to: '18:00', holidays: ['2026-12-25'] } },
  areas: { vpn: { title: 'Remote access', words: ['vpn', 'tunnel'] }, mail: { words: ['mailbox'] } },
  default: { queue: 'help-desk' },
};
const tableOf = (...rules: readonly object[]) =>
  RoutingTable.parse({ ...around, rules: rules.map((rule, n) => ({ name: `r${n}`, queue: 'q', ...rule })) });
const someone = { department: 'Finance', groups: ['Contractors', 'Staff'], tier: 'vip' };

suite('a condition holds or does not', () => {
  for (const [when, yes, no] of [
    [{ door: 'form' }, request('x', { door: 'form' }), request('x', { door: 'channel' })],
    [{ department: ['finance'] }, request('x', { person: someone }), request('x')],
    [
      { groups: 'contractors' },
      request('x', { person: someone }),
      request('x', { person: { ...someone, groups: [] } }),
    ],
    [
      { tier: 'VIP' },
      request('x', { person: someone }),
      request('x', { person: { ...someone, tier: null } }),
    ],
    [{ urgent: true }, request('x', { urgent: true }), request('x')],
    [{ urgent: false }, request('x'), request('x', { urgent: true })],
    [{ kind: ['iam', 'hr'] }, request('x', { kind: 'hr' }), request('iam hr')],
    [{ area: 'vpn' }, request('no tunnel'), request('no mailbox')],
    [{ area: 'mail' }, request('x', { form: { area: 'Mail' } }), request('x', { form: { area: 'vpn' } })],
  ] as const) {
    test(JSON.stringify(when), () => {
      assert.equal(decide(tableOf({ when }), yes).rule, 'r0');
      assert.equal(decide(tableOf({ when }), no).rule, 'default');
    });
  }

  test('hours are those of their zone, in summer and in winter, and holidays are none', () => {
    const table = tableOf({ when: { hours: 'office' } }, { when: { outside_hours: 'office' } });
    const at = (time: string) => decide(table, request('x', { at: new Date(time) })).rule;
    // Berlin is two hours ahead of UTC in July and one in January.
    assert.equal(at('2026-07-01T06:00:00Z'), 'r0');
    assert.equal(at('2026-07-01T05:59:00Z'), 'r1');
    assert.equal(at('2026-01-07T06:30:00Z'), 'r1');
    assert.equal(at('2026-01-07T07:00:00Z'), 'r0');
    assert.equal(at('2026-01-07T17:00:00Z'), 'r1');
    assert.equal(at('2026-07-04T09:00:00Z'), 'r1', 'a Saturday');
    assert.equal(at('2026-12-25T09:00:00Z'), 'r1', 'a holiday');
  });
});

test('a rule yields everything that it names, and what is known of the request becomes tags', () => {
  const table = tableOf({
    when: { area: 'vpn' },
    ...{ flow: 'approval', approval: 'vpn-access', risk: 'high', group: 'Network', responders: ['U7'] },
    ...{ target: { issue_type: 'Bug' }, tags: { urgency: 'soon' }, priority: 'high' },
  });
  const { reason, ...decision } = decide(
    table,
    request('the tunnel', { person: someone, channel: 'C1', urgent: true }),
  );
  assert.deepEqual(decision, {
    ...{ rule: 'r0', kind: 'q', queue: 'q', priority: 'high', privacy: 'thread', flow: 'approval' },
    ...{ policies: ['vpn-access'], risk: 'high', group: 'Network', responders: ['U7'] },
    target: { issue_type: 'Bug' },
    tags: { area: 'Remote access', department: 'Finance', urgency: 'soon', channel: 'C1' },
  });
  assert.equal(reason, 'Rule "r0" matched product area vpn.');
});

test('words add the approval of a rule behind, and the reason says so', () => {
  const table = tableOf(
    { when: { words: ['password'] } },
    { when: { words: ['firewall'] }, flow: 'approval', approval: 'exception', risk: 'high' },
  );
  const decision = decide(table, request('password of the firewall'));
  assert.deepEqual(
    [decision.rule, decision.flow, decision.policies, decision.risk],
    ['r0', 'approval', ['exception'], 'high'],
  );
  assert.match(decision.reason, /approval "exception" as "r1" asks for it/);
});

test('the classifier speaks only where no rule does', () => {
  const rows = Array.from({ length: 8 }, (_, n) => [
    { text: `apple pie ${n}`, kind: 'fruit', byWords: null },
    { text: `carrot soup ${n}`, kind: 'root', byWords: null },
  ]).flat();
  const classifier = { model: train(rows), threshold: 0.6 };
  const table = tableOf({ when: { kind: 'fruit' } }, { when: { words: ['stew'] } });
  const ask = (text: string) => routeRequest(table, request(text), classifier);
  assert.deepEqual([ask('apple').decision.rule, ask('apple').isUnsure], ['r0', false]);
  assert.equal(ask('apple stew').decision.rule, 'r1');
  assert.deepEqual([ask('zzz').decision.rule, ask('zzz').isUnsure], ['default', true]);
  const { request: kept, decision } = ask('apple');
  assert.deepEqual(decide(table, kept), decision, 'what is kept decides the same without a model');
});

test('what a person chose serves where no rule matches, and the reason says so', () => {
  const table = tableOf(
    { when: { words: ['password'] }, kind: 'iam' },
    { when: { words: ['firewall'] }, kind: 'security', privacy: 'private' },
  );
  const form = { kind: 'security' };
  const served = decide(table, request('hello', { form }));
  assert.deepEqual([served.rule, served.privacy], ['r1', 'private']);
  assert.equal(served.reason, 'The person chose "security", which rule "r1" is for.');
  const both = decide(table, request('my password', { form }));
  assert.deepEqual([both.rule, both.privacy], ['r0', 'private'], 'and it stays as private as that');
  assert.equal(decide(table, request('hello', { form: { kind: 'constructor' } })).rule, 'default');
});

test('examples are asked with everything that their rule wants', () => {
  const table = tableOf(
    { when: { outside_hours: 'office', department: 'Finance' }, examples: ['hello'] },
    { when: { kind: 'iam', tier: 'vip', door: 'message-shortcut', urgent: true }, examples: ['hello'] },
  );
  assert.deepEqual(checkExamples(table), []);
});

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'vpn', 'mailbox');
const words = fc.option(fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), { nil: undefined });
const kind = fc.constantFrom('iam', 'hr');
const policy = fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined });
const asks = {
  privacy: fc.constantFrom(...PRIVACIES),
  risk: fc.constantFrom(...RISKS),
  approval: policy,
  flow: fc.constantFrom('ticket', 'hand-off', 'answer'),
};
const someTable = fc
  .record({
    rules: fc.array(
      fc.record({
        when: fc.record({
          words,
          not_words: words,
          kind: fc.option(kind, { nil: undefined }),
          area: fc.option(fc.constantFrom('vpn', 'mail'), { nil: undefined }),
          channel: fc.option(fc.constantFrom('C1', 'C2'), { nil: undefined }),
        }),
        ...asks,
      }),
      { maxLength: 6 },
    ),
    fallback: fc.record(asks),
  })
  .map(({ rules, fallback }) =>
    RoutingTable.parse({
      ...around,
      default: { queue: 'help-desk', ...fallback },
      rules: rules
        .filter(({ when }) => Object.values(when).some((value) => value !== undefined))
        .map((rule, n) => ({ name: `r${n}`, queue: 'q', ...rule })),
    }),
  );
const someText = fc.array(word, { maxLength: 5 }).map((list) => list.join(' '));
/** What a classifier makes of a text, and of a longer one, is anybody's guess. */
const guessed = fc.option(kind, { nil: null });

test('property: adding text never lowers the risk, the privacy or an approval, whatever a classifier says of it', () => {
  let raised = 0;
  fc.assert(
    fc.property(
      someTable,
      fc.tuple(someText, someText),
      fc.tuple(guessed, guessed),
      fc.tuple(fc.constantFrom('C1', 'C2', 'C3'), fc.constantFrom({}, { kind: 'iam' }, { kind: 'q' })),
      (table, [text, more], [first, second], [channel, form]) => {
        const before = decide(table, request(text, { channel, form, kind: first }));
        const after = decide(table, request(`${text}\n${more}`, { channel, form, kind: second }));
        assert.ok(RISKS.indexOf(after.risk) >= RISKS.indexOf(before.risk), 'risk');
        assert.ok(PRIVACIES.indexOf(after.privacy) >= PRIVACIES.indexOf(before.privacy), 'privacy');
        for (const policy of before.policies) assert.ok(after.policies.includes(policy), policy);
        if (before.flow === 'approval') assert.equal(after.flow, 'approval');
        if (after.risk !== before.risk || after.policies.length > before.policies.length) raised += 1;
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(raised > 50, `only ${raised} texts raised anything: the property saw nothing`);
});

test('a rule that wants an approval names its policy', () => {
  const rule = { name: 'x', when: { words: ['abc'] }, queue: 'iam', flow: 'approval' };
  assert.equal(RoutingTable.safeParse({ ...around, rules: [rule] }).success, false);
  assert.equal(RoutingTable.safeParse({ ...around, rules: [{ ...rule, approval: 'p' }] }).success, true);
});
