import type { Context } from 'hono';

/** Largest body that a door reads, in bytes. */
const BODY_LIMIT = 1024 * 1024;

export type BodyReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The sender went away, or sent less than it announced. */
  | { readonly kind: 'broken' };

/** Reads the exact bytes of a request, never more than the limit, whatever the sender announced. */
export async function readBody(c: Context): Promise<BodyReading> {
  const announced = c.req.header('content-length');
  if (announced !== undefined && Number(announced) > BODY_LIMIT) return { kind: 'too-large' };
  const stream = c.req.raw.body;
  if (stream === null) return { kind: 'read', bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > BODY_LIMIT) return { kind: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'broken' };
  }
  if (announced !== undefined && size !== Number(announced)) return { kind: 'broken' };
  return { kind: 'read', bytes: Buffer.concat(chunks) };
}
