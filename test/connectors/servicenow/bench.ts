import type { HookRequest } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createServiceNowConnector } from '../../../src/connectors/servicenow/connector.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import type { ServiceNowSandbox, ServiceNowSandboxOptions } from '../../../src/sandbox/servicenow/sandbox.ts';
import { emailOf, seededId } from '../../../src/sandbox/servicenow/seed.ts';
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

const FAULTY = { reads: '*', writes: 'write', content: 'GET /api/now/attachment/{sys_id}/file' } as const;

const SIGNED = 'tomas.lindqvist';
const WITHDRAWN = 'sandbox-password-that-was-withdrawn';
const PERSON = 'samuel.okafor';
const JOURNAL = 'A journal of ServiceNow cannot be edited, only taken away by an administrator';

/** What agents do and see, as the suite asks for it. */
function agentsSide({ people }: ServiceNowSandbox, table: 'incident' | 'sc_req_item') {
  const agent = people.agents()[0]?.id ?? '';
  return {
    notes: true,
    comment: async (ticket, text, { internal }) =>
      CommentId.parse(people.comment(agent, ticket, text, { internal })),
    editComment: { cannot: JOURNAL },
    deleteComment: async (ticket, comment) => people.deleteComment(agent, ticket, comment),
    setInternal: { cannot: JOURNAL },
    attach: async (ticket, file) => AttachmentId.parse(people.attach(agent, ticket, file)),
    removeFile: async (ticket, file) => people.removeFile(agent, ticket, file),
    setStatus: async (ticket, category) => people.setStatus(agent, ticket, STATE[table]?.[category] ?? ''),
    setField: async (ticket, field, value) => people.setField(agent, ticket, field, value),
    tickets: async () => people.tickets(),
  } satisfies Partial<ConnectorBench['outside']>;
}

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

  return {
    instance,
    connector: build(HOOK_SECRET),
    stranger: build('sandbox-hook-secret-of-somebody-else'),
    io,
    target,
    missing: {
      ticket: TicketId.parse('0'.repeat(32)),
      comment: CommentId.parse('1'.repeat(32)),
      file: AttachmentId.parse('2'.repeat(32)),
    },
    person: { account: seededId(`user:${PERSON}`), name: 'Samuel Okafor', email: emailOf(PERSON) },
    group: 'Endpoint Support',
    signed: {
      name: 'Tomas Lindqvist',
      grant: { account: SIGNED, secret: createSecret(passwordOf(SIGNED)) },
      refused: { account: SIGNED, secret: createSecret(WITHDRAWN) },
    },
    secrets: [
      ...[PASSWORD, HOOK_SECRET, passwordOf(SIGNED), WITHDRAWN],
      Buffer.from(`${USER}:${PASSWORD}`).toString('base64'),
      Buffer.from(`${SIGNED}:${passwordOf(SIGNED)}`).toString('base64'),
    ],
    now: clock.now,
    outside: {
      ...agentsSide(sandbox, target.table),
      fault: (on, fault, times) => sandbox.faults.add(FAULTY[on], fault, times),
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
