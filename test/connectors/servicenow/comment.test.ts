import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { type CommentId, SlackTs, type TicketId } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { Author, CommentRevision } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { connectorAt, gist, reasonOf, type Scene, startScene, value, words } from './scene.ts';

let scene: Scene;
let ticket: TicketId;
beforeEach(async () => {
  scene = await startScene();
  ticket = await scene.ticket();
});
afterEach(() => scene.close());

const from = (ts: string, permalink: string | null = null) => ({ ts: SlackTs.parse(ts), permalink });

describe('comments', () => {
  test('a public one is a comment, an internal one a work note, both with their author', async () => {
    const [open, noted] = [scene.attempt(), scene.attempt()];
    value(await scene.connector.comment(words(ticket), open));
    value(await scene.connector.comment(words(ticket, { visibility: 'internal' }), noted));
    assert.deepEqual(
      scene.seen(ticket).comments.map(({ text, internal }) => [text, internal]),
      [
        [`Ada Lovelace (Slack): Thank you\n\nReference: ${open.marker}`, false],
        [`Ada Lovelace (Slack): Thank you\n\nReference: ${noted.marker}`, true],
      ],
    );
  });

  test('the public proof is not satisfied by a work note, nor by another user', async () => {
    const attempt = scene.attempt();
    value(await scene.connector.comment(words(ticket, { visibility: 'internal' }), attempt));
    const copy = scene.seen(ticket).comments[0]?.text ?? '';
    scene.sandbox.people.comment(scene.agent, ticket, copy);
    assert.equal(value(await scene.connector.findComment(words(ticket), attempt)), null);
  });

  test('equal words of two Slack messages are two comments, each with its own proof', async () => {
    const [first, second] = [
      words(ticket, { source: from('1700000000.000100') }),
      words(ticket, { source: from('1700000000.000200') }),
    ];
    const linked = words(ticket, {
      source: from('1700000000.000300', 'https://acme.slack.com/archives/C1/p2'),
    });
    const [one, two] = [scene.attempt(), scene.attempt()];
    const written = value(await scene.connector.comment(first, one));
    assert.equal(
      value(await scene.connector.findComment(second, two)),
      null,
      'the first is no proof of the second',
    );
    const other = value(await scene.connector.comment(second, two));
    assert.notEqual(written.id, other.id);
    assert.equal(value(await scene.connector.findComment(first, one))?.id, written.id);
    assert.match(
      scene.seen(ticket).comments[0]?.text ?? '',
      /\n\nSlack: message 1700000000\.000100 \(dsk-[0-9a-f]{32}\)$/,
    );
    value(await scene.connector.comment(linked, scene.attempt()));
    assert.match(
      scene.seen(ticket).comments[2]?.text ?? '',
      /\n\nSlack: https:\/\/acme\.slack\.com\/archives\/C1\/p2 \(dsk-[0-9a-f]{32}\)$/,
    );
  });

  test('a long journal is read to its end, each entry once', async () => {
    for (let n = 0; n < 430; n += 1) {
      if (n % 7 === 0) scene.instance.clock.advance(1000);
      scene.sandbox.people.comment(scene.agent, ticket, `entry ${n}`, { internal: n % 2 === 0 });
    }
    const { comments } = value(await scene.connector.read(ticket));
    const wanted = Array.from({ length: 430 }, (_, n) => `entry ${n}`);
    assert.deepEqual(
      comments.map((comment) => docText(comment.body)),
      wanted,
    );
    assert.ok(comments.every((comment, n) => comment.visibility === (n % 2 === 0 ? 'internal' : 'public')));
    assert.equal(comments[0]?.author, 'Iris Novak');
  });

  test('looking for a proof asks for a recent part of the journal only', async () => {
    for (let n = 0; n < 250; n += 1) scene.sandbox.people.comment(scene.agent, ticket, `old ${n}`);
    scene.instance.clock.advance(2 * 3_600_000);
    const attempt = scene.attempt();
    const written = value(await scene.connector.comment(words(ticket), attempt));
    const before = scene.sandbox.calls().length;
    assert.equal(value(await scene.connector.findComment(words(ticket), attempt))?.id, written.id);
    const journalReads = scene.sandbox
      .calls()
      .slice(before)
      .filter((call) => call.path.endsWith('sys_journal_field'));
    assert.equal(journalReads.length, 1);
  });

  test('an entry carries its marker when it is read; a copy of it by somebody else does not', async () => {
    const attempt = scene.attempt();
    const { id } = value(await scene.connector.comment(words(ticket), attempt));
    const [own] = scene.seen(ticket).comments;
    scene.instance.clock.advance(2000);
    scene.sandbox.people.comment(scene.agent, ticket, own?.text ?? '');
    const { comments } = value(await scene.connector.read(ticket));
    assert.deepEqual(
      comments.map((comment) => [comment.id === id, comment.marker]),
      [
        [true, attempt.marker],
        [false, null],
      ],
    );
  });

  test('nobody is called by the words of a message, and nothing in them is HTML', async () => {
    const hostile = '@[Beth Anglin] [code]<b>x</b>[/code] [CODE ] [ /code]';
    value(await scene.connector.comment(words(ticket, { body: plainDoc(hostile) }), scene.attempt()));
    const [{ text } = { text: '' }] = scene.seen(ticket).comments;
    assert.doesNotMatch(text, /@\[|\[\s*\/?\s*code/i);
    assert.ok(text.replaceAll('\u2060', '').includes(hostile), text);
  });
});

describe('proofs when the sign-in has changed since', () => {
  const TOMAS = 'tomas.lindqvist';
  const himself: Author = {
    name: 'Tomas',
    grant: { account: TOMAS, secret: createSecret(passwordOf(TOMAS)) },
  };
  const named: Author = { name: 'Tomas', grant: null };

  test('what he wrote himself is found when his sign-in is gone', async () => {
    const attempt = scene.attempt();
    const { id } = value(await scene.connector.comment(words(ticket, { author: himself }), attempt));
    const later = words(ticket, { author: named, sentAs: TOMAS });
    assert.equal(value(await scene.connector.findComment(later, attempt))?.id, id);
    const revision = { ...later, comment: id, withdrawn: false };
    assert.equal(value(await scene.connector.findRevision(revision, attempt))?.id, id);
    const byUs = words(ticket, { author: named, sentAs: null });
    assert.equal(value(await scene.connector.findComment(byUs, attempt)), null, 'not the entry of another');
  });

  test('what the bridge wrote for him is found when he has linked since', async () => {
    const attempt = scene.attempt();
    const { id } = value(await scene.connector.comment(words(ticket, { author: named }), attempt));
    const later = words(ticket, { author: himself, sentAs: null });
    assert.equal(value(await scene.connector.findComment(later, attempt))?.id, id);
  });
});

describe('corrections', () => {
  const source = from('1700000000.000100', 'https://acme.slack.com/archives/C1/p1');
  const original = () => words(ticket, { source });
  const correction = (comment: CommentId, text: string, withdrawn = false): CommentRevision => ({
    ...original(),
    body: plainDoc(text),
    comment,
    withdrawn,
  });

  test('a correction is a new entry that says whose message it corrects', async () => {
    const first = value(await scene.connector.comment(original(), scene.attempt()));
    const attempt = scene.attempt();
    const second = value(await scene.connector.revise(correction(first.id, 'Thanks a lot'), attempt));
    assert.notEqual(second.id, first.id);
    const texts = scene.seen(ticket).comments.map((comment) => comment.text);
    assert.equal(texts.length, 2);
    assert.equal(
      texts[1],
      'Ada Lovelace (Slack) corrected the message of 2023-11-14 22:13 UTC:\nThanks a lot\n\n' +
        `Slack: https://acme.slack.com/archives/C1/p1 (${attempt.marker})`,
    );
  });

  test('a message that is gone is named, and its words are not repeated', async () => {
    const first = value(await scene.connector.comment(original(), scene.attempt()));
    const gone = correction(first.id, 'This message was deleted in Slack.', true);
    value(await scene.connector.revise(gone, scene.attempt()));
    const text = scene.seen(ticket).comments[1]?.text ?? '';
    assert.match(
      text,
      /^About the message of 2023-11-14 22:13 UTC: This message was deleted in Slack\.\n\nSlack: /,
    );
    assert.ok(!text.includes('Thank you'));
  });

  test('the same words again are another correction, each with its own proof', async () => {
    const first = value(await scene.connector.comment(original(), scene.attempt()));
    const ids = new Set([first.id]);
    for (const text of ['One', 'Two', 'One', 'Two']) {
      const [revision, attempt] = [correction(first.id, text), scene.attempt()];
      assert.equal(
        value(await scene.connector.findRevision(revision, attempt)),
        null,
        'an earlier one is no proof',
      );
      const { id } = value(await scene.connector.revise(revision, attempt));
      ids.add(id);
      assert.equal(value(await scene.connector.findRevision(revision, attempt))?.id, id);
    }
    assert.equal(ids.size, 5);
  });
});

describe("a person's own sign-in", () => {
  const tomas = (secret: string): Author => ({
    name: 'Tomas from Slack',
    grant: { account: 'tomas.lindqvist', secret: createSecret(secret) },
  });
  const right = tomas(passwordOf('tomas.lindqvist'));

  test('he writes as himself, without a name in front, and is found by his user name', async () => {
    const [draft, attempt] = [words(ticket, { author: right }), scene.attempt()];
    const { id } = value(await scene.connector.comment(draft, attempt));
    const [seen] = scene.seen(ticket).comments;
    assert.deepEqual(
      [seen?.author, seen?.text],
      ['Tomas Lindqvist', `Thank you\n\nReference: ${attempt.marker}`],
    );
    assert.equal(value(await scene.connector.findComment(draft, attempt))?.id, id);
    assert.equal(value(await scene.connector.findComment(words(ticket), attempt)), null, 'it is not ours');
  });

  test('he may sign in with his address, and is found by the user name behind it', async () => {
    const author = {
      name: 'Tomas',
      grant: { account: 'tomas.lindqvist@example.com', secret: createSecret('x') },
    };
    const attempt = scene.attempt();
    const draft = words(ticket, { author: right });
    const { id } = value(await scene.connector.comment(draft, attempt));
    assert.equal(value(await scene.connector.findComment({ ...draft, author }, attempt))?.id, id);
  });

  test('a sign-in that is refused writes nothing, not even through the integration user', async () => {
    const outcome = await scene.connector.comment(
      words(ticket, { author: tomas('sandbox-old') }),
      scene.attempt(),
    );
    assert.equal(gist(outcome), 'rejected auth');
    assert.match(reasonOf(outcome), /own sign-in of Tomas from Slack.*link the ServiceNow account/);
    assert.equal(scene.seen(ticket).comments.length, 0);
    scene.sandbox.setPassword('tomas.lindqvist', 'sandbox-old');
    value(await scene.connector.comment(words(ticket, { author: tomas('sandbox-old') }), scene.attempt()));
  });

  test('what he may not see is refused with his name', async () => {
    const ada = {
      name: 'Grace',
      grant: { account: 'grace.hopper', secret: createSecret(passwordOf('grace.hopper')) },
    };
    const outcome = await scene.connector.comment(words(ticket, { author: ada }), scene.attempt());
    assert.equal(gist(outcome), 'rejected not-found');
    assert.match(reasonOf(outcome), /own sign-in of Grace/);
  });
});

describe('a journal that cannot be read', () => {
  for (const journal of ['forbidden', 'hidden'] as const) {
    test(`${journal}: nothing is taken for absent, and the reason names the role`, async () => {
      const attempt = scene.attempt();
      value(await scene.connector.comment(words(ticket, { body: plainDoc('before') }), attempt));
      scene.sandbox.setPolicy({ journal });
      const found = await scene.connector.findComment(words(ticket), attempt);
      assert.equal(gist(found), 'rejected forbidden');
      assert.match(reasonOf(found), /audit_viewer/);
      assert.equal(gist(await scene.connector.read(ticket)), 'rejected forbidden');
      const sent = await scene.connector.comment(words(ticket), scene.attempt());
      assert.equal(gist(sent), 'retry unknown destination');
      assert.equal(scene.seen(ticket).comments.length, 2);
    });
  }

  test('a filter that the instance ignores does not show foreign comments', async () => {
    const other = await scene.ticket();
    scene.sandbox.people.comment(scene.agent, other, 'of another ticket');
    scene.sandbox.setPolicy({ ignoredInQueries: ['sys_journal_field.element_id'] });
    assert.equal(gist(await scene.connector.read(ticket)), 'rejected forbidden');
  });
});

test('when the lease ends between the write and the look at the journal, the effect is unknown', async () => {
  const { io, raw, check } = connectorAt(scene.instance.baseUrl);
  value(await check());
  let allowed = 2; // The ticket is read, then written to; the journal is not reached any more.
  const notAfter = () => {
    allowed -= 1;
    return allowed >= 0 ? performance.now() + 60_000 : performance.now() - 1;
  };
  const outcome = await io.run('ticket.comment.send', { timeoutMs: 5000, notAfter }, () =>
    raw.comments.add.send(words(ticket), scene.attempt()),
  );
  assert.equal(gist(outcome), 'retry unknown destination');
  assert.equal(scene.seen(ticket).comments.length, 1);
});
