/** There is no break-glass: nobody, in no emergency, has a way around the quorum, and nothing is decided unwritten. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { Approvals } from '../../src/approvals/settings.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { prepareApproved } from '../../src/flows/run-approved.ts';
import { Marker } from '../../src/model/ids.ts';
import { dropCopies, openStore, rows } from '../store/open-store.ts';
import { gather } from './crowd.ts';
import { issueNow } from './issue-now.ts';
import { settingsWith } from './rules.ts';

after(dropCopies);

const ROOT = path.resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const sources = (where: string) => globSync(`${where}/**/*.ts`, { cwd: ROOT }).sort();

/** What a way around would be called. */
const AROUND = /glass|emergenc|overrid|bypass|force|unlock|superuser|skip.?approv|auto.?approv|self.?approv/i;

/** All settings, wherever they stand in the schema, each with the way to it. */
function* settingsIn(node: unknown, way = ''): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'properties' || typeof value !== 'object' || value === null) {
      yield* settingsIn(value, way);
      continue;
    }
    for (const [name, setting] of Object.entries(value)) {
      yield `${way}.${name}`;
      yield* settingsIn(setting, `${way}.${name}`);
    }
  }
}

test('no setting and no command goes around a quorum', () => {
  const settings = [...settingsIn(JSON.parse(textOf('docs/deskbridge.schema.json')))];
  assert.ok(settings.length > 100 && settings.includes('.approvals.step_up'), `${settings.length} settings`);
  assert.deepEqual(
    settings.filter((name) => AROUND.test(name)),
    // It keeps a message from becoming a request.
    ['.slack.emoji.bypass'],
  );
  assert.equal(Approvals.safeParse(settingsWith()).success, true);
  for (const name of ['break_glass', 'emergency', 'override', 'bypass'])
    assert.equal(Approvals.safeParse({ ...settingsWith(), [name]: true }).success, false, name);

  const commands = sources('src/cli').flatMap((file) =>
    [...textOf(file).matchAll(/\.(?:command|option|requiredOption)\(\s*['`]([^'`]+)/g)].map(
      ([, words = '']) => words,
    ),
  );
  assert.ok(commands.length > 50 && commands.includes('explain'), `${commands.length} commands and options`);
  assert.deepEqual(
    commands.filter((words) => AROUND.test(words) || /approve|deny|vote|decide|\bgrant/i.test(words)),
    [],
  );
});

test('only the machine of a request makes a grant, and no command reaches what decides or runs', () => {
  const granting = sources('src').filter((file) => /grantFor\(|status: 'granted'/.test(textOf(file)));
  assert.deepEqual(granting, ['src/approvals/open.ts', 'src/approvals/step.ts']);
  const reach =
    /from '[./]*(?:flows\/(?:decide-approval|answer-approval|move-approval|run-approved|vote-in-slack|approve-alike)|approvals\/(?:step|open|token)|store\/approvals)\.ts'/;
  assert.match("import { x } from '../flows/decide-approval.ts';", reach);
  assert.deepEqual(
    sources('src/cli').filter((file) => reach.test(textOf(file))),
    [],
  );
});

test('where the audit cannot be written nothing is decided and nothing runs, and it goes on when it can', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  const { world } = crowd;
  const tokens =
    (await issueNow(world, { approval: id, by: ben.principal, surface: 'card' })) ?? assert.fail();
  const vote = () =>
    decideApproval(world, {
      ...{ approval: id, by: { system: 'slack', id: ben.user }, surface: 'card', means: 'button' },
      ...{ decision: 'approve', reason: '', shown: { token: tokens.approve }, cause: null },
    });
  const stored = async () => {
    const record = (await world.store.approvals.get(id)) ?? assert.fail();
    return [record.approval.status, record.approval.votes.length, crowd.writes()];
  };
  async function run() {
    const { round, at: step } = (await world.store.approvals.get(id))?.approval ?? assert.fail();
    const body = { kind: 'run-approved' as const, approval: id, round, step };
    const prepared = await prepareApproved(world, link, body);
    if (prepared.kind !== 'ok' || 'skip' in prepared.value) return assert.fail(JSON.stringify(prepared));
    const marker = Marker.parse('dsk-0000000000000000');
    const sent = await prepared.value.send({ marker, startedAt: new Date() });
    return sent.kind === 'ok' ? world.store.transaction((tx) => sent.value.commit(tx)) : assert.fail();
  }
  await rows(
    db,
    `create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$`,
  );
  const fill = () =>
    rows(db, 'create trigger no_room before insert on audit_event for each row execute function full_disk()');
  const free = () => rows(db, 'drop trigger no_room on audit_event');

  await fill();
  await assert.rejects(vote(), /no room/);
  assert.deepEqual(await stored(), ['open', 0, 0]);
  await free();
  const counted = await vote();
  assert.equal(counted.kind === 'ok' && counted.value.kind, 'counted', 'the token was not used up in vain');
  assert.deepEqual(await stored(), ['granted', 1, 0]);
  await fill();
  await assert.rejects(run(), /no room/);
  assert.deepEqual(await stored(), ['granted', 1, 0]);
  await free();
  await run();
  assert.deepEqual(await stored(), ['executed', 1, 1]);
});
