import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ActAnswer } from '../../../src/sandbox/demo/demo-state.ts';
import { type DemoWorld, HELP, MARA, openDemo, secrets } from './world.ts';

suite('files, fields and trouble in the demo', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-demo-'));
  let demo: DemoWorld;
  before(async () => {
    demo = await openDemo(folder);
  });
  after(async () => {
    await demo.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const done = async (body: unknown) => ActAnswer.parse(await (await demo.act(body)).json());

  test('a file comes back as it went, as a download, and only to who sees its message', async () => {
    const bytes = Buffer.from('<script>alert(1)</script>');
    const file = { name: "it's <me>.html", mime: 'text/html', content: bytes.toString('base64') };
    const sent = await done({
      act: 'upload',
      as: MARA,
      channel: HELP,
      thread: null,
      text: 'See *this*',
      file,
    });
    assert.ok(sent.ok && sent.ts !== null);
    const message = (await demo.state()).channels
      .flatMap(({ messages }) => messages)
      .find(({ ts }) => ts === sent.ts);
    const [shown] = message?.files ?? [];
    assert.ok(shown);
    assert.deepEqual([shown.name, shown.size], [file.name, bytes.length]);
    const got = await fetch(`${demo.url}${shown.href}`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), bytes);
    assert.equal(got.headers.get('content-type'), 'application/octet-stream');
    assert.match(
      got.headers.get('content-disposition') ?? '',
      /^attachment; filename\*=UTF-8''it%27s%20%3Cme%3E/,
    );
    assert.equal(got.headers.get('x-content-type-options'), 'nosniff');
    for (const href of [
      shown.href.replace(MARA, 'U0NOBODY'),
      '/demo/files/slack/F1?as=U1',
      '/demo/files/jira/1/1',
      '/demo/files/x/1/1',
    ]) {
      assert.equal((await fetch(`${demo.url}${href}`)).status, 404, href);
    }
    await done({ act: 'delete', as: MARA, channel: HELP, ts: sent.ts });
    assert.equal((await fetch(`${demo.url}${shown.href}`)).status, 404);
    for (const content of ['', 'not base64!', 'A'.repeat(9 * 1024 * 1024)]) {
      const refused = await demo.act({
        ...{ act: 'upload', as: MARA, channel: HELP, thread: null, text: '', file: { ...file, content } },
      });
      assert.ok(refused.status === 400 || refused.status === 413, String(refused.status));
      assert.equal(ActAnswer.parse(await refused.json()).ok, false);
    }
  });

  test('an agent attaches, removes and sets fields; what a ticket does not have is a sentence', async () => {
    const created = await fetch(
      `http://127.0.0.1:${demo.kept.vendors.ports.servicenow}/api/now/table/incident`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          authorization: `Basic ${Buffer.from(`deskbridge:${secrets.serviceNowPassword}`).toString('base64')}`,
        },
        body: JSON.stringify({ short_description: 'The VPN is down' }),
      },
    );
    assert.equal(created.status, 201);
    const [ticket] = (await demo.state()).tickets;
    assert.ok(ticket);
    await done({
      ...{ act: 'comment', agent: 'Iris Novak', system: 'servicenow', ticket: ticket.id },
      ...{ text: 'Looking', internal: false },
    });
    const on = { agent: 'Iris Novak', system: 'servicenow', ticket: ticket.id };
    const file = { name: 'log.txt', mime: '', content: Buffer.from('log').toString('base64') };
    assert.ok((await done({ act: 'attach', ...on, file })).ok);
    assert.ok((await done({ act: 'set-field', ...on, field: 'urgency', value: '1 - High' })).ok);
    assert.ok((await done({ act: 'set-field', ...on, field: 'summary', value: 'VPN' })).ok);
    const [after] = (await demo.state()).tickets;
    assert.deepEqual(
      [after?.urgency, after?.summary, after?.choices.priority],
      ['1 - High', 'VPN', undefined],
    );
    const [attached] = after?.files ?? [];
    assert.ok(attached);
    assert.equal(await (await fetch(`${demo.url}${attached.href}`)).text(), 'log');
    assert.ok((await done({ act: 'remove-file', ...on, file: attached.id })).ok);
    assert.equal((await fetch(`${demo.url}${attached.href}`)).status, 404);
    const wrong = await done({ act: 'set-field', ...on, field: 'group', value: 'Nobody at all' });
    assert.match(wrong.message ?? '', /no group "Nobody at all"/);
    const comment = after?.comments[0]?.id;
    const fixed = await done({ act: 'edit-comment', ...on, comment, text: 'else' });
    assert.match(fixed.message ?? '', /cannot be edited/);
  });

  test('trouble is made, told, changed and ended', async () => {
    const { vendors } = demo.kept;
    const kind = async () => (await demo.state()).trouble?.kind ?? null;
    assert.equal(await kind(), null);
    await done({ act: 'trouble', kind: 'away' });
    assert.equal(await kind(), 'away');
    const call = () => fetch(`http://127.0.0.1:${vendors.ports.jira}/rest/api/3/myself`);
    assert.equal((await call()).status, 503);
    await done({ act: 'trouble', kind: 'hooks' });
    assert.equal(await kind(), 'hooks');
    assert.notEqual((await call()).status, 503);
    await done({ act: 'trouble', kind: null });
    assert.equal(await kind(), null);
    assert.equal(vendors.jira.hookFaults.pending(), 0);
    assert.equal((await demo.act({ act: 'trouble', kind: 'fire' })).status, 400);
  });
});
