import { z } from 'zod';
import { JsonObject, type MessageMetadata } from './message-store.ts';

const MAX_BYTES = 4_096;

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const FlatObject = z.record(z.string(), Scalar);
/** Values are scalars, flat objects or lists of flat objects; nothing deeper. */
const Payload = z.record(z.string(), z.union([Scalar, FlatObject, z.array(FlatObject)]));
const Metadata = z.object({
  event_type: z.string().regex(/^[A-Za-z0-9_.-]{1,255}$/),
  event_payload: Payload,
});

/** `{}` clears metadata on an update. Slack names no size limit; we hold apps to 4 KB so that they stay small. */
export function checkMetadata(
  value: JsonObject,
): MessageMetadata | null | 'invalid_metadata_format' | 'invalid_metadata_schema' | 'metadata_too_large' {
  if (Object.keys(value).length === 0) return null;
  const shape = z.object({ event_type: z.string(), event_payload: JsonObject }).safeParse(value);
  if (!shape.success) return 'invalid_metadata_format';
  const metadata = Metadata.safeParse(value);
  if (!metadata.success) return 'invalid_metadata_schema';
  return Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES ? 'metadata_too_large' : metadata.data;
}
