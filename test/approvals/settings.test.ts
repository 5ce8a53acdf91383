/** Where approvals work, who owns a service, and what the section refuses. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  Approvals,
  actionOf,
  KindWork,
  modeOf,
  type Origin,
  serviceOwners,
} from '../../src/approvals/settings.ts';
import { SlackChannel } from '../../src/model/ids.ts';
import { KIND, policies, rule } from './policy-fixture.ts';

const origin = (changes: Partial<Origin> = {}): Origin => ({
  ...{ channel: SlackChannel.parse('C1'), kind: 'access', groups: ['Pilot'] },
  actions: ['ticket.transition'],
  ...changes,
});
const modes = (...enable: readonly object[]) => Approvals.parse({ enable });

suite('approvals are off until they are enabled', () => {
  const on = { mode: 'on' };
  for (const [name, enable, from, expected] of [
    ['nothing said', [], {}, 'off'],
    ['everywhere', [on], {}, 'on'],
    ['this channel', [{ ...on, channels: ['C1'] }], {}, 'on'],
    ['another channel', [{ ...on, channels: ['C2'] }], {}, 'off'],
    ['no channel at all', [{ ...on, channels: ['C1'] }], { channel: null }, 'off'],
    ['this kind', [{ ...on, kinds: ['other', 'access'] }], {}, 'on'],
    ['another kind', [{ ...on, kinds: ['other'] }], {}, 'off'],
    ['one of his groups', [{ ...on, groups: ['Pilot', 'More'] }], {}, 'on'],
    ['none of his groups', [{ ...on, groups: ['pilot'] }], {}, 'off'],
    ['only what would run', [{ ...on, actions: ['ticket.transition'] }], {}, 'on'],
    [
      'one action more than that',
      [{ ...on, actions: ['ticket.transition'] }],
      { actions: ['ticket.transition', 'ticket.fields'] },
      'off',
    ],
    [
      'all conditions but one',
      [{ ...on, channels: ['C1'], kinds: ['access'], groups: ['Others'] }],
      {},
      'off',
    ],
    ['the first that fits', [{ mode: 'simulate', kinds: ['access'] }, on], {}, 'simulate'],
    ['an exception before the rest', [{ mode: 'off', channels: ['C1'] }, on], {}, 'off'],
  ] as const)
    test(name, () => assert.equal(modeOf(modes(...enable), origin(from)), expected));
});

test('the owner of a service is known by its name, in any case, or by nobody', () => {
  const owner = { users: ['U1'], groups: [] };
  const approvals = policies([rule('a')], { people: { service_owners: { 'SAP HR': owner } } });
  const of = (service: object | null, fields = {}) =>
    serviceOwners(
      approvals,
      policies([], { kinds: { access: { ...KIND, service } } }).kinds['access'] ?? { service: null },
      fields,
    );
  assert.deepEqual(of({ name: 'sap hr' }), owner);
  assert.deepEqual(of({ field: 'system' }, { system: ' Sap HR ' }), owner);
  for (const nobody of [
    of(null),
    of({ name: 'SAP' }),
    of({ field: 'system' }),
    of({ field: 'system' }, { system: 'constructor' }),
  ])
    assert.equal(nobody, null);
});

test('whatever sets a status is a transition; what changes nothing is no work', () => {
  assert.equal(actionOf(KindWork.parse({ status: 'done', priority: 'low' })), 'ticket.transition');
  assert.equal(actionOf(KindWork.parse({ group: 'IAM' })), 'ticket.fields');
  assert.equal(KindWork.safeParse({}).success, false);
});

suite('the section refuses', () => {
  const valid = { kinds: { access: KIND }, rules: [rule('a')] };
  test('nothing of what is whole', () => assert.equal(Approvals.safeParse(valid).success, true));
  const { external: _, ...stakes } = KIND.stakes;
  for (const [name, changes, path] of [
    ['a stake that nobody said', { kinds: { access: { ...KIND, stakes } } }, 'kinds.access.stakes.external'],
    ['a rule without an owner', { rules: [rule('a', { owner: '  ' })] }, 'rules.0.owner'],
    ['a review that is no day', { rules: [rule('a', { review: 'soon' })] }, 'rules.0.review'],
    [
      'a timeout that approves',
      {
        rules: [
          rule('a', {
            steps: [
              { name: 's', slots: [{ from: 'manager' }], timeout: { after_minutes: 1, outcome: 'approve' } },
            ],
          }),
        ],
      },
      'rules.0.steps.0.timeout.outcome',
    ],
    [
      'approvers of a made-up sort',
      {
        rules: [
          rule('a', {
            steps: [
              { name: 's', slots: [{ from: 'anybody' }], timeout: { after_minutes: 1, outcome: 'deny' } },
            ],
          }),
        ],
      },
      'rules.0.steps.0.slots.0.from',
    ],
    ['a delegation of three weeks', { delegates: { longest_days: 21 } }, 'delegates.longest_days'],
    [
      'work that the ticket does not know',
      { kinds: { access: { ...KIND, work: { main: { status: 'done', shell: 'rm' } } } } },
      'kinds.access.work.main',
    ],
    ['a setting that nobody knows', { auto_approve: true }, ''],
  ] as const)
    test(name, () =>
      assert.deepEqual(
        Approvals.safeParse({ ...valid, ...changes }).error?.issues.map((issue) => issue.path.join('.')),
        [path],
      ),
    );
});
