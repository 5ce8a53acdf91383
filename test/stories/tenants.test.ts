import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import fc from 'fast-check';
import { slackCommands } from '../../src/cli/slack-commands.ts';
import { keepGrants } from '../../src/flows/keep-grants.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import '../support/seeded.ts';
import { until } from '../support/until.ts';
import { shown } from './story-suite.ts';
import { GRID, NORTH, PLACES, type Place, SOUTH, startTenants, type Tenants } from './tenants.ts';

const LIMIT_MS = 30_000;

const messages = (story: Tenants, { team, channel }: Place) => story.sandbox(team).people.messages(channel);
const ticketOf = (story: Tenants, words: string) =>
  story.desk.tickets().find((ticket) => ticket.summary.includes(words) || ticket.description.includes(words));
const say = (story: Tenants, { team, channel, user }: Place, words: string, thread?: string) =>
  story.sandbox(team).people.post(user, channel, words, thread);

/** Asks in a workspace and waits for the ticket and its card there. */
async function asked(story: Tenants, place: Place, words: string) {
  const ts = say(story, place, words);
  await until(`${place.team} has a ticket`, LIMIT_MS, () => ticketOf(story, words) !== undefined);
  const ticket = ticketOf(story, words) ?? assert.fail();
  await until(`${place.team} has its card`, LIMIT_MS, () =>
    messages(story, place).some((message) => message.isBot && shown(message).includes(ticket.key)),
  );
  return { ts, ticket };
}

/** How many rows name what belongs to another install. */
async function crossRows(story: Tenants): Promise<number> {
  const found = await story.query<{ cross: number }>(`
    select (select count(*) from place p join install i on i.id = p.install_id where p.team <> i.slack_team)
      + (select count(*) from link l join install i on i.id = l.install_id where l.team <> i.slack_team)
      + (select count(*) from place p where not exists (select from link l where l.install_id = p.install_id and l.id = p.link_id))
      + (select count(*) from (select connector, ticket_id from ticket where ticket_id is not null
          group by 1, 2 having count(distinct install_id) > 1) twice)
      + (select count(*) from delivery d where d.partition like 'slack:%' and split_part(d.partition, ':', 2) <>
          (select slack_team from install i where i.id = d.install_id))
      + (select count(*) from delivery d where d.link_id is not null and not exists
          (select from link l where l.install_id = d.install_id and l.id = d.link_id)) as cross`);
  return Number(found[0]?.cross);
}

type Request = { readonly place: Place; readonly ts: string; readonly ticket: { readonly id: string } };

/** Acts of everybody, in any order: what one says reaches his own ticket or thread, and no other. */
async function randomHistory(story: Tenants, requests: readonly Request[]): Promise<void> {
  const act = fc.record({
    at: fc.integer({ min: 0, max: requests.length - 1 }),
    kind: fc.constantFrom('reply', 'comment', 'edit', 'remove'),
  });
  const acts = fc.sample(fc.array(act, { minLength: 20, maxLength: 20 }), 1)[0] ?? [];
  assert.equal(acts.length, 20);
  const said: { readonly at: number; readonly words: string; ts: string | null }[] = [];
  for (const [n, { at, kind }] of acts.entries()) {
    const request = requests[at] ?? assert.fail();
    const { place, ts, ticket } = request;
    const words = `act ${n} of ${place.team} end`;
    const { people } = story.sandbox(place.team);
    const last = said.findLast((one) => one.at === at && one.ts !== null);
    if (kind === 'comment') {
      story.desk.comment(ticket.id, words);
      said.push({ at, words, ts: null });
    } else if (kind === 'edit' && last?.ts != null) {
      people.edit(place.user, place.channel, last.ts, words);
      said.push({ at, words, ts: last.ts });
    } else if (kind === 'remove' && last?.ts != null) {
      const gone = last.ts;
      people.remove(place.user, place.channel, gone);
      for (const one of said) if (one.at === at && one.ts === gone) one.ts = null;
    } else said.push({ at, words, ts: say(story, place, words, ts) });
  }
  const marker = new Map(
    requests.map(({ place, ts }) => [place.team, say(story, place, `The last of ${place.team}`, ts)]),
  );
  assert.equal(marker.size, requests.length);
  const texts = (id: string) =>
    (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
      .map(({ text }) => text)
      .join('\n');
  await until('the last words of all have arrived', LIMIT_MS, () =>
    requests.every(({ place, ticket }) => texts(ticket.id).includes(`The last of ${place.team}`)),
  );
  for (const { place, ticket } of requests) {
    const all = `${texts(ticket.id)}\n${messages(story, place).map(shown).join('\n')}`;
    assert.ok(all.includes(place.team));
    for (const { place: other } of requests)
      if (other.team !== place.team)
        assert.ok(!all.includes(other.team), `${other.team} shows in ${place.team}`);
  }
}

test('two workspaces and an organisation share one app, and nothing else', async (t) => {
  const story = await startTenants(t);
  for (const place of [NORTH, SOUTH, GRID]) await story.install(place);
  const grants = await story.grants.all();
  assert.deepEqual(
    grants.map(({ team, enterprise }) => [team?.id ?? null, enterprise?.id ?? null]),
    [
      [NORTH, null],
      [SOUTH, null],
      [null, GRID],
    ],
  );
  assert.equal(new Set(grants.map(({ install }) => install)).size, 3);

  // All at once, in channels of which two have the same id.
  const requests = await Promise.all(
    PLACES.map(async (place) => ({ place, ...(await asked(story, place, `Broken lamp of ${place.team}`)) })),
  );
  assert.equal(story.desk.tickets().length, 4, 'each thread is a ticket of its own');
  for (const { place, ts, ticket } of requests) {
    say(story, place, `More words of ${place.team}`, ts);
    story.desk.comment(ticket.id, `An answer for ${place.team}`);
  }
  await until('all replies and answers arrived', LIMIT_MS, () =>
    requests.every(
      ({ place, ticket }) =>
        ticketOf(story, `lamp of ${place.team}`)?.comments.some(({ text }) =>
          text.includes(`More words of ${place.team}`),
        ) &&
        messages(story, place).some((message) => shown(message).includes(`An answer for ${place.team}`)) &&
        ticket.id !== '',
    ),
  );
  for (const { place } of requests) {
    const here = messages(story, place).map(shown).join('\n');
    for (const other of PLACES.filter(({ team }) => team !== place.team))
      assert.ok(!here.includes(other.team), `${other.team} shows in ${place.team}`);
  }
  await randomHistory(story, requests);
  assert.deepEqual(story.platform.refusals(), [], 'no token was tried where it does not belong');
  assert.equal(await crossRows(story), 0);
  const installs = await story.query<{ n: number }>('select count(distinct install_id)::int as n from link');
  assert.equal(installs[0]?.n, 3);
  const opened = await story.query<{ n: number }>(
    `select count(*)::int as n from place p join install i on i.id = p.install_id where i.slack_team = '${GRID}' and p.role = 'primary'`,
  );
  assert.equal(opened[0]?.n, 2, 'two workspaces of one organisation are one install');
});

test('a workspace that nobody installed is acknowledged and counted, never stored; one that takes its grant back stops alone', async (t) => {
  const story = await startTenants(t);
  const [north, south] = PLACES;
  await story.install(NORTH);
  say(story, south, 'Nobody here gave us anything');
  await story.platform.settled();
  assert.equal((await story.query('select 1 from delivery')).length, 0);
  assert.equal(
    (await fetch(`${story.url}/metrics`).then((page) => page.text())).match(/unknown-install/g)?.length,
    1,
  );

  await story.install(SOUTH);
  const first = await asked(story, north, 'The door of the north is open');
  const second = await asked(story, south, 'The door of the south is open');
  story.platform.remove(SOUTH);
  await until('its links are parked with a sentence', LIMIT_MS, async () => {
    const parked = await story.query<{ parked_reason: string }>(
      `select parked_reason from link where state = 'parked' and parked_why = 'install'`,
    );
    return parked.length === 1 && parked[0]?.parked_reason.includes('took the app away') === true;
  });
  await until('it is served no longer', LIMIT_MS, () => story.bridge.worlds().size === 1);
  story.desk.comment(second.ticket.id, 'Nobody can read this yet');
  say(story, north, 'The north goes on', first.ts);
  await until('the other one goes on', LIMIT_MS, () =>
    story.desk
      .tickets()
      .some(({ comments }) => comments.some(({ text }) => text.includes('The north goes on'))),
  );
  const known = messages(story, south).length;
  say(story, south, 'Nobody hears this');
  await story.platform.settled();
  assert.equal(messages(story, south).length, known + 1);
  const audit = await story.query(`select 1 from audit_event where kind = 'slack.ended'`);
  assert.equal(audit.length, 1);

  await story.install(SOUTH);
  await until('what waited is said', LIMIT_MS, () =>
    messages(story, south).some((message) => shown(message).includes('Nobody can read this yet')),
  );
  assert.equal((await story.grants.all()).length, 2, 'it is the same install as before');
  assert.equal(await crossRows(story), 0);
});

test('who installs: a link works once, in one browser; a decline and a stranger install nothing', async (t) => {
  const story = await startTenants(t);
  const { page, invitation, cookie, back } = await story.begin(NORTH);
  assert.match(page, /Install Deskbridge in Slack/);
  const again = new URLSearchParams({ invitation });
  assert.equal((await fetch(`${story.url}/slack/begin`, { method: 'POST', body: again })).status, 410);
  assert.equal((await fetch(back)).status, 410, 'another browser');
  assert.equal((await fetch(back, { headers: { cookie: 'deskbridge_slack=another' } })).status, 410);
  const wrong = back.replace(/state=[^&]+/, 'state=guessed');
  assert.equal((await fetch(wrong, { headers: { cookie } })).status, 410);
  assert.match(await (await fetch(back, { headers: { cookie } })).text(), /is installed in The T0NORTH/);
  assert.equal((await fetch(back, { headers: { cookie } })).status, 410, 'the way back works once');

  const declined = await story.begin(null);
  const answer = await fetch(declined.back, { headers: { cookie: declined.cookie } });
  assert.deepEqual([answer.status, (await answer.text()).includes('nothing was installed')], [403, true]);
  const late = await story.begin(SOUTH);
  await story.pass(11 * 60_000);
  assert.equal((await fetch(late.back, { headers: { cookie: late.cookie } })).status, 410, 'ten minutes');
  assert.equal((await story.grants.all()).length, 1);
  const stranger = await fetch(`${story.url}/slack/begin`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: again,
  });
  assert.equal(stranger.status, 403);
});

test('an operator sees who installed, and takes a workspace out', async (t) => {
  const story = await startTenants(t, { lacking: 'reactions:read' });
  const type = async (...args: string[]) => {
    let [out, code] = ['', 0];
    const program = new Command('deskbridge').exitOverride();
    const write = (text: string) => {
      out += `${text}\n`;
    };
    const exit = (wanted: number) => {
      code = wanted;
    };
    slackCommands(program, { out: write, err: write, exit, env: { ...story.env, LOG_LEVEL: 'silent' } });
    await program.parseAsync(['slack', ...args, '--config', story.file], { from: 'user' });
    return { out, code };
  };
  assert.match((await type('installs')).out, /No workspace has installed the app yet/);
  assert.match((await type('install-link')).out, /\/slack\/install\?invitation=.{40,}\n.* works once/);
  assert.match(await story.install(NORTH), /Slack did not grant reactions:read: .* install again/);
  await story.install(GRID);
  const { out } = await type('installs');
  assert.match(out, /T0NORTH\s+The T0NORTH\s+workspace .* U0NORA\s+lacks reactions:read\n/);
  assert.match(out, /E0GRID\s+The Grid\s+organisation .* W0GINA\s+lacks reactions:read\n/);
  assert.doesNotMatch(out, /xox/);
  assert.match((await type('uninstall', 'T0NOBODY')).out, /Installed: T0NORTH, E0GRID\. Nothing was changed/);
  assert.match((await type('uninstall', NORTH)).out, /does nothing in The T0NORTH any more/);
  assert.deepEqual(story.platform.places(), [GRID], 'its token works no longer at Slack either');
  assert.match((await type('installs')).out, /T0NORTH.*ended/);
  assert.equal((await type('uninstall', NORTH)).code, 1);
  await until('running processes notice', LIMIT_MS, () => story.bridge.worlds().size === 1);
});

test('where tokens rotate they are renewed before they end, and the work goes on with the new one', async (t) => {
  const story = await startTenants(t, { rotates: true });
  const [north] = PLACES;
  await story.install(NORTH);
  const { ts } = await asked(story, north, 'The window of the north');
  await story.pass(11 * 3_600_000);
  const { grants, slackApp: app, io } = story;
  const keep = () => keepGrants({ grants, app, io, metrics: noMetrics, log: noLog });
  await Promise.all([keep(), keep()]);
  const [known] = await grants.all();
  assert.ok(known !== undefined && known.revoked === null && (known.leftMs ?? 0) > 11 * 3_600_000);
  await until('running processes use it', LIMIT_MS, () => story.platform.allUsed());
  await story.pass(2 * 3_600_000);
  say(story, north, 'said with the new token', ts);
  await until('it is on the ticket', LIMIT_MS, () =>
    story.desk
      .tickets()
      .some(({ comments }) => comments.some(({ text }) => text.includes('with the new token'))),
  );
  const ticket = story.desk.tickets()[0] ?? assert.fail();
  story.desk.comment(ticket.id, 'An answer after the change');
  await until('and the answer is said', LIMIT_MS, () =>
    messages(story, north).some((message) => shown(message).includes('An answer after the change')),
  );
});
