import type { Connector } from '../../src/connectors/connector.ts';
import { createJiraConnector } from '../../src/connectors/jira/connector.ts';
import { createServiceNowConnector } from '../../src/connectors/servicenow/connector.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import type { StatusCategory } from '../../src/model/ticket.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { AgentFile, DeskField, TicketPeople } from '../../src/sandbox/worlds.ts';
import { EMAIL, type Site, startSite } from '../sandbox/jira/site.ts';
import { type Instance, startInstance, USER } from '../sandbox/servicenow/instance.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, type Desk, type DeskKind, ticketView } from './desks.ts';

const id = ConnectorId.parse('desk');

export const jiraKind: DeskKind = {
  targets: {
    general: { project: 'OPS', issue_type: 'Task' },
    access: { project: 'IAM', issue_type: 'Task' },
  },
};

export const jsmKind: DeskKind = {
  targets: {
    general: { service_desk: '1', request_type: '10', project: 'ITSD' },
    access: { service_desk: '1', request_type: '11', project: 'ITSD' },
  },
};

export const incidentKind: DeskKind = {
  targets: {
    general: { table: 'incident', assignment_group: 'Endpoint Support' },
    access: { table: 'incident', assignment_group: 'Identity & Access' },
  },
};

export const requestItemKind: DeskKind = {
  targets: {
    general: { table: 'sc_req_item', assignment_group: 'Endpoint Support' },
    access: { table: 'sc_req_item', assignment_group: 'Identity & Access' },
  },
};

/** The people's side is the same in both systems; the states have the names that agents see. */
function peopleSide(
  people: TicketPeople,
  states: (queue: string) => Readonly<Record<StatusCategory, string>>,
) {
  const agent = people.agents()[0]?.id ?? '';
  return {
    tickets: () =>
      people.tickets().map((ticket) => ticketView({ ...ticket, category: ticket.statusCategory })),
    comment: (ticketId: string, text: string, options: { internal?: boolean } = {}) =>
      people.comment(agent, ticketId, text, options),
    editComment: (ticketId: string, commentId: string, text: string) =>
      people.editComment(agent, ticketId, commentId, text),
    deleteComment: (ticketId: string, commentId: string) => people.deleteComment(agent, ticketId, commentId),
    setInternal: (ticketId: string, commentId: string, internal: boolean) =>
      people.setInternal(agent, ticketId, commentId, internal),
    attach: (ticketId: string, file: AgentFile) => people.attach(agent, ticketId, file),
    setField: (ticketId: string, field: DeskField, value: string) =>
      people.setField(agent, ticketId, field, value),
    moveTo(ticketId: string, state: string) {
      people.setStatus(agent, ticketId, state);
    },
    setStatus(ticketId: string, category: StatusCategory) {
      const queue = people.tickets().find((ticket) => ticket.id === ticketId)?.queue ?? '';
      people.setStatus(agent, ticketId, states(queue)[category]);
    },
  };
}

const PLATFORM_STATES = { new: 'To Do', active: 'In Progress', done: 'Done' };
const SERVICE_DESK_STATES = { new: 'Waiting for support', active: 'In progress', done: 'Resolved' };

export async function jiraDesk(clock: SandboxClock): Promise<Desk> {
  return jiraDeskAt(await startSite({ clock, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET }));
}

export function jiraDeskAt(site: Site): Desk {
  const { sandbox, baseUrl } = site;
  return {
    settings: {
      system: 'jira',
      base_url: baseUrl,
      auth: { kind: 'api-token', email: EMAIL, api_token_env: 'DESK_SECRET' },
      hook_secret_env: 'DESK_HOOK_SECRET',
    },
    connectors: (io) =>
      new Map<ConnectorId, Connector>([
        [
          id,
          createJiraConnector({
            id,
            baseUrl,
            auth: { kind: 'api-token', email: EMAIL, apiToken: DESK_SECRET },
            hookSecret: DESK_HOOK_SECRET,
            io,
          }),
        ],
      ]),
    setHookUrl: (url) => sandbox.setHookUrl(url),
    ...peopleSide(sandbox.people, (queue) =>
      /service|desk|ITSD/i.test(queue) ? SERVICE_DESK_STATES : PLATFORM_STATES,
    ),
    failAfterCommit(times) {
      for (const call of [
        'POST /rest/api/3/issue',
        'POST /rest/servicedeskapi/request',
        'POST /rest/api/3/issue/{issueIdOrKey}/comment',
      ]) {
        sandbox.faults.add(call, { kind: 'fail-after', status: 502 }, times);
      }
    },
    clearFaults: () => sandbox.faults.clear(),
    cut: site.cut,
    restore: site.restore,
    loseHooks: (times) => sandbox.hookFaults.add('*', { kind: 'drop' }, times),
    settled: () => sandbox.settled(),
    stop: site.close,
  };
}

const INCIDENT_STATES = { new: 'New', active: 'In Progress', done: 'Resolved' };
const ITEM_STATES = { new: 'Open', active: 'Work in Progress', done: 'Closed Complete' };

export async function serviceNowDesk(clock: SandboxClock): Promise<Desk> {
  return serviceNowDeskAt(
    await startInstance({ clock, password: DESK_SECRET, hookSecret: DESK_HOOK_SECRET }),
  );
}

export function serviceNowDeskAt(instance: Instance): Desk {
  const { sandbox, baseUrl } = instance;
  const auth = { kind: 'basic', user: USER, password: DESK_SECRET } as const;
  return {
    settings: {
      system: 'servicenow',
      base_url: baseUrl,
      auth: { kind: 'basic', user: USER, password_env: 'DESK_SECRET' },
      hook_secret_env: 'DESK_HOOK_SECRET',
    },
    connectors: (io) =>
      new Map<ConnectorId, Connector>([
        [id, createServiceNowConnector({ id, baseUrl, auth, hookSecret: DESK_HOOK_SECRET, io })],
      ]),
    setHookUrl: (url) => sandbox.setHookUrl(url),
    ...peopleSide(sandbox.people, (queue) =>
      queue.includes('sc_req_item') || /request item/i.test(queue) ? ITEM_STATES : INCIDENT_STATES,
    ),
    failAfterCommit: (times) => sandbox.faults.add('write', { kind: 'fail-after', status: 502 }, times),
    clearFaults: () => sandbox.faults.clear(),
    cut: instance.cut,
    restore: instance.restore,
    loseHooks: (times) => sandbox.hookFaults.add('*', { kind: 'drop' }, times),
    settled: () => sandbox.settled(),
    stop: instance.close,
  };
}
