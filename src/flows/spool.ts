import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import type { OpenFile } from '../model/ticket.ts';
import { largerThanCopied, otherThanAnnounced } from '../texts/files.ts';

/** A file on this machine's disk, on its way from one system to the other. */
export interface Spooled {
  /** In bytes, as they came. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
  /** Gives it back to the disk. */
  dispose(): Promise<void>;
}

/**
 * Fetches a file to disk: a stream that breaks half-way then breaks here, before anything was sent, and the hash is known
 * before the other system is called. Memory stays the same for any size. The file loses its name as soon as it is open, so
 * that the system itself takes it away when this process ends, however it ends.
 */
export async function spool(file: OpenFile, largest: number): Promise<Outcome<Spooled>> {
  const name = path.join(tmpdir(), `deskbridge-${randomUUID()}`);
  // Readable by us alone: what people attach is nobody else's on this machine.
  const handle = await open(name, 'wx+', 0o600);
  let kept: Outcome<Spooled> | null = null;
  try {
    await rm(name);
    kept = await fill(handle, file, largest);
    return kept;
  } finally {
    if (kept?.kind !== 'ok') await handle.close();
  }
}

async function fill(handle: FileHandle, file: OpenFile, largest: number): Promise<Outcome<Spooled>> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of file.bytes) {
    size += chunk.byteLength;
    if (size > largest) return rejected('invalid', largerThanCopied(largest));
    hash.update(chunk);
    // Writes all of it, which a single write need not do on a disk that is nearly full.
    await handle.appendFile(chunk);
  }
  if (file.size !== null && file.size !== size) {
    return retryLater(otherThanAnnounced(file.size, size), 'operation');
  }
  return ok({
    size,
    sha256: hash.digest('hex'),
    open: () => contentOf(handle),
    dispose: () => handle.close(),
  });
}

const CHUNK = 64 * 1024;

/** From its beginning, whoever else reads it at the same time. */
async function* contentOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The hash of what a system holds now, for comparing with what was sent. */
export async function hashOf(file: OpenFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.bytes) hash.update(chunk);
  return hash.digest('hex');
}
