import assert from 'node:assert/strict';
import { plainDoc } from '../../../src/model/doc.ts';
import type { CommentId, TicketId } from '../../../src/model/ids.ts';
import { able } from '../bench.ts';
import { type Rule, refused, retried, said, type Trial, value } from '../trial.ts';

const author = { name: 'Grace Hopper', grant: null };

/** A ticket with one comment of ours. */
async function oneComment({ connector, attempt, words, ticket }: Trial, text: string) {
  const { id } = await ticket();
  const draft = words(id, text, { author });
  return { id, draft, comment: value(await connector.comments.add.send(draft, attempt())).id };
}

async function commentsOf({ connector }: Trial, id: TicketId) {
  return value(await connector.read(id)).comments;
}

/** The comment shows the words; where it is a new entry it is the only one that came. */
async function assertShows(
  trial: Trial,
  there: { id: TicketId; comment: CommentId },
  shown: CommentId,
  text: string,
) {
  const comments = await commentsOf(trial, there.id);
  assert.ok(
    said(comments.find(({ id }) => id === shown)).includes(text),
    `the words "${text}" are not shown`,
  );
  assert.equal(comments.filter((one) => said(one).includes(text)).length, 1, `"${text}" is shown twice`);
  return comments;
}

const showsNewWords: Rule = {
  name: 'a revised comment shows the new words, and nothing else is added',
  async run(trial) {
    const there = await oneComment(trial, 'The door is blue');
    const { connector, outside } = trial;
    await outside.pass(2000);
    const [input, only] = [trial.revision(there.draft, there.comment, 'The door is green'), trial.attempt()];
    const { id: shown } = value(await connector.comments.revise.send(input, only));
    const comments = await assertShows(trial, there, shown, 'The door is green');
    const blue = comments.filter((one) => said(one).includes('The door is blue'));
    if (shown === there.comment) {
      assert.equal(comments.length, 1);
      assert.deepEqual(blue, [], 'the old words are still shown');
    } else {
      assert.equal(comments.length, 2, 'a journal gets one new entry');
      assert.ok(blue.some(({ id }) => id === there.comment));
    }
    const [last] = (await trial.seen(there.id)).comments.slice(-1);
    assert.ok(last?.text.includes('The door is green') && last.text.includes('Grace Hopper'), last?.text);
    await outside.settle();
    assert.equal(value(await connector.comments.revise.find(input, only))?.id, shown);
  },
};

const twice: Rule = {
  name: 'revising a comment twice is harmless where that is its proof, and back and forth shows the last words',
  async run(trial) {
    const there = await oneComment(trial, 'One');
    const { revise } = trial.connector.comments;
    for (const text of ['Two is next', 'Three is next', 'Two is next']) {
      await trial.outside.pass(2000);
      const [input, only] = [trial.revision(there.draft, there.comment, text), trial.attempt()];
      const { id } = value(await revise.send(input, only));
      const before = (await commentsOf(trial, there.id)).map((one) => [one.id, said(one)]);
      if (revise.proof === 'compare-and-set') assert.equal(value(await revise.send(input, only)).id, id);
      const after = await commentsOf(trial, there.id);
      // Being written again may touch the time of its change, nothing else.
      assert.deepEqual(
        after.map((one) => [one.id, said(one)]),
        before,
      );
      assert.ok(said(after.find((one) => one.id === id)).includes(text));
      await trial.outside.settle();
      assert.equal(value(await revise.find(input, only))?.id, id);
    }
  },
};

const lostAnswer: Rule = {
  name: 'a revision whose answer is lost is unknown, then found, and its words are shown once',
  async run(trial) {
    const { outside, connector } = trial;
    const there = await oneComment(trial, 'As it was said first');
    const faults = [
      { kind: 'fail-after', status: 500 },
      { kind: 'reset-after' },
      { kind: 'hang-after' },
    ] as const;
    for (const fault of faults) {
      await outside.pass(2000);
      const text = `Words that met ${fault.kind}`;
      const [input, only] = [trial.revision(there.draft, there.comment, text), trial.attempt()];
      outside.fault('writes', fault, 1);
      retried(await trial.within({ timeoutMs: 1500 }).comments.revise.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      const found = value(await connector.comments.revise.find(input, only));
      assert.ok(found !== null, `not found after ${fault.kind}`);
      await assertShows(trial, there, found.id, text);
    }
  },
};

const neverHappened: Rule = {
  name: 'a revision that met a web page or a 5xx is unknown, and its absence is seen',
  async run(trial) {
    const { outside, connector } = trial;
    const there = await oneComment(trial, 'As it was said first');
    for (const fault of [{ kind: 'html' }, { kind: 'fail-before', status: 502 }] as const) {
      const [input, only] = [
        trial.revision(there.draft, there.comment, `Met ${fault.kind}`),
        trial.attempt(),
      ];
      outside.fault('writes', fault, 1);
      retried(await connector.comments.revise.send(input, only), 'unknown');
      outside.clearFaults();
      await outside.settle();
      assert.equal(value(await connector.comments.revise.find(input, only)), null, `after ${fault.kind}`);
    }
  },
};

const withdrawn: Rule = {
  name: 'a withdrawn comment says so, and no longer says what it said where that can be changed',
  async run(trial) {
    const there = await oneComment(trial, 'My password is hunter2');
    await trial.outside.pass(2000);
    const gone = plainDoc('Grace Hopper deleted this message in Slack');
    const input = { ...there.draft, comment: there.comment, author: null, body: gone, withdrawn: true };
    const { id } = value(await trial.connector.comments.revise.send(input, trial.attempt()));
    const comments = await commentsOf(trial, there.id);
    assert.ok(/Grace Hopper deleted/.test(said(comments.find((one) => one.id === id))));
    if (id !== there.comment) return;
    assert.ok(!comments.some((one) => said(one).includes('hunter2')), 'the words are still in the ticket');
  },
};

const staysInternal: Rule = {
  name: 'a revised internal note stays internal',
  async run(trial) {
    const { connector, attempt, words } = trial;
    able(trial.outside.notes);
    const { id } = await trial.ticket();
    const draft = words(id, 'Only for agents', { visibility: 'internal' });
    const note = value(await connector.comments.add.send(draft, attempt())).id;
    await trial.outside.pass(2000);
    const input = trial.revision(draft, note, 'Still only for agents');
    const shown = value(await connector.comments.revise.send(input, attempt())).id;
    for (const comment of [note, shown])
      assert.equal(value(await connector.comments.read(id, comment)).visibility, 'internal');
    for (const comment of (await trial.seen(id)).comments) assert.equal(comment.internal, true, comment.text);
  },
};

const madeInternal: Rule = {
  name: 'a comment of ours that an agent made internal is not made public by a revision',
  async run(trial) {
    const setInternal = able(trial.outside.setInternal);
    const there = await oneComment(trial, 'Shown by mistake');
    await setInternal(there.id, there.comment, true);
    const input = trial.revision(there.draft, there.comment, 'Shown by mistake, corrected');
    const { id } = value(await trial.connector.comments.revise.send(input, trial.attempt()));
    assert.notEqual(value(await trial.connector.comments.read(there.id, id)).visibility, 'public');
  },
};

const deleted: Rule = {
  name: 'a comment that is gone cannot be revised: it is not found, and nothing is added',
  async run(trial) {
    const { bench, connector, attempt } = trial;
    const there = await oneComment(trial, 'Soon gone');
    const never = trial.revision(there.draft, bench.missing.comment, 'Words for nobody');
    refused(await connector.comments.revise.send(never, attempt()), 'not-found');
    assert.equal((await commentsOf(trial, there.id)).length, 1);
    await able(trial.outside.deleteComment)(there.id, there.comment);
    const input = trial.revision(there.draft, there.comment, 'Words for nobody');
    refused(await connector.comments.revise.send(input, attempt()), 'not-found');
    assert.deepEqual(await commentsOf(trial, there.id), []);
  },
};

export const reviseRules: readonly Rule[] = [
  showsNewWords,
  twice,
  lostAnswer,
  neverHappened,
  withdrawn,
  staysInternal,
  madeInternal,
  deleted,
];
