import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { agreementOf } from '../../../src/sandbox/demo/agreement.ts';
import { cardKey, cardStatus } from '../../../src/sandbox/demo/card-text.ts';
import type { SlackMessageView, TicketCommentView, TicketView } from '../../../src/sandbox/worlds.ts';
import { type Card, renderCard } from '../../../src/slack/out/card.ts';
import { renderMessage } from '../../../src/slack/out/rich-text.ts';

const NAMES = new Map([['U0IRIS0001', 'Iris Novak']]);
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
    unfurled: [],
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
  const createdAt = '2026-11-20T10:00:00.000Z';
  return { id: String(counter), author, text, body: plainDoc(text), createdAt, internal };
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
    choices: {},
    fixedComments: false,
    links: [],
  };
}

const compare = (replies: readonly SlackMessageView[], subject: TicketView) =>
  agreementOf({ card: cardMessage, messages: [root, cardMessage, ...replies], root: ROOT }, subject, NAMES);

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
      files: 0,
      filesMirrored: 0,
      outdated: 0,
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

  test('a changed message needs a changed copy, on both sides', () => {
    const edited = message({ text: 'Now something else', edited: true });
    const stale = compare([edited], ticket([comment('Deskbridge', 'Mara Lindgren (Slack): First words')]));
    assert.deepEqual([stale.messages, stale.mirrored, stale.outdated, stale.agrees], [1, 0, 1, false]);
    const fresh = compare(
      [edited],
      ticket([comment('Deskbridge', 'Mara Lindgren (Slack): Now something else')]),
    );
    assert.deepEqual([fresh.mirrored, fresh.outdated, fresh.agrees], [1, 0, true]);
    const answer = compare(
      [byBridge('Iris Novak on IAM-1', 'First')],
      ticket([comment('Iris Novak', 'Second')]),
    );
    assert.deepEqual([answer.mirrored, answer.outdated, answer.agrees], [0, 1, false]);
  });

  test('a copy of what was deleted is outdated; a tombstone, and a journal that keeps everything, are not', () => {
    const copy = comment('Deskbridge', 'Mara Lindgren (Slack): Never mind');
    assert.deepEqual([compare([], ticket([copy])).outdated, compare([], ticket([copy])).agrees], [1, false]);
    const tombstone = comment('Deskbridge', 'Mara Lindgren (Slack): This message was deleted in Slack.');
    assert.equal(compare([], ticket([tombstone])).agrees, true);
    assert.equal(compare([], { ...ticket([copy]), fixedComments: true }).agrees, true);
    assert.equal(compare([byBridge('Iris Novak on IAM-1', 'Gone')], ticket([])).outdated, 1);
    assert.equal(compare([byBridge(null, 'A notice of the bridge')], ticket([])).agrees, true);
  });

  test('something long agrees when its beginning and its end are there, in one part or in two', () => {
    const words = (from: number) => Array.from({ length: 300 }, (_, at) => `word${from + at}`).join(' ');
    const [one, two] = [words(0), words(300)];
    const parts = [
      comment('Deskbridge', `Mara Lindgren (Slack) (1/2): ${one}`),
      comment('Deskbridge', `Mara Lindgren (Slack) (2/2): ${two}`),
    ];
    assert.equal(compare([said(`${one} ${two}`)], ticket(parts)).agrees, true);
    assert.equal(compare([said(`${one} ${two}`)], ticket(parts.slice(0, 1))).mirrored, 0);
  });

  test('formatting, lists and people by name do not keep two sides apart', () => {
    const rich = renderMessage({
      author: 'Iris Novak on IAM-1',
      part: null,
      body: {
        type: 'root',
        children: [
          {
            type: 'list',
            ordered: true,
            start: null,
            children: [
              { type: 'listItem', checked: null, children: plainDoc('restart').children },
              { type: 'listItem', checked: null, children: plainDoc('call @Mara').children },
            ],
          },
        ],
      },
    });
    const result = compare(
      [
        message({ isBot: true, ...rich }),
        said('<@U0IRIS0001> :tada: *done*, see <https://x.example|the page>'),
      ],
      ticket([
        comment('Iris Novak', 'restart\ncall @Mara'),
        comment('Deskbridge', 'Mara Lindgren (Slack): @Iris Novak done, see the page'),
      ]),
    );
    assert.deepEqual([result.messages, result.mirrored, result.agrees], [2, 2, true]);
  });

  test('each file needs its copy of the same size', () => {
    const sent = { id: 'F1', name: 'screen shot.png', mime: 'image/png', size: 1234 };
    const attached = {
      ...{ id: '1', name: 'screen_shot.png', mime: 'image/png', size: 1234, sha256: 'aa' },
      ...{ author: 'Deskbridge', createdAt: '2026-11-20T10:00:00.000Z', internal: false },
    };
    const withFile = message({ files: [sent] });
    const there = compare([withFile], { ...ticket([]), files: [attached] });
    assert.deepEqual([there.files, there.filesMirrored, there.agrees], [1, 1, true]);
    assert.equal(compare([withFile], ticket([])).agrees, false);
    const theirs = { ...attached, author: 'Iris Novak' };
    assert.equal(compare([], { ...ticket([]), files: [theirs] }).agrees, false);
    assert.equal(compare([], { ...ticket([]), files: [{ ...theirs, internal: true }] }).agrees, true);
  });

  test('signs without letters are compared as they are', () => {
    assert.equal(
      compare([said('👍')], ticket([comment('Deskbridge', 'Mara Lindgren (Slack): thanks')])).mirrored,
      0,
    );
  });
});
