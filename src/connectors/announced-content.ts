import { createHash } from 'node:crypto';
import type { FileDraft } from '../model/ticket.ts';

/** The content is not what was announced: it changed between the announcement and now, or was cut off. */
export class OtherContent extends Error {
  override readonly name = 'OtherContent';
  constructor() {
    super(
      'The file is not what it was when it was announced, so it was not attached; it has to be read anew',
    );
  }
}

/**
 * The content of a file on its way, chunk by chunk, if it is what was announced. The last chunk is held back until size
 * and hash agree: a request that carries less than it promised has no effect anywhere. Throws OtherContent, or whatever
 * the source throws.
 */
export async function* announced(
  draft: Pick<FileDraft, 'size' | 'sha256' | 'open'>,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  let held: Uint8Array | null = null;
  for await (const chunk of draft.open()) {
    if (chunk.length === 0) continue;
    size += chunk.length;
    if (size > draft.size) throw new OtherContent();
    hash.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (size !== draft.size || hash.digest('hex') !== draft.sha256) throw new OtherContent();
  if (held !== null) yield held;
}
