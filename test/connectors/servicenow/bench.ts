import type { HookRequest } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createServiceNowConnector } from '../../../src/connectors/servicenow/connector.ts';
import { CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import type { ServiceNowSandboxOptions } from '../../../src/sandbox/servicenow/sandbox.ts';
import type { ConnectorBench } from '../../conformance/connector.ts';
import {
  HOOK_SECRET,
  PASSWORD,
  startInstance,
  startReceiver,
  USER,
} from '../../sandbox/servicenow/instance.ts';

const STATE: Readonly<Record<string, Readonly<Record<StatusCategory, string>>>> = {
  incident: { new: 'New', active: 'In Progress', done: 'Resolved' },
  sc_req_item: { new: 'Open', active: 'Work in Progress', done: 'Closed Complete' },
};
/** The first wait of the hook outbox after a refusal. */
const RETRY_MS = 60_000;

/** A connector on a simulated instance behind a real port, with a receiver for its hooks. */
async function makeServiceNowBench(
  target: { readonly table: 'incident' | 'sc_req_item'; readonly assignment_group: string },
  options: Partial<ServiceNowSandboxOptions> = {},
) {
  const hooks: HookRequest[] = [];
  let refusing = 0;
  const receiver = await startReceiver((hook) => {
    hooks.push({ ...hook, now: instance.clock.now() });
    refusing -= 1;
    return refusing < 0 ? 204 : 503;
  });
  const instance = await startInstance({ hookUrl: receiver.url, ...options });
  const io = createIo({ metrics: noMetrics });
  const { sandbox, clock } = instance;
  const auth = { kind: 'basic', user: USER, password: PASSWORD } as const;
  const build = (hookSecret: string) =>
    createServiceNowConnector({
      id: ConnectorId.parse('snow'),
      baseUrl: instance.baseUrl,
      auth,
      hookSecret,
      io,
    });
  const agent = sandbox.people.agents()[0]?.id ?? '';

  return {
    instance,
    connector: build(HOOK_SECRET),
    stranger: build('sandbox-hook-secret-of-somebody-else'),
    io,
    target,
    missing: { ticket: TicketId.parse('0'.repeat(32)), comment: CommentId.parse('1'.repeat(32)) },
    secrets: [PASSWORD, HOOK_SECRET, Buffer.from(`${USER}:${PASSWORD}`).toString('base64')],
    now: clock.now,
    outside: {
      comment: async (ticket, text, { internal }) =>
        CommentId.parse(sandbox.people.comment(agent, ticket, text, { internal })),
      async setStatus(ticket, category) {
        const table = target.table;
        sandbox.people.setStatus(agent, ticket, STATE[table]?.[category] ?? '');
      },
      tickets: async () => sandbox.people.tickets(),
      fault: (on, fault, times) => sandbox.faults.add(on === 'reads' ? '*' : 'write', fault, times),
      clearFaults: () => sandbox.faults.clear(),
      cut: instance.cut,
      restore: instance.restore,
      requests: instance.requests,
      hooks: () => hooks,
      refuseHooks(times) {
        refusing = times;
      },
      loseHooks: (times) => sandbox.hookFaults.add('*', { kind: 'drop' }, times),
      pass: async (ms) => clock.advance(ms),
      async settle() {
        await sandbox.settled();
        clock.advance(RETRY_MS);
        await sandbox.settled();
      },
    },
    async close() {
      await instance.close();
      await receiver.close();
    },
  } satisfies ConnectorBench & { instance: unknown };
}

export const makeBench = (): Promise<ConnectorBench> =>
  makeServiceNowBench({ table: 'incident', assignment_group: 'Major Incident' });

export const makeRequestItemBench = (): Promise<ConnectorBench> =>
  makeServiceNowBench({ table: 'sc_req_item', assignment_group: 'Identity & Access' });
