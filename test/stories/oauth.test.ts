import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { CALLBACK, DESK, GRACE, oauthDesk } from './oauth-desk.ts';
import { HELP, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { jiraKind } from './vendor-desks.ts';

const HOUR = 3_600_000;

test('a sign-in that is withdrawn stops nothing for good: the card asks to connect again, and then everything goes', async (t) => {
  const desks: Awaited<ReturnType<typeof oauthDesk>>[] = [];
  const story = await startStory(t, {
    kind: jiraKind,
    async desk(clock) {
      const desk = await oauthDesk(clock);
      desks.push(desk);
      return desk;
    },
  });
  const [desk = assert.fail()] = desks;
  const { store, io } = story.bridge.world;
  const app = desk.oauth.oauthApps(io).get(DESK) ?? assert.fail();
  async function connect() {
    desk.atlassian.consentAs(GRACE);
    const asked = await fetch(app.consentUrl({ state: 's', redirectUri: CALLBACK, holder: 'bridge' }), {
      redirect: 'manual',
    });
    const code = new URL(asked.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const consented = await io.run('sign-in.exchange', { timeoutMs: 5_000 }, () =>
      app.exchange(code, CALLBACK),
    );
    if (consented.kind !== 'ok') assert.fail(JSON.stringify(consented));
    const { account, resource, ...given } = consented.value;
    await store.tokens.save({ connector: DESK, holder: 'bridge' }, { account, resource }, given);
  }
  await connect();
  const { ts } = await opened(story, 'I am locked out');
  const card = () => ours(story, ts).map(shown).join('\n');
  const has = (text: string) =>
    story.desk.tickets()[0]?.comments.filter((one) => one.text.includes(text)).length;

  // An hour later the token is renewed on the way, once for all that is going on.
  story.clock.advance(HOUR);
  await story.pass(HOUR);
  story.slack.people.post('U0ALMA', HELP, 'said after an hour', ts);
  await until('it is on the ticket', 30_000, () => has('said after an hour') === 1);
  await quiet(story);
  assert.equal(desk.atlassian.renewals(), 1);

  desk.atlassian.withdraw(GRACE);
  story.clock.advance(HOUR);
  await story.pass(HOUR);
  story.slack.people.post('U0ALMA', HELP, 'said while nobody let us in', ts);
  // Whoever is refused first, a reading or the comment, the other waits a minute.
  await until('the card asks to connect again', 30_000, async () => {
    await story.pass(5_000);
    return card().includes('deskbridge connect desk');
  });
  assert.equal(has('said while nobody'), 0);

  await connect();
  await until('what waited is on the ticket', 30_000, async () => {
    await story.pass(5_000);
    return has('said while nobody let us in') === 1;
  });
  await until('and the card asks no more', 30_000, () => !card().includes('deskbridge connect desk'));
  await quiet(story);
  assert.equal(has('said while nobody let us in'), 1);
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
  assert.equal((await story.query("select 1 from audit_event where kind = 'sign-in.ended'")).length, 1);
});
