import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import type { OpenFile } from '../model/ticket.ts';

/** A file on this machine's disk, on its way from one system to the other. */
export interface Spooled {
  /** In bytes, as they came. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
  /** Removes it from the disk. */
  dispose(): Promise<void>;
}

/**
 * Fetches a file to disk: a stream that breaks half-way then breaks here, before anything was sent, and the hash is known
 * before the other system is called. Memory stays the same for any size.
 */
export async function spool(file: OpenFile, largest: number): Promise<Outcome<Spooled>> {
  const name = path.join(tmpdir(), `deskbridge-${randomUUID()}`);
  const hash = createHash('sha256');
  let size = 0;
  // Readable by us alone: what people attach is nobody else's on this machine.
  const handle = await open(name, 'wx', 0o600);
  const dispose = () => rm(name, { force: true });
  try {
    for await (const chunk of file.bytes) {
      size += chunk.byteLength;
      if (size > largest) {
        await dispose();
        return rejected('invalid', `The file is larger than the ${largest} bytes that are copied at most.`);
      }
      hash.update(chunk);
      await handle.write(chunk);
    }
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    await handle.close();
  }
  if (file.size !== null && file.size !== size) {
    await dispose();
    return {
      kind: 'retry',
      reason: `The file was announced with ${file.size} bytes and came with ${size}.`,
      scope: 'operation',
      effect: 'none',
    };
  }
  return ok({ size, sha256: hash.digest('hex'), open: () => createReadStream(name), dispose });
}

/** The hash of what a system holds now, for comparing with what was sent. */
export async function hashOf(file: OpenFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.bytes) hash.update(chunk);
  return hash.digest('hex');
}
