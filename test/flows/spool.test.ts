/** A file on its way lies on our disk without a name, so that nothing is left of it, whatever becomes of us. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { spool } from '../../src/flows/spool.ts';

const usual = process.env['TMPDIR'];
let room = '';
before(async () => {
  room = await mkdtemp(path.join(tmpdir(), 'spool-'));
  process.env['TMPDIR'] = room;
});
after(async () => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  await rm(room, { recursive: true });
});

const bytes = Buffer.alloc(300_000, 'a line of a log\n');

async function* pieces(content: Uint8Array, broken = false): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
  if (broken) throw new Error('The line broke');
}

const open = (size: number | null, broken = false) => ({
  mime: 'text/plain',
  size,
  bytes: pieces(bytes, broken),
});

async function read(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(piece);
  return Buffer.concat(all);
}

test('it has its size and hash, can be read twice, and has no name while it is held', async () => {
  const kept = await spool(open(bytes.length), bytes.length);
  assert.ok(kept.kind === 'ok');
  const { size, sha256, dispose } = kept.value;
  assert.deepEqual([size, sha256], [bytes.length, createHash('sha256').update(bytes).digest('hex')]);
  assert.deepEqual(await readdir(room), []);
  assert.deepEqual(await read(kept.value.open()), bytes);
  for await (const piece of kept.value.open()) {
    assert.ok(piece.length > 0);
    break;
  }
  assert.deepEqual(await read(kept.value.open()), bytes);
  await dispose();
  await assert.rejects(read(kept.value.open()));
});

test('nothing is left of one that is too large, too short, or broken', async () => {
  const large = await spool(open(null), bytes.length - 1);
  assert.equal(large.kind === 'rejected' && large.code, 'invalid');
  const short = await spool(open(bytes.length + 1), bytes.length * 2);
  assert.equal(short.kind === 'retry' && short.effect, 'none');
  await assert.rejects(spool(open(null, true), bytes.length), /line broke/);
  assert.deepEqual(await readdir(room), []);
});
