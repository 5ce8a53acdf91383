import assert from 'node:assert/strict';
import { z } from 'zod';
import { passwordOf } from '../../src/sandbox/servicenow/access.ts';
import { seededId } from '../../src/sandbox/servicenow/seed.ts';
import { call, type Instance, recordOf } from '../sandbox/servicenow/instance.ts';
import { provenIn, type VendorRule } from './rule-book.ts';

const DOCS = 'https://www.servicenow.com/docs/r';
const CATALOG = `${DOCS}/api-reference/rest-apis/c_ServiceCatalogAPI.html`;
const APPROVALS = `${DOCS}/build-workflows/workflow-studio/ask-approval-flow-designer.html`;
const SIGNATURE = `${DOCS}/build-workflows/approvals/r_InstalledWApprWithEsignature.html`;
const signIn = provenIn('test/connectors/servicenow/sign-in.test.ts');

const FLAT = 'sysparm_exclude_reference_link=true';
const [IRIS, BETH] = ['iris.novak', 'beth.anglin'] as const;
const idOf = (userName: string) => seededId(`user:${userName}`);

/** An incident with one approval for each of them; answers the sys_ids of the approvals. */
async function asked(world: Instance, approvers: readonly string[]): Promise<readonly string[]> {
  const made = await call(world, 'POST', `/api/now/table/incident?${FLAT}`, { short_description: 'Access' });
  const ticket = recordOf(made.text)['sys_id'] ?? '';
  return world.sandbox.askApproval({ ticket, approvers: approvers.map(idOf), rule: 'anyone' });
}

async function approve(world: Instance, userName: string, sysId: string): Promise<number> {
  const credential = Buffer.from(`${userName}:${passwordOf(userName)}`).toString('base64');
  const answer = await fetch(`${world.baseUrl}/api/now/table/sysapproval_approver/${sysId}`, {
    method: 'PATCH',
    headers: { authorization: `Basic ${credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ state: 'approved' }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function stateOf(world: Instance, sysId: string): Promise<string> {
  const { text } = await call(world, 'GET', `/api/now/table/sysapproval_approver/${sysId}?${FLAT}`);
  return recordOf(text)['state'] ?? '';
}

/** What ServiceNow does with orders and approvals. */
export const serviceNowRequestRules: readonly VendorRule<Instance>[] = [
  {
    id: 'servicenow.requests.order-now',
    sentence: 'An order is answered with its request; the items stand below it in sc_req_item.',
    source: CATALOG,
    async prove(world) {
      const path = `/api/sn_sc/servicecatalog/items/${seededId('item:New laptop')}/order_now`;
      const variables = { model: 'light', why: 'The old one is broken' };
      const { status, text } = await call(world, 'POST', path, { sysparm_quantity: 1, variables });
      assert.equal(status, 200, text);
      const { table, number, sys_id } = recordOf(text);
      assert.equal(table, 'sc_request');
      assert.match(number ?? '', /^REQ\d+$/);
      const items = await call(
        world,
        'GET',
        `/api/now/table/sc_req_item?sysparm_query=request=${sys_id}&${FLAT}`,
      );
      const { result } = z
        .object({ result: z.array(z.record(z.string(), z.string())) })
        .parse(JSON.parse(items.text));
      assert.equal(result.length, 1);
      assert.match(result[0]?.['number'] ?? '', /^RITM\d+$/);
    },
  },
  {
    id: 'servicenow.requests.own-approval',
    sentence: 'An approval is answered by its approver alone, and only while it is requested.',
    source: APPROVALS,
    async prove(world) {
      const [approval = ''] = await asked(world, [IRIS]);
      assert.equal(await approve(world, BETH, approval), 403);
      assert.equal(await approve(world, IRIS, approval), 200);
      assert.equal(await approve(world, IRIS, approval), 403);
      assert.equal(await stateOf(world, approval), 'approved');
    },
  },
  {
    id: 'servicenow.requests.not-required',
    sentence: 'Where anyone may approve, the first approval makes the others not required.',
    source: APPROVALS,
    async prove(world) {
      const [first = '', second = ''] = await asked(world, [IRIS, BETH]);
      assert.equal(await stateOf(world, second), 'requested');
      assert.equal(await approve(world, IRIS, first), 200);
      assert.equal(await stateOf(world, second), 'not_required');
      assert.equal(await approve(world, BETH, second), 403);
    },
  },
  {
    id: 'servicenow.requests.signature',
    sentence: 'Where an electronic signature is demanded, nobody approves over REST.',
    source: SIGNATURE,
    async prove(world) {
      const [approval = ''] = await asked(world, [IRIS]);
      const plugin = { sys_id: seededId('plugin:com.glide.e_signature_approvals') };
      world.sandbox.putRecord('v_plugin', { ...plugin, active: 'active' });
      try {
        assert.equal(await approve(world, IRIS, approval), 403);
        assert.equal(await stateOf(world, approval), 'requested');
      } finally {
        world.sandbox.putRecord('v_plugin', { ...plugin, active: 'inactive' });
      }
      assert.equal(await approve(world, IRIS, approval), 200);
    },
  },
  {
    id: 'servicenow.requests.sign-ins',
    sentence:
      'Password, client credentials, signed assertion and key let in, each until its token has ended.',
    source: `${DOCS}/platform-security/authentication/r_OAuthAPIRequestParameters.html`,
    prove: signIn('every way is let in as the integration user, also after its token has ended'),
  },
];
