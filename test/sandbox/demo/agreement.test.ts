import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { agreementOf } from '../../../src/sandbox/demo/agreement.ts';
import { cardKey, cardStatus } from '../../../src/sandbox/demo/card-text.ts';
import type { SlackMessageView, TicketCommentView, TicketView } from '../../../src/sandbox/worlds.ts';
import { type Card, renderCard } from '../../../src/slack/out/card.ts';
import { renderMessage } from '../../../src/slack/out/rich-text.ts';

const ROOT = '1700000000.000100';

const card: Card = {
  link: 'link',
  summary: 'I am *locked* out <of> my_account',
  key: 'IAM-1',
  url: 'http://127.0.0.1:4402/browse/IAM-1',
  kind: 'iam',
  queue: 'Identity & Access',
  fields: {
    summary: 'I am *locked* out <of> my_account',
    status: { name: 'Waiting for R&D', category: 'active' },
    resolution: null,
    priority: 'Medium',
    impact: null,
    urgency: null,
    assignee: null,
    group: null,
  },
  priority: 'medium',
  reason: 'Rule "access-requests" matched the words "locked out".',
  stopped: null,
  lagging: null,
  requester: 'U0MARA0001',
};

let counter = 0;
function message(part: Partial<SlackMessageView>): SlackMessageView {
  counter += 1;
  return {
    ts: `1700000001.${String(counter).padStart(6, '0')}`,
    threadTs: ROOT,
    userId: 'U0MARA0001',
    userName: 'Mara Lindgren',
    isBot: false,
    text: '',
    blocks: [],
    metadata: null,
    files: [],
    edited: false,
    ephemeralFor: null,
    ...part,
  };
}

const said = (text: string) => message({ text });
const byBridge = (author: string | null, text: string) =>
  message({ isBot: true, ...renderMessage({ author, body: plainDoc(text), part: null }) });
const root = message({ ts: ROOT, threadTs: null, text: 'I am locked out' });
const cardMessage = message({ isBot: true, ...renderCard(card) });

function comment(author: string, text: string, internal = false): TicketCommentView {
  counter += 1;
  return { id: String(counter), author, text, createdAt: '2026-11-20T10:00:00.000Z', internal };
}

function ticket(comments: readonly TicketCommentView[], status = 'Waiting for R&D'): TicketView {
  return {
    id: '10000',
    key: 'IAM-1',
    product: 'Jira',
    queue: 'Identity & Access / Task',
    summary: card.summary,
    description: '',
    status,
    statusCategory: 'active',
    resolution: null,
    priority: 'Medium',
    impact: null,
    urgency: null,
    assignee: null,
    group: null,
    reporter: null,
    labels: [],
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
    comments,
    files: [],
    nextStatuses: [],
  };
}

const compare = (replies: readonly SlackMessageView[], subject: TicketView) =>
  agreementOf({ card: cardMessage, messages: [root, cardMessage, ...replies], root: ROOT }, subject);

suite('what the card says', () => {
  test('the key and the status of the real card are read back', () => {
    const { blocks } = renderCard(card);
    assert.equal(cardKey(blocks), 'IAM-1');
    assert.equal(cardStatus(blocks), 'Waiting for R&D');
  });

  test('a card without a ticket, and a message that is no card, have no key', () => {
    assert.equal(cardKey(renderCard({ ...card, key: null, url: null, fields: null }).blocks), null);
    assert.equal(cardKey(byBridge('Iris', 'see <http://x/IAM-1|IAM-1>').blocks), null);
    assert.equal(cardKey([]), null);
    assert.equal(cardKey(['nonsense', null]), null);
  });
});

suite('whether both sides agree', () => {
  test('they do when status and every reply stand on both sides', () => {
    const result = compare(
      [said('It says &lt;expired&gt;, <@U0IRIS0001>'), byBridge('Iris Novak on IAM-1', 'Try *again* now')],
      ticket([
        comment('Deskbridge', 'Mara Lindgren (Slack): It says <expired>, @Iris Novak'),
        comment('Iris Novak', 'Try *again* now'),
      ]),
    );
    assert.deepEqual(result, {
      cardStatus: 'Waiting for R&D',
      ticketStatus: 'Waiting for R&D',
      statusAgrees: true,
      messages: 2,
      mirrored: 2,
      changedLater: 0,
      internalNotes: 0,
      leaked: 0,
      agrees: true,
    });
  });

  test('another status, a missing comment and a missing answer are seen', () => {
    assert.equal(compare([], ticket([], 'Done')).agrees, false);
    const missingComment = compare([said('Are you there?')], ticket([]));
    assert.deepEqual(
      [missingComment.messages, missingComment.mirrored, missingComment.agrees],
      [1, 0, false],
    );
    const missingAnswer = compare([], ticket([comment('Iris Novak', 'I am')]));
    assert.deepEqual([missingAnswer.messages, missingAnswer.mirrored, missingAnswer.agrees], [1, 0, false]);
  });

  test('the same words twice need two copies', () => {
    const once = ticket([comment('Deskbridge', 'Mara Lindgren (Slack): ok')]);
    assert.deepEqual(
      [compare([said('ok'), said('ok')], once).mirrored, compare([said('ok')], once).mirrored],
      [1, 1],
    );
  });

  test('an internal note counts as kept, and as leaked when Slack shows it', () => {
    const noted = ticket([comment('Iris Novak', 'Old phone, third time', true)]);
    const kept = compare([], noted);
    assert.deepEqual([kept.internalNotes, kept.leaked, kept.agrees], [1, 0, true]);
    const leaked = compare([byBridge('Iris Novak', 'Old phone, third time')], noted);
    assert.deepEqual([leaked.leaked, leaked.agrees], [1, false]);
  });

  test('a message that was edited after it was copied is named, not counted as missing', () => {
    const result = compare(
      [message({ text: 'Now something else', edited: true })],
      ticket([comment('Deskbridge', 'Mara Lindgren (Slack): First words')]),
    );
    assert.deepEqual([result.changedLater, result.messages, result.agrees], [1, 0, true]);
  });

  test('signs without letters are compared as they are', () => {
    assert.equal(
      compare([said('👍')], ticket([comment('Deskbridge', 'Mara Lindgren (Slack): thanks')])).mirrored,
      0,
    );
  });
});
