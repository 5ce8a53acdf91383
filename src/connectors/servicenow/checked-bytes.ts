import { createHash } from 'node:crypto';

/** What a content was announced to be. */
export interface Announced {
  /** In bytes. */
  readonly size: number;
  /** In lower-case hex; null when nobody said. */
  readonly sha256: string | null;
}

/** The content is not what was announced: it changed, was cut off, or is another page altogether. */
export class OtherContent extends Error {
  override readonly name = 'OtherContent';
}

/**
 * The same bytes, with the last of them held back until size and hash are known to be right: whoever counts on a whole
 * body never gets one that is wrong. Throws OtherContent.
 */
export async function* checkedBytes(
  bytes: AsyncIterable<Uint8Array>,
  { size, sha256 }: Announced,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let total = 0;
  let held: Uint8Array | null = null;
  for await (const chunk of bytes) {
    if (chunk.length === 0) continue;
    total += chunk.length;
    if (total > size)
      throw new OtherContent(`The file is longer than the ${size} bytes that were announced.`);
    hash.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (total < size) throw new OtherContent(`The file ends after ${total} of ${size} bytes.`);
  if (sha256 !== null && hash.digest('hex') !== sha256) {
    throw new OtherContent('The file has another content than the one that was announced.');
  }
  if (held !== null) yield held;
}
