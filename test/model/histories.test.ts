import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Acts, type AnyAct } from './acts.ts';
import { playHistory } from './history.ts';
import { playMany, tell } from './ring.ts';

/** Another seed looks elsewhere: FC_SEED=$RANDOM npm test. How many: MODEL_HISTORIES. */
const SEED = Number(process.env['FC_SEED'] ?? 20261121);
const HISTORIES = Number(process.env['MODEL_HISTORIES'] ?? 300);
/** On a machine that does much else at the same time. */
const FOR_MS = 60_000;

test('random people and agents over random faults: all promises hold', async (t) => {
  const faults = new Map<string, number>();
  const { histories, broken } = await playMany({
    seed: SEED,
    histories: HISTORIES,
    forMs: FOR_MS,
    seen({ weather, office }) {
      for (const [name, times] of [...weather.befell, ...office.befell])
        faults.set(name, (faults.get(name) ?? 0) + times);
    },
  });
  assert.equal(broken === null ? '' : tell(broken), '');
  assert.ok(histories >= 100, `only ${histories} histories were played`);
  assert.ok(faults.size >= 12, `only these faults befell anybody: ${[...faults.keys()].join(', ')}`);
  t.diagnostic(`${histories} histories`);
});

test('the same history goes the same way twice', async () => {
  const trace = async (acts: readonly AnyAct[]) => {
    const { stage } = await playHistory(acts);
    const { db, slack, desks } = stage;
    return JSON.stringify([
      slack.all().map(({ channel, ts, text }) => [channel, ts, text]),
      desks.map((desk) => desk.all()),
      [...db.operations.values()],
      [...db.links.values()].map(({ leaseOwner: _owner, ...link }) => link),
    ]);
  };
  for (const acts of fc.sample(Acts, { seed: SEED, numRuns: 25 }))
    assert.equal(await trace(acts), await trace(acts));
});

const words = 'short';
/** Histories that once broke a promise, as small as they got. */
const ONCE_BROKEN: readonly { readonly what: string; readonly acts: readonly AnyAct[] }[] = [
  {
    what: 'Slack does not let us ask who somebody is, and he is no stranger for that',
    acts: [
      { act: 'ask', gap: 0, who: 3, where: 0, words, file: 'small' },
      { act: 'fate', gap: 0, at: 'slack.', fate: 'auth', times: 5, ms: 1_000 },
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'ask', gap: 0, who: 0, where: 0, words, file: null },
      { act: 'revoke', gap: 40_000, refuses: false },
      { act: 'reply', gap: 15_000, who: 0, thread: 0, words: 'mention', file: null, bot: 0 },
      { act: 'shortcut', gap: 15_000, message: 0, who: 0 },
      { act: 'shortcut', gap: 2_000, message: 0, who: 0 },
    ],
  },
  {
    what: 'somebody is told in a direct message, answers below it, and makes that thread a request',
    acts: [
      { act: 'ask', gap: 0, who: 0, where: 0, words, file: null },
      { act: 'fate', gap: 2_000, at: 'slack.whisper.send', fate: 'refused', times: 1, ms: 1_000 },
      { act: 'receipt', gap: 0, link: 0, who: 0 },
      { act: 'reply', gap: 2_000, who: 0, thread: 1, words: 'long', file: null, bot: 0 },
      { act: 'shortcut', gap: 0, message: 7, who: 0 },
    ],
  },
  {
    what: 'a long comment is deleted, and a lagging reading still shows it while its parts are being taken away',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'comment', gap: 2_000, ticket: 0, visibility: 4, words: 'long' },
      { act: 'fate', gap: 0, at: 'slack.remove.send', fate: 'lost', times: 1, ms: 1_000 },
      { act: 'flip', gap: 2_000, comment: 0 },
      { act: 'strike', gap: 0, comment: 0 },
      { act: 'lag', gap: 0, of: 'jira', ms: 12_000 },
      { act: 'reply', gap: 15_000, who: 0, thread: 0, words: 'long', file: null, bot: 0 },
    ],
  },
  {
    what: 'somebody makes a thread of an ordinary channel a request, from one of its replies',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 3, words, file: null },
      { act: 'reply', gap: 100_000, who: 0, thread: 0, words: 'long', file: null, bot: 1 },
      { act: 'shortcut', gap: 0, message: 5, who: 0 },
    ],
  },
  {
    what: 'a message is deleted while its comment is stopped, and an operator tries that again',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'fate', gap: 0, at: 'ticket.comment.send', fate: 'refused', times: 1, ms: 1_000 },
      { act: 'reply', gap: 2_000, who: 0, thread: 0, words, file: null, bot: 1 },
      { act: 'remove', gap: 2_000, message: 1 },
    ],
  },
  {
    what: 'a comment is listed, and a lagging reading does not have it yet',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'comment', gap: 0, ticket: 0, visibility: 0, words: 'long' },
      { act: 'lag', gap: 2_000, of: 'jira', ms: 12_000 },
    ],
  },
  {
    what: 'a comment becomes internal and is deleted while its copy is being taken away',
    acts: [
      { act: 'ask', gap: 0, who: 0, where: 0, words, file: null },
      { act: 'fate', gap: 2_000, at: 'slack.remove.send', fate: 'lost', times: 1, ms: 1_000 },
      { act: 'comment', gap: 2_000, ticket: 0, visibility: 0, words },
      { act: 'flip', gap: 0, comment: 0 },
      { act: 'strike', gap: 100_000, comment: 0 },
    ],
  },
  {
    what: 'a comment becomes internal, its copy is taken away and the answer lost, and it becomes public again',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words: 'mention', file: null },
      { act: 'comment', gap: 2_000, ticket: 0, visibility: 0, words },
      { act: 'fate', gap: 2_000, at: 'slack.remove.send', fate: 'answer-lost', times: 1, ms: 1_000 },
      { act: 'flip', gap: 0, comment: 0 },
      { act: 'flip', gap: 2_000, comment: 0 },
    ],
  },
  {
    what: 'the event of a request comes days after that of its deletion, which nobody waited for so long',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'net', gap: 0, kind: 'delay', times: 5, ms: 259_200_000 },
      { act: 'comment', gap: 2_000, ticket: 0, visibility: 0, words },
      { act: 'revoke', gap: 100_000, refuses: false },
      { act: 'ask', gap: 2_000, who: 0, where: 1, words: 'long', file: null },
      { act: 'reply', gap: 0, who: 0, thread: 0, words, file: null, bot: 0 },
      { act: 'ask', gap: 2_000, who: 0, where: 0, words, file: null },
      { act: 'reply', gap: 0, who: 0, thread: 0, words: 'long', file: null, bot: 0 },
      { act: 'remove', gap: 100_000, message: 2 },
    ],
  },
  {
    what: 'a comment becomes public, and a lagging reading still shows it as internal',
    acts: [
      { act: 'ask', gap: 2_000, who: 0, where: 0, words: 'mention', file: null },
      { act: 'comment', gap: 2_000, ticket: 0, visibility: 4, words: 'long' },
      { act: 'flip', gap: 0, comment: 0 },
      { act: 'lag', gap: 2_000, of: 'jira', ms: 2_000 },
    ],
  },
];

for (const { what, acts } of ONCE_BROKEN) {
  test(`once broken: ${what}`, async () => {
    const { wrong } = await playHistory(acts);
    assert.deepEqual(wrong, []);
  });
}
