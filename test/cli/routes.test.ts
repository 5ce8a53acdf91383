/** What an owner asks about the routing table of an installation with a past. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { routesCommands } from '../../src/cli/routes-commands.ts';
import { loadConfig } from '../../src/config.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { ConnectorId, SlackTeam, SlackUser } from '../../src/model/ids.ts';
import { envelopeOf } from '../../src/open-doors.ts';
import { decide } from '../../src/routing/decide.ts';
import { textAlone } from '../../src/routing/table.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { migratedDatabase } from '../support/migrated-database.ts';

const access = {
  name: 'access',
  when: { words: ['password'] },
  ...{ queue: 'access', kind: 'iam', privacy: 'thread' },
};
const secret = {
  name: 'secret',
  when: { words: ['phishing'] },
  ...{ queue: 'access', kind: 'security', privacy: 'private' },
};
const source = (rules: readonly object[]) => ({
  ...{ version: 1, install: { name: 'routes' }, slack: { mode: 'http' } },
  connectors: { desk: { system: 'memory' } },
  queues: {
    general: { title: 'General', connector: 'desk', target: { queue: 'general' } },
    access: { title: 'Access', connector: 'desk', target: { queue: 'access' } },
  },
  routing: { rules, default: { queue: 'general' } },
});

test('check, backtest, report and train look at what really came in', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-routes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: unknown) => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const database = await migratedDatabase(t);
  const env = {
    ...{ SLACK_BOT_TOKEN: 'xoxb-sandbox-routes', SLACK_SIGNING_SECRET: 'routes-signing-secret-0123456789' },
    ...{ LOG_LEVEL: 'silent', DATABASE_URL: database.url },
    DESKBRIDGE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  const config = write('now.yaml', source([access, secret]));
  const loaded = loadConfig({ file: config, env });
  const db = openDatabase(database.url, { max: 2 });
  t.after(() => db.destroy());
  const store = createStore(db, await installNamed(db, 'routes'), envelopeOf(loaded));
  const texts = Array.from({ length: 5 }, (_, n) => [`password number ${n}`, `phishing number ${n}`]).flat();
  for (const text of [...texts, 'lunch']) {
    const place = { team: SlackTeam.parse('T1'), requester: SlackUser.parse('U1'), place: null };
    const link = await store.links.open({ ...place, origin: `form:T1:${text}`, home: 'dm' });
    assert.ok(link);
    const { text: _, ...facts } = textAlone(text);
    const { target, ...route } = decide(loaded.routing, textAlone(text));
    assert.equal(target, null);
    const request = { summary: text, details: plainDoc(text) };
    const at = { site: 'desk', configHash: 'a'.repeat(64), facts };
    await store.links.route(link, { ...route, connector: ConnectorId.parse('desk') }, request, at);
    if (text === 'lunch')
      await store.routing.correct(link, { how: 'picked', kind: 'lunch', was: 'general', became: 'general' });
  }
  const type = async (...args: string[]) => {
    let [code, out, err] = [0, '', ''];
    const program = new Command('deskbridge').exitOverride();
    routesCommands(program, {
      env,
      out: (line) => {
        out += `${line}\n`;
      },
      err: (line) => {
        err += `${line}\n`;
      },
      exit: (ended) => {
        code = ended;
      },
    });
    await program.parseAsync(['routes', ...args], { from: 'user' });
    return { code, out, err };
  };

  const told = await type('report', '-c', config);
  assert.match(told.out, /requests of the last 30 days +11/);
  assert.match(told.out, /default queue +1 +9\.1 %/);

  const same = await type('backtest', config, '-c', config);
  assert.deepEqual(
    [same.code, same.out],
    [0, 'requests=11 moved=0 approvals_gained=0 approvals_lost=0 opened=0 unreadable=0\n'],
  );

  const changed = write(
    'changed.yaml',
    source([
      { ...access, queue: 'general', flow: 'approval', approval: 'manager' },
      { ...secret, privacy: 'thread' },
    ]),
  );
  const moved = await type('backtest', changed, '-c', config);
  assert.equal(moved.code, 1);
  assert.match(moved.out, /access -> general +access +moves, gains approval manager/);
  assert.match(moved.out, /moved=5 approvals_gained=5 approvals_lost=0 opened=5 unreadable=0/);
  assert.doesNotMatch(moved.out, /password number/, 'nobody reads what people wrote');

  const twice = write('twice.yaml', source([access, { ...access, name: 'again' }]));
  const doubted = await type('check', '-c', twice);
  assert.deepEqual([doubted.code, /again: shadowed/.test(doubted.out)], [1, true]);
  assert.equal((await type('check', '-c', config)).code, 0);
  const broken = write('broken.yaml', { ...source([access]), queues: {} });
  assert.equal((await type('check', '-c', broken)).code, 2);
  assert.equal((await type('backtest', broken, '-c', config)).code, 2);

  const output = path.join(folder, 'model.json');
  const corrected = await type('train', '--from-tickets', '--output', output, '-c', config);
  assert.match(corrected.out, /10 rows, 2 kinds \(iam, security\)\.\nThere are too few rows/);
  assert.equal(corrected.code, 0);
  assert.match(
    corrected.err,
    /lunch: left out, because it has 1 of the 5 rows/,
    'a correction is a row, too',
  );
  assert.match(readFileSync(output, 'utf8'), /"kinds":\["iam","security"\]/);
});
