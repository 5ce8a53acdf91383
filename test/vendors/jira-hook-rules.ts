import assert from 'node:assert/strict';
import { z } from 'zod';
import { type Site, startReceiver } from '../sandbox/jira/site.ts';
import { createIssue } from './jira-issue.ts';
import { provenIn, type VendorRule } from './rule-book.ts';

const HOOKS = 'https://developer.atlassian.com/cloud/jira/platform/webhooks/';
const RECORDED = 'recorded deliveries in github.com/mattermost/mattermost-plugin-jira, server/testdata';
const hooks = provenIn('test/sandbox/jira/hooks.test.ts');

const WEBHOOKS = 'https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/';
const apps = provenIn('test/sandbox/jira/app-webhooks.test.ts');

const AGENT = '712020:a0000001';

/** What Jira does when it tells of changes. */
export const jiraHookRules: readonly VendorRule<Site>[] = [
  {
    id: 'jira.hooks.signed',
    sentence: 'A hook is signed over its raw bytes and carries an identifier.',
    source: HOOKS,
    prove: hooks('a hook is signed over its raw bytes and looks like version 2'),
  },
  {
    id: 'jira.hooks.version-2',
    sentence: 'The issue of a hook has the shape of version 2: descriptions and comments are wiki text.',
    source: HOOKS,
    prove: hooks(
      'edits, deletions and files are told: comments as wiki text, files without their issue beside the change of it',
    ),
  },
  {
    id: 'jira.hooks.no-user',
    sentence:
      'Events of comments carry no user at their top, and internal comments are told like all others.',
    source: RECORDED,
    prove: hooks('our own writes come back, comments carry no user, internal ones are delivered too'),
  },
  {
    id: 'jira.hooks.echo',
    sentence: 'What an account writes over the API comes back to it as a hook.',
    source: HOOKS,
    async prove(site) {
      const receiver = await startReceiver(site.clock.now);
      site.sandbox.setHookUrl(receiver.url);
      try {
        const { id } = await createIssue(site);
        await site.sandbox.settled();
        const [hook] = receiver.hooks;
        const { issue, user } = z
          .object({ issue: z.object({ id: z.string() }), user: z.object({ displayName: z.string() }) })
          .parse(JSON.parse(Buffer.from(hook?.body ?? '').toString()));
        assert.deepEqual([issue.id, user.displayName], [id, 'Deskbridge']);
      } finally {
        site.sandbox.setHookUrl(null);
        await receiver.close();
      }
    },
  },
  {
    id: 'jira.hooks.flow',
    sentence: 'Hooks of a bulk change are Secondary and come minutes later, all others are Primary.',
    source: HOOKS,
    async prove(site) {
      const receiver = await startReceiver(site.clock.now);
      const made = [await createIssue(site), await createIssue(site)];
      site.sandbox.setHookUrl(receiver.url);
      const flows = () => receiver.hooks.map((hook) => hook.headers['x-atlassian-webhook-flow']);
      try {
        site.sandbox.changeInBulk(
          made.map(({ id }) => id),
          'High',
        );
        await site.sandbox.settled();
        assert.deepEqual(flows(), []);
        site.sandbox.people.setStatus(AGENT, made[0]?.id ?? '', 'In Progress');
        await site.sandbox.settled();
        site.clock.advance(120_000);
        await site.sandbox.settled();
        assert.deepEqual(flows(), ['Primary', 'Secondary', 'Secondary']);
      } finally {
        site.sandbox.setHookUrl(null);
        await receiver.close();
      }
    },
  },
  {
    id: 'jira.hooks.retries',
    sentence: 'A hook that fails is sent up to five times more, five minutes apart, counted in its header.',
    source: HOOKS,
    prove: hooks('a hook that fails is sent five times more, under the same identifier, and then no longer'),
  },
  {
    id: 'jira.hooks.final',
    sentence: 'A refusal other than 408, 409, 425 and 429 is final.',
    source: HOOKS,
    prove: hooks('a refusal is final, and a success ends the retries'),
  },
  {
    id: 'jira.hooks.disorder',
    sentence: 'Hooks get lost, come twice, and come twenty minutes late and out of order.',
    source: HOOKS,
    prove: hooks('hooks get lost, come twice and come late when they are told to'),
  },
  {
    id: 'jira.app-hooks.apps-only',
    sentence:
      'Only an app registers dynamic webhooks, with a scope of their own; an API token is refused with 403.',
    source: WEBHOOKS,
    prove: apps('only apps register webhooks: an API token is 403, a sign-in without the scope 401'),
  },
  {
    id: 'jira.app-hooks.limits',
    sentence:
      'An app has one address, and filters of a subset of JQL; OAuth apps have five webhooks for each user.',
    source: WEBHOOKS,
    prove: apps(
      'an app has one address, filters of a subset of JQL, and five webhooks for each of its users',
    ),
  },
  {
    id: 'jira.app-hooks.own',
    sentence:
      'An app sees, prolongs and deletes its own webhooks only; other ids are ignored without an error.',
    source: WEBHOOKS,
    prove: apps('an app sees, prolongs and deletes its own webhooks; those of others are ignored'),
  },
  {
    id: 'jira.app-hooks.expiry',
    sentence: 'A dynamic webhook ends thirty days after it was registered or last prolonged.',
    source: WEBHOOKS,
    prove: apps(
      'a webhook ends after thirty days; one that was prolonged lives on, one that has ended does not',
    ),
  },
  {
    id: 'jira.app-hooks.owner',
    sentence: 'An app that is not distributed hears only of webhooks that its owner registered.',
    source: WEBHOOKS,
    prove: apps('an app that is not distributed hears only of webhooks that its owner registered'),
  },
  {
    id: 'jira.app-hooks.token',
    sentence: "A dynamic webhook carries a JWT that is signed with HS256 and the app's client secret.",
    source: `${HOOKS}#webhooks-authentication-for-oauth-2-0-apps`,
    prove: apps('its calls carry a token that the client secret signs, and the ids that matched'),
  },
];
