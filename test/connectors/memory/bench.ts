import type { Connector, HookRequest } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createMemoryConnector } from '../../../src/connectors/memory/connector.ts';
import { createMemoryDesk } from '../../../src/connectors/memory/desk.ts';
import { CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createClock } from '../../../src/sandbox/clock.ts';
import type { ConnectorBench } from '../../conformance/connector.ts';

const LAG_MS = 5000;

/** A memory desk whose searches lag by five seconds, on a clock of its own. */
export async function makeBench(): Promise<ConnectorBench> {
  const clock = createClock();
  const io = createIo({ metrics: noMetrics });
  const hookSecret = 'the-secret-of-the-memory-desk';
  const hooks: HookRequest[] = [];
  let refusing = 0;

  const desk = createMemoryDesk({
    hookSecret,
    now: clock.now,
    lagMs: LAG_MS,
    async onHook(hook) {
      hooks.push({ ...hook, now: clock.now() });
      refusing -= 1;
      return refusing < 0;
    },
  });
  const build = (secret: string): Connector =>
    createMemoryConnector({ id: ConnectorId.parse('mem'), desk, io, hookSecret: secret, settleMs: LAG_MS });

  return {
    connector: build(hookSecret),
    stranger: build('the-secret-of-somebody-else'),
    io,
    target: { queue: 'Identity & Access' },
    missing: {
      ticket: TicketId.parse('00000000-0000-4000-8000-000000000000'),
      comment: CommentId.parse('00000000-0000-4000-8000-000000000001'),
    },
    secrets: [hookSecret],
    now: clock.now,
    outside: {
      comment: async (ticket, text, options) => desk.comment(ticket, text, options),
      setStatus: async (ticket, category) => desk.setStatus(ticket, category),
      tickets: async () =>
        desk.tickets().map((ticket) => ({
          ...ticket,
          comments: ticket.comments.map((comment) => ({
            ...comment,
            createdAt: comment.createdAt.toISOString(),
          })),
        })),
      fault: desk.failNext,
      clearFaults: desk.clearFaults,
      cut: async () => desk.cut(),
      restore: async () => desk.restore(),
      requests: desk.requests,
      hooks: () => hooks,
      refuseHooks(times) {
        refusing = times;
      },
      loseHooks: desk.loseHooks,
      pass: async (ms) => clock.advance(ms),
      async settle() {
        clock.advance(LAG_MS);
        await desk.settled();
        await desk.retryHooks();
      },
    },
    close: async () => clock.stop(),
  };
}
