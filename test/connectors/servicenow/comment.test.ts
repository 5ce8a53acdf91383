import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { SlackTs, type TicketId } from '../../../src/model/ids.ts';
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
    value(await scene.connector.comment(words(ticket), scene.attempt()));
    value(await scene.connector.comment(words(ticket, { visibility: 'internal' }), scene.attempt()));
    assert.deepEqual(
      scene.seen(ticket).comments.map(({ text, internal }) => [text, internal]),
      [
        ['Ada Lovelace (Slack): Thank you', false],
        ['Ada Lovelace (Slack): Thank you', true],
      ],
    );
  });

  test('the public proof is not satisfied by a work note, nor by another user', async () => {
    const attempt = scene.attempt();
    value(await scene.connector.comment(words(ticket, { visibility: 'internal' }), attempt));
    scene.sandbox.people.comment(scene.agent, ticket, 'Ada Lovelace (Slack): Thank you');
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
    assert.match(scene.seen(ticket).comments[0]?.text ?? '', /\n\nSlack: message 1700000000\.000100$/);
    value(await scene.connector.comment(linked, scene.attempt()));
    assert.match(
      scene.seen(ticket).comments[2]?.text ?? '',
      /\n\nSlack: https:\/\/acme\.slack\.com\/archives\/C1\/p2$/,
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
      comments.map((comment) => comment.text),
      wanted,
    );
    assert.ok(comments.every((comment, n) => comment.visibility === (n % 2 === 0 ? 'internal' : 'public')));
    assert.equal(comments[0]?.author, 'Iris Novak');
  });

  test('only a recent part of the journal is asked for', async () => {
    for (let n = 0; n < 250; n += 1) scene.sandbox.people.comment(scene.agent, ticket, `old ${n}`);
    scene.instance.clock.advance(60_000);
    const since = scene.instance.clock.now();
    scene.sandbox.people.comment(scene.agent, ticket, 'new');
    const before = scene.sandbox.calls().length;
    const { comments } = value(await scene.connector.read(ticket, since));
    assert.deepEqual(
      comments.map((comment) => comment.text),
      ['new'],
    );
    const journalReads = scene.sandbox
      .calls()
      .slice(before)
      .filter((call) => call.path.endsWith('sys_journal_field'));
    assert.equal(journalReads.length, 1);
  });
});

describe('a journal that cannot be read', () => {
  for (const journal of ['forbidden', 'hidden'] as const) {
    test(`${journal}: nothing is taken for absent, and the reason names the role`, async () => {
      const attempt = scene.attempt();
      value(await scene.connector.comment(words(ticket, { text: 'before' }), attempt));
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
    raw.comment.send(words(ticket), scene.attempt()),
  );
  assert.equal(gist(outcome), 'retry unknown destination');
  assert.equal(scene.seen(ticket).comments.length, 1);
});
