import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { CATEGORIES } from '../../../src/slack/in/desk-view.ts';
import { commandBody, gate, KNOWN_CHANNEL, postSigned, startRig } from '../../web/rig.ts';
import { startRecordingSlack } from './recording-slack.ts';

const View = z.object({
  type: z.literal('modal'),
  callback_id: z.literal('desk_form'),
  private_metadata: z.string(),
  title: z.object({ text: z.string().max(24) }),
  blocks: z.array(
    z.object({
      type: z.literal('input'),
      block_id: z.string(),
      element: z.looseObject({ action_id: z.literal('value') }),
    }),
  ),
});

test('/desk opens the form with the trigger, where it was typed, with what was typed', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true, view: { id: 'V1' } }));
  await using rig = await startRig({ slackUrl: slack.url });
  const answer = await postSigned(
    rig,
    commandBody({ text: ' my &lt;laptop&gt; is locked ', trigger_id: '13.37.abc' }),
  );
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.deepEqual(
    slack.calls.map((call) => [call.method, call.authorization]),
    [['views.open', 'Bearer xoxb-sandbox-1']],
  );
  const fields = slack.calls[0]?.fields;
  assert.equal(fields?.get('trigger_id'), '13.37.abc');
  const view = View.parse(JSON.parse(fields?.get('view') ?? ''));
  assert.equal(view.private_metadata, KNOWN_CHANNEL);
  assert.deepEqual(
    view.blocks.map((block) => block.block_id),
    ['summary', 'category', 'details'],
  );
  assert.equal(view.blocks[0]?.element['initial_value'], 'my <laptop> is locked');
  const options = z.array(z.object({ value: z.string() })).parse(view.blocks[1]?.element['options']);
  assert.deepEqual(
    options.map(({ value }) => value),
    CATEGORIES.map(({ value }) => value),
  );
  assert.equal(rig.inbox.inserts.length, 0, 'nothing is stored');
});

test('a long line is cut to what the field takes', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true }));
  await using rig = await startRig({ slackUrl: slack.url });
  await postSigned(rig, commandBody({ text: `${'x'.repeat(149)}🌍 and on` }));
  const view = View.parse(JSON.parse(slack.calls[0]?.fields.get('view') ?? ''));
  const initial = z.string().parse(view.blocks[0]?.element['initial_value']);
  assert.ok(initial.length <= 150 && initial.isWellFormed());
});

test('/desk help explains and opens nothing', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true }));
  await using rig = await startRig({ slackUrl: slack.url });
  const answer = await postSigned(rig, commandBody({ text: ' HELP ' }));
  assert.match(answer.text, /\*\/desk\*.* opens a form/);
  assert.equal(slack.calls.length, 0);
});

test('when Slack does not open the form, the person reads why within 2 s, and nothing is tried twice', async () => {
  for (const [said, expected] of [
    [{ ok: false, error: 'expired_trigger_id' }, /took too long to open/],
    [{ ok: false, error: 'invalid_auth' }, /\(invalid_auth\).*Nothing was sent/],
    [null, /Nothing was sent/],
  ] as const) {
    await using slack = await startRecordingSlack(() => said);
    await using rig = await startRig({ slackUrl: slack.url });
    const started = performance.now();
    const answer = await postSigned(rig, commandBody());
    assert.ok(performance.now() - started < 2300);
    assert.equal(answer.status, 200);
    assert.match(answer.text, expected);
    assert.equal(slack.calls.length, 1);
  }
  await using limited = await startRecordingSlack(() => (response) => {
    response.writeHead(429, { 'retry-after': '30' }).end();
  });
  await using rig = await startRig({ slackUrl: limited.url });
  assert.match((await postSigned(rig, commandBody())).text, /Nothing was sent/);
  assert.equal(limited.calls.length, 1);
});

test('the form opens fast while the store is blocked', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true }));
  await using rig = await startRig({ slackUrl: slack.url });
  const held = gate();
  rig.inbox.gate = held.opened;
  await postSigned(rig, commandBody());
  const times: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const started = performance.now();
    assert.equal((await postSigned(rig, commandBody())).text, '');
    times.push(performance.now() - started);
  }
  const median = times.sort((a, b) => a - b)[10] ?? Number.NaN;
  assert.ok(median < 500, `opening took ${median} ms`);
  assert.equal(slack.calls.length, 21);
  held.open();
});
