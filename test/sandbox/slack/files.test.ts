import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import {
  BOT_TOKEN,
  type OpenSlack,
  openSlack,
  type RecordingApp,
  recordingApp,
  refusal,
  until,
} from './open-slack.ts';

const CHANNEL = 'C0HELPIT';
const SHARED = 'C0PARTNER';
const BYTES = Buffer.from('%PDF-1.7 the report');
const PDF = { name: 'report.pdf', mime: 'application/pdf', bytes: BYTES };

const File = z.looseObject({
  id: z.string(),
  mode: z.string(),
  name: z.string().optional(),
  size: z.number().optional(),
  mimetype: z.string().optional(),
  url_private_download: z.string().optional(),
});
const WithFiles = z.looseObject({ files: z.array(File) });

describe('files', () => {
  let app: RecordingApp;
  let open: OpenSlack;
  before(async () => {
    app = await recordingApp();
  });
  beforeEach(async () => {
    app.received.length = 0;
    open = await openSlack({
      eventsUrl: app.url,
      largestFile: 1_000,
      shareAfterMs: 300,
      channels: [
        { id: CHANNEL, name: 'help-it' },
        { id: SHARED, name: 'partner', isShared: true },
        { id: 'C0OTHER', name: 'other', botIsMember: false },
      ],
    });
  });
  afterEach(() => open.close());
  after(() => app.close());

  const events = () => app.received.flatMap((hook) => hook.json?.event ?? []);
  const people = () => open.slack.people;
  const messages = () => people().messages(CHANNEL);
  const fileOf = (ts: string, channel = CHANNEL) =>
    people()
      .messages(channel)
      .find((message) => message.ts === ts)?.files[0]?.id ?? '';
  const infoOf = async (file: string) =>
    z.object({ file: File }).parse(await open.client.files.info({ file })).file;

  async function reserve(length: number, filename = 'log.txt') {
    return z
      .object({ upload_url: z.string(), file_id: z.string() })
      .parse(await open.client.files.getUploadURLExternal({ filename, length }));
  }
  const send = (url: string, body: string | FormData) => fetch(url, { method: 'POST', body });
  async function download(url: string, token: string | null) {
    const answer = await fetch(url, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
    return { type: answer.headers.get('content-type'), status: answer.status, text: await answer.text() };
  }

  it('are messages of a person with their files, and their bytes can be read with the token', async () => {
    const root = people().post('U0BEN', CHANNEL, 'help');
    const ts = people().upload('U0ALMA', CHANNEL, { ...PDF, text: 'see page <2>', threadTs: root });
    await open.slack.settled();
    const event = events().find((each) => each.subtype === 'file_share');
    const [file] = WithFiles.parse(event).files;
    assert.equal(event?.['ts'], ts);
    assert.equal(event?.['thread_ts'], root);
    assert.equal(event?.['text'], 'see page &lt;2&gt;');
    assert.deepEqual(
      [file?.name, file?.size, file?.mimetype, file?.mode],
      ['report.pdf', 19, 'application/pdf', 'hosted'],
    );
    assert.deepEqual(await download(file?.url_private_download ?? '', BOT_TOKEN), {
      type: 'application/pdf',
      status: 200,
      text: BYTES.toString(),
    });
    const replies = await open.client.conversations.replies({ channel: CHANNEL, ts: root });
    assert.deepEqual(WithFiles.parse(replies.messages?.[1]).files[0], file);
    assert.deepEqual(people().fileBytes(file?.id ?? ''), BYTES);
  });

  it('answer a web page with status 200 to whoever may not read them', async () => {
    const { url_private_download: url = '' } = await infoOf(fileOf(people().upload('U0ALMA', CHANNEL, PDF)));
    for (const token of [null, 'xoxb-sandbox-other']) {
      const answer = await download(url, token);
      assert.match(answer.type ?? '', /^text\/html/);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(answer.text, /PDF/);
    }
    open.slack.setRevoked(true);
    assert.match((await download(url, BOT_TOKEN)).type ?? '', /^text\/html/);
  });

  it('need the scope files:read, named in the refusal, and answer the page without it', async () => {
    const narrow = await openSlack({ scopes: ['channels:history', 'files:write'] });
    try {
      const ts = narrow.slack.people.upload('U0ALMA', CHANNEL, PDF);
      const [file] = narrow.slack.people.messages(CHANNEL).find((each) => each.ts === ts)?.files ?? [];
      const error = await refusal(narrow.client.files.info({ file: file?.id ?? '' }));
      assert.equal(error.error, 'missing_scope');
      const url = `${narrow.url}/files-pri/T0SANDBOX-${file?.id}/download/report.pdf`;
      assert.match((await download(url, BOT_TOKEN)).type ?? '', /^text\/html/);
    } finally {
      await narrow.close();
    }
  });

  it('tell their id alone where a channel is shared with another workspace', async () => {
    const ts = people().upload('U0ALMA', SHARED, PDF);
    await open.slack.settled();
    const id = fileOf(ts, SHARED);
    assert.deepEqual(WithFiles.parse(events()[0]).files, [
      { id, mode: 'file_access', file_access: 'check_file_info' },
    ]);
    assert.equal((await infoOf(id)).name, 'report.pdf');
  });

  it('are hidden from the app where its bot is no member', async () => {
    const id = fileOf(people().upload('U0ALMA', 'C0OTHER', PDF), 'C0OTHER');
    assert.notEqual(id, '');
    assert.equal((await refusal(open.client.files.info({ file: id }))).error, 'file_not_found');
  });

  it('go up in two steps, raw or as a form, and show some time after the answer', async () => {
    const root = people().post('U0BEN', CHANNEL, 'help');
    const { upload_url: url, file_id: id } = await reserve(5);
    assert.equal(await (await send(url, 'hello')).text(), 'OK - 5');
    const done = await open.client.files.completeUploadExternal({
      files: [{ id, title: 'A log' }],
      channel_id: CHANNEL,
      thread_ts: root,
      initial_comment: 'Dana put it on IT-7',
    });
    assert.deepEqual(z.looseObject({ files: z.unknown() }).parse(done).files, [{ id, title: 'A log' }]);
    assert.equal(messages().length, 1);
    await open.slack.settled();
    const [, shown] = messages();
    assert.deepEqual(shown?.files, [{ id, name: 'log.txt', mime: 'text/plain', size: 5 }]);
    assert.deepEqual([shown?.text, shown?.threadTs, shown?.isBot], ['Dana put it on IT-7', root, true]);
    const event = events().find((each) => each.subtype === 'file_share');
    assert.equal(event?.['user'], 'U0DESKBRIDGE');

    const other = await reserve(3, 'a.png');
    const form = new FormData();
    form.append('body', new Blob(['abc']), 'Untitled');
    assert.equal(await (await send(other.upload_url, form)).text(), 'OK - 3');
    await open.client.files.completeUploadExternal({ files: [{ id: other.file_id }] });
    assert.equal((await infoOf(other.file_id)).mimetype, 'image/png');
    assert.equal(messages().length, 2);
  });

  it('are refused when they are empty, too large, not there, or sent to nowhere', async () => {
    const ask = (length: number, more: object = {}) =>
      refusal(open.client.files.getUploadURLExternal({ filename: 'x.txt', length, ...more }));
    assert.equal((await ask(0)).error, 'missing_argument');
    assert.equal((await ask(1_001)).error, 'file_upload_size_restricted');
    assert.equal((await ask(5, { alt_text: 'x'.repeat(1_001) })).error, 'alt_txt_too_large');
    const { upload_url: url, file_id: id } = await reserve(5);
    const complete = (more: object) =>
      refusal(
        open.client.apiCall('files.completeUploadExternal', {
          files: [{ id }],
          channel_id: CHANNEL,
          ...more,
        }),
      );
    assert.equal((await complete({})).error, 'file_not_found');
    assert.equal((await send(url, 'six by')).status, 400);
    assert.equal((await send(`${url}x`, 'hello')).status, 404);
    assert.equal((await complete({})).error, 'file_not_found');
    await send(url, 'hello');
    assert.equal((await complete({ channel_id: 'C0NONE' })).error, 'channel_not_found');
    assert.equal((await complete({ channel_id: 'C0OTHER' })).error, 'not_in_channel');
    assert.equal((await complete({ thread_ts: '1.000001' })).error, 'thread_not_found');
    await open.client.files.completeUploadExternal({ files: [{ id }] });
    assert.equal((await complete({})).error, 'file_not_found');
  });

  it('can be deleted by whoever shared them: the message goes with them when it was nothing else', async () => {
    const root = people().post('U0BEN', CHANNEL, 'help');
    const share = async (comment: object) => {
      const { upload_url: url, file_id: id } = await reserve(5);
      await send(url, 'hello');
      await open.client.files.completeUploadExternal({
        files: [{ id }],
        channel_id: CHANNEL,
        thread_ts: root,
        ...comment,
      });
      await open.slack.settled();
      return id;
    };
    const [bare, named] = [await share({}), await share({ initial_comment: 'a log' })];
    app.received.length = 0;
    await open.client.files.delete({ file: bare });
    await open.client.files.delete({ file: named });
    await open.slack.settled();
    assert.deepEqual(
      events().map((event) => event.subtype),
      ['message_deleted', 'message_changed'],
    );
    const changed = z.object({ message: WithFiles, previous_message: WithFiles }).parse(events()[1]);
    assert.deepEqual(changed.message.files, [{ id: named, mode: 'tombstone' }]);
    assert.equal(changed.previous_message.files[0]?.id, named);
    assert.deepEqual(
      messages().map((message) => [message.text, message.files.length]),
      [
        ['help', 0],
        ['a log', 0],
      ],
    );
    assert.equal((await refusal(open.client.files.info({ file: named }))).error, 'file_deleted');
    assert.equal((await refusal(open.client.files.delete({ file: named }))).error, 'file_deleted');
    const foreign = fileOf(people().upload('U0ALMA', CHANNEL, PDF));
    assert.equal((await refusal(open.client.files.delete({ file: foreign }))).error, 'cant_delete_file');
  });

  it('stay when their words are edited, and go with their message', async () => {
    const ts = people().upload('U0ALMA', CHANNEL, { ...PDF, text: 'one' });
    const id = fileOf(ts);
    people().edit('U0ALMA', CHANNEL, ts, 'two');
    assert.equal(fileOf(ts), id);
    people().remove('U0ALMA', CHANNEL, ts);
    await until('the deletion', () => events().some((event) => event.subtype === 'message_deleted'));
    assert.equal((await refusal(open.client.files.info({ file: id }))).error, 'file_not_found');
    assert.throws(() => people().upload('U0ALMA', CHANNEL, { ...PDF, bytes: Buffer.alloc(0) }), /empty file/);
  });

  it('survive a snapshot; one from before there were files still opens', async () => {
    const ts = people().upload('U0ALMA', CHANNEL, PDF);
    const saved: unknown = JSON.parse(JSON.stringify(open.slack.snapshot()));
    const other = await openSlack();
    try {
      other.slack.restore(saved);
      const [message] = other.slack.people.messages(CHANNEL);
      assert.equal(message?.ts, ts);
      assert.deepEqual(other.slack.people.fileBytes(message?.files[0]?.id ?? ''), BYTES);
      const { files: _, ...old } = z.looseObject({ files: z.unknown() }).parse(saved);
      other.slack.restore(old);
      assert.equal(other.slack.people.messages(CHANNEL).length, 1);
    } finally {
      await other.close();
    }
  });

  it('fail as planned on their way up and down', async () => {
    const { upload_url: url } = await reserve(5);
    open.slack.faults.add('upload', { kind: 'fail-before', status: 500 });
    assert.equal((await send(url, 'hello')).status, 500);
    assert.equal((await send(url, 'hello')).status, 200);
    const info = await infoOf(fileOf(people().upload('U0ALMA', CHANNEL, PDF)));
    open.slack.faults.add('download', { kind: 'reset-before' });
    await assert.rejects(download(info.url_private_download ?? '', BOT_TOKEN));
    assert.equal(open.slack.faults.pending(), 0);
  });
});
