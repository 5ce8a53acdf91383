import type { HookRequest } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createServiceNowConnector } from '../../../src/connectors/servicenow/connector.ts';
import type { ServiceNowMaps } from '../../../src/connectors/servicenow/maps.ts';
import type { ServiceNowTarget } from '../../../src/connectors/servicenow/schema.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import type { ServiceNowSandbox, ServiceNowSandboxOptions } from '../../../src/sandbox/servicenow/sandbox.ts';
import { emailOf, seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { NotApplicable, type Special } from '../../conformance/bench.ts';
import type { ConnectorBench } from '../../conformance/connector.ts';
import {
  HOOK_SECRET,
  PASSWORD,
  startInstance,
  startReceiver,
  USER,
} from '../../sandbox/servicenow/instance.ts';

type Target = Pick<ServiceNowTarget, 'table' | 'assignment_group'> & { readonly cat_item?: string };

const STATE: Readonly<Record<Target['table'], Readonly<Record<StatusCategory, string>>>> = {
  incident: { new: 'New', active: 'In Progress', done: 'Resolved' },
  sc_req_item: { new: 'Open', active: 'Work in Progress', done: 'Closed Complete' },
  change_request: { new: 'New', active: 'Assess', done: 'Canceled' },
  sn_si_incident: { new: 'Draft', active: 'Analysis', done: 'Cancelled' },
};
/** How far a change goes is the change's own process, so the owner has to say it. */
const MAPS: ServiceNowMaps = {
  change_request: { states: { new: '-5', active: '-4', done: '4' } },
};
/** The first wait of the hook outbox after a refusal. */
const RETRY_MS = 60_000;

const FAULTY = { reads: '*', writes: 'write', content: 'GET /api/now/attachment/{sys_id}/file' } as const;

const SIGNED = 'tomas.lindqvist';
const WITHDRAWN = 'sandbox-password-that-was-withdrawn';
const PERSON = 'samuel.okafor';
const NO_LINKS =
  'tasks have no list of links; the permalink stands in the description and in every comment of ours';
const JOURNAL = 'A journal of ServiceNow cannot be edited, only taken away by an administrator';

/** What agents do and see, as the suite asks for it. */
function agentsSide({ people }: ServiceNowSandbox, table: Target['table']) {
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
    setStatus: async (ticket, category) => people.setStatus(agent, ticket, STATE[table][category]),
    setField: async (ticket, field, value) => people.setField(agent, ticket, field, value),
    // The request above an ordered item is no ticket of ours.
    tickets: async () => people.tickets().filter(({ key }) => !key.startsWith('REQ')),
  } satisfies Partial<ConnectorBench['outside']>;
}

const BOSS = 'beth.anglin';
const ARTICLE = {
  number: 'KB0010001',
  short_description: 'Open a door',
  text: '<p>Turn the <b>key</b>, then push.</p>',
};

/** Approvals and articles, as an administrator and the flows of the instance make them. */
function specialSide({ askApproval, putRecord }: ServiceNowSandbox): Special {
  const ask = async (ticket: string, approver: string) =>
    askApproval({ ticket, approvers: [seededId(`user:${approver}`)], rule: 'anyone' })[0] ?? '';
  putRecord('kb_knowledge', { ...ARTICLE, readers: seededId(`user:${SIGNED}`) });
  return {
    askApproval: (ticket) => ask(ticket, SIGNED),
    askInHisPlace(ticket) {
      const [user, delegate] = [seededId(`user:${BOSS}`), seededId(`user:${SIGNED}`)];
      const always = { starts: '2020-01-01 00:00:00', ends: '2099-01-01 00:00:00' };
      putRecord('sys_user_delegate', { user, delegate, approvals: 'true', ...always });
      return ask(ticket, BOSS);
    },
    async demandSignature() {
      const id = 'com.glide.e_signature_approvals';
      putRecord('v_plugin', { sys_id: seededId(`plugin:${id}`), id, active: 'active' });
    },
    article: { words: 'open door', title: ARTICLE.short_description },
    links: async () => {
      throw new NotApplicable(NO_LINKS);
    },
  };
}

/** A connector on a simulated instance behind a real port, with a receiver for its hooks. */
async function makeServiceNowBench(target: Target, options: Partial<ServiceNowSandboxOptions> = {}) {
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
      maps: MAPS,
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
    special: specialSide(sandbox),
    lacks: { backlink: NO_LINKS },
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

const benchOf = (target: Target) => (): Promise<ConnectorBench> => makeServiceNowBench(target);

export const makeBench = benchOf({ table: 'incident', assignment_group: 'Major Incident' });
export const makeRequestItemBench = benchOf({
  table: 'sc_req_item',
  assignment_group: 'Identity & Access',
});
export const makeOrderBench = benchOf({
  table: 'sc_req_item',
  assignment_group: 'Identity & Access',
  cat_item: seededId('item:Something else'),
});
export const makeChangeBench = benchOf({
  table: 'change_request',
  assignment_group: 'Major Incident',
});
export const makeSecurityBench = benchOf({
  table: 'sn_si_incident',
  assignment_group: 'Security Operations',
});
