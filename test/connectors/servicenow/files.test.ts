import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AttachmentId, type TicketId } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { FileDraft, OpenFile } from '../../../src/model/ticket.ts';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { ADA, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
let ticket: TicketId;
beforeEach(async () => {
  scene = await startScene();
  ticket = await scene.ticket();
});
afterEach(() => scene.close());

async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

const PNG = Uint8Array.from({ length: 5000 }, (_, index) => index % 256);

function file(changes: Partial<FileDraft> & { readonly bytes?: Uint8Array } = {}): FileDraft {
  const { bytes = PNG, ...more } = changes;
  return {
    ticket,
    name: 'screen.png',
    mime: 'image/png',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    author: ADA,
    open: () => inPieces(bytes),
    ...more,
  };
}

async function readAll(opened: OpenFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const agentFile = (name: string, mime: string, bytes: Uint8Array = PNG) =>
  AttachmentId.parse(scene.sandbox.people.attach(scene.agent, ticket, { name, mime, bytes }));

describe('attaching', () => {
  test('the bytes arrive as they are, and the record is not touched', async () => {
    const before = scene.seen(ticket).updatedAt;
    scene.instance.clock.advance(5000);
    const { id } = value(await scene.connector.attach(file(), scene.attempt()));
    const [seen] = scene.seen(ticket).files;
    assert.deepEqual([seen?.id, seen?.name, seen?.mime, seen?.size], [id, 'screen.png', 'image/png', 5000]);
    assert.equal(seen?.sha256, file().sha256);
    assert.equal(scene.seen(ticket).updatedAt, before);
    const [read] = value(await scene.connector.read(ticket)).files;
    assert.deepEqual([read?.visibility, read?.author], ['public', 'Deskbridge Integration']);
  });

  test('the proof is the content by whoever sent it: not its name, not its size, not another file', async () => {
    agentFile('screen.png', 'image/png');
    const early = scene.attempt();
    assert.equal(value(await scene.connector.findFile(file(), early)), null, "an agent's is not ours");
    const { id } = value(await scene.connector.attach(file(), early));
    assert.equal(value(await scene.connector.findFile(file(), early))?.id, id);
    const other = file({ bytes: PNG.toReversed() });
    assert.equal(value(await scene.connector.findFile(other, early)), null, 'same name and size');
    scene.instance.clock.advance(2000);
    assert.equal(value(await scene.connector.findFile(file(), scene.attempt()))?.id, id, 'clocks differ');
    const known = { ...file(), others: new Set<string>([id]) };
    assert.equal(value(await scene.connector.findFile(known, early)), null, 'known to be another file');
  });

  test('where the instance tells no hash, the content is read and compared', async () => {
    scene.sandbox.setPolicy({ hashes: false });
    const attempt = scene.attempt();
    const { id } = value(await scene.connector.attach(file(), attempt));
    assert.equal(value(await scene.connector.findFile(file(), attempt))?.id, id);
    assert.equal(value(await scene.connector.findFile(file({ bytes: PNG.toReversed() }), attempt)), null);
    assert.deepEqual(await readAll(value(await scene.connector.open(ticket, id))), Buffer.from(PNG));
  });

  test('it is found by whom it was sent, whatever became of his sign-in', async () => {
    const account = 'tomas.lindqvist';
    const himself = { name: 'Tomas', grant: { account, secret: createSecret(passwordOf(account)) } };
    const named = { name: 'Tomas', grant: null };
    const [own, ours] = [scene.attempt(), scene.attempt()];
    const mine = value(await scene.connector.attach(file({ author: himself }), own));
    const gone = file({ author: named, sentAs: account });
    assert.equal(value(await scene.connector.findFile(gone, own))?.id, mine.id);
    const carried = value(await scene.connector.attach(file({ author: named }), ours));
    const linked = file({ author: himself, sentAs: null });
    assert.equal(value(await scene.connector.findFile(linked, ours))?.id, carried.id);
  });

  test('somebody with a sign-in of his own attaches as himself', async () => {
    const grant = { account: 'tomas.lindqvist', secret: createSecret(passwordOf('tomas.lindqvist')) };
    const [draft, attempt] = [file({ author: { name: 'Tomas', grant } }), scene.attempt()];
    const { id } = value(await scene.connector.attach(draft, attempt));
    assert.equal(scene.seen(ticket).files[0]?.author, 'Tomas Lindqvist');
    assert.equal(value(await scene.connector.findFile(draft, attempt))?.id, id);
    const refused = { name: 'Tomas', grant: { ...grant, secret: createSecret('sandbox-other') } };
    assert.equal(gist(await scene.connector.attach(file({ author: refused }), attempt)), 'rejected auth');
  });

  test('the size limit is the one of the instance', async () => {
    scene.sandbox.setProperty('com.glide.attachment.max_size', '1');
    value(await scene.connector.check());
    assert.equal(scene.connector.raw.files.largest, 1024 * 1024);
    const outcome = await scene.connector.attach(
      file({ bytes: new Uint8Array(1024 * 1024 + 1) }),
      scene.attempt(),
    );
    assert.equal(gist(outcome), 'rejected invalid');
    assert.match(reasonOf(outcome), /up to 1 MB.*com\.glide\.attachment\.max_size/);
    scene.sandbox.setProperty('com.glide.attachment.max_size', 'none');
    value(await scene.connector.check());
    assert.equal(scene.connector.raw.files.largest, 1024 * 1024 * 1024);
  });

  test('an ending that the instance refuses is a refusal in its own words', async () => {
    scene.sandbox.setPolicy({ attachmentEndings: ['pdf'] });
    const outcome = await scene.connector.attach(file(), scene.attempt());
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /type png are not allowed/);
  });

  test('an hour of 429 leaves the file unsent', async () => {
    scene.sandbox.faults.add('POST /api/now/attachment/file', { kind: 'limit', retryAfterS: 60 });
    assert.equal(gist(await scene.connector.attach(file(), scene.attempt())), 'retry none destination');
    assert.equal(scene.seen(ticket).files.length, 0);
  });
});

describe('reading', () => {
  test('what hangs there under another name is not public', async () => {
    agentFile('plain.txt', '');
    assert.equal(value(await scene.connector.read(ticket)).files[0]?.visibility, 'unknown');
  });

  test('a long list is read to its end', async () => {
    for (let n = 0; n < 430; n += 1) agentFile(`file-${n}.txt`, 'text/plain', Uint8Array.of(n % 256));
    const { files } = value(await scene.connector.read(ticket));
    assert.equal(new Set(files.map((one) => one.id)).size, 430);
  });

  test('hidden attachments, or those of other records, are never taken for the truth', async () => {
    const hidden = agentFile('a.txt', 'text/plain');
    scene.sandbox.setPolicy({ unreadable: [hidden] });
    assert.equal(gist(await scene.connector.read(ticket)), 'rejected forbidden');
    const other = await scene.ticket();
    scene.sandbox.setPolicy({ unreadable: [], ignoredInQueries: ['sys_attachment.table_sys_id'] });
    assert.equal(gist(await scene.connector.read(other)), 'rejected forbidden');
    scene.sandbox.setPolicy({ ignoredInQueries: [], attachments: 'forbidden' });
    const outcome = await scene.connector.read(ticket);
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /sys_attachment/);
  });

  test('what the antivirus holds back is refused with a sentence', async () => {
    const virus = agentFile('eicar.com', 'application/octet-stream');
    scene.sandbox.setPolicy({ quarantined: [virus] });
    const outcome = await scene.connector.open(ticket, virus);
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /does not hand over "eicar\.com".*antivirus/);
  });

  test('a login page instead of a file is refused, instead of a page found out by its size', async () => {
    const photo = agentFile('photo.png', 'image/png');
    const page = agentFile('page.html', 'text/html', Buffer.from('<p>saved</p>'));
    const fault = { kind: 'html' } as const;
    scene.sandbox.faults.add('GET /api/now/attachment/{sys_id}/file', fault, 2);
    assert.equal(gist(await scene.connector.open(ticket, photo)), 'rejected auth');
    const opened = value(await scene.connector.open(ticket, page));
    await assert.rejects(readAll(opened), /longer than the 12 bytes/);
  });
});
