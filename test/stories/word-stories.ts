/** What people say: edited, taken back, hidden and shown, long, formatted, hostile, late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { ALMA, BEN, type Both, DANA, LIMIT_MS, squeezed, texts, wordsOf } from './both-sides.ts';
import { HELP } from './rig.ts';
import { opened, ours, shown } from './story-suite.ts';

export function wordStories(both: Both): void {
  const { traits, full, inThread, says, calm } = both;

  test('what a person edits and deletes in Slack changes on the ticket', async () => {
    const { story } = both;
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
    await calm();
    const now = texts(story, ticket.id);
    assert.equal(now.length, traits.isJournal ? 3 : 1, now.join(' | '));
    if (!traits.isJournal) assert.doesNotMatch(now.join(), /printer/);
  });

  if (traits.agentsEdit) {
    test('what an agent edits and deletes on the ticket changes in Slack, in place', async () => {
      const { story } = both;
      const { ts, ticket } = await opened(story, 'The lamp flickers');
      const comment = story.desk.comment(ticket.id, 'Try the other soket');
      await says('it is in the thread', () => inThread(ts, 'soket').length === 1);
      const [first] = inThread(ts, 'soket');
      story.desk.editComment(ticket.id, comment, 'Try the other socket');
      await says('it is corrected', () => inThread(ts, 'socket').length === 1);
      assert.equal(inThread(ts, 'socket')[0]?.ts, first?.ts);
      story.desk.deleteComment(ticket.id, comment);
      await says('a tombstone stands there', () => inThread(ts, 'socket').length === 0);
      await calm();
      assert.ok(ours(story, ts).some((message) => message.ts === first?.ts));
      assert.equal(texts(story, ticket.id).length, 0, 'nothing came back as an echo');
    });
  }

  if (traits.agentsFlip) {
    test('a public comment that becomes internal leaves Slack within a minute; one that becomes public shows', async () => {
      const { story } = both;
      const { ts, ticket } = await opened(story, 'The fan is loud');
      const comment = story.desk.comment(ticket.id, 'secret-note-4711');
      await says('it is in the thread', () => inThread(ts, 'secret-note-4711').length === 1);
      const began = story.clock.now().getTime();
      story.desk.setInternal(ticket.id, comment, true);
      await until('it is out of the thread', LIMIT_MS, () => inThread(ts, 'secret-note-4711').length === 0);
      assert.ok(story.clock.now().getTime() - began < 60_000);
      story.desk.setInternal(ticket.id, comment, false);
      await says('it shows again', () => inThread(ts, 'secret-note-4711').length === 1);
      await calm();
      assert.equal(inThread(ts, 'secret-note-4711').length, 1);
      story.slack.faults.add('chat.delete', { kind: 'refuse', error: 'compliance_exports_prevent_deletion' });
      story.desk.setInternal(ticket.id, comment, true);
      await says(
        'where nothing may be deleted its words go',
        () => inThread(ts, 'secret-note-4711').length === 0,
      );
      assert.equal(inThread(ts, 'This comment was deleted').length, 1);
    });
  }

  full('long texts arrive whole and in order, both ways', async () => {
    const { story } = both;
    const { ts, ticket } = await opened(story, 'The report is long');
    const long = (name: string) => Array.from({ length: 1_500 }, (_, n) => `${name}${n}`).join(' ');
    const answer = long('answer');
    story.desk.comment(ticket.id, answer);
    await says('all of it is in the thread', () => inThread(ts, 'answer1499').length > 0);
    await calm();
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
    await calm();
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

  test('people are named, and nothing that somebody writes pings, runs or injects on the other side', async () => {
    const { story } = both;
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

  full('lists, quotes and code keep their form on the ticket', async () => {
    const { story } = both;
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

  full('a thread that becomes a request late brings what was said before, once and in order', async () => {
    const { story } = both;
    // Nobody told us of any of it.
    story.slack.hookFaults.add('message', { kind: 'drop' }, 4);
    const root = story.slack.people.post(DANA, HELP, 'Agents talk about the roof');
    for (const n of [1, 2, 3]) story.slack.people.post(n === 2 ? BEN : ALMA, HELP, `roof-${n}`, root);
    await story.slack.settled();
    const answer = await story.slack.people.shortcut(DANA, HELP, root, 'open_request');
    assert.ok(answer.ok, answer.message ?? '');
    const found = () => story.desk.tickets().find(({ summary }) => summary.includes('the roof'));
    await says('all of it is on a ticket', () => found()?.comments.length === 3);
    await calm();
    assert.deepEqual(
      found()?.comments.map(({ text }) => /roof-\d/.exec(text)?.[0]),
      ['roof-1', 'roof-2', 'roof-3'],
    );
  });
}
