/** Files, fields, and who is told of what. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import { AGENTS, ALMA, type Both, DANA, LIMIT_MS, texts, ticketOf } from './both-sides.ts';
import { HELP } from './rig.ts';
import { opened, ours, shown } from './story-suite.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The value of an option of the card's menu that begins like this. */
function menuValue(card: SlackMessageView, begin: string): string {
  const found = new RegExp(`"value":"(${begin}[^"]+)"`).exec(JSON.stringify(card.blocks));
  return found?.[1] ?? assert.fail(`the card has no ${begin}`);
}

export function thingStories(both: Both): void {
  const { full, inThread, says, calm, cardOf } = both;

  test('files arrive byte for byte, both ways, once', async () => {
    const { story } = both;
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
    await calm();
    assert.deepEqual(
      files().map((file) => file.name),
      ['answer.bin'],
    );
    const got = story.slack.people.fileBytes(files()[0]?.id ?? '');
    assert.equal(got === null ? null : sha256(got), sha256(back));
    assert.equal(ticketOf(story, ticket.id).files.length, 2, 'nothing came back as an echo');
  });

  test('a file that is too big or of a refused type is a line that says so, both ways', async () => {
    const { story } = both;
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
    await calm();
    const told = inThread(ts, 'huge.bin')[0] ?? assert.fail();
    assert.match(shown(told), /stays there: it has 300 kB/);
    assert.match(
      JSON.stringify(told.blocks),
      new RegExp(`"type":"link",.*"Open ${ticket.key}"`),
      'with a link',
    );
    assert.equal(ticketOf(story, ticket.id).files.length, 1);
    assert.deepEqual(
      ours(story, ts).flatMap((message) => message.files),
      [],
    );
  });

  test('fields of the card’s form are set on the ticket; what cannot be set is said with its reason', async () => {
    const { story } = both;
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

  full('a person is not told of his own change', async () => {
    const { story } = both;
    const { ts, ticket } = await opened(story, 'The chair squeaks');
    await story.slack.people.click(ALMA, HELP, cardOf(ts).ts, 'desk_resolve');
    await says('the ticket is done', () => ticketOf(story, ticket.id).category === 'done');
    await says('the card says so', () => shown(cardOf(ts)).includes('desk_reopen'));
    await calm();
    assert.deepEqual(inThread(ts, 'reply here and it opens again').map(shown), []);
  });

  full(
    'two hundred field updates by an agent are at most three posts, and the card shows the last',
    async () => {
      const { story } = both;
      const { ts, ticket } = await opened(story, 'The desk wobbles');
      await calm();
      const posts = () => story.slack.calls().filter((call) => call.method === 'chat.postMessage').length;
      const before = posts();
      for (let n = 0; n < 200; n += 1) story.desk.setField(ticket.id, 'summary', `The desk wobbles ${n}`);
      await until('the card shows the last one', LIMIT_MS, async () => {
        await story.pass(1_000);
        return shown(cardOf(ts)).includes('The desk wobbles 199');
      });
      await calm();
      assert.ok(posts() - before <= 3, `${posts() - before} posts`);
    },
  );

  test('what agents say in their own thread becomes internal notes, and never shows to the person who asked', async () => {
    const { story } = both;
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
      ticketOf(story, ticket.id).comments.some(({ text, internal }) => text.includes('please') && !internal),
    );
    await calm();
    assert.doesNotMatch(JSON.stringify(story.slack.people.messages(HELP)), /whisper-99/);
  });
}
