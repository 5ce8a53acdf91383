/** What has to be the same on both sides, and what may not cross. One bridge tells all of these stories for one desk. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import type { Desk, DeskKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const DANA = 'U0DANA';
const AGENTS = 'C0SECURITY';

/** What the product lets people do. */
export interface DeskTraits {
  /** A journal is never changed: a correction is one more entry. */
  readonly isJournal: boolean;
  /** An agent may change and take away what he wrote. */
  readonly agentsEdit: boolean;
  readonly agentsFlip: boolean;
}

const ticketOf = (story: Story, id: string) => {
  const found = story.desk.tickets().find((ticket) => ticket.id === id);
  assert.ok(found, 'the ticket is there');
  return found;
};
const texts = (story: Story, id: string) => ticketOf(story, id).comments.map(({ text }) => text);
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
/** The words of a message as they stand in its blocks, in order. */
function wordsOf(message: SlackMessageView): string {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) walk(one);
    else if (typeof node === 'object' && node !== null) {
      if ('text' in node && typeof node.text === 'string') found.push(node.text);
      for (const value of Object.values(node)) if (typeof value === 'object') walk(value);
    }
  };
  walk(message.blocks);
  return found.join(' ');
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function syncStoriesOf(
  label: string,
  {
    kind,
    desk,
    traits,
  }: { kind: DeskKind; desk: (clock: SandboxClock) => Promise<Desk>; traits: DeskTraits },
) {
  suite(`both sides agree with ${label}`, { concurrency: false }, () => {
    const ends: (() => Promise<void>)[] = [];
    let story: Story;
    before(async () => {
      story = await startStory(
        { after: (work) => void ends.push(work) },
        { kind, desk, responders: [DANA], internalChannel: AGENTS, maxMb: 0.2 },
      );
    });
    after(async () => {
      for (const end of ends.reverse()) await end();
    });

    const inThread = (ts: string, text: string) =>
      ours(story, ts).filter((message) => shown(message).includes(text));
    const says = (what: string, holds: () => boolean) => until(what, LIMIT_MS, holds);
    const cardOf = (ts: string) => {
      const card = ours(story, ts).find((message) => shown(message).includes('desk_menu'));
      assert.ok(card, 'the card is there');
      return card;
    };

    test('what a person edits and deletes in Slack changes on the ticket', async () => {
      const { ts, ticket } = await opened(story, 'The screen flickers');
      const reply = story.slack.people.post(ALMA, HELP, 'It is the pritner', ts);
      await says('the reply is on the ticket', () =>
        texts(story, ticket.id).some((text) => text.includes('pritner')),
      );
      story.slack.people.edit(ALMA, HELP, reply, 'It is the printer');
      await says('the correction is there', () =>
        texts(story, ticket.id).some((text) => text.includes('the printer')),
      );
      if (traits.isJournal) assert.match(texts(story, ticket.id).join('\n'), /correct/i);
      else assert.equal(texts(story, ticket.id).length, 1, 'in place');
      story.slack.people.remove(ALMA, HELP, reply);
      await says('the deletion is told', () =>
        texts(story, ticket.id).some((text) => text.includes('was deleted in Slack')),
      );
      await quiet(story);
      const now = texts(story, ticket.id);
      assert.equal(now.length, traits.isJournal ? 3 : 1, now.join(' | '));
      if (!traits.isJournal) assert.doesNotMatch(now.join(), /printer/);
    });

    if (traits.agentsEdit) {
      test('what an agent edits and deletes on the ticket changes in Slack, in place', async () => {
        const { ts, ticket } = await opened(story, 'The lamp flickers');
        const comment = story.desk.comment(ticket.id, 'Try the other soket');
        await says('it is in the thread', () => inThread(ts, 'soket').length === 1);
        const [first] = inThread(ts, 'soket');
        story.desk.editComment(ticket.id, comment, 'Try the other socket');
        await says('it is corrected', () => inThread(ts, 'socket').length === 1);
        assert.equal(inThread(ts, 'socket')[0]?.ts, first?.ts);
        story.desk.deleteComment(ticket.id, comment);
        await says('a tombstone stands there', () => inThread(ts, 'socket').length === 0);
        await quiet(story);
        assert.ok(ours(story, ts).some((message) => message.ts === first?.ts));
        assert.equal(texts(story, ticket.id).length, 0, 'nothing came back as an echo');
      });
    }

    if (traits.agentsFlip) {
      test('a public comment that becomes internal leaves Slack within a minute; one that becomes public shows', async () => {
        const { ts, ticket } = await opened(story, 'The fan is loud');
        const comment = story.desk.comment(ticket.id, 'secret-note-4711');
        await says('it is in the thread', () => inThread(ts, 'secret-note-4711').length === 1);
        const began = story.clock.now().getTime();
        story.desk.setInternal(ticket.id, comment, true);
        await says('it is out of the thread', () => inThread(ts, 'secret-note-4711').length === 0);
        assert.ok(story.clock.now().getTime() - began < 60_000);
        story.desk.setInternal(ticket.id, comment, false);
        await says('it shows again', () => inThread(ts, 'secret-note-4711').length === 1);
        await quiet(story);
        assert.equal(inThread(ts, 'secret-note-4711').length, 1);
      });
    }

    test('long texts arrive whole and in order, both ways', async () => {
      const { ts, ticket } = await opened(story, 'The report is long');
      const long = (name: string) => Array.from({ length: 1_500 }, (_, n) => `${name}${n}`).join(' ');
      const answer = long('answer');
      story.desk.comment(ticket.id, answer);
      await says('all of it is in the thread', () => inThread(ts, 'answer1499').length > 0);
      await quiet(story);
      const parts = ours(story, ts).filter((message) => shown(message).includes('answer'));
      const numbers = [
        ...parts
          .map(wordsOf)
          .join(' ')
          .matchAll(/answer(\d+)/g),
      ].map((found) => Number(found[1]));
      assert.deepEqual(
        numbers,
        Array.from({ length: 1_500 }, (_, n) => n),
      );

      story.slack.people.post(ALMA, HELP, long('question'), ts);
      await says('all of it is on the ticket', () =>
        texts(story, ticket.id).some((text) => text.includes('question1499')),
      );
      await quiet(story);
      const arrived = [
        ...texts(story, ticket.id)
          .join(' ')
          .matchAll(/question(\d+)/g),
      ].map((found) => Number(found[1]));
      assert.deepEqual(
        arrived,
        Array.from({ length: 1_500 }, (_, n) => n),
      );
    });

    test('files arrive byte for byte, both ways, once', async () => {
      const { ts, ticket } = await opened(story, 'The log is attached');
      const bytes = randomBytes(40_000);
      story.slack.people.upload(ALMA, HELP, {
        name: 'trace.bin',
        mime: 'application/octet-stream',
        bytes,
        text: 'see',
        threadTs: ts,
      });
      await says('the file is on the ticket', () => ticketOf(story, ticket.id).files.length === 1);
      assert.equal(ticketOf(story, ticket.id).files[0]?.sha256, sha256(bytes));
      assert.match(texts(story, ticket.id).join(), /trace\.bin/);

      const back = randomBytes(50_000);
      story.desk.attach(ticket.id, { name: 'answer.bin', mime: 'application/octet-stream', bytes: back });
      const files = () => ours(story, ts).flatMap((message) => message.files);
      await says('the file is in the thread', () => files().some((file) => file.name === 'answer.bin'));
      await quiet(story);
      assert.deepEqual(
        files().map((file) => file.name),
        ['answer.bin'],
      );
      const got = story.slack.people.fileBytes(files()[0]?.id ?? '');
      assert.equal(got === null ? null : sha256(got), sha256(back));
      assert.equal(ticketOf(story, ticket.id).files.length, 2, 'nothing came back as an echo');
    });

    test('a file that is too big or of a refused type is a line that says so, both ways', async () => {
      const { ts, ticket } = await opened(story, 'The dump is large');
      const bytes = randomBytes(300_000);
      story.slack.people.upload(ALMA, HELP, {
        name: 'core.dump',
        mime: 'application/octet-stream',
        bytes,
        threadTs: ts,
      });
      story.slack.people.upload(ALMA, HELP, {
        name: 'setup.exe',
        mime: 'application/octet-stream',
        bytes: bytes.subarray(0, 9),
        threadTs: ts,
      });
      await says('both are told', () => {
        const all = texts(story, ticket.id).join('\n');
        return /core\.dump stays in Slack: it has 300 kB/.test(all) && /setup\.exe stays in Slack/.test(all);
      });
      story.desk.attach(ticket.id, { name: 'huge.bin', mime: 'application/octet-stream', bytes });
      await says('the thread is told', () => inThread(ts, 'huge.bin').length === 1);
      await quiet(story);
      assert.match(shown(inThread(ts, 'huge.bin')[0] ?? assert.fail()), /stays there: it has 300 kB/);
      assert.equal(ticketOf(story, ticket.id).files.length, 1);
      assert.deepEqual(
        ours(story, ts).flatMap((message) => message.files),
        [],
      );
    });

    test('people are named, and nothing that somebody writes pings, runs or injects on the other side', async () => {
      const { ts, ticket } = await opened(story, 'The door is open');
      const typed = 'ask <@U0BEN> *now*: [code]<b>x</b>[/code] [~accountid:557058:abc] {noformat}';
      story.slack.people.post(ALMA, HELP, typed, ts);
      await says('it is on the ticket', () =>
        texts(story, ticket.id).some((text) => text.includes('Ben Okafor')),
      );
      const said = texts(story, ticket.id).find((text) => text.includes('Ben Okafor')) ?? '';
      assert.doesNotMatch(said, /U0BEN/);
      assert.match(said, /now/);
      // Only where the marks mean nothing may they stand as they were typed.
      if (traits.isJournal) assert.doesNotMatch(said, /\[code\]/i);

      story.desk.comment(
        ticket.id,
        'hello <!channel> <@U0ALMA> <https://evil.example|https://bank.example> @here',
      );
      await says('it is in the thread', () => inThread(ts, 'hello').length === 1);
      const [message] = inThread(ts, 'hello');
      assert.ok(message);
      assert.doesNotMatch(message.text, /<!channel>|<@U0ALMA>|<https:\/\/evil\.example\|/);
      const blocks = JSON.stringify(message.blocks);
      assert.doesNotMatch(blocks, /"type":"(broadcast|user|usergroup)"/);
      assert.doesNotMatch(blocks, /"type":"mrkdwn"[^}]*<!channel>/);
    });

    test('lists, quotes and code keep their form on the ticket', async () => {
      const { ts, ticket } = await opened(story, 'The steps fail');
      const section = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
      const blocks = [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: 'bold-word', style: { bold: true } }],
            },
            {
              type: 'rich_text_list',
              style: 'ordered',
              elements: [section('step-one'), section('step-two')],
            },
            { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'rm -rf /tmp/x' }] },
            {
              type: 'rich_text_section',
              elements: [{ type: 'link', url: 'https://example.com/a', text: 'the-manual' }],
            },
          ],
        },
      ];
      story.slack.people.post(ALMA, HELP, 'bold-word step-one', { threadTs: ts, blocks });
      await says('it is on the ticket', () =>
        texts(story, ticket.id).some((text) => text.includes('step-two')),
      );
      const said = texts(story, ticket.id).join('\n');
      for (const part of ['bold-word', 'step-one', 'rm -rf /tmp/x', 'the-manual'])
        assert.ok(said.includes(part), part);
      assert.ok(said.indexOf('step-one') < said.indexOf('step-two'));
      assert.notEqual(squeezed(said).indexOf('step-one'), -1);
    });

    test('fields of the card’s form are set on the ticket; what cannot be set is said with its reason', async () => {
      const { ts, ticket } = await opened(story, 'The mouse is slow');
      const choice = { actionId: 'desk_menu', value: menuValue(cardOf(ts), 'change:') };
      const answer = await story.slack.people.choose(DANA, HELP, cardOf(ts).ts, choice);
      assert.ok(answer.ok, answer.message ?? '');
      await says('the form is open', () => story.slack.people.views(DANA).length === 1);
      const view = story.slack.people.views(DANA)[0] ?? assert.fail();
      const filled = { summary: { value: 'The mouse is very slow' }, group: { value: 'No such group 77' } };
      const sent = await story.slack.people.submit(DANA, view.viewId, filled);
      assert.ok(sent.ok, sent.message ?? '');
      await says(
        'the summary is changed',
        () => ticketOf(story, ticket.id).summary === 'The mouse is very slow',
      );
      await says(
        'the thread says what was left',
        () => inThread(ts, 'Not everything could be changed').length === 1,
      );
      assert.match(shown(inThread(ts, 'Not everything')[0] ?? assert.fail()), /group/);
      await says('the card shows it', () => shown(cardOf(ts)).includes('The mouse is very slow'));
    });

    test('a person is not told of his own change', async () => {
      const { ts, ticket } = await opened(story, 'The chair squeaks');
      await story.slack.people.click(ALMA, HELP, cardOf(ts).ts, 'desk_resolve');
      await says('the ticket is done', () => ticketOf(story, ticket.id).category === 'done');
      await says('the card says so', () => shown(cardOf(ts)).includes('desk_reopen'));
      await quiet(story);
      assert.deepEqual(inThread(ts, 'reply here and it opens again').map(shown), []);
    });

    test('two hundred field updates by an agent are at most three posts, and the card shows the last', async () => {
      const { ts, ticket } = await opened(story, 'The desk wobbles');
      await quiet(story);
      const posts = () => story.slack.calls().filter((call) => call.method === 'chat.postMessage').length;
      const before = posts();
      for (let n = 0; n < 200; n += 1) story.desk.setField(ticket.id, 'summary', `The desk wobbles ${n}`);
      await until('the card shows the last one', LIMIT_MS, async () => {
        await story.pass(1_000);
        return shown(cardOf(ts)).includes('The desk wobbles 199');
      });
      await quiet(story);
      assert.ok(posts() - before <= 3, `${posts() - before} posts`);
    });

    test('what agents say in their own thread becomes internal notes, and never shows to the person who asked', async () => {
      const { ts, ticket } = await opened(story, 'I am locked out again');
      const roots = () =>
        story.slack.people
          .messages(AGENTS)
          .filter((message) => message.isBot && shown(message).includes('locked out again'));
      await says('the agents have their thread', () => roots().length === 1);
      const root = roots()[0]?.ts ?? assert.fail();
      story.slack.people.post(DANA, AGENTS, 'again him, whisper-99', root);
      await says('it is a note of the ticket', () =>
        texts(story, ticket.id).some((text) => text.includes('whisper-99')),
      );
      const note = ticketOf(story, ticket.id).comments.find(({ text }) => text.includes('whisper-99'));
      assert.equal(note?.internal, true);
      story.slack.people.post(ALMA, HELP, 'please', ts);
      await says('the reply is public', () =>
        ticketOf(story, ticket.id).comments.some(
          ({ text, internal }) => text.includes('please') && !internal,
        ),
      );
      await quiet(story);
      assert.doesNotMatch(JSON.stringify(story.slack.people.messages(HELP)), /whisper-99/);
    });

    test('a thread that becomes a request late brings what was said before, once and in order', async () => {
      const root = story.slack.people.post(BEN, HELP, 'Old thread about the gate');
      const isOpen = () => story.desk.tickets().some(({ summary }) => summary.includes('Old thread'));
      await says('it is a request', isOpen);
      await quiet(story);
      const quietRoot = story.slack.people.post(DANA, HELP, 'Agents talk about the roof');
      for (const n of [1, 2, 3]) story.slack.people.post(n === 2 ? BEN : ALMA, HELP, `roof-${n}`, quietRoot);
      await story.slack.settled();
      const answer = await story.slack.people.shortcut(DANA, HELP, quietRoot, 'open_request');
      assert.ok(answer.ok, answer.message ?? '');
      const found = () => story.desk.tickets().find(({ summary }) => summary.includes('the roof'));
      await says('a ticket exists', () => found() !== undefined);
      await says('all of it is there', () => found()?.comments.length === 3);
      await quiet(story);
      assert.deepEqual(
        found()?.comments.map(({ text }) => /roof-\d/.exec(text)?.[0]),
        ['roof-1', 'roof-2', 'roof-3'],
      );
      assert.notEqual(root, quietRoot);
    });
  });
}

/** The value of an option of the card's menu that begins like this. */
function menuValue(card: SlackMessageView, begin: string): string {
  const found = new RegExp(`"value":"(${begin}[^"]+)"`).exec(JSON.stringify(card.blocks));
  return found?.[1] ?? assert.fail(`the card has no ${begin}`);
}
