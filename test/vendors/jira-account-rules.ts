import assert from 'node:assert/strict';
import { z } from 'zod';
import { listen } from '../../src/sandbox/listen.ts';
import { ask, type Site } from '../sandbox/jira/site.ts';
import { createIssue } from './jira-issue.ts';
import type { VendorRule } from './rule-book.ts';

const TOKENS =
  'https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/';
const APPROVALS = 'https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/';
const ISSUES = 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/';

const AGENT = '712020:a0000001';
const APPROVER = { accountId: '712020:a0000002', displayName: 'Alan Turing', email: 'alan@example.test' };
const basic = (email: string, token: string) =>
  `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;

/** Who may do what under which credential, and what becomes of an issue that moves. */
export const jiraAccountRules: readonly VendorRule<Site>[] = [
  {
    id: 'jira.accounts.scoped-tokens',
    sentence: 'A token with scopes is 401 on the site itself and works through the gateway only.',
    source: TOKENS,
    async prove(site) {
      const person = { accountId: '712020:b0000009', displayName: 'Desk Bot', email: 'scoped@example.test' };
      const token = 'sandbox-scoped-token-0123456789';
      site.sandbox.signIn({ ...person, apiToken: token, kind: 'scoped-token' });
      const gateway = await listen(site.sandbox.gateway);
      const authorization = basic(person.email, token);
      try {
        const onSite = await ask(site, 'GET /rest/api/3/myself', undefined, { authorization });
        assert.equal(onSite.status, 401);
        const behind = `${gateway.url}/ex/jira/${site.sandbox.cloudId}/rest/api/3/myself`;
        const answer = await fetch(behind, { headers: { authorization } });
        assert.deepEqual([answer.status, (await answer.text()).includes('Desk Bot')], [200, true]);
      } finally {
        await gateway.close();
      }
    },
  },
  {
    id: 'jira.accounts.approvals',
    sentence:
      'An approval is answered by an approver himself, once: another answer is 409, a stranger is refused.',
    source: APPROVALS,
    async prove(site) {
      const request = { serviceDeskId: '1', requestTypeId: '10', requestFieldValues: { summary: 'Access' } };
      const { value } = await ask(site, 'POST /rest/servicedeskapi/request', request);
      const { issueId } = z.object({ issueId: z.string() }).parse(value);
      const approvers = [APPROVER.accountId];
      const approval = site.sandbox.askApproval(issueId, { name: 'Manager', approvers, needed: 1 });
      const token = 'sandbox-token-of-an-approver-0123';
      site.sandbox.signIn({ ...APPROVER, apiToken: token });
      const path = `POST /rest/servicedeskapi/request/${issueId}/approval/${approval}`;
      const answer = (decision: string, headers = {}) => ask(site, path, { decision }, headers);
      const own = { authorization: basic(APPROVER.email, token) };
      assert.equal((await answer('approve')).status, 403);
      assert.equal((await answer('approve', own)).status, 200);
      assert.equal((await answer('decline', own)).status, 409);
    },
  },
  {
    id: 'jira.accounts.moved',
    sentence: 'An issue that moves keeps its id and has a new key, to which the old key still leads.',
    source: ISSUES,
    async prove(site) {
      const { id, key } = await createIssue(site);
      const moved = site.sandbox.move(AGENT, id, 'OPS');
      assert.match(moved, /^OPS-\d+$/);
      for (const name of [id, key, moved]) {
        const { status, value } = await ask(site, `GET /rest/api/3/issue/${name}`);
        assert.equal(status, 200, name);
        const found = z.object({ id: z.string(), key: z.string() }).parse(value);
        assert.deepEqual([found.id, found.key], [id, moved]);
      }
    },
  },
];
