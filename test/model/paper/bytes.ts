import { createHash } from 'node:crypto';

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function* inChunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** In lower-case hex. */
export const hashBytes = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
