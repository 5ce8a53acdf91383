/** What the Home tab shows of the ticket systems: accounts, approvals, and tickets that wait for their person. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createConnecting } from '../../src/flows/connect-account.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET } from './desks.ts';
import { CALLBACK, DESK, GRACE, oauthDesk } from './oauth-desk.ts';
import { type Story, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDeskAt, jiraKind, jsmKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';
const PUBLIC_URL = 'http://127.0.0.1:9';

const shownOn = (story: Story, user: string) => JSON.stringify(story.slack.people.home(user) ?? {});

async function home(story: Story, wanted: RegExp): Promise<string> {
  story.slack.people.openHome(ALMA);
  await until(`the Home says ${wanted}`, LIMIT_MS, () => wanted.test(shownOn(story, ALMA)));
  return shownOn(story, ALMA);
}

suite('the Home tab and the ticket systems', { concurrency: false }, () => {
  test('a person connects from the Home, sees it there, and takes it back', async (t) => {
    const desks: Awaited<ReturnType<typeof oauthDesk>>[] = [];
    const story = await startStory(t, {
      kind: jiraKind,
      publicUrl: PUBLIC_URL,
      async desk(clock) {
        const desk = await oauthDesk(clock);
        desks.push(desk);
        return desk;
      },
    });
    const [desk = assert.fail()] = desks;
    const { people } = story.slack;
    await home(story, /Not connected/);
    assert.ok((await people.actInHome(ALMA, { actionId: 'desk_home_connect', value: DESK })).ok);
    await until('the link is there', LIMIT_MS, () => shownOn(story, ALMA).includes('desk_home_go'));
    const address = /"url":"([^"]*\/oauth\/desk\/connect\?invitation=[^"]+)"/.exec(shownOn(story, ALMA))?.[1];
    const invitation = new URL(address ?? assert.fail()).searchParams.get('invitation') ?? '';
    const kept = await story.query<{ all: string }>('select jsonb_agg(i)::text as all from invitation i');
    assert.ok(!JSON.stringify(kept).includes(invitation), 'the link itself is not stored');

    const { store, io } = story.bridge.world;
    const connecting = createConnecting({ store, io, apps: desk.oauth.oauthApps(io), publicUrl: PUBLIC_URL });
    const begun = (await connecting.begin(DESK, invitation)) ?? assert.fail('the link does not work');
    desk.atlassian.consentAs(GRACE);
    const back = await fetch(begun.to, { redirect: 'manual' });
    const params = new URL(back.headers.get('location') ?? CALLBACK).searchParams;
    const finished = await connecting.finish(DESK, {
      state: params.get('state') ?? '',
      browser: begun.browser,
      code: params.get('code'),
    });
    assert.equal(finished.kind, 'connected', JSON.stringify(finished));
    await until('the Home says so by itself', LIMIT_MS, () => /Connected as/.test(shownOn(story, ALMA)));
    assert.ok(!shownOn(story, ALMA).includes('desk_home_go'));

    assert.ok((await people.actInHome(ALMA, { actionId: 'desk_home_disconnect' })).ok);
    await until('it is forgotten', LIMIT_MS, () => /speaks for you and names you/.test(shownOn(story, ALMA)));
    assert.equal((await story.query("select 1 from token where holder <> 'bridge'")).length, 0);
    const audited = await story.query<{ kind: string; actor: string }>(
      "select kind, actor from audit_event where actor like 'slack:%' order by at",
    );
    assert.deepEqual(
      audited.map(({ kind }) => kind),
      ['sign-in.invited', 'sign-in.revoked'],
    );
  });

  test('a ticket that waits for its person says so; approvals follow what the store knows, with who decides', async (t) => {
    const sites: Awaited<ReturnType<typeof startSite>>[] = [];
    const story = await startStory(t, {
      kind: jsmKind,
      async desk(clock) {
        const site = await startSite({ clock, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
        sites.push(site);
        return jiraDeskAt(site);
      },
    });
    const [site = assert.fail()] = sites;
    const { ticket } = await opened(story, 'The lamp flickers');
    await home(story, /Nothing waits for you/);
    site.sandbox.askApproval(ticket.id, { name: 'Manager', approvers: [GRACE], needed: 1 });
    story.desk.moveTo(ticket.id, 'Waiting for customer');
    await until('it waits for her', LIMIT_MS, async () => {
      await story.pass(1_000);
      return /The help desk waits for your answer/.test(shownOn(story, ALMA));
    });
    const before = story.slack.calls().length;
    story.slack.people.openHome(ALMA);
    await until('it is shown twice', LIMIT_MS, () => {
      const since = story.slack.calls().slice(before);
      return since.filter(({ method }) => method === 'views.publish').length >= 2;
    });
    await home(story, /Waits for Grace[^"]*decided in the ticket system/);
    const published = story.slack
      .calls()
      .slice(before)
      .filter(({ method }) => method === 'views.publish');
    const views = published.map(({ args }) => JSON.stringify(args));
    // A view of an earlier opening may still come in between.
    const first = views.findIndex((view) => view.includes('Asking the ticket systems'));
    assert.ok(first >= 0, 'what the store knows comes first');
    const follows = views.slice(first + 1).some((view) => view.includes('Waits for Grace'));
    assert.ok(follows, 'what the ticket system says follows');
  });
});
