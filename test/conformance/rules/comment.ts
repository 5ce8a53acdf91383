import assert from 'node:assert/strict';
import type { CommentId } from '../../../src/model/ids.ts';
import { able, isCannot, NotApplicable } from '../bench.ts';
import { type Rule, refused, retried, said, value } from '../trial.ts';

const writtenOnce: Rule = {
  name: 'a comment is written once, found by its proof, and read back the same',
  async run({ connector, outside, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    const [input, only] = [words(id, 'Please try\nagain now'), attempt()];
    const written = value(await connector.comments.add.send(input, only));
    await outside.settle();
    assert.equal(value(await connector.comments.add.find(input, only))?.id, written.id);
    const listed = value(await connector.read(id)).comments;
    const own = listed.find((comment) => comment.id === written.id);
    assert.ok(own, 'the written comment is not listed');
    assert.ok(said(own).includes('Please try\nagain now'), `read back: ${said(own)}`);
    assert.deepEqual(value(await connector.comments.read(id, written.id)), own);
    assert.equal(own.visibility, 'public');
    const inTicket = (await seen(id)).comments.filter((comment) => comment.text.includes('Please try'));
    assert.equal(inTicket.length, 1);
  },
};

const namesItsAuthor: Rule = {
  name: 'a comment names the person who said it',
  async run({ connector, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    value(
      await connector.comments.add.send(
        words(id, 'It works', { author: { name: 'Grace Hopper', grant: null } }),
        attempt(),
      ),
    );
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
      { kind: 'html-after' },
      { kind: 'reset-after' },
      { kind: 'hang-after' },
    ] as const;
    for (const fault of faults) {
      const text = `Words that met ${fault.kind}`;
      const [input, only] = [words(id, text), attempt()];
      outside.fault('writes', fault, 1);
      retried(await within({ timeoutMs: 1500 }).comments.add.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await connector.comments.add.find(input, only));
      const there = (await seen(id)).comments.filter((comment) => comment.text.includes(text));
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
      retried(await connector.comments.add.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      assert.equal(value(await connector.comments.add.find(input, only)), null, `after ${fault.kind}`);
    }
  },
};

const sameWords: Rule = {
  name: 'the same words said earlier, or by somebody else, are no proof',
  async run({ connector, outside, attempt, words, ticket }) {
    const { id } = await ticket();
    const input = words(id, 'Thank you');
    value(await connector.comments.add.send(input, attempt()));
    await outside.pass(120_000);
    const neverSent = attempt();
    await outside.comment(id, 'Thank you', { internal: false });
    await outside.settle();
    assert.equal(value(await connector.comments.add.find(input, neverSent)), null);
  },
};

const visibility: Rule = {
  name: 'internal comments are never read as public, public ones of agents are',
  async run({ connector, outside, attempt, words, ticket, seen }) {
    able(outside.notes);
    const { id } = await ticket();
    const secret = await outside.comment(id, 'The password is in the safe', { internal: true });
    const open = await outside.comment(id, 'We are looking into it', { internal: false });
    const own = words(id, 'Called from the thread', { visibility: 'internal' });
    const note = value(await connector.comments.add.send(own, attempt())).id;
    const listed = value(await connector.read(id)).comments;
    for (const internal of [secret, note]) {
      assert.notEqual(listed.find((comment) => comment.id === internal)?.visibility, 'public');
      assert.notEqual(value(await connector.comments.read(id, internal)).visibility, 'public');
    }
    assert.equal(listed.find((comment) => comment.id === open)?.visibility, 'public');
    assert.equal(value(await connector.comments.read(id, open)).visibility, 'public');
    const kept = (await seen(id)).comments.find((comment) => comment.text.includes('Called from'));
    assert.equal(kept?.internal, true, 'agents see our internal note as public');
  },
};

const noNotes: Rule = {
  name: 'where everybody reads everything, an internal note is refused and not written',
  async run({ connector, outside, attempt, words, ticket, seen }) {
    if (!isCannot(outside.notes)) throw new NotApplicable('agents have notes that requesters do not see');
    const { id } = await ticket();
    const note = words(id, 'Only for agents', { visibility: 'internal' });
    refused(await connector.comments.add.send(note, attempt()), 'invalid');
    assert.deepEqual((await seen(id)).comments, []);
    const open = await outside.comment(id, 'We are looking into it', { internal: false });
    assert.equal(value(await connector.comments.read(id, open)).visibility, 'public');
  },
};

const ownIsKnown: Rule = {
  name: 'our own comment is recognised by its id or marker, and nobody else’s is',
  async run({ connector, outside, attempt, words, ticket }) {
    const { id } = await ticket();
    const only = attempt();
    const own = value(await connector.comments.add.send(words(id, 'One and the same'), only)).id;
    const other = await outside.comment(id, 'One and the same', { internal: false });
    const { comments } = value(await connector.read(id));
    const ours = comments.filter((comment) => comment.id === own || comment.marker === only.marker);
    assert.deepEqual(
      ours.map((comment) => comment.id),
      [own],
    );
    assert.ok(comments.some((comment) => comment.id === other));
  },
};

const inOrder: Rule = {
  name: 'all comments are read, oldest first, none of the same second lost',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    const say = (text: string) => outside.comment(id, text, { internal: false });
    const old = await say('old');
    await outside.pass(600_000);
    const pair = [await say('one'), await say('two')];
    await outside.pass(2000);
    const later = [await say('three'), await say('four')];
    const all = value(await connector.read(id)).comments;
    const times = all.map((comment) => comment.createdAt.getTime());
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      'the oldest comes first',
    );
    // Systems that count in seconds cannot tell which of a pair came first.
    const grouped = (ids: readonly CommentId[]) => [
      ids.slice(0, -4),
      ids.slice(-4, -2).sort(),
      ids.slice(-2).sort(),
    ];
    assert.deepEqual(grouped(all.map((comment) => comment.id)), grouped([old, ...pair, ...later]));
  },
};

const many: Rule = {
  name: 'a ticket with 130 comments is read whole',
  async run({ connector, outside, ticket }) {
    const { id } = await ticket();
    const notes = !isCannot(outside.notes);
    const wanted: CommentId[] = [];
    for (let index = 0; index < 130; index += 1) {
      wanted.push(await outside.comment(id, `Line ${index}`, { internal: notes && index % 2 === 0 }));
      await outside.pass(1000);
    }
    const read = value(await connector.read(id)).comments;
    assert.deepEqual(
      read.map((comment) => comment.id),
      wanted,
    );
    for (const [index, comment] of read.entries()) assert.ok(said(comment).includes(`Line ${index}`));
  },
};

const numbered: Rule = {
  name: 'a part of a long message says which part it is',
  async run({ connector, attempt, words, ticket, seen }) {
    const { id } = await ticket();
    const author = { name: 'Grace Hopper', grant: null };
    const draft = words(id, 'and so it goes on', { author, part: { number: 2, of: 3 } });
    value(await connector.comments.add.send(draft, attempt()));
    const [text = ''] = (await seen(id)).comments.map((comment) => comment.text);
    for (const part of ['Grace Hopper', '2/3', 'and so it goes on'])
      assert.ok(text.includes(part), `"${part}" is missing in: ${text}`);
  },
};

const goneComment: Rule = {
  name: 'a comment that does not exist, or belongs to another ticket, is not found',
  async run({ bench, connector, outside, ticket }) {
    const [mine, other] = [await ticket(), await ticket()];
    const elsewhere = await outside.comment(other.id, 'Over here', { internal: false });
    refused(await connector.comments.read(mine.id, bench.missing.comment), 'not-found');
    refused(await connector.comments.read(mine.id, elsewhere), 'not-found');
  },
};

export const commentRules: readonly Rule[] = [
  writtenOnce,
  namesItsAuthor,
  lostAnswer,
  neverHappened,
  sameWords,
  visibility,
  noNotes,
  ownIsKnown,
  inOrder,
  many,
  numbered,
  goneComment,
];
