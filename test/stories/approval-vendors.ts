/** Ticket systems with approvals of their own: the people whom they ask, and what their workflows do. */
import assert from 'node:assert/strict';
import type { Decision } from '../../src/model/approval.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import { BRIDGE_ACCOUNT } from '../../src/sandbox/jira/jira-sandbox.ts';
import { SEED_AGENTS } from '../../src/sandbox/jira/seed.ts';
import { passwordOf } from '../../src/sandbox/servicenow/access.ts';
import { emailOf, seededId } from '../../src/sandbox/servicenow/seed.ts';
import { EMAIL, startSite } from '../sandbox/jira/site.ts';
import { startInstance } from '../sandbox/servicenow/instance.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, type Desk } from './desks.ts';
import { jiraDeskAt, serviceNowDeskAt } from './vendor-desks.ts';

/** Somebody as the ticket system knows him. */
export interface Account {
  readonly id: string;
  readonly signIn: { readonly account: string; readonly secret: string };
}

/** One ticket system with two people who can be asked, as they and its workflow act in it. */
export interface Vendor {
  readonly desk: Desk;
  readonly ben: Account;
  readonly dana: Account;
  /** Who works on the tickets there. */
  readonly agent: Account;
  ask(ticket: string): void;
  /** Answers the HTTP status. */
  decide(who: Account, ticket: string, decision: Decision): Promise<number>;
  /** How its record stands. */
  state(ticket: string): Promise<string>;
  /** Whose record a program answers. */
  readonly program: Pick<Account, 'id'>;
  askProgram(ticket: string): void;
  /** A rule, a flow or an app approves it. */
  decideByProgram(ticket: string): Promise<void>;
}

const basic = ({ signIn }: Account) =>
  `Basic ${Buffer.from(`${signIn.account}:${signIn.secret}`).toString('base64')}`;

async function call(who: Account, url: string, method = 'GET', body?: unknown) {
  const answer = await fetch(url, {
    method,
    headers: { authorization: basic(who), accept: 'application/json', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse((await answer.text()) || 'null') };
}

export async function jsm(clock: SandboxClock, hasImpostor = false): Promise<Vendor> {
  const [first = assert.fail()] = SEED_AGENTS;
  const agents = SEED_AGENTS.map((one) =>
    hasImpostor ? { ...one, email: first.email, displayName: first.displayName } : one,
  );
  const site = await startSite({ clock, agents, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
  const account = (id: string, name: string): Account => {
    const signIn = { account: `${name}@example.test`, secret: `sandbox-own-token-of-${name}-0123456789` };
    site.sandbox.signIn({ accountId: id, email: signIn.account, apiToken: signIn.secret, displayName: name });
    return { id, signIn };
  };
  const [ben, dana] = [account('712020:a0000001', 'grace'), account('712020:a0000002', 'alan')];
  const path = (ticket: string) => `${site.baseUrl}/rest/servicedeskapi/request/${ticket}/approval`;
  const last = async (ticket: string) => (await call(ben, path(ticket))).body.values[0];
  return {
    desk: jiraDeskAt(site),
    ...{ ben, dana, agent: { ...ben, id: site.sandbox.people.agents()[0]?.id ?? '' } },
    ask: (ticket) =>
      void site.sandbox.askApproval(ticket, { name: 'Manager', approvers: [ben.id, dana.id], needed: 1 }),
    async decide(who, ticket, decision) {
      const said = { decision: decision === 'approve' ? 'approve' : 'decline' };
      const { status } = await call(who, `${path(ticket)}/${(await last(ticket)).id}`, 'POST', said);
      return status;
    },
    state: async (ticket) => (await last(ticket)).finalDecision,
    program: { id: BRIDGE_ACCOUNT },
    askProgram: (ticket) =>
      void site.sandbox.askApproval(ticket, { name: 'Manager', approvers: [BRIDGE_ACCOUNT], needed: 1 }),
    async decideByProgram(ticket) {
      const app = { id: BRIDGE_ACCOUNT, signIn: { account: EMAIL, secret: DESK_SECRET } };
      const { body } = await call(app, path(ticket));
      const answered = await call(app, `${path(ticket)}/${body.values[0].id}`, 'POST', {
        decision: 'approve',
      });
      assert.equal(answered.status, 200);
    },
  };
}

export async function serviceNow(clock: SandboxClock, hasImpostor = false): Promise<Vendor> {
  const instance = await startInstance({ clock, password: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
  const account = (name: string): Account => ({
    id: seededId(`user:${name}`),
    signIn: { account: name, secret: passwordOf(name) },
  });
  const [ben, dana] = [account('iris.novak'), account('tomas.lindqvist')];
  const table = `${instance.baseUrl}/api/now/table/sysapproval_approver`;
  if (hasImpostor) {
    const called = { name: 'Iris Novak', email: emailOf('iris.novak') };
    instance.sandbox.putRecord('sys_user', { sys_id: dana.id, ...called });
  }
  const rowsOf = (ticket: string) => asked.get(ticket) ?? [];
  const asked = new Map<string, readonly string[]>();
  function ask(ticket: string) {
    const group = seededId('group:Major Incident');
    const approvers = [ben.id, dana.id];
    asked.set(
      ticket,
      instance.sandbox.askApproval({ ticket: sysId(ticket), approvers, rule: 'anyone', group }),
    );
  }
  return {
    desk: serviceNowDeskAt(instance),
    ...{ ben, dana, agent: ben, ask },
    program: ben,
    askProgram: ask,
    async decideByProgram(ticket) {
      // As a flow that answers for its approver: the record is his, the hand is not.
      const [sys_id = ''] = rowsOf(ticket);
      const { body } = await call(ben, `${table}/${sys_id}?sysparm_exclude_reference_link=true`);
      const answered = { sys_id, state: 'approved', sys_updated_by: 'system' };
      instance.sandbox.putRecord('sysapproval_approver', answered);
      instance.sandbox.putRecord('sysapproval_group', { sys_id: body.result.group, approval: 'approved' });
    },
    async decide(who, ticket, decision) {
      const row = rowsOf(ticket)[who === ben ? 0 : 1] ?? assert.fail();
      const state = decision === 'approve' ? 'approved' : 'rejected';
      return (await call(who, `${table}/${row}`, 'PATCH', { state, comments: 'Decided there.' })).status;
    },
    async state(ticket) {
      const rows = await Promise.all(rowsOf(ticket).map((row) => call(ben, `${table}/${row}`)));
      const states: string[] = rows.map(({ body }) => body.result.state);
      return states.find((one) => one === 'approved' || one === 'rejected') ?? 'pending';
    },
  };
}
const sysId = (ticket: string) => ticket.split(':').at(-1) ?? ticket;
