import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { ConnectorBench, MakeBench } from '../../conformance/connector.ts';
import {
  API_TOKEN,
  EMAIL,
  HOOK_SECRET,
  INDEX_LAG_MS,
  startReceiver,
  startSite,
} from '../../sandbox/jira/site.ts';

const WRITES = [
  'POST /rest/api/3/issue',
  'POST /rest/api/3/issue/{issueIdOrKey}/comment',
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions',
  'POST /rest/servicedeskapi/request',
];
const HOOK_RETRY_MS = 5 * 60_000;

/** What agents choose for each category in the seeded projects IAM and ITSD. */
const PLATFORM_STATES = { new: 'To Do', active: 'In Progress', done: 'Done' };
const DESK_STATES = { new: 'Waiting for support', active: 'In progress', done: 'Resolved' };

const PLATFORM_TARGET = { project: 'IAM', issue_type: 'Task' };
export const DESK_TARGET = { service_desk: '1', request_type: '10', project: 'ITSD' };

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
        email: EMAIL,
        apiToken: API_TOKEN,
        hookSecret,
        io,
      });
    const [agent] = sandbox.people.agents();
    if (agent === undefined) throw new Error('The simulated Jira has no agents');
    const categoryOf = (id: TicketId) =>
      sandbox.people.tickets().find((ticket) => ticket.id === id)?.statusCategory;
    const states = 'service_desk' in target ? DESK_STATES : PLATFORM_STATES;

    return {
      connector: build(HOOK_SECRET),
      stranger: build('the-secret-of-somebody-else'),
      io,
      target,
      missing: { ticket: TicketId.parse('999999'), comment: CommentId.parse('999998') },
      secrets: [API_TOKEN, HOOK_SECRET, Buffer.from(`${EMAIL}:${API_TOKEN}`).toString('base64')],
      now: clock.now,
      outside: {
        comment: async (ticket, text, options) =>
          CommentId.parse(sandbox.people.comment(agent.id, ticket, text, options)),
        async setStatus(ticket, category) {
          if (categoryOf(ticket) === category) return;
          sandbox.people.setStatus(agent.id, ticket, states[category]);
        },
        tickets: async () => sandbox.people.tickets(),
        fault(on, fault, times) {
          for (const call of on === 'reads' ? ['*'] : WRITES) sandbox.faults.add(call, fault, times);
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
