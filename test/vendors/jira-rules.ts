import assert from 'node:assert/strict';
import { z } from 'zod';
import { ask, askWithFile, type Site, startSite } from '../sandbox/jira/site.ts';
import { jiraAccountRules } from './jira-account-rules.ts';
import { jiraHookRules } from './jira-hook-rules.ts';
import { createIssue } from './jira-issue.ts';
import { provenIn, type RuleBook, type VendorRule } from './rule-book.ts';
import { createStillClock } from './still-clock.ts';

type Rule = VendorRule<Site>;

const DOCS = 'https://developer.atlassian.com/cloud/jira';
const REST = `${DOCS}/platform/rest/v3`;
const ISSUES = `${REST}/api-group-issues/`;
const USERS = `${REST}/api-group-user-search/`;
const LIMITS = `${DOCS}/platform/rate-limiting/`;
const DESK = `${DOCS}/service-desk/rest/api-group-request/`;

const rest = provenIn('test/sandbox/jira/rest.test.ts');

const reading: readonly Rule[] = [
  {
    id: 'jira.read.invisible',
    sentence: 'What the account may not see is 404, like what is not there.',
    source: `${REST}/intro/#status-codes`,
    prove: rest('a project that we may not browse looks as if it were not there'),
  },
  {
    id: 'jira.read.attachment',
    sentence: 'The content of an attachment is a redirect to another place, unless redirect is false.',
    source: `${REST}/api-group-issue-attachments/`,
    async prove(site) {
      const { id } = await createIssue(site);
      const upload = `POST /rest/api/3/issue/${id}/attachments`;
      const { value } = await askWithFile(site, upload, { name: 'a.txt', bytes: 'abc' });
      const [file] = z.array(z.object({ id: z.string() })).parse(value);
      const content = `GET /rest/api/3/attachment/content/${file?.id}`;
      const moved = await ask(site, content);
      assert.equal(moved.status, 303);
      const there = await fetch(moved.headers.get('location') ?? '');
      assert.deepEqual([there.status, await there.text()], [200, 'abc']);
      const direct = await ask(site, `${content}?redirect=false`);
      assert.deepEqual([direct.status, direct.text], [200, 'abc']);
    },
  },
  {
    id: 'jira.read.index-lag',
    sentence: 'search/jql shows a write only later, unless the issue is named in reconcileIssues.',
    source: `${REST}/api-group-issue-search/`,
    prove: rest('the search index is behind, unless an issue is named to be reconciled'),
  },
  {
    id: 'jira.read.search-pages',
    sentence: 'search/jql needs a bound, gives ids alone unless asked, and goes on by tokens.',
    source: `${REST}/api-group-issue-search/`,
    prove: rest('searches are bounded, paged by tokens of the same query, and know no words beyond a subset'),
  },
  {
    id: 'jira.read.hidden-addresses',
    sentence: 'A profile may hide its address; then no search by address finds it.',
    source: USERS,
    prove: rest('people are found by name or address, and some hide their address'),
  },
  {
    id: 'jira.read.addresses',
    sentence: 'An address finds nobody, one person, or more than one.',
    source: USERS,
    async prove(site) {
      const found = async (query: string) =>
        z.array(z.unknown()).parse((await ask(site, `GET /rest/api/3/user/search?query=${query}`)).value);
      const address = 'pair@example.test';
      assert.equal((await found(address)).length, 0);
      const person = { displayName: 'A shared mailbox', email: address, apiToken: 'sandbox-token-of-two' };
      site.sandbox.signIn({ ...person, accountId: '712020:c0000001' });
      assert.equal((await found(address)).length, 1);
      site.sandbox.signIn({ ...person, accountId: '712020:c0000002' });
      assert.equal((await found(address)).length, 2);
    },
  },
  {
    id: 'jira.read.stale',
    sentence: 'A read can show the state of some moments ago.',
    source: `${REST}/api-group-issue-search/`,
    prove: rest('a stale read shows the past'),
  },
];

const writing: readonly Rule[] = [
  {
    id: 'jira.write.documents',
    sentence: 'Bodies are documents of version 1 that the schema of the format allows.',
    source: `${DOCS}/platform/apis/document/structure/`,
    prove: rest('only documents that the schema of the format allows are bodies'),
  },
  {
    id: 'jira.write.screen',
    sentence: 'A field that is not on the screen is refused by its name.',
    source: ISSUES,
    prove: rest('fields that Jira refuses are refused, each by its name'),
  },
  {
    id: 'jira.write.internal',
    sentence: 'A comment is internal by its property or by the service desk, whichever wrote it.',
    source: `${DOCS}/service-desk/rest/api-group-request/`,
    prove: rest(
      'an internal comment is marked by its property or by the service desk, and people see it as internal',
    ),
  },
  {
    id: 'jira.write.upload-header',
    sentence: 'An upload without X-Atlassian-Token no-check is refused, and a limit of size holds.',
    source: `${REST}/api-group-issue-attachments/`,
    prove: rest('an upload needs its header, a limit holds, and agents see what the file is'),
  },
  {
    id: 'jira.write.transition-ids',
    sentence: 'Transitions have other ids in each workflow, and only those of the present state are offered.',
    source: ISSUES,
    async prove(site) {
      const idsOf = async (project: string) => {
        const { id } = await createIssue(site, project);
        const { value } = await ask(site, `GET /rest/api/3/issue/${id}/transitions`);
        return z
          .object({ transitions: z.array(z.object({ id: z.string() })) })
          .parse(value)
          .transitions.map((one) => one.id);
      };
      const [team, classic] = [await idsOf('IAM'), await idsOf('SEC')];
      assert.ok(team.length > 1 && classic.length > 1);
      assert.deepEqual(
        team.filter((id) => classic.includes(id)),
        [],
      );
    },
  },
  {
    id: 'jira.write.resolution',
    sentence: 'A transition whose screen demands a resolution is refused without one.',
    source: ISSUES,
    prove: rest('workflows differ: other ids, ordered steps, a resolution that Resolve demands'),
  },
  {
    id: 'jira.write.conflict',
    sentence: 'A transition while somebody else changes the issue is 409, and nothing of it happens.',
    source: ISSUES,
    async prove(site) {
      const { id } = await createIssue(site);
      const move = () => ask(site, `POST /rest/api/3/issue/${id}/transitions`, { transition: { id: '21' } });
      const status = () => site.sandbox.people.tickets().find((one) => one.id === id)?.status;
      site.sandbox.setBusy(id, true);
      assert.equal((await move()).status, 409);
      assert.equal(status(), 'To Do');
      site.sandbox.setBusy(id, false);
      assert.equal((await move()).status, 204);
      assert.equal(status(), 'In Progress');
    },
  },
  {
    id: 'jira.write.desk-needs-public',
    sentence: 'A comment of the service desk must say whether it is public.',
    source: DESK,
    async prove(site) {
      const request = { serviceDeskId: '1', requestTypeId: '10', requestFieldValues: { summary: 'Help' } };
      const { value } = await ask(site, 'POST /rest/servicedeskapi/request', request);
      const { issueKey } = z.object({ issueKey: z.string() }).parse(value);
      const path = `POST /rest/servicedeskapi/request/${issueKey}/comment`;
      assert.equal((await ask(site, path, { body: 'Hello' })).status, 400);
      assert.equal((await ask(site, path, { body: 'Hello', public: true })).status, 201);
    },
  },
];

/** Sends `times` requests at one moment and answers their statuses, and the last answer. */
async function burst(site: Site, call: string, times: number) {
  const answers = await Promise.all(Array.from({ length: times }, () => ask(site, call)));
  const refused = answers.filter((one) => one.status === 429);
  return { refused, statuses: new Set(answers.map((one) => one.status)) };
}

const failing: readonly Rule[] = [
  {
    id: 'jira.fail.credential',
    sentence: 'A wrong credential is 401 at every endpoint.',
    source: `${DOCS}/platform/basic-auth-for-rest-apis/`,
    prove: rest('without the right credential every door is closed'),
  },
  {
    id: 'jira.fail.burst',
    sentence: 'Above a hundred reads of one endpoint in a second, calls are 429 with Retry-After.',
    source: LIMITS,
    async prove(site) {
      site.clock.advance(60_000);
      const { refused } = await burst(site, 'GET /rest/api/3/myself', 105);
      const [first] = refused;
      assert.ok(first && refused.length >= 1, 'nothing was refused');
      assert.equal(first.headers.get('ratelimit-reason'), 'jira-burst-based');
      assert.ok(Number(first.headers.get('retry-after')) >= 1);
      assert.equal((await ask(site, 'GET /rest/api/3/user/search?query=grace')).status, 200);
      site.clock.advance(1000);
      assert.equal((await ask(site, 'GET /rest/api/3/myself')).status, 200);
    },
  },
  {
    id: 'jira.fail.per-issue',
    sentence: 'One issue takes twenty writes in two seconds.',
    source: LIMITS,
    prove: rest('the twenty-first write to one issue within two seconds is refused, reads are not'),
  },
  {
    id: 'jira.fail.empty',
    sentence: 'Refusals may come without any body.',
    source: `${REST}/intro/#status-codes`,
    async prove(site) {
      site.sandbox.setTerse(true);
      try {
        const calls = ['GET /rest/api/3/issue/NO-1', 'GET /rest/servicedeskapi/request/NO-1'];
        for (const call of calls) {
          const { status, text } = await ask(site, call);
          assert.deepEqual([status, text], [404, '']);
        }
        const bad = await ask(site, 'POST /rest/api/3/issue', { fields: {} });
        assert.deepEqual([bad.status, bad.text], [400, '']);
      } finally {
        site.sandbox.setTerse(false);
      }
    },
  },
  {
    id: 'jira.fail.web-page',
    sentence: 'A sign-in or maintenance page answers with status 200 and HTML.',
    source: 'seen behind single sign-on and proxies; no page of the vendor says it',
    async prove(site) {
      site.sandbox.faults.add('GET /rest/api/3/myself', { kind: 'html' });
      const page = await ask(site, 'GET /rest/api/3/myself');
      assert.equal(page.status, 200);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    },
  },
];

/** Jira's rules; one site is shared by the proofs, each of which makes what it needs. */
export const jiraRules: RuleBook<Site> = {
  vendor: 'jira',
  rules: [...jiraHookRules, ...jiraAccountRules, ...reading, ...writing, ...failing],
  open: () => startSite({ clock: createStillClock() }),
  close: (site) => site.close(),
};
