/** The stories that every ticket system has to tell. Each runs over signed HTTP against a whole bridge. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import type { Desk, DeskKind, DeskTicketView } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';

export const shown = (message: SlackMessageView) => `${message.text}\n${JSON.stringify(message.blocks)}`;
export const thread = (story: Story, ts: string) =>
  story.slack.people.messages(HELP).filter((message) => message.threadTs === ts || message.ts === ts);
export const ours = (story: Story, ts: string) => thread(story, ts).filter((message) => message.isBot);

function onlyTicket(story: Story): DeskTicketView {
  const [ticket, ...more] = story.desk.tickets();
  assert.ok(ticket, 'there is a ticket');
  assert.equal(more.length, 0, 'there is one ticket only');
  return ticket;
}

/** Opens a request and waits until the card shows its ticket. */
export async function opened(
  story: Story,
  text: string,
  user = ALMA,
): Promise<{ ts: string; ticket: DeskTicketView }> {
  const before = new Set(story.desk.tickets().map((ticket) => ticket.id));
  const ts = story.slack.people.post(user, HELP, text);
  await until('a ticket exists', LIMIT_MS, () =>
    story.desk.tickets().some((ticket) => !before.has(ticket.id)),
  );
  const ticket = story.desk.tickets().find((candidate) => !before.has(candidate.id));
  assert.ok(ticket);
  await until('the card shows the key and a status', LIMIT_MS, () =>
    ours(story, ts).some(
      (message) => shown(message).includes(ticket.key) && shown(message).includes('It is solved'),
    ),
  );
  return { ts, ticket };
}

const comments = (story: Story, id: string) =>
  story.desk
    .tickets()
    .find((ticket) => ticket.id === id)
    ?.comments.map((comment) => comment.text) ?? [];

export function storiesOf(
  label: string,
  kind: DeskKind,
  desk: (clock: SandboxClock) => Promise<Desk>,
  { isBrief = false } = {},
) {
  /** A story that one desk of a product tells for the others. */
  const full = (name: string, work: (t: TestContext) => Promise<void>) => {
    if (!isBrief) test(name, work);
  };
  suite(`stories with ${label}`, { concurrency: false }, () => {
    test('a person asks, it is routed with a reason, and both sides answer and agree', async (t) => {
      const story = await startStory(t, { kind, desk });
      const { ts, ticket } = await opened(story, 'I am locked out of my laptop');
      assert.match(ticket.description, /Rule "access" matched/);
      assert.match(ticket.description, /Alma Reyes/);
      assert.match(ticket.summary, /locked out/);

      story.slack.people.post(ALMA, HELP, 'It says: account disabled', ts);
      await until('the reply is on the ticket', LIMIT_MS, () =>
        comments(story, ticket.id).some((text) => text.includes('account disabled')),
      );
      assert.match(comments(story, ticket.id).join(), /Alma Reyes/);

      story.desk.comment(ticket.id, 'Please try again now');
      await until('the answer is in the thread', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('Please try again now')),
      );

      const card = ours(story, ts).find((message) => shown(message).includes('desk_resolve'));
      assert.ok(card);
      const pressed = await story.slack.people.click(ALMA, HELP, card.ts, 'desk_resolve');
      assert.ok(pressed.ok, pressed.message ?? '');
      await until('the ticket is done', LIMIT_MS, () => onlyTicket(story).category === 'done');
      await until('the card says so', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('desk_reopen')),
      );

      story.desk.setStatus(ticket.id, 'active');
      await until('the card is open again', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('desk_resolve')),
      );
      await quiet(story);
      assert.equal(comments(story, ticket.id).length, 2, 'nothing came back as an echo');
      assert.equal(
        ours(story, ts).filter((message) => shown(message).includes('desk_')).length,
        1,
        'one card only',
      );
    });

    full('a reply to a closed request is passed on and opens it again', async (t) => {
      const story = await startStory(t, { kind, desk });
      const { ts, ticket } = await opened(story, 'I am locked out');
      story.desk.setStatus(ticket.id, 'done');
      await until('the thread says that it is closed', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('reply here and it opens again')),
      );
      story.slack.people.post(ALMA, HELP, 'Locked out once more', ts);
      await until('the ticket is open again', LIMIT_MS, () => onlyTicket(story).category === 'active');
      await until('the thread says so', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('is open again')),
      );
      await quiet(story);
      assert.equal(comments(story, ticket.id).filter((text) => text.includes('once more')).length, 1);
      const said = ours(story, ts).map(shown);
      assert.equal(said.filter((text) => text.includes('is open again')).length, 1);
      assert.equal(said.filter((text) => text.includes('reply here and it opens again')).length, 1);
    });

    test('internal comments stay where they are', async (t) => {
      const story = await startStory(t, { kind, desk });
      const { ts, ticket } = await opened(story, 'The printer is jammed');
      story.desk.comment(ticket.id, 'this user again, secret-note-77', { internal: true });
      story.desk.comment(ticket.id, 'We are on it');
      await until('the public answer is there', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('We are on it')),
      );
      await quiet(story);
      assert.ok(!JSON.stringify(story.slack.people.messages(HELP)).includes('secret-note-77'));
      assert.ok(!JSON.stringify(story.slack.calls()).includes('secret-note-77'));
    });

    full(
      'two people in one thread at once, and every event twice and out of order: one ticket, each message once',
      async (t) => {
        const story = await startStory(t, { kind, desk });
        story.slack.hookFaults.add('message', { kind: 'delay', delayMs: 400 }, 1);
        story.slack.hookFaults.add('message', { kind: 'double' }, 6);
        const ts = story.slack.people.post(ALMA, HELP, 'password forgotten');
        for (let n = 1; n <= 3; n += 1) {
          story.slack.people.post(ALMA, HELP, `alma-${n}`, ts);
          story.slack.people.post(BEN, HELP, `ben-${n}`, ts);
        }
        const expected = ['alma-1', 'alma-2', 'alma-3', 'ben-1', 'ben-2', 'ben-3'];
        await until('all six are on the one ticket', LIMIT_MS, () => {
          const [ticket] = story.desk.tickets();
          return (
            ticket !== undefined &&
            expected.every((text) => ticket.comments.some((comment) => comment.text.includes(text)))
          );
        });
        await quiet(story);
        const texts = comments(story, onlyTicket(story).id);
        assert.equal(texts.length, 6, texts.join(' | '));
        const order = texts.map((text) => /(alma|ben)-\d/.exec(text)?.[0]);
        assert.deepEqual(order, ['alma-1', 'ben-1', 'alma-2', 'ben-2', 'alma-3', 'ben-3']);
      },
    );

    full('what arrives late is appended with its time and counted', async (t) => {
      const story = await startStory(t, { kind, desk });
      const { ts, ticket } = await opened(story, 'password forgotten');
      story.slack.hookFaults.add('message', { kind: 'delay', delayMs: 3_600_000 }, 1);
      story.slack.people.post(ALMA, HELP, 'the early one', ts);
      story.slack.people.post(ALMA, HELP, 'the punctual one', ts);
      await until('the punctual one is there', LIMIT_MS, () =>
        comments(story, ticket.id).some((text) => text.includes('the punctual one')),
      );
      await story.pass(3_600_000);
      await until('the late one is there', LIMIT_MS, () =>
        comments(story, ticket.id).some((text) => text.includes('the early one')),
      );
      assert.match(comments(story, ticket.id).at(-1) ?? '', /arrived late[\s\S]*the early one/);
      const late = await story.query<{ n: number }>('select count(*)::int as n from item where late');
      assert.equal(late[0]?.n, 1);
    });

    test('the ticket system fails after it committed: still one ticket and one comment', async (t) => {
      const story = await startStory(t, { kind, desk });
      story.desk.failAfterCommit(1);
      const ts = story.slack.people.post(ALMA, HELP, 'password forgotten');
      await until('the ticket is there', LIMIT_MS, () => story.desk.tickets().length === 1);
      story.desk.clearFaults();
      await settleAfterFault(story, () =>
        ours(story, ts).some((message) => shown(message).includes('desk_resolve')),
      );
      story.desk.failAfterCommit(1);
      story.slack.people.post(ALMA, HELP, 'once please', ts);
      const ticket = onlyTicket(story);
      await until('the comment is there', LIMIT_MS, () => comments(story, ticket.id).length > 0);
      await settleAfterFault(story, async () => {
        story.desk.clearFaults();
        const open = await story.query<{ n: number }>(
          "select count(*)::int as n from operation where state in ('ready', 'sending')",
        );
        return open[0]?.n === 0;
      });
      await quiet(story);
      assert.equal(comments(story, onlyTicket(story).id).length, 1);
    });

    full('the ticket system is away: the request is kept and opened once it is back', async (t) => {
      const story = await startStory(t, { kind, desk });
      await story.desk.cut();
      const ts = story.slack.people.post(ALMA, HELP, 'password forgotten');
      await until('the card says that it is being opened', LIMIT_MS, () =>
        ours(story, ts).some((message) => shown(message).includes('Opening a ticket')),
      );
      story.slack.people.post(ALMA, HELP, 'and hurry', ts);
      await story.desk.restore();
      await story.pass(120_000);
      await until('the ticket has the reply', LIMIT_MS, () => story.desk.tickets()[0]?.comments.length === 1);
      const attempts = await story.query<{ most: number }>('select max(attempt)::int as most from operation');
      assert.equal(attempts[0]?.most, 0, 'an outage spends no attempts');
      onlyTicket(story);
    });

    full('a lost hook is found by the poll', async (t) => {
      const story = await startStory(t, { kind, desk });
      const { ts, ticket } = await opened(story, 'The printer is jammed');
      await until(
        'a poll has begun',
        40_000,
        async () => (await story.query('select 1 from poll_cursor')).length > 0,
      );
      story.desk.loseHooks(20);
      story.desk.comment(ticket.id, 'nobody told you this');
      await until('the poll brings it', 70_000, () =>
        ours(story, ts).some((message) => shown(message).includes('nobody told you this')),
      );
    });
  });
}

/** After an unknown outcome the vendors' settle times pass in virtual time, step by step, until it holds. */
async function settleAfterFault(story: Story, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let step = 0; step < 12; step += 1) {
    try {
      await until('it settles', 1_500, holds);
      return;
    } catch {
      await story.pass(60_000);
    }
  }
  await until('it settles', LIMIT_MS, holds);
}

/** Nothing is under way any more, inside or outside. */
export async function quiet(story: Story): Promise<void> {
  await until('everything came to rest', LIMIT_MS, async () => {
    await story.slack.settled();
    await story.desk.settled();
    const busy = await story.query<{ n: number }>(`select (
      (select count(*) from operation where state in ('ready', 'sending'))
      + (select count(*) from delivery where state in ('new', 'sorted'))
      + (select count(*) from link where lease_owner is not null or wake_at <= deskbridge_now()))::int as n`);
    return busy[0]?.n === 0;
  });
}

/** Asks the card's menu, and answers the words that only the asker sees. */
export async function askCard(
  story: Story,
  card: SlackMessageView,
  verb: 'receipt' | 'who' | 'why',
  by: string,
): Promise<string> {
  const value = new RegExp(`${verb}:[0-9a-f-]+`).exec(shown(card))?.[0] ?? '';
  const whispers = () => story.slack.people.messages(HELP).filter((message) => message.ephemeralFor === by);
  const before = whispers().length;
  const pressed = await story.slack.people.choose(by, HELP, card.ts, { actionId: 'desk_menu', value });
  assert.ok(pressed.ok, pressed.message ?? '');
  await until('he is told', LIMIT_MS, () => whispers().length > before);
  return whispers().at(-1)?.text ?? '';
}
