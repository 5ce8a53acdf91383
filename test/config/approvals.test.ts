/** What the section `approvals` and the other sections say of each other, told where it stands. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { problemLine } from '../../src/config/problem.ts';
import { checkConfigText } from '../../src/config/read-config-file.ts';
import { loadConfig } from '../../src/config.ts';
import { keeper } from '../approvals/keeper-fixture.ts';
import { KIND, rule, step } from '../approvals/policy-fixture.ts';
import { configFile, MINIMAL, VARIABLES } from './installation.ts';

const ANNA = keeper('anna').listed;
const SOUND = { kinds: { access: KIND }, rules: [rule('a')] };
const textOf = (approvals: object, routing = '{ default: { queue: desk } }', slack = '') =>
  MINIMAL.replace('slack: { mode: http }', `slack: { mode: http${slack} }`).replace(
    /routing:[\s\S]*$/,
    `routing: ${routing}\napprovals: ${JSON.stringify(approvals)}\n`,
  );
const problems = (text: string) => checkConfigText('desk.yaml', text).problems.map(problemLine);
const withoutPlace = (text: string) => problems(text).map((line) => line.replace(/^\S+ /, ''));

test('nothing said: nothing is enabled, and routes may name what they like', (t) => {
  const text = MINIMAL.replace('{ queue: desk }\n', '{ queue: desk, approval: access }\n');
  assert.deepEqual(problems(text), []);
  const { approvals } = loadConfig({ file: configFile(t, text), env: VARIABLES });
  assert.deepEqual([approvals.enable, approvals.rules, approvals.cards], [[], [], { channel: null }]);
});

suite('refused at load', () => {
  const route = (approval: string) => `{ default: { queue: desk, approval: ${approval} } }`;
  for (const [name, text, expected] of [
    [
      'a route to nothing',
      textOf(SOUND, route('acess')),
      [/^routing\.default\.approval names the approval "acess", .*; there are: access$/],
    ],
    [
      'nobody to escalate to',
      textOf({ ...SOUND, rules: [rule('a', { verdict: 'escalate' })] }),
      [/^approvals\.rules\[0\]\.steps escalates to a senior reviewer/],
    ],
    [
      'a step of nobody',
      textOf({ ...SOUND, rules: [rule('a', { steps: [step('s', 'on-call:x')] })] }),
      [/^approvals\.rules\[0\]\.steps\[0\] asks on-call:x/],
    ],
    [
      'a kind of nothing',
      textOf({ ...SOUND, enable: [{ mode: 'on', kinds: ['b'] }] }),
      [/^approvals\.enable\[0\]\.kinds\[0\] names the kind "b"/],
    ],
    [
      'cards where everybody asks',
      textOf({ ...SOUND, cards: { channel: 'C1' } }, undefined, ', channels: [{ id: C1, name: it }]'),
      [/^approvals\.cards\.channel is a channel in which people open requests/],
    ],
    [
      'cards in a channel of nobody',
      textOf({ ...SOUND, cards: { channel: 'C1' } }, undefined, ', oauth: { client_id: "1.2" }'),
      [/^slack\.oauth needs/, /^approvals\.cards\.channel needs approvals\.cards\.workspace/],
    ],
    [
      'hours that are not there',
      textOf({ ...SOUND, reminders: { hours: 'day' } }),
      [/^approvals\.reminders\.hours names the hours "day"/],
    ],
    [
      'a timeout that approves',
      textOf({
        ...SOUND,
        rules: [
          rule('a', {
            steps: [{ ...step('s', 'manager'), timeout: { after_minutes: 1, outcome: 'approve' } }],
          }),
        ],
      }),
      [/^approvals\.rules\[0\]\.steps\[0\]\.timeout\.outcome must be "deny" or "escalate" or "stay"$/],
    ],
    [
      'one keeper alone',
      textOf({ ...SOUND, keepers: [keeper('anna').listed], signatures: 's.json' }),
      [/^approvals\.keepers must be two people at least, or be left out$/],
    ],
    [
      'one person twice, and one key twice',
      textOf({ ...SOUND, keepers: [ANNA, { ...ANNA, person: 'ben' }], signatures: 's.json' }),
      [/^approvals\.keepers must be different people with different keys$/],
    ],
    [
      'keepers without a file for what they sign',
      textOf({ ...SOUND, keepers: [ANNA, keeper('ben').listed] }),
      [/^approvals\.keepers need a file for their signatures/],
    ],
    [
      'a file somewhere else, and no key',
      textOf({ ...SOUND, keepers: [ANNA, { person: 'b', public_key: 'x' }], signatures: '../s.json' }),
      [
        /^approvals\.keepers\[1\]\.public_key must be what/,
        /^approvals\.signatures must be the name of a file beside/,
      ],
    ],
    [
      'approvers of a made-up sort',
      textOf({ ...SOUND, rules: [rule('a', { steps: [step('s', 'anybody')] })] }),
      [/^approvals\.rules\[0\]\.steps\[0\]\.slots\[0\]\.from must be manager, service-owner, /],
    ],
  ] as const)
    test(name, () => {
      const lines = withoutPlace(text);
      assert.equal(lines.length, expected.length, lines.join('\n'));
      for (const [n, pattern] of expected.entries()) assert.match(lines[n] ?? '', pattern);
    });
});

test('what an owner should only look at stops nothing', () => {
  const rules = [rule('a', { review: '2020-01-31' }), rule('b')];
  assert.deepEqual(problems(textOf({ ...SOUND, rules })), []);
});

test('the whole section reaches the program as it was parsed', (t) => {
  const routing =
    '{ hours: { day: { zone: UTC, from: "08:00", to: "18:00" } }, default: { queue: desk, approval: access } }';
  const file = configFile(
    t,
    textOf(
      {
        ...SOUND,
        reminders: { hours: 'day' },
        cards: { channel: 'C9' },
        people: { senior: { users: ['U1'] } },
      },
      routing,
    ),
  );
  const { approvals, source } = loadConfig({ file, env: VARIABLES });
  assert.equal(approvals.reminders.hours, 'day');
  assert.equal(approvals.reminders.every_minutes, 240);
  assert.deepEqual(approvals.people.senior, { users: ['U1'], groups: [] });
  assert.equal(approvals.run_within_minutes, 15);
  assert.deepEqual(source.approvals, approvals);
});
