import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import { createIo } from '../../../src/connectors/io.ts';
import { createMemoryConnector } from '../../../src/connectors/memory/connector.ts';
import { createMemoryDesk, type SentHook } from '../../../src/connectors/memory/desk.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { ConnectorId, Marker } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';

const LIMITS = { timeoutMs: 5000 };
const secret = 'the-secret-of-the-memory-desk';
const draft: TicketDraft = {
  target: { queue: 'Identity & Access' },
  summary: 'Cannot open the door',
  description: plainDoc('It is locked'),
  kind: 'iam',
  priority: 'high',
  requester: { name: 'Ada Lovelace', email: null },
  reason: 'No rule matched',
  permalink: null,
};
const attempt = { marker: Marker.parse('dsk-0123456789abcdef'), startedAt: new Date() };

function setUp(options: { lagMs?: number; hookSecret?: string | null } = {}) {
  const points: string[] = [];
  const hooks: SentHook[] = [];
  let now = new Date('2026-11-20T10:00:00Z');
  const io = createIo({ metrics: noMetrics, crashPoint: (name) => points.push(name) });
  const desk = createMemoryDesk({
    hookSecret: secret,
    now: () => now,
    lagMs: options.lagMs ?? 0,
    onHook: async (hook) => hooks.push(hook) > 0,
  });
  const { hookSecret = secret } = options;
  const connector = createMemoryConnector({ id: ConnectorId.parse('mem'), desk, io, hookSecret });
  return {
    connector,
    desk,
    hooks,
    io,
    points,
    pass(ms: number) {
      now = new Date(now.getTime() + ms);
      return now;
    },
  };
}

describe('the memory connector beyond the contract', () => {
  test('every call passes its crash points', async () => {
    const { connector, io, points } = setUp();
    await io.run('ticket.create.send', LIMITS, () => connector.create.send(draft, attempt));
    const point = 'ticket.create.send';
    assert.deepEqual(points, [`${point}:before`, `${point}:exchanged`, `${point}:after`]);
  });

  test('a search misses a new ticket until the index has caught up, reading by id does not', async () => {
    const { connector, io, pass } = setUp({ lagMs: 5000 });
    const created = await io.run('ticket.create.send', LIMITS, () => connector.create.send(draft, attempt));
    assert.ok(created.kind === 'ok');
    const find = () => io.run('ticket.create.find', LIMITS, () => connector.create.find(draft, attempt));
    assert.deepEqual(await find(), { kind: 'ok', value: null });
    const read = await io.run('ticket.read', LIMITS, () => connector.read(created.value.id));
    assert.equal(read.kind, 'ok');
    pass(5000);
    assert.deepEqual(await find(), created);
  });

  test('the poll waits for the index instead of jumping over a change', async () => {
    const { connector, io, pass } = setUp({ lagMs: 5000 });
    const poll = (cursor: string | null) =>
      io.run('ticket.changes', LIMITS, () => connector.changesSince(cursor));
    const start = await poll(null);
    assert.ok(start.kind === 'ok');
    await io.run('ticket.create.send', LIMITS, () => connector.create.send(draft, attempt));
    const early = await poll(start.value.cursor);
    assert.ok(early.kind === 'ok');
    assert.deepEqual(early.value.tickets, []);
    pass(5000);
    const late = await poll(early.value.cursor);
    assert.ok(late.kind === 'ok');
    assert.equal(late.value.tickets.length, 1);
  });

  test('a timeout before anything left surely had no effect', async () => {
    const { connector, desk, io } = setUp();
    const outcome = await io.run('ticket.create.send', { timeoutMs: 1 }, async () => {
      // Busy until the time is up: the scope's signal fires before the exchange begins.
      const end = performance.now() + 20;
      while (performance.now() < end);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      return connector.create.send(draft, attempt);
    });
    assert.ok(outcome.kind === 'retry');
    assert.equal(outcome.effect, 'none');
    assert.deepEqual(desk.tickets(), []);
  });

  test('a hook is refused five minutes after and before its time, and accepted in between', async () => {
    const { connector, desk, hooks, io, pass } = setUp();
    await io.run('ticket.create.send', LIMITS, () => connector.create.send(draft, attempt));
    await desk.settled();
    const [hook] = hooks;
    assert.ok(hook);
    const signed = pass(0).getTime();
    const readAt = (ms: number) => connector.readHook({ ...hook, now: new Date(signed + ms) }).kind;
    assert.deepEqual([-301_000, -300_000, 0, 300_000, 301_000].map(readAt), [
      'refused',
      'accepted',
      'accepted',
      'accepted',
      'refused',
    ]);
  });

  test('without a hook secret every hook is refused', async () => {
    const { connector, desk, hooks, io, pass } = setUp({ hookSecret: null });
    await io.run('ticket.create.send', LIMITS, () => connector.create.send(draft, attempt));
    await desk.settled();
    const [hook] = hooks;
    assert.ok(hook);
    assert.equal(connector.readHook({ ...hook, now: pass(0) }).kind, 'refused');
  });
});
