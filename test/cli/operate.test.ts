/** What an operator types beside a running bridge, and what he reads. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { Command } from 'commander';
import { operateCommands } from '../../src/cli/operate-commands.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import { takeCensus } from '../../src/flows/take-census.ts';
import { docText } from '../../src/model/doc-text.ts';
import { rejected } from '../../src/model/outcome.ts';
import { DESK_HOOK_SECRET, memoryDesk, memoryKind } from '../stories/desks.ts';
import { HELP, type Story, startStory } from '../stories/rig.ts';
import { opened, ours, quiet, shown } from '../stories/story-suite.ts';
import { until } from '../support/until.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';

interface Scope {
  after(work: () => Promise<void>): void;
}

interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Office {
  readonly story: Story;
  /** Types a command; the exit code is 0 unless it says otherwise. */
  type(...args: string[]): Promise<Typed>;
}

type Alter = (connector: Connector) => Connector;

/** A bridge at work, and a terminal beside it with the same configuration. */
async function openOffice(t: Scope, alter: Alter = (connector) => connector): Promise<Office> {
  const story = await startStory(t, {
    kind: memoryKind,
    repairEveryMs: 200,
    async desk(clock) {
      const desk = await memoryDesk(clock);
      return {
        ...desk,
        connectors: (io) => new Map([...desk.connectors(io)].map(([id, one]) => [id, alter(one)])),
      };
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-office-'));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  writeFileSync(file, JSON.stringify(story.config.source));
  const { transport } = story.config.slack;
  const env = {
    SLACK_BOT_TOKEN: story.botToken,
    SLACK_SIGNING_SECRET: transport.mode === 'http' ? transport.signingSecret.reveal() : '',
    DESK_HOOK_SECRET,
    DESKBRIDGE_ENCRYPTION_KEY: story.config.encryptionKeys[0].reveal(),
    DATABASE_URL: story.databaseUrl,
    LOG_LEVEL: 'silent',
    ALMAS_TOKEN: 'almas-own-token-4711',
  };
  return {
    story,
    async type(...args) {
      let [code, out, err] = [0, '', ''];
      const program = new Command('deskbridge').exitOverride();
      operateCommands(program, {
        out: (text) => {
          out += `${text}\n`;
        },
        err: (text) => {
          err += `${text}\n`;
        },
        exit: (wanted) => {
          code = wanted;
        },
        env,
      });
      await program.parseAsync([...args, '--config', file], { from: 'user' });
      return { code, out, err };
    },
  };
}

const comments = (story: Story) => story.desk.tickets()[0]?.comments.map(({ text }) => text) ?? [];

suite('commands of an operator', { concurrency: false }, () => {
  test('a healthy installation: in sync, nothing parked, no broken promise; and what breaks one is named', async (t) => {
    const { story, type } = await openOffice(t);
    assert.match((await type('census')).out, /Looked at 0 links/);
    const { ts, ticket } = await opened(story, 'I am locked out');
    story.slack.people.post(ALMA, HELP, 'any news?', ts);
    story.desk.comment(ticket.id, 'soon');
    await until(
      'both have arrived',
      LIMIT_MS,
      () => comments(story).length === 2 && ours(story, ts).length === 2,
    );
    await quiet(story);
    assert.match((await type('parked')).out, /Nothing is parked/);
    // A poll may just have marked it to be read again.
    await until('both sides agree', LIMIT_MS, async () => {
      const links = await type('links', ticket.key.toLowerCase());
      assert.deepEqual([links.code, links.err], [0, '']);
      return /MEM-1 +in-sync +2 messages and files carried over/.test(links.out);
    });
    const census = await type('census');
    assert.deepEqual([census.code, census.err], [0, ''], census.out);
    assert.match(census.out, /Looked at 1 link in the database: 0 broken promises, 0 not seen/);

    await story.pass(600_000);
    const look = () => takeCensus(story.bridge.world, { remote: true, wait: (ms) => story.pass(ms) });
    assert.deepEqual(await look(), { links: 1, violations: [], takenAway: [], unseen: [] });
    const [copy] = await story.query<{ native_id: string }>(
      'select native_id from copy where channel is null',
    );
    story.desk.deleteComment(ticket.id, copy?.native_id ?? '');
    await story.pass(600_000);
    await quiet(story);
    // A link that a poll has just marked to be read again is not judged, so somebody looks until it is.
    await until('the census tells what was taken away', LIMIT_MS, async () => {
      const taken = await look();
      assert.deepEqual([taken.violations, taken.unseen], [[], []]);
      return /is not on the ticket any more/.test(taken.takenAway.map(({ what }) => what).join());
    });
    await story.query('delete from copy where channel is null');
    await until('the census tells what is broken', LIMIT_MS, async () => {
      const broken = (await look()).violations.map(({ invariant }) => invariant);
      return broken.length === 1 && broken[0] === 'I2';
    });
    // The bridge goes on and mends what it reads, so each look has its own mistake.
    const planted = (...options: string[]) =>
      until('the census tells of it', LIMIT_MS, async () => {
        await story.query("update link set state = 'parked', parked_reason = null");
        const lost = await type('census', ...options);
        return lost.code === 1 && /I9 .*The link is parked without a reason/.test(lost.out);
      });
    await planted();
    await planted('--remote');
    const wrong = await type('links', 'MEM-77');
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /No request has the id or ticket "MEM-77"/);
  });

  test('a census that cannot look says so: both sides away, or an installation that never started', async (t) => {
    const { story, type } = await openOffice(t);
    await opened(story, 'I am locked out');
    await quiet(story);
    story.slack.setRevoked(true);
    await story.desk.cut();
    const taken = await takeCensus(story.bridge.world, { remote: true, wait: (ms) => story.pass(ms) });
    assert.equal(taken.unseen.length, 2, taken.unseen.join('\n'));
    await story.bridge.stop();
    await story.query('update install set slack_team = null');
    const never = await type('census');
    assert.equal(never.code, 2);
    assert.match(never.err, /never started/);
  });

  test('repair finds what no event told, and says how much it was', async (t) => {
    const { story, type } = await openOffice(t);
    const { ts, ticket } = await opened(story, 'I am locked out');
    const early = story.slack.people.post(ALMA, HELP, 'before', ts);
    await until('the reply is there', LIMIT_MS, () => comments(story).length === 1);
    const { url } = story;
    await story.slack.setEventsUrl(null);
    story.slack.people.post(ALMA, HELP, 'nobody was told of this', ts);
    story.slack.people.edit(ALMA, HELP, early, 'after');
    // Long enough that no event can be on its way, too short for the turn of this channel.
    await story.pass(21_000);
    const repaired = await type('repair', ticket.key, '--wait', '60');
    assert.deepEqual([repaired.code, repaired.err], [0, '']);
    assert.match(repaired.out, /Missed and repaired: 1 message, 1 edit, 0 deletions from Slack; 0 comments/);
    await until('both are on the ticket', LIMIT_MS, () =>
      /after[\s\S]*nobody was told/.test(comments(story).join('\n')),
    );
    await story.bridge.stop();
    await story.slack.setEventsUrl(null);
    assert.ok(url);
    const alone = await type('repair', '--wait', '1');
    assert.equal(alone.code, 2);
    assert.match(alone.err, /1 request could not be read within 1 s.*as soon as a worker/s);
    assert.match((await type('repair', 'nothing')).err, /No request has the id/);
  });

  test('words that were refused are changed, keep their author, and the audit tells who did it', async (t) => {
    const { story, type } = await openOffice(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: {
          ...connector.comments.add,
          send: async (draft, attempt) =>
            docText(draft.body).includes('poison')
              ? rejected('invalid', 'The desk does not take\nthis word.')
              : connector.comments.add.send(draft, attempt),
        },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'poison', ts);
    const parked = () => story.query<{ id: string }>("select id from operation where state = 'parked'");
    await until('it is parked', LIMIT_MS, async () => (await parked()).length === 1);
    await quiet(story);
    const id = (await parked())[0]?.id ?? '';
    const list = await type('parked');
    assert.match(
      list.out,
      new RegExp(`${id} +comment +MEM-1 +\\S+ +this one only +The desk does not take this word`),
    );
    assert.match(
      (await type('links', 'MEM-1')).out,
      /apart +Something did not reach the ticket \(.*The desk does not/,
    );
    for (const text of ['', 'x'.repeat(10_001)]) {
      assert.match((await type('parked', 'edit', id, '--text', text)).err, /Give 1 to 10000 characters/);
    }
    assert.match(
      (await type('parked', 'edit', 'nonsense', '--text', 'a')).err,
      /Nothing that is parked has the id/,
    );
    const edited = await type('parked', 'edit', id, '--text', 'medicine');
    assert.equal(edited.code, 0, edited.err);
    await until('it arrives', LIMIT_MS, () => comments(story).some((text) => text.includes('medicine')));
    assert.match(comments(story).join(), /Alma Reyes/);
    const [told] = await story.query<{ actor: string }>(
      "select actor from audit_event where kind = 'operation.edit' and data->>'operation' = $1",
      [id],
    );
    assert.match(told?.actor ?? '', /^operator/);
    assert.match((await type('parked', 'retry', id)).err, /is not parked/);
  });

  test('a request that was refused cannot be skipped, but can be given other words', async (t) => {
    const { story, type } = await openOffice(t, (connector) => ({
      ...connector,
      create: {
        ...connector.create,
        send: async (draft, attempt) =>
          docText(draft.description).includes('poison')
            ? rejected('invalid', 'The desk does not take this word.')
            : connector.create.send(draft, attempt),
      },
    }));
    const ts = story.slack.people.post(ALMA, HELP, 'poison is in the printer');
    story.slack.people.post(ALMA, HELP, 'still there', ts);
    const parked = () =>
      story.query<{ id: string }>("select id from operation where state = 'parked' and kind = 'create'");
    await until('it is parked', LIMIT_MS, async () => (await parked()).length === 1);
    const id = (await parked())[0]?.id ?? '';
    const skipped = await type('parked', 'skip', id);
    assert.equal(skipped.code, 1);
    assert.match(skipped.err, /nothing of the request is kept anywhere, so it cannot be skipped/);
    const all = await type('parked', 'skip', 'all');
    assert.match(all.out, /0 operations given up.*\n1 request without a ticket cannot be skipped/);
    assert.equal((await parked()).length, 1);
    const edited = await type('parked', 'edit', id, '--text', 'Something is in the printer\nPlease look.');
    assert.equal(edited.code, 0, edited.err);
    await until('the ticket and the reply are there', LIMIT_MS, () => comments(story).length === 1);
    assert.equal(story.desk.tickets()[0]?.summary, 'Something is in the printer');
    await quiet(story);
    await until('both sides agree', LIMIT_MS, async () =>
      /MEM-1 +in-sync/.test((await type('links', 'MEM-1')).out),
    );
  });

  test('a message at which Deskbridge failed is listed and told, and retried by its id or with everything', async (t) => {
    const { story, type } = await openOffice(t);
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'any news?', ts);
    await until('it has arrived', LIMIT_MS, () => comments(story).length === 1);
    await quiet(story);
    for (const which of ['its id', 'all']) {
      // As if the plan had failed at it.
      const [failed] = await story.query<{ id: string }>(
        "update delivery set state = 'sorted', reason = 'unplannable' where reason in ('planned', 'seen-before') returning id",
      );
      assert.ok(failed);
      assert.match(
        (await type('parked')).out,
        new RegExp(`${failed.id} +message +MEM-1 .*this one only +Deskbridge failed`),
      );
      const told = (await type('links', 'MEM-1')).out;
      assert.match(told, /apart +Something did not reach the ticket .*Deskbridge failed at this message/);
      const retried = await type('parked', 'retry', which === 'all' ? 'all' : failed.id);
      assert.deepEqual([retried.code, retried.err], [0, '']);
      await until('nothing is parked', LIMIT_MS, async () =>
        /Nothing is parked/.test((await type('parked')).out),
      );
      await quiet(story);
      assert.equal(comments(story).length, 1);
    }
  });

  test('what an operator skipped is apart, and no broken promise', async (t) => {
    const { story, type } = await openOffice(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: { ...connector.comments.add, send: async () => rejected('invalid', 'No comments today.') },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    story.slack.people.post(ALMA, HELP, 'hello?', ts);
    const parked = () => story.query<{ id: string }>("select id from operation where state = 'parked'");
    await until('it is parked', LIMIT_MS, async () => (await parked()).length === 1);
    await quiet(story);
    assert.match((await type('parked', 'skip', 'all')).out, /1 operation given up/);
    await story.pass(600_000);
    await quiet(story);
    assert.match((await type('links')).out, /MEM-1 +apart +An operator has skipped one thing/);
    const taken = await takeCensus(story.bridge.world, { remote: true, wait: (ms) => story.pass(ms) });
    assert.deepEqual(taken, { links: 1, violations: [], takenAway: [], unseen: [] });
  });

  test('a request that waits for a sign-in is listed with who can mend it, and retried at once', async (t) => {
    let letIn = true;
    const { story, type } = await openOffice(t, (connector) => ({
      ...connector,
      comments: {
        ...connector.comments,
        add: {
          ...connector.comments.add,
          send: async (draft, attempt) =>
            letIn ? connector.comments.add.send(draft, attempt) : rejected('auth', 'The token ran out.'),
        },
      },
    }));
    const { ts } = await opened(story, 'The printer is jammed');
    letIn = false;
    story.slack.people.post(ALMA, HELP, 'hello?', ts);
    await until('it waits', LIMIT_MS, async () => /sign-in/.test((await type('parked')).out));
    const list = await type('parked', 'list');
    assert.match(
      list.out,
      /sign-in +MEM-1 +\S+ +the whole request +The token ran out.*whoever keeps the credentials/,
    );
    const link = /^(\S+) +sign-in/m.exec(list.out)?.[1] ?? '';
    assert.match((await type('parked', 'skip', link)).err, /whole request cannot be skipped/);
    letIn = true;
    const again = await type('parked', 'retry', 'mem-1');
    assert.match(again.out, /1 waiting request tried again/);
    await until('it arrives', LIMIT_MS, () => comments(story).some((text) => text.includes('hello?')));
    await until('nothing is parked', LIMIT_MS, async () =>
      /Nothing is parked/.test((await type('parked')).out),
    );
    assert.match((await type('parked', 'retry', 'all')).out, /0 operations, 0 messages, 0 waiting requests/);
    assert.ok(ours(story, ts).every((message) => !shown(message).includes('The token ran out')));
  });

  test('people are linked with or without a sign-in, which is never shown, and unlinked', async (t) => {
    const { story, type } = await openOffice(t);
    assert.match((await type('people')).out, /Nobody is linked/);
    const link = (...more: string[]) =>
      type('people', 'link', ALMA, 'desk', '--account', 'alma@desk.example', ...more);
    assert.match((await link()).out, /The bridge goes on speaking for him/);
    assert.match((await link('--secret-env', 'ALMAS_TOKEN')).out, /acts there as himself/);
    const list = await type('people', 'list');
    assert.match(list.out, /U0ALMA +desk +alma@desk\.example +acts as himself/);
    assert.doesNotMatch(JSON.stringify(list), /4711/);
    assert.doesNotMatch(JSON.stringify(await story.query('select data from audit_event')), /4711/);
    assert.match((await link('--secret-env', 'NO_SUCH_VARIABLE')).err, /NO_SUCH_VARIABLE is not set/);
    assert.match((await type('people', 'link', 'A B', 'desk', '--account', 'x')).err, /member id/);
    assert.match((await type('people', 'link', ALMA, 'other', '--account', 'x')).err, /There are: desk/);
    assert.match((await type('people', 'link', ALMA, 'desk', '--account', 'a\nb')).err, /--account is/);
    assert.match((await type('people', 'unlink', ALMA, 'desk')).out, /not linked in desk any more/);
    assert.equal((await type('people', 'unlink', ALMA, 'desk')).code, 1);
  });
});
