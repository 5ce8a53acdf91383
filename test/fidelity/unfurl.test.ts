import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIo } from '../../src/connectors/io.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { Marker, SlackChannel, SlackTs, SlackUser } from '../../src/model/ids.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { createSlackOut } from '../../src/slack/out/slack-out.ts';
import { startRecordingSlack } from '../slack/in/recording-slack.ts';
import { toSlack } from './paths.ts';

const channel = SlackChannel.parse('C0HELPIT');
const user = SlackUser.parse('U0ALMA');
const ts = SlackTs.parse('1763720000.000100');

test('no message asks Slack to unfurl, to look for names or to parse', async () => {
  await using slack = await startRecordingSlack(() => ({ ok: true, channel, ts }));
  const io = createIo({ metrics: noMetrics });
  const out = createSlackOut({ token: 'xoxb-test', apiUrl: slack.url, io });
  const words = 'see https://evil.example/x and @channel';
  const look = toSlack(plainDoc(words)).written[0];
  assert.ok(look !== undefined);
  const attempt = { marker: Marker.parse('dsk-0123456789abcdef'), startedAt: new Date() };
  const limits = { timeoutMs: 5_000 };
  const target = { kind: 'thread', channel, root: ts } as const;
  const answers = [
    await io.run('slack.post.send', limits, () => out.post.send({ target, ...look }, attempt)),
    await io.run('slack.edit.send', limits, () => out.edit.send({ channel, ts, ...look }, attempt)),
    await io.run('slack.whisper.send', limits, () =>
      out.whisper.send({ channel, user, root: null, text: words }, attempt),
    ),
  ];
  for (const answer of answers) assert.equal(answer.kind, 'ok', JSON.stringify(answer));
  assert.deepEqual(
    slack.calls.map(({ method }) => method),
    ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
  );
  for (const { method, fields } of slack.calls) {
    assert.equal(fields.get('parse'), 'none', method);
    assert.equal(fields.get('link_names'), 'false', method);
  }
  // The others have no such choice: an edit keeps what was chosen, and what one person sees is never unfurled.
  const [posted] = slack.calls;
  assert.equal(posted?.fields.get('unfurl_links'), 'false');
  assert.equal(posted?.fields.get('unfurl_media'), 'false');
});
