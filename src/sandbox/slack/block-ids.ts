import { JsonObject } from './message-store.ts';
import { randomId } from './random-id.ts';

const INTERACTIVE =
  /^(button|overflow|checkboxes|radio_buttons|datepicker|timepicker|datetimepicker|.*_select|.*_input)$/;

function withActionId(value: unknown): unknown {
  const element = JsonObject.safeParse(value);
  if (!element.success || typeof element.data['type'] !== 'string') return value;
  if (!INTERACTIVE.test(element.data['type']) || typeof element.data['action_id'] === 'string') return value;
  return { ...element.data, action_id: randomId('', 5) };
}

/** Slack gives every block a block_id and every interactive element an action_id when the app left them out. */
export function withIds(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block) => ({
    ...block,
    block_id: typeof block['block_id'] === 'string' ? block['block_id'] : randomId('', 5),
    ...(Array.isArray(block['elements']) ? { elements: block['elements'].map(withActionId) } : {}),
    ...('accessory' in block ? { accessory: withActionId(block['accessory']) } : {}),
    ...('element' in block ? { element: withActionId(block['element']) } : {}),
  }));
}

export interface FoundElement {
  readonly blockId: string;
  readonly element: JsonObject;
}

/** All elements that a person can act on, with the block they are in. */
export function interactiveElements(blocks: readonly JsonObject[]): FoundElement[] {
  return blocks.flatMap((block) => {
    const nested: unknown[] = [block['accessory'], block['element']];
    if (Array.isArray(block['elements'])) nested.push(...block['elements']);
    return nested.flatMap((value) => {
      const element = JsonObject.safeParse(value);
      if (!element.success || typeof element.data['action_id'] !== 'string') return [];
      return [{ blockId: String(block['block_id']), element: element.data }];
    });
  });
}
