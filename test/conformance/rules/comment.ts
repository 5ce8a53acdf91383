import assert from 'node:assert/strict';
import type { CommentId } from '../../../src/model/ids.ts';
import { type Rule, refused, retried, value } from '../trial.ts';

const writtenOnce: Rule = {
  name: 'a comment is written once, found by its proof, and read back the same',
  async run({ connector, outside, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    const [input, only] = [words(id, 'Please try\nagain now'), attempt()];
    const written = value(await connector.comment.send(input, only));
    await outside.settle();
    assert.equal(value(await connector.comment.find(input, only))?.id, written.id);
    const listed = value(await connector.read(id, null)).comments;
    const own = listed.find((comment) => comment.id === written.id);
    assert.ok(own, 'the written comment is not listed');
    assert.ok(own.text.includes('Please try\nagain now'), `read back: ${own.text}`);
    assert.deepEqual(value(await connector.readComment(id, written.id)), own);
    assert.equal(own.visibility, 'public');
    const inTicket = (await seen(id)).comments.filter((comment) => comment.text.includes('Please try'));
    assert.equal(inTicket.length, 1);
  },
};

const namesItsAuthor: Rule = {
  name: 'a comment names the person who said it',
  async run({ connector, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    value(await connector.comment.send(words(id, 'It works', { author: 'Grace Hopper' }), attempt()));
    const texts = (await seen(id)).comments.map((comment) => comment.text);
    assert.ok(
      texts.some((text) => text.includes('Grace Hopper') && text.includes('It works')),
      `agents see ${JSON.stringify(texts)}`,
    );
  },
};

const lostAnswer: Rule = {
  name: 'a comment whose answer is lost is unknown, then found exactly once',
  async run({ connector, outside, attempt, words, ticket, seen, within }) {
    const { id } = await ticket();
    const faults = [
      { kind: 'fail-after', status: 500 },
      { kind: 'reset-after' },
      { kind: 'hang-after' },
    ] as const;
    for (const fault of faults) {
      const [input, only] = [words(id, `Words that met ${fault.kind}`), attempt()];
      outside.fault('writes', fault, 1);
      retried(await within({ timeoutMs: 1500 }).comment.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await connector.comment.find(input, only));
      const there = (await seen(id)).comments.filter((comment) => comment.text.includes(input.text));
      assert.deepEqual(
        there.map((comment) => comment.id),
        [found?.id],
        `after ${fault.kind}`,
      );
    }
  },
};

const neverHappened: Rule = {
  name: 'a comment that met a web page or a 5xx is unknown, and its absence is seen',
  async run({ connector, outside, attempt, words, ticket }) {
    const { id } = await ticket();
    for (const fault of [{ kind: 'html' }, { kind: 'fail-before', status: 502 }] as const) {
      const [input, only] = [words(id, `Words that met ${fault.kind}`), attempt()];
      outside.fault('writes', fault, 1);
      retried(await connector.comment.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      assert.equal(value(await connector.comment.find(input, only)), null, `after ${fault.kind}`);
    }
  },
};

const sameWords: Rule = {
  name: 'the same words said earlier, or by somebody else, are no proof',
  async run({ connector, outside, attempt, words, ticket }) {
    const { id } = await ticket();
    const input = words(id, 'Thank you');
    value(await connector.comment.send(input, attempt()));
    await outside.pass(120_000);
    const neverSent = attempt();
    await outside.comment(id, 'Thank you', { internal: false });
    await outside.settle();
    assert.equal(value(await connector.comment.find(input, neverSent)), null);
  },
};

const visibility: Rule = {
  name: 'internal comments are never read as public, public ones of agents are',
  async run({ connector, outside, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    const secret = await outside.comment(id, 'The password is in the safe', { internal: true });
    const open = await outside.comment(id, 'We are looking into it', { internal: false });
    const own = words(id, 'Called from the thread', { visibility: 'internal' });
    const note = value(await connector.comment.send(own, attempt())).id;
    const listed = value(await connector.read(id, null)).comments;
    for (const internal of [secret, note]) {
      assert.notEqual(listed.find((comment) => comment.id === internal)?.visibility, 'public');
      assert.notEqual(value(await connector.readComment(id, internal)).visibility, 'public');
    }
    assert.equal(listed.find((comment) => comment.id === open)?.visibility, 'public');
    assert.equal(value(await connector.readComment(id, open)).visibility, 'public');
    const kept = (await seen(id)).comments.find((comment) => comment.text.includes('Called from'));
    assert.equal(kept?.internal, true, 'agents see our internal note as public');
  },
};

const ownIsKnown: Rule = {
  name: 'our own comment is recognised by its id or marker, and nobody else’s is',
  async run({ connector, outside, attempt, words, ticket }) {
    const { id } = await ticket();
    const only = attempt();
    const own = value(await connector.comment.send(words(id, 'One and the same'), only)).id;
    const other = await outside.comment(id, 'One and the same', { internal: false });
    const { comments } = value(await connector.read(id, null));
    const ours = comments.filter((comment) => comment.id === own || comment.marker === only.marker);
    assert.deepEqual(
      ours.map((comment) => comment.id),
      [own],
    );
    assert.ok(comments.some((comment) => comment.id === other));
  },
};

const sinceCursor: Rule = {
  name: 'since a time: newer comments only, oldest first, none of the same second lost',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    const say = (text: string) => outside.comment(id, text, { internal: false });
    const old = await say('old');
    await outside.pass(600_000);
    const pair = [await say('one'), await say('two')];
    await outside.pass(2000);
    const later = [await say('three'), await say('four')];
    const all = value(await connector.read(id, null)).comments;
    const times = all.map((comment) => comment.createdAt.getTime());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      'the oldest comes first',
    );
    // Systems that count in seconds cannot tell which of a pair came first.
    const inOrder = (ids: readonly CommentId[]) => [
      ids.slice(0, -4),
      ids.slice(-4, -2).sort(),
      ids.slice(-2).sort(),
    ];
    const wanted = inOrder([old, ...pair, ...later]);
    assert.deepEqual(inOrder(all.map((comment) => comment.id)), wanted);
    for (const seen of pair) {
      const since = all.find((comment) => comment.id === seen)?.createdAt;
      assert.ok(since);
      const newer = value(await connector.read(id, since)).comments.map((comment) => comment.id);
      assert.ok(!newer.includes(old), 'a comment ten minutes older came again');
      for (const behind of [...pair, ...later].slice(pair.indexOf(seen))) {
        assert.ok(newer.includes(behind), `a comment of ${since.toISOString()} or later was lost`);
      }
    }
  },
};

const goneComment: Rule = {
  name: 'a comment that does not exist, or belongs to another ticket, is not found',
  async run({ bench, connector, outside, ticket }) {
    const [mine, other] = [await ticket(), await ticket()];
    const elsewhere = await outside.comment(other.id, 'Over here', { internal: false });
    refused(await connector.readComment(mine.id, bench.missing.comment), 'not-found');
    refused(await connector.readComment(mine.id, elsewhere), 'not-found');
  },
};

export const commentRules: readonly Rule[] = [
  writtenOnce,
  namesItsAuthor,
  lostAnswer,
  neverHappened,
  sameWords,
  visibility,
  ownIsKnown,
  sinceCursor,
  goneComment,
];
