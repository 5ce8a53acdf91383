import assert from 'node:assert/strict';
import type { CommentId, TicketId } from '../../../src/model/ids.ts';
import { able, isCannot } from '../bench.ts';
import { type Rule, refused, said, type Trial, value } from '../trial.ts';

async function agentSays({ outside, ticket }: Trial, text: string, internal = false) {
  const { id } = await ticket();
  const comment = await outside.comment(id, text, { internal });
  await outside.pass(2000);
  return { id, comment };
}

/** The comment as the ticket shows it and as it reads alone, which has to be the same. */
async function readBoth({ connector }: Trial, { id, comment }: { id: TicketId; comment: CommentId }) {
  const alone = value(await connector.comments.read(id, comment));
  const listed = value(await connector.read(id)).comments.find((one) => one.id === comment);
  assert.deepEqual(listed, alone);
  return alone;
}

const edits: Rule = {
  name: 'an agent’s edit is read: other words, another time of change, the same comment',
  async run(trial) {
    const editComment = able(trial.outside.editComment);
    const there = await agentSays(trial, 'It will be red');
    const first = await readBoth(trial, there);
    await editComment(there.id, there.comment, 'It will be green');
    const second = await readBoth(trial, there);
    assert.ok(said(second).includes('green') && !said(second).includes('red'), said(second));
    assert.notEqual(second.updatedAt.getTime(), first.updatedAt.getTime());
    assert.equal(second.createdAt.getTime(), first.createdAt.getTime());
    assert.equal(second.visibility, 'public');
  },
};

const unedited: Rule = {
  name: 'a comment that nobody touched reads the same, whatever else happens to the ticket',
  async run(trial) {
    const { outside } = trial;
    const there = await agentSays(trial, 'Untouched');
    const first = await readBoth(trial, there);
    await outside.setStatus(there.id, 'active');
    await outside.comment(there.id, 'Another one', { internal: !isCannot(outside.notes) });
    await outside.setField(there.id, 'summary', 'Another summary');
    await outside.pass(60_000);
    assert.deepEqual(await readBoth(trial, there), first);
  },
};

const deletions: Rule = {
  name: 'a comment that an agent deleted is not read any more and is not found',
  async run(trial) {
    const deleteComment = able(trial.outside.deleteComment);
    const there = await agentSays(trial, 'Said too much');
    const kept = await trial.outside.comment(there.id, 'Kept', { internal: false });
    await deleteComment(there.id, there.comment);
    const { comments } = value(await trial.connector.read(there.id));
    assert.deepEqual(
      comments.map(({ id }) => id),
      [kept],
    );
    refused(await trial.connector.comments.read(there.id, there.comment), 'not-found');
  },
};

const flips: Rule = {
  name: 'a public comment that is made internal is internal at the next reading, and public again when made so',
  async run(trial) {
    const setInternal = able(trial.outside.setInternal);
    const there = await agentSays(trial, 'Shown by mistake');
    assert.equal((await readBoth(trial, there)).visibility, 'public');
    await setInternal(there.id, there.comment, true);
    assert.notEqual((await readBoth(trial, there)).visibility, 'public');
    await setInternal(there.id, there.comment, false);
    assert.equal((await readBoth(trial, there)).visibility, 'public');
  },
};

const fields: Rule = {
  name: 'what agents set in a ticket is what we read, in their words',
  async run({ connector, outside, ticket, seen }) {
    const { id } = await ticket();
    await outside.setField(id, 'summary', 'The door of the archive');
    await outside.setStatus(id, 'active');
    const [agents, read] = [await seen(id), value(await connector.read(id))];
    assert.equal(read.summary, 'The door of the archive');
    assert.equal(read.status.category, 'active');
    for (const field of ['priority', 'impact', 'urgency', 'assignee', 'group'] as const) {
      // Null says that this connector does not carry the field, never that it is empty although it is not.
      if (read[field] !== null) assert.equal(read[field], agents[field], field);
    }
  },
};

type Act = (trial: Trial, there: { id: TicketId; comment: CommentId }) => Promise<unknown>;

const ACTS: Readonly<Record<string, Act>> = {
  'an edit': ({ outside }, { id, comment }) => able(outside.editComment)(id, comment, 'Edited'),
  'a deletion': ({ outside }, { id, comment }) => able(outside.deleteComment)(id, comment),
  'a comment made internal': ({ outside }, { id, comment }) => able(outside.setInternal)(id, comment, true),
  'a new file': ({ outside }, { id }) =>
    able(outside.attach)(id, { name: 'a.txt', mime: 'text/plain', bytes: Buffer.from('a') }),
  'another summary': ({ outside }, { id }) => outside.setField(id, 'summary', 'Another summary'),
};

/** Hooks get lost: the poll alone has to bring the ticket up. */
function isPolled([what, act]: readonly [string, Act]): Rule {
  return {
    name: `${what} by an agent is found by the poll when its hooks are lost`,
    async run(trial) {
      const { connector, outside } = trial;
      const there = await agentSays(trial, 'Before it happened');
      await outside.settle();
      await outside.pass(3_600_000);
      const { cursor } = value(await connector.changesSince(null));
      await outside.pass(60_000);
      outside.loseHooks(100);
      await act(trial, there);
      await outside.settle();
      const page = value(await connector.changesSince(cursor));
      assert.ok(page.tickets.includes(there.id), `the poll answers ${JSON.stringify(page)}`);
    },
  };
}

export const agentRules: readonly Rule[] = [
  edits,
  unedited,
  deletions,
  flips,
  fields,
  ...Object.entries(ACTS).map(isPolled),
];
