import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { z } from 'zod';
import { parseSlackBody } from '../../src/slack/in/body.ts';
import { asPayload, messageEvent, postSigned, startRig } from './rig.ts';

const FOLDER = new URL('../../../shared/data/', import.meta.url);
const Shape = z.object({ kind: z.string(), path: z.string(), body: z.record(z.string(), z.unknown()) });
type Shape = z.infer<typeof Shape>;

function shapes(name: string): readonly Shape[] {
  const lines = readFileSync(new URL(name, FOLDER), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => Shape.parse(JSON.parse(line)));
}

const absent = !existsSync(FOLDER);
if (absent) console.error(`NOT RUN: the payload shapes of Slack are not at ${FOLDER.pathname}`);

test('every payload shape that Slack publishes is taken without a 5xx', {
  skip: absent && 'no ../shared',
}, async () => {
  await using rig = await startRig({ knowsChannel: async () => true });
  const events = shapes('slack-shape-events.ndjson');
  const interactions = shapes('slack-shape-interactive.ndjson');
  assert.ok(events.length > 50 && interactions.length > 5, 'the files hold what they should');
  const bodies = [
    ...events.flatMap(({ path, body }) => [
      { path, text: JSON.stringify(body) },
      { path: `${path} with ids`, text: JSON.stringify(withIds(body)) },
    ]),
    ...interactions.map(({ path, body }) => ({
      path,
      text: 'command' in body ? formOf(body) : asPayload(body),
    })),
  ];
  for (const { path, text } of bodies) {
    const answer = await postSigned(rig, text);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  }
  assert.ok(rig.inbox.rows.length > 20, 'messages and presses are kept');
  for (const row of rig.inbox.rows) {
    const intake = await rig.slackIn.interpret(parseSlackBody(row.body));
    assert.ok(
      intake.kind !== 'ignored' || intake.reason !== '',
      'whatever is ignored is ignored for a reason',
    );
  }
});

/** The published shapes have empty ids; the same shapes with real ones reach further into the code. */
function withIds(body: Shape['body']): Record<string, unknown> {
  const real = messageEvent();
  const event = z.record(z.string(), z.unknown()).parse(body['event'] ?? {});
  const { channel, user, ts, event_ts } = real.event;
  const ids = { channel, user, ts, event_ts };
  const filled = Object.entries(ids).filter(([name]) => typeof event[name] === 'string');
  return { ...body, ...real, event: { ...event, ...Object.fromEntries(filled) } };
}

function formOf(body: Shape['body']): string {
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(fields).toString();
}
