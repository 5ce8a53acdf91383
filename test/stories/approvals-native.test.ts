/** Approvals that the ticket system itself waits for: asked in Slack too, answered by one's own hand, decided by its record. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import type { ApprovalId, Decision } from '../../src/model/approval.ts';
import { ConnectorId, LinkId, type PrincipalId, SlackUser } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import { DEFAULT_PEOPLE } from '../../src/sandbox/slack/default-workspace.ts';
import { issueNow } from '../approvals/issue-now.ts';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import { auditOf } from './approval-people.ts';
import { type Account, jsm, serviceNow, type Vendor } from './approval-vendors.ts';
import type { DeskKind } from './desks.ts';
import { type Story, startStory } from './rig.ts';
import { opened, ours, shown } from './story-suite.ts';
import { incidentKind, jsmKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;
const POLL_MS = 31_000;
const DESK = ConnectorId.parse('desk');
const [BEN, DANA] = [SlackUser.parse('U0BEN'), SlackUser.parse('U0DANA')];

/** Dana calls herself in Slack what Ben is called, with his address. */
const WITH_IMPOSTOR = DEFAULT_PEOPLE.map((one) =>
  one.id === DANA ? { ...one, name: 'Ben Okafor', email: 'ben.okafor@northwind.example' } : one,
);

const SYSTEMS: readonly {
  readonly name: string;
  readonly kind: DeskKind;
  readonly start: (clock: SandboxClock, hasImpostor?: boolean) => Promise<Vendor>;
  readonly surface: string;
}[] = [
  { name: 'Jira Service Management', kind: jsmKind, start: jsm, surface: 'jsm' },
  { name: 'ServiceNow', kind: incidentKind, start: serviceNow, surface: 'servicenow' },
];

type Row = { id: ApprovalId; status: string; round: number };
const rows = (story: Story) =>
  story.query<Row>('select id, status, round from approval where native is not null order by opened_at');
const votes = (story: Story) =>
  story.query<{ principal: string; decision: string; surface: string }>(
    'select principal, decision, surface from approval_vote where void_at is null order by cast_at',
  );
const notes = (story: Story, id: string) =>
  (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
    .filter(({ internal }) => internal)
    .map(({ text }) => text)
    .join('\n');
const toldTo = (story: Story, user: SlackUser) =>
  story.slack.people
    .channels()
    .filter(({ isIm, members }) => isIm && members.includes(user))
    .flatMap(({ id }) => story.slack.people.messages(id).map(shown))
    .join('\n');

/** Ben and Dana, with their accounts of the ticket system. */
async function employ(story: Story, { ben, dana }: Vendor): Promise<readonly [PrincipalId, PrincipalId]> {
  const { store } = story.bridge.world;
  const person = async (id: string, slack: SlackUser, account: Account) => {
    const taken = await store.transaction((tx) =>
      tx.principals.take({
        ...{ id, name: id, email: null, slack, manager: null, active: true },
        accounts: new Map([[DESK, account.id]]),
        ...{ department: null, groups: [], tier: null },
      }),
    );
    return taken.kind === 'conflict' ? assert.fail() : taken.principal;
  };
  return [await person('ben', BEN, ben), await person('dana', DANA, dana)];
}

/** Ben with his account; Dana with his address and none; and somebody whom an import gave the account of a program. */
async function employImpostor(story: Story, { ben, program }: Vendor) {
  const { store } = story.bridge.world;
  const email = 'ben.okafor@northwind.example';
  const person = async (id: string, slack: SlackUser, account: string | null) => {
    const taken = await store.transaction((tx) =>
      tx.principals.take({
        ...{ id, name: 'Ben Okafor', email, slack, manager: null, active: true },
        accounts: new Map(account === null ? [] : [[DESK, account]]),
        ...{ department: null, groups: [], tier: null },
      }),
    );
    return taken.kind === 'conflict' ? assert.fail() : taken.principal;
  };
  if (program.id !== ben.id) await person('chen', SlackUser.parse('U0CHEN'), program.id);
  return [await person('ben', BEN, ben.id), await person('dana', DANA, null)] as const;
}

const connect = (story: Story, user: SlackUser, { signIn: { account, secret } }: Account) =>
  story.bridge.world.store.accounts.save({ user, connector: DESK, account, grant: createSecret(secret) });

async function say(story: Story, by: readonly [SlackUser, PrincipalId], decision: Decision, nth = -1) {
  const { world } = story.bridge;
  const { id } = (await rows(story)).at(nth) ?? assert.fail();
  const [user, principal] = by;
  const tokens = await issueNow(world, { approval: id, by: principal, surface: 'card' });
  if (tokens === null) return null;
  const decided = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: user }, surface: 'card', means: 'button', decision },
    ...{ reason: 'From Slack.', shown: { token: tokens[decision] }, cause: null },
  });
  return decided.kind === 'ok' ? decided.value : assert.fail(JSON.stringify(decided));
}

for (const { name, kind, start, surface } of SYSTEMS)
  suite(`approvals of ${name}`, { concurrency: false }, () => {
    async function begin(t: Parameters<typeof startStory>[0], hasImpostor = false) {
      const made: Vendor[] = [];
      const story = await startStory(t, {
        kind,
        approvals: settingsWith(),
        queueSettings: { native_approvals: true },
        ...(hasImpostor ? { workspace: { people: WITH_IMPOSTOR } } : {}),
        async desk(clock) {
          const vendor = await start(clock, hasImpostor);
          made.push(vendor);
          return vendor.desk;
        },
      });
      const [vendor = assert.fail()] = made;
      return { story, vendor, people: await (hasImpostor ? employImpostor : employ)(story, vendor) };
    }

    async function asked(story: Story, vendor: Vendor, words: string) {
      const before = (await rows(story)).length;
      const { ts, ticket } = await opened(story, words);
      vendor.ask(ticket.id);
      // A hook or the poll of the tickets tells that something happened.
      story.desk.comment(ticket.id, 'An approval was asked for.', { internal: true });
      await until(
        'it is an approval of ours',
        LIMIT_MS,
        async () => (await rows(story)).length === before + 1,
      );
      return { ts, ticket };
    }
    const ends = (story: Story, status: string, nth = -1) =>
      until(`it is ${status}`, LIMIT_MS, async () => {
        await story.pass(POLL_MS);
        return (await rows(story)).at(nth)?.status === status;
      });

    test('its approvers are asked in Slack; one answers by his own hand alone, and the record says so', async (t) => {
      const { story, vendor, people } = await begin(t);
      const [ben] = people;
      const { ts, ticket } = await asked(story, vendor, 'The lamp flickers');
      for (const user of [BEN, DANA])
        await until('he is asked', LIMIT_MS, () =>
          /Please decide: (Manager|Approval by)/.test(toldTo(story, user)),
        );
      assert.doesNotMatch(toldTo(story, SlackUser.parse('U0ALMA')), /Please decide: (Manager|Approval by)/);
      assert.deepEqual(await say(story, [BEN, ben], 'approve'), { kind: 'refused', why: 'no-sign-in' });
      assert.equal(await vendor.state(ticket.id), 'pending');
      for (const user of [BEN, DANA])
        await until('the card leads there', LIMIT_MS, () =>
          /connect your account there on your Home/.test(toldTo(story, user)),
        );
      // Somebody else's sign-in is not his.
      await connect(story, DANA, vendor.dana);
      assert.deepEqual(await say(story, [BEN, ben], 'approve'), { kind: 'refused', why: 'no-sign-in' });
      await connect(story, BEN, vendor.ben);
      assert.deepEqual(await say(story, [BEN, ben], 'approve'), { kind: 'relayed' });
      await until('the record says so', LIMIT_MS, async () => (await vendor.state(ticket.id)) === 'approved');
      await until('and ours', LIMIT_MS, async () => (await rows(story)).at(-1)?.status === 'approved');
      assert.deepEqual(await votes(story), [{ principal: ben, decision: 'approve', surface: 'card' }]);
      await until('the agents read it', LIMIT_MS, () =>
        /ben approved "[^"]+" from Slack \(card\), with the own account here/.test(notes(story, ticket.id)),
      );
      await until('who asked reads it', LIMIT_MS, () =>
        ours(story, ts).some((message) => /was approved/.test(shown(message))),
      );
      for (const user of [BEN, DANA])
        await until('the card says so', LIMIT_MS, () =>
          /Approved in the ticket system/.test(toldTo(story, user)),
        );
      assert.equal(await say(story, [DANA, people[1]], 'deny'), null, 'nothing is left to decide');
      const events = await auditOf(story);
      const counted = events.find(({ data }) => data['result'] === 'counted');
      assert.deepEqual(
        [counted?.data['actor_slack'], counted?.data['actor_account']],
        [BEN, `${DESK}:${vendor.ben.id}`],
      );
      assert.deepEqual(
        events.map(({ kind: what, data }) => `${what} ${data['result']}`),
        [
          'approval.opened open',
          'approval.approve no-sign-in',
          'approval.approve no-sign-in',
          'approval.approve relayed',
          'approval.approve counted',
          'approval.closed approved',
        ],
      );
    });

    test('what is decided there counts from its record, and never from a status', async (t) => {
      const { story, vendor, people } = await begin(t);
      const { ticket } = await asked(story, vendor, 'The lamp flickers');
      story.desk.setStatus(ticket.id, 'active');
      await story.pass(POLL_MS);
      await until('the status is read', LIMIT_MS, async () => {
        const [link] = await story.query<{ read: boolean }>(
          'select ticket_stale <= ticket_seen as read from link',
        );
        return link?.read === true;
      });
      assert.equal((await rows(story))[0]?.status, 'open');
      assert.equal(await vendor.decide(vendor.dana, ticket.id, 'deny'), 200);
      await ends(story, 'denied');
      assert.deepEqual(await votes(story), [{ principal: people[1], decision: 'deny', surface }]);
      await connect(story, BEN, vendor.ben);
      assert.equal(await say(story, [BEN, people[0]], 'approve'), null);
    });

    test('the address and the name of an approver are nobody, and what an app or a rule answers is nobody’s decision', async (t) => {
      const { story, vendor } = await begin(t, true);
      const results = async () => {
        const found = await story.query<{ kind: string; result: string }>(
          "select kind, coalesce(data->>'result', data->>'why') as result from audit_event where kind like 'approval.%' order by at, id",
        );
        return found.map(({ kind: what, result }) => `${what} ${result}`);
      };
      const { ticket } = await asked(story, vendor, 'The lamp flickers');
      await until('Ben is asked', LIMIT_MS, () =>
        /Please decide: (Manager|Approval by)/.test(toldTo(story, BEN)),
      );
      assert.doesNotMatch(toldTo(story, DANA), /Please decide: (Manager|Approval by)/);
      const { principals } = story.bridge.world.store;
      const dana = (await principals.of({ system: 'slack', id: DANA }))?.id ?? assert.fail();
      assert.deepEqual(await say(story, [DANA, dana], 'approve'), { kind: 'refused', why: 'no-sign-in' });
      assert.equal(await vendor.decide(vendor.dana, ticket.id, 'approve'), 200);
      await ends(story, 'approved');
      assert.deepEqual(await results(), [
        'approval.opened open',
        'approval.approve no-sign-in',
        'approval.approve unknown-person',
        'approval.closed approved',
      ]);

      const before = (await rows(story)).length;
      const second = await opened(story, 'The lamp is gone');
      vendor.askProgram(second.ticket.id);
      story.desk.comment(second.ticket.id, 'An approval was asked for.', { internal: true });
      await until('it is one of ours', LIMIT_MS, async () => (await rows(story)).length === before + 1);
      await vendor.decideByProgram(second.ticket.id);
      await ends(story, 'approved');
      assert.deepEqual((await results()).slice(4), [
        'approval.opened open',
        'approval.approve not-a-person',
        'approval.alarm not-a-person',
        'approval.closed approved',
      ]);
      await until('the agents are warned', LIMIT_MS, () =>
        /no person did that as .* does not count it as anybody's decision/.test(
          notes(story, second.ticket.id),
        ),
      );
      assert.deepEqual(await votes(story), [], 'nobody has decided anything');
    });

    test('both sides at once: the first that the record takes decides, and both sides say the same', async (t) => {
      const { story, vendor, people } = await begin(t);
      await connect(story, BEN, vendor.ben);
      const counted = { here: 0, there: 0 };
      for (let nth = 0; nth < 4; nth += 1) {
        const { ticket } = await asked(story, vendor, `The lamp flickers for the ${nth}th time`);
        const [, status] = await Promise.all([
          say(story, [BEN, people[0]], 'approve'),
          nth % 2 === 0
            ? vendor.decide(vendor.dana, ticket.id, 'deny')
            : until(
                'it is on its way',
                LIMIT_MS,
                async () => (await vendor.state(ticket.id)) !== 'pending',
              ).then(() => vendor.decide(vendor.dana, ticket.id, 'deny')),
        ]);
        const isHere = status !== 200;
        counted[isHere ? 'here' : 'there'] += 1;
        await ends(story, isHere ? 'approved' : 'denied', nth);
        assert.equal(
          await vendor.state(ticket.id),
          isHere ? 'approved' : surface === 'jsm' ? 'declined' : 'rejected',
        );
      }
      assert.equal((await votes(story)).length, 4, 'one decision each');
      assert.ok(counted.here >= 2 && counted.here + counted.there === 4, JSON.stringify(counted));
      if (counted.there > 0)
        await until('whose answer was not taken is told', LIMIT_MS, () =>
          /was not taken/.test(toldTo(story, BEN)),
        );
      const stuck = await story.query("select 1 from operation where state = 'parked'");
      assert.equal(stuck.length, 0);
    });
  });

test('what an agent sets on the ticket is asked for once each time, and what was approved does not ask again', async (t) => {
  const made: Vendor[] = [];
  const story = await startStory(t, {
    kind: jsmKind,
    approvals: settingsWith(),
    queueSettings: { ask_when: [{ field: 'status', is: 'waiting for SUPPORT', ask: 'access' }] },
    async desk(clock) {
      const vendor = await jsm(clock);
      made.push(vendor);
      return vendor.desk;
    },
  });
  const [vendor = assert.fail()] = made;
  // Nobody here is known to be whoever works on the tickets there.
  const stranger = { ...vendor.ben, id: '712020:b0000009' };
  const [ben] = await employ(story, { ...vendor, ben: stranger });
  const { store } = story.bridge.world;
  const alma = { slack: SlackUser.parse('U0ALMA'), manager: 'ben', id: 'alma', name: 'alma', email: null };
  const facts = { accounts: new Map(), active: true, department: null, groups: [], tier: null };
  await store.transaction((tx) => tx.principals.take({ ...alma, ...facts }));
  const asked = () =>
    story.query<Row & { origin: string }>(
      'select id, status, round, origin from approval order by opened_at',
    );
  const { ticket } = await opened(story, 'The lamp flickers');
  await until('it was read', LIMIT_MS, async () => {
    const [link] = await story.query<{ read: boolean }>(
      'select ticket_stale <= ticket_seen as read from link',
    );
    return link?.read === true;
  });
  story.desk.setStatus(ticket.id, 'active');
  for (const nth of [1, 2]) {
    await until('it is read that somebody works on it', LIMIT_MS, async () => {
      const [row] = await story.query<{ id: string }>('select id from link');
      const link = await store.links.get(LinkId.parse(row?.id));
      return link?.ticket?.fields?.status.name === 'In progress';
    });
    await story.pass(1_000);
    story.desk.moveTo(ticket.id, 'Waiting for support');
    await until('it is asked for', LIMIT_MS, async () => (await asked()).length === nth);
    const id = (await asked()).at(-1)?.id ?? assert.fail();
    await until('Ben is told of it', LIMIT_MS, () => toldTo(story, BEN).includes(id));
    const tokens = await issueNow(story.bridge.world, { approval: id, by: ben, surface: 'card' });
    const decided = await decideApproval(story.bridge.world, {
      ...{ approval: id, by: { system: 'slack', id: BEN }, surface: 'card', means: 'button' },
      ...{ decision: 'approve', reason: '', shown: { token: tokens?.approve ?? '' }, cause: null },
    });
    assert.equal(decided.kind === 'ok' && decided.value.kind, 'counted');
    await until('it is done', LIMIT_MS, async () => (await asked()).at(-1)?.status === 'executed');
    await until('and the ticket goes on', LIMIT_MS, () =>
      story.desk.tickets().some(({ id: one, category }) => one === ticket.id && category === 'active'),
    );
  }
  const triggers = await story.query<{ actor: string }>(
    "select distinct actor from audit_event where kind = 'approval.opened'",
  );
  assert.deepEqual(triggers, [{ actor: `connector:${DESK}:${vendor.agent.id}` }]);
  const [first] = await asked();
  const known = await store.approvals.get(first?.id ?? assert.fail());
  assert.match(known?.approval.request.trigger ?? '', /by somebody whom Deskbridge does not know there/);
  const origins = (await asked()).map(({ origin }) => origin);
  assert.equal(new Set(origins).size, 2);
  assert.ok(
    origins.every((origin) => origin.startsWith('set:access:status:')),
    origins.join(),
  );
  assert.match(notes(story, ticket.id), /asks for access, and somebody has to approve it first/);
});

test('whoever sets off the question on the ticket does not decide it', async (t) => {
  const made: Vendor[] = [];
  const story = await startStory(t, {
    kind: jsmKind,
    approvals: settingsWith(),
    queueSettings: { ask_when: [{ field: 'status', is: 'Waiting for support', ask: 'many' }] },
    async desk(clock) {
      const vendor = await jsm(clock);
      made.push(vendor);
      return vendor.desk;
    },
  });
  const [vendor = assert.fail()] = made;
  const { store } = story.bridge.world;
  const hire = async (id: string, slack: SlackUser, accounts: ReadonlyMap<ConnectorId, string>) => {
    const facts = { name: id, email: null, manager: null, active: true, department: null, tier: null };
    const taken = await store.transaction((tx) =>
      tx.principals.take({ ...facts, id, slack, accounts, groups: ['iam'] }),
    );
    return taken.kind === 'conflict' ? assert.fail() : taken.principal;
  };
  const ben = await hire('ben', BEN, new Map([[DESK, vendor.agent.id]]));
  const dana = await hire('dana', DANA, new Map());
  const { ticket } = await opened(story, 'The lamp flickers');
  const statusIs = (name: string) =>
    until(`it is read that it is ${name}`, LIMIT_MS, async () => {
      const [row] = await story.query<{ id: string }>('select id from link');
      return (await store.links.get(LinkId.parse(row?.id)))?.ticket?.fields?.status.name === name;
    });
  await statusIs('Waiting for support');
  story.desk.setStatus(ticket.id, 'active');
  await statusIs('In progress');
  story.desk.moveTo(ticket.id, 'Waiting for support');
  const asked = () => story.query<Row>('select id, status, round from approval');
  await until('it is asked for', LIMIT_MS, async () => (await asked()).length === 1);
  const id = (await asked())[0]?.id ?? assert.fail();
  const record = (await store.approvals.get(id)) ?? assert.fail();
  assert.deepEqual(record.approval.request.proposer, { kind: 'person', principal: ben, own_rights: false });
  await until('Dana is asked', LIMIT_MS, () => toldTo(story, DANA).includes(id));
  assert.doesNotMatch(toldTo(story, BEN), new RegExp(id));
  const decide = async (user: SlackUser, by: PrincipalId) => {
    const tokens = await issueNow(story.bridge.world, { approval: id, by, surface: 'card' });
    const decided = await decideApproval(story.bridge.world, {
      ...{ approval: id, by: { system: 'slack', id: user }, surface: 'card', means: 'button' },
      ...{ decision: 'approve', reason: '', shown: { token: tokens?.approve ?? '' }, cause: null },
    });
    return decided.kind === 'ok' ? decided.value : assert.fail();
  };
  assert.deepEqual(await decide(BEN, ben), { kind: 'refused', why: 'may-not-decide' });
  assert.equal((await decide(DANA, dana)).kind, 'counted');
  await until('it is done', LIMIT_MS, async () => (await asked())[0]?.status === 'executed');
});
