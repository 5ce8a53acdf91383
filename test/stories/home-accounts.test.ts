/** What the Home tab shows of the ticket systems: accounts, approvals, and tickets that wait for their person. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createConnecting } from '../../src/flows/connect-account.ts';
import { until } from '../support/until.ts';
import { CALLBACK, DESK, GRACE, oauthDesk } from './oauth-desk.ts';
import { type Story, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraKind, jiraServiceDesk, serviceDeskKind } from './vendor-desks.ts';

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
    const kept = await story.query<{ all: string }>("select jsonb_agg(i)::text as all from invitation i");
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

  test('a ticket that waits for its person stands under "Waiting for me", and its approvals name who decides', async (t) => {
    const story = await startStory(t, { kind: serviceDeskKind, desk: jiraServiceDesk });
    const { ticket } = await opened(story, 'The lamp flickers');
    await home(story, /Nothing waits for you/);
    story.desk.moveTo(ticket.id, 'Waiting for customer');
    await until('it waits for her', LIMIT_MS, async () => {
      await story.pass(1_000);
      return /The help desk waits for your answer/.test(shownOn(story, ALMA));
    });
  });
});
