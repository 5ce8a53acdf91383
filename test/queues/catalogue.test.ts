import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHARDS } from '../../src/model/delivery.ts';
import { ConnectorId, InstallId } from '../../src/model/ids.ts';
import { type Handlers, JOBS, jobFor, readJob } from '../../src/queues/catalogue.ts';
import { createErrorLog, reasonOf } from '../../src/queues/error-log.ts';
import { createRecorder } from './recorder.ts';

const INSTALL = InstallId.parse('0198c0de-0000-7000-8000-000000000001');
const calls: unknown[] = [];
const note = async (payload: unknown) => void calls.push(payload);
const handlers: Handlers = {
  'shard.ring': note,
  'tick.sweep': note,
  'tick.due': note,
  'tick.poll': note,
  'tick.repair': note,
  'tick.retention': note,
  'tick.secrets': note,
  'tick.hooks': note,
  'tick.grants': note,
};

test('a forgotten handler or a wrong payload does not compile', () => {
  const { 'tick.poll': _left, ...incomplete } = handlers;
  // @ts-expect-error: this is what the test is about; tsc fails here when it would be accepted.
  const refused: Handlers = incomplete;
  assert.ok(refused);
  // @ts-expect-error: the same for a payload that belongs to another job.
  assert.throws(() => jobFor('tick.poll', { v: 2, install: INSTALL, shard: 1 }).data.connector.length);
});

test('what is enqueued is read back and reaches its own handler', async () => {
  const poll = { v: 2, install: INSTALL, connector: ConnectorId.parse('jira-it') } as const;
  const { name, data, opts } = jobFor('tick.poll', poll);
  assert.equal(opts.deduplication.id, `tick-poll-${INSTALL}-jira-it-v2`);
  const read = readJob(name, JSON.parse(JSON.stringify(data)));
  assert.ok(read.kind === 'ready');
  await read.run(handlers);
  assert.deepEqual(calls, [poll]);
});

test('ids differ for every install and shard and hold no colon, which BullMQ refuses', () => {
  const ids = [INSTALL, InstallId.parse('0198c0de-0000-7000-8000-000000000002')].flatMap((install) =>
    Array.from({ length: SHARDS }, (_, shard) => JOBS['shard.ring'].id({ v: 2, install, shard })),
  );
  assert.equal(new Set(ids).size, 2 * SHARDS);
  assert.doesNotMatch(ids.join(), /:/);
});

test('an unknown version or job waits; what nobody can read is malformed', () => {
  const kinds = (
    [
      ['shard.ring', { v: 3, shard: 1 }, 'unknown'],
      ['shard.ring', { v: 2, install: INSTALL, shard: 1 }, 'ready'],
      ['shard.ring', { v: 2, install: 'another text', shard: 1 }, 'malformed'],
      ['shard.ring', { v: 0, whatever: true }, 'unknown'],
      ['shard.unheard', { v: 1 }, 'unknown'],
      ['toString', { v: 1 }, 'unknown'],
      ['shard.ring', { v: 1, shard: SHARDS }, 'malformed'],
      ['shard.ring', { v: 1, shard: 1.5 }, 'malformed'],
      ['shard.ring', { v: '1', shard: 1 }, 'malformed'],
      ['shard.ring', null, 'malformed'],
      ['shard.ring', 'text', 'malformed'],
      ['tick.due', { v: 1 }, 'ready'],
      ['tick.due', { v: 1, later: 'an added field' }, 'ready'],
    ] as const
  ).map(([name, data, kind]) => [readJob(name, data).kind, kind]);
  for (const [found, expected] of kinds) assert.equal(found, expected);
  assert.equal(kinds.length, 13);
});

test('the error log writes one line per subject and says how many it left out', (t) => {
  let now = 1_000;
  t.mock.method(performance, 'now', () => now);
  const { log, lines } = createRecorder();
  const report = createErrorLog(log);
  for (let index = 0; index < 100; index += 1) report('away', new Error('refused'));
  report('another', new Error('closed'));
  assert.equal(lines.length, 2);
  now += 5_001;
  report('away', new Error('refused'));
  assert.match(String(lines[2]), /"leftOut":99/);
});

test('a reason is the message only, and never empty', () => {
  const withCommand = Object.assign(new Error('NOAUTH'), { command: { args: ['secret'] } });
  assert.equal(reasonOf(withCommand), 'NOAUTH');
  assert.equal(
    reasonOf(new AggregateError([new Error('refused on ::1'), new Error('refused')])),
    'refused on ::1; refused',
  );
  assert.equal(reasonOf('text'), 'unknown error');
});

test('a job of the version before named no install: it is for every one that a process serves', async () => {
  const read = readJob('shard.ring', { v: 1, shard: 3 });
  assert.ok(read.kind === 'ready');
  await read.run(handlers);
  assert.deepEqual(calls.at(-1), { v: 1, install: null, shard: 3 });
});
