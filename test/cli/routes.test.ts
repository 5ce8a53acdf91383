/** What an owner asks about the routing table of an installation with a past. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { z } from 'zod';
import { routesCommands } from '../../src/cli/routes-commands.ts';
import { DESK_HOOK_SECRET, memoryDesk, memoryKind } from '../stories/desks.ts';
import { HELP, startStory } from '../stories/rig.ts';
import { quiet } from '../stories/story-suite.ts';
import { until } from '../support/until.ts';

const ALMA = 'U0ALMA';
const Rules = z.looseObject({ rules: z.array(z.looseObject({ name: z.string() })) });

test('check, backtest, report and train look at what really came in', async (t) => {
  const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-routes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, source: unknown) => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(source));
    return file;
  };
  const config = write('now.yaml', story.config.source);
  const { slack, encryptionKeys } = story.config;
  const { transport } = slack;
  const env = {
    ...{ SLACK_BOT_TOKEN: story.botToken, DESK_HOOK_SECRET, LOG_LEVEL: 'silent' },
    SLACK_SIGNING_SECRET: transport.mode === 'http' ? transport.signingSecret.reveal() : '',
    DESKBRIDGE_ENCRYPTION_KEY: encryptionKeys[0].reveal(),
    DATABASE_URL: story.databaseUrl,
  };
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

  const texts = Array.from({ length: 5 }, (_, n) => [`password number ${n}`, `phishing number ${n}`]).flat();
  for (const text of [...texts, 'lunch']) story.slack.people.post(ALMA, HELP, text);
  await until('all have tickets', 20_000, () => story.desk.tickets().length === 11);
  await quiet(story);

  const told = await type('report', '-c', config);
  assert.match(told.out, /requests of the last 30 days +11/);
  assert.match(told.out, /default queue +1 +9\.1 %/);

  const same = await type('backtest', config, '-c', config);
  assert.deepEqual(
    [same.code, same.out],
    [0, 'requests=11 moved=0 approvals_gained=0 approvals_lost=0 opened=0 unreadable=0\n'],
  );

  const routing = Rules.parse(story.config.source.routing);
  const rules = routing.rules.map((rule) =>
    rule.name === 'access'
      ? { ...rule, queue: 'general', flow: 'approval', approval: 'manager' }
      : { ...rule, privacy: 'thread' },
  );
  const changed = write('changed.yaml', { ...story.config.source, routing: { ...routing, rules } });
  const moved = await type('backtest', changed, '-c', config);
  assert.equal(moved.code, 1);
  assert.match(moved.out, /access -> general +access +moves, gains approval manager/);
  assert.match(moved.out, /moved=5 approvals_gained=5 approvals_lost=0 opened=5 unreadable=0/);
  assert.doesNotMatch(moved.out, /password number/, 'nobody reads what people wrote');

  const [access] = routing.rules;
  const twice = write('twice.yaml', {
    ...story.config.source,
    routing: { ...routing, rules: [...routing.rules, { ...access, name: 'again' }] },
  });
  const doubted = await type('check', '-c', twice);
  assert.deepEqual([doubted.code, /again: shadowed/.test(doubted.out)], [1, true]);
  assert.equal((await type('check', '-c', config)).code, 0);
  const broken = write('broken.yaml', { ...story.config.source, queues: {} });
  assert.equal((await type('check', '-c', broken)).code, 2);
  assert.equal((await type('backtest', broken, '-c', config)).code, 2);

  const output = path.join(folder, 'model.json');
  const trained = await type('train', '--from-tickets', '--output', output, '-c', config);
  assert.deepEqual([trained.code, trained.err], [0, '']);
  assert.match(trained.out, /10 rows, 2 kinds \(iam, security\)\.\nThere are too few rows/);
  await story.query(`insert into route_correction (install_id, link_id, how, kind, was, became)
    select install_id, id, 'picked', 'lunch', 'general', 'general' from link where rule = 'default'`);
  const corrected = await type('train', '--from-tickets', '--output', output, '-c', config);
  assert.equal(corrected.code, 0);
  assert.match(
    corrected.err,
    /lunch: left out, because it has 1 of the 5 rows/,
    'a correction is a row, too',
  );
  assert.match(readFileSync(output, 'utf8'), /"kinds":\["iam","security"\]/);
});
