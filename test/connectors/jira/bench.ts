import { z } from 'zod';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { StatusCategory } from '../../../src/model/ticket.ts';
import type { JiraSandbox } from '../../../src/sandbox/jira/jira-sandbox.ts';
import { NotApplicable, type Special } from '../../conformance/bench.ts';
import type { ConnectorBench, MakeBench } from '../../conformance/connector.ts';
import {
  API_TOKEN,
  ask,
  EMAIL,
  HOOK_SECRET,
  INDEX_LAG_MS,
  type Site,
  startReceiver,
  startSite,
} from '../../sandbox/jira/site.ts';

const WRITES = [
  'POST /rest/api/3/issue',
  'PUT /rest/api/3/issue/{issueIdOrKey}',
  'PUT /rest/api/3/issue/{issueIdOrKey}/assignee',
  'POST /rest/api/3/issue/{issueIdOrKey}/comment',
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}',
  'POST /rest/api/3/issue/{issueIdOrKey}/attachments',
  'DELETE /rest/api/3/attachment/{id}',
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions',
  'POST /rest/servicedeskapi/request',
  'POST /rest/api/3/issue/{issueIdOrKey}/remotelink',
];
const FAULTY = {
  reads: ['*'],
  content: ['GET /rest/api/3/attachment/content/{id}'],
  writes: WRITES,
} as const;
const HOOK_RETRY_MS = 5 * 60_000;

/** What agents choose for each category in the seeded projects IAM and ITSD. */
const PLATFORM_STATES = { new: 'To Do', active: 'In Progress', done: 'Done' };
const DESK_STATES = { new: 'Waiting for support', active: 'In progress', done: 'Resolved' };

const PLATFORM_TARGET = { project: 'IAM', issue_type: 'Task' };
export const DESK_TARGET = { service_desk: '1', request_type: '10', project: 'ITSD' };

const basic = (email: string, token: string) => Buffer.from(`${email}:${token}`).toString('base64');
const PERSON = { account: '712020:a0000001', name: 'Grace Hopper', email: 'grace@example.test' };
const SIGNED = {
  accountId: '712020:a0000002',
  displayName: 'Alan Turing',
  email: 'alan@example.test',
  apiToken: 'sandbox-token-of-alan-0123456789',
};
const WITHDRAWN = 'sandbox-token-that-was-withdrawn';

/** What agents do and see, as the suite asks for it. */
function agentsSide({ people }: JiraSandbox, states: Readonly<Record<StatusCategory, string>>) {
  const agent = people.agents()[0]?.id ?? '';
  return {
    notes: true,
    comment: async (ticket, text, options) => CommentId.parse(people.comment(agent, ticket, text, options)),
    editComment: async (ticket, comment, text) => people.editComment(agent, ticket, comment, text),
    deleteComment: async (ticket, comment) => people.deleteComment(agent, ticket, comment),
    setInternal: async (ticket, comment, internal) => people.setInternal(agent, ticket, comment, internal),
    attach: async (ticket, file) => AttachmentId.parse(people.attach(agent, ticket, file)),
    removeFile: async (ticket, file) => people.removeFile(agent, ticket, file),
    async setStatus(ticket, category) {
      const now = people.tickets().find((one) => one.id === ticket)?.statusCategory;
      if (now !== category) people.setStatus(agent, ticket, states[category]);
    },
    setField: async (ticket, field, value) => people.setField(agent, ticket, field, value),
    tickets: async () => people.tickets(),
  } satisfies Partial<ConnectorBench['outside']>;
}

const Links = z.array(z.looseObject({ object: z.looseObject({ url: z.string() }) }));

/** What only a service desk has, and the links of any issue. */
const specialSide = (site: Site): Special => ({
  askApproval: async (ticket) =>
    site.sandbox.askApproval(ticket, { name: 'Manager', approvers: [SIGNED.accountId], needed: 1 }),
  askInHisPlace: { cannot: 'Jira has no delegates: an approver is replaced, or somebody else is asked, too' },
  demandSignature: { cannot: 'Jira asks for no electronic signatures' },
  article: { words: 'connect vpn', title: 'Connect to the VPN' },
  async links(ticket) {
    const answer = await ask(site, `GET /rest/api/3/issue/${ticket}/remotelink`);
    return Links.parse(answer.value).map(({ object }) => object.url);
  },
});

const noApproval = async () => {
  throw new NotApplicable('issues outside of a service desk have no approvals in Jira');
};

/** The connector against a simulated Jira over loopback; `target` says which kind of queue tickets land in. */
export function makeJiraBench(target: object): MakeBench {
  return async (): Promise<ConnectorBench> => {
    const site = await startSite();
    const { sandbox, clock } = site;
    let refusing = 0;
    let refused = 0;
    const receiver = await startReceiver(clock.now, () => {
      if (refusing === 0) return 204;
      refusing -= 1;
      refused += 1;
      return 503;
    });
    sandbox.setHookUrl(receiver.url);
    const io = createIo({ metrics: noMetrics });
    const build = (hookSecret: string) =>
      createJiraConnector({
        id: ConnectorId.parse('jira-it'),
        baseUrl: site.baseUrl,
        auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
        hookSecret,
        maps: {
          ITSD: {
            fields: { impact: 'customfield_10004', urgency: 'customfield_10048', group: 'customfield_10060' },
          },
        },
        io,
      });
    sandbox.signIn(SIGNED);
    const states = 'service_desk' in target ? DESK_STATES : PLATFORM_STATES;

    return {
      connector: build(HOOK_SECRET),
      stranger: build('the-secret-of-somebody-else'),
      io,
      target,
      missing: {
        ticket: TicketId.parse('999999'),
        comment: CommentId.parse('999998'),
        file: AttachmentId.parse('999997'),
      },
      person: PERSON,
      group: 'Network',
      signed: {
        name: SIGNED.displayName,
        grant: { account: SIGNED.email, secret: createSecret(SIGNED.apiToken) },
        refused: { account: SIGNED.email, secret: createSecret(WITHDRAWN) },
      },
      ...('service_desk' in target
        ? { special: specialSide(site) }
        : { special: { ...specialSide(site), askApproval: noApproval } }),
      secrets: [
        ...[API_TOKEN, HOOK_SECRET, SIGNED.apiToken, WITHDRAWN],
        ...[basic(EMAIL, API_TOKEN), basic(SIGNED.email, SIGNED.apiToken)],
      ],
      now: clock.now,
      outside: {
        ...agentsSide(sandbox, states),
        fault(on, fault, times) {
          for (const call of FAULTY[on]) sandbox.faults.add(call, fault, times);
        },
        clearFaults: sandbox.faults.clear,
        cut: site.cut,
        restore: site.restore,
        requests: () => sandbox.calls().length,
        hooks: () => receiver.hooks,
        refuseHooks(times) {
          refusing = times;
        },
        loseHooks: (times) => sandbox.hookFaults.add('*', { kind: 'drop' }, times),
        pass: async (ms) => clock.advance(ms),
        async settle() {
          clock.advance(INDEX_LAG_MS + 1);
          await sandbox.settled();
          while (refused > 0) {
            refused = 0;
            clock.advance(HOOK_RETRY_MS + 1);
            await sandbox.settled();
          }
        },
      },
      async close() {
        await receiver.close();
        await site.close();
      },
    };
  };
}

export const makeBench: MakeBench = makeJiraBench(PLATFORM_TARGET);
