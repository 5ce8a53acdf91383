import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Words } from '../../../src/slack/out/tell.ts';
import { ALMA, brief, HELP, openSlackOut, taken } from './open-slack-out.ts';

const words: Words = { channel: HELP, user: ALMA, root: null, text: 'soon', button: null, respond: null };

test('words for one person are seen by nobody else, and a button below them grants nothing', async (t) => {
  const r = await openSlackOut(t);
  const button = { action: 'desk_open_anyway', label: 'Open it', value: 'C1:1.000001' };
  const told = { ...words, text: 'Hello <!channel>', button };
  assert.equal(taken(await r.run('slack.tell', () => r.out.tell(told))), null);
  const [seen] = r.slack.people.messages(HELP).filter((message) => message.ephemeralFor !== null);
  assert.deepEqual([seen?.ephemeralFor, seen?.text], [ALMA, 'Hello &lt;!channel&gt;']);
  assert.match(JSON.stringify(seen?.blocks), /"desk_open_anyway"/);
});

test('an address for the answer that has expired, or is not Slack’s, gives way to the channel', async (t) => {
  const r = await openSlackOut(t);
  for (const respond of [
    new URL('/response/nobody-knows', r.apiUrl).href,
    'https://hooks.slack.com.evil.example/commands/1',
    'https://user:word@hooks.slack.com/commands/1',
    'no address',
  ]) {
    assert.equal(brief(await r.run('slack.tell', () => r.out.tell({ ...words, respond }))), 'ok', respond);
  }
  assert.equal(
    r.calls('chat.postEphemeral'),
    4,
    'each came through the channel, and none went to a stranger',
  );
});

test('a step of a workflow ends once, however often it is ended', async (t) => {
  const r = await openSlackOut(t);
  const execution = r.slack.people.runStep('open_request_step', {});
  const end = { kind: 'done', key: 'IT-1', url: 'https://desk.example/IT-1' } as const;
  for (let n = 0; n < 2; n += 1)
    assert.equal(taken(await r.run('slack.tell', () => r.out.completeStep(execution, end))), null);
  const late = { kind: 'failed', why: 'too late' } as const;
  assert.equal(taken(await r.run('slack.tell', () => r.out.completeStep(execution, late))), null);
  assert.deepEqual(r.slack.people.stepOf(execution), {
    state: 'completed',
    outputs: { ticket_key: 'IT-1', ticket_url: 'https://desk.example/IT-1' },
    error: null,
  });
});
