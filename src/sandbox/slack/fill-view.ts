import { z } from 'zod';
import { withIds } from './block-ids.ts';
import { JsonObject } from './message-store.ts';

const Blocks = z.array(JsonObject);

/** A view that was checked, with the ids filled in that the app left out. */
export function fillView(view: JsonObject): JsonObject {
  return { ...view, blocks: withIds(Blocks.parse(view['blocks'])) };
}

/** The blocks of a view or message as objects. */
export function blocksOf(holder: JsonObject): JsonObject[] {
  const parsed = Blocks.safeParse(holder['blocks']);
  return parsed.success ? parsed.data : [];
}
