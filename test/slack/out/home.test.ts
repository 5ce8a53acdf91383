import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import { RISK_CLASSES } from '../../../src/model/approval.ts';
import { SlackUser } from '../../../src/model/ids.ts';
import { NOTICE_CHOICES, noticeWay } from '../../../src/model/notice.ts';
import { NO_FILTER } from '../../../src/model/pending.ts';
import { refuseView } from '../../../src/sandbox/slack/view-check.ts';
import { type Home, type HomeRequest, renderHome } from '../../../src/slack/out/home.ts';

const text = fc.oneof(
  fc.string({ maxLength: 5_000 }),
  fc.constantFrom('<!channel> *bold* <https://x.test|y>', '&'.repeat(4_000), '\u202e'.repeat(900)),
);
const name = fc.option(text, { nil: null });
const request: fc.Arbitrary<HomeRequest> = fc.record({
  key: name,
  url: fc.option(fc.constantFrom('https://desk.example/IAM-1', 'javascript:alert(1)'), { nil: null }),
  queue: text,
  shown: fc.option(
    fc.record({
      summary: text,
      status: fc.option(fc.record({ name: text, category: fc.constantFrom('new', 'active', 'done') }), {
        nil: null,
      }),
      assignee: name,
      stopped: name,
    }),
    { nil: null },
  ),
});
const requests = (most: number) =>
  fc.record({ requests: fc.array(request, { maxLength: most }), more: fc.boolean() });
const pending = fc.record({
  ...{ id: fc.uuid(), title: text, key: text, summary: text, requester: text },
  // These are the owner's words.
  ...{ domain: fc.constantFrom('iam', 'other'), system: fc.constantFrom('desk', 'jira-it') },
  ...{ blocksPerson: fc.boolean(), risk: fc.constantFrom(...RISK_CLASSES) },
  url: fc.constantFrom(null, 'https://desk.example/IAM-1'),
  until: fc.constantFrom(null, Date.parse('2026-05-04T12:00:00Z')),
  askedAt: fc.nat(),
  value: fc.uuid(),
});
const AnyHome: fc.Arbitrary<Home> = fc.record({
  asks: fc.boolean(),
  mine: requests(10),
  waiting: fc.array(fc.record({ request, why: fc.constantFrom('ticket', 'kind') }), { maxLength: 5 }),
  approvals: fc.oneof(
    fc.constant('looking' as const),
    fc.record({
      pending: fc.array(fc.record({ request, approvers: fc.array(text, { maxLength: 30 }) }), {
        maxLength: 10,
      }),
      unknown: fc.array(text, { maxLength: 10 }),
    }),
  ),
  away: fc.option(
    fc.record({
      present: fc.option(
        fc.record({
          name: text,
          slack: fc.constantFrom(null, SlackUser.parse('U0CHEN')),
          since: fc.constant(Date.parse('2026-05-04T08:00:00Z')),
          until: fc.constant(Date.parse('2026-05-06T08:00:00Z')),
        }),
        { nil: null },
      ),
    }),
    { nil: null },
  ),
  decisions: fc.option(
    fc.record({
      list: fc.record({
        items: fc.array(pending, { maxLength: 20 }),
        filter: fc.constant(NO_FILTER),
        now: fc.constant(Date.parse('2026-05-04T08:00:00Z')),
        most: fc.constant(15),
      }),
      alike: fc.array(fc.record({ id: fc.uuid(), title: fc.string({ maxLength: 200 }), n: fc.nat(10) }), {
        maxLength: 8,
      }),
    }),
    { nil: null },
  ),
  queues: fc.option(requests(15), { nil: null }),
  accounts: fc.array(
    fc.record({
      connector: fc.constant('jira-it'),
      site: fc.constantFrom('northwind.example', 'desk.northwind.example'),
      state: fc.constantFrom('connected', 'refused', 'known', 'none'),
      account: name,
      connectable: fc.boolean(),
      invitation: fc.option(fc.constant({ url: 'https://desk.example/oauth', hours: 24 }), { nil: null }),
    }),
    { maxLength: 40 },
  ),
  notices: fc.record({ choice: fc.constantFrom(...NOTICE_CHOICES), at: fc.constant('09:00') }),
  now: fc.constant(new Date('2026-05-04T08:00:00Z')),
});
const View = z.record(z.string(), z.unknown());

test('every Home is one that Slack takes, whatever stands on the tickets', () => {
  fc.assert(
    fc.property(AnyHome, (home) => {
      const view = View.parse(JSON.parse(JSON.stringify(renderHome(home))));
      assert.equal(refuseView(view, 'home'), null);
      const said = JSON.stringify(view);
      assert.doesNotMatch(said, /<!channel>|javascript:alert\(1\)\|/, 'nothing of a ticket becomes markup');
    }),
    { numRuns: 150 },
  );
});

test('nobody mutes that he is asked to decide', () => {
  for (const choice of NOTICE_CHOICES) assert.equal(noticeWay(choice, 'approval'), 'now');
  assert.deepEqual(
    NOTICE_CHOICES.map((choice) => noticeWay(choice, 'watched')),
    ['now', 'later', 'never'],
  );
});
