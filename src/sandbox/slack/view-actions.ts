import { z } from 'zod';
import type { PersonAnswer, SlackUpload } from '../worlds.ts';
import { interactiveElements } from './block-ids.ts';
import { blocksOf } from './fill-view.ts';
import { DONE, type InteractionDeps, payloadBase } from './interactions.ts';
import type { StoredView } from './view-store.ts';
import { stateValues } from './view-values.ts';
import { wireFile } from './wire-file.ts';
import { wireView } from './wire-view.ts';

const Options = z.array(z.looseObject({ value: z.string() }));

/**
 * Chooses in a select of an open modal. Slack tells the app only of an element in an actions block, or of an input with
 * `dispatch_action` (docs.slack.dev/reference/block-kit/blocks/input-block).
 */
export async function chooseInView(
  { world, hooks }: InteractionDeps,
  view: StoredView,
  { blockId, value }: { readonly blockId: string; readonly value: string },
): Promise<PersonAnswer> {
  const blocks = blocksOf(view.definition);
  const found = interactiveElements(blocks).find((each) => each.blockId === blockId);
  const block = blocks.find((each) => each['block_id'] === blockId);
  const option = Options.safeParse(found?.element['options']).data?.find((each) => each.value === value);
  if (found === undefined || block === undefined || option === undefined)
    throw new Error(`The view has no choice "${value}" in the block "${blockId}"`);
  if (block['type'] === 'input' && block['dispatch_action'] !== true) return DONE;
  const action = String(found.element['action_id']);
  const values = stateValues(view.definition, { [blockId]: { [action]: value } });
  const answer = await hooks.interactive('block_actions', {
    type: 'block_actions',
    ...payloadBase(world, view.userId),
    container: { type: 'view', view_id: view.id },
    trigger_id: world.triggers.issue({ userId: view.userId, viewId: view.id }),
    view: wireView(world, view, values),
    actions: [
      {
        type: found.element['type'],
        action_id: action,
        block_id: blockId,
        selected_option: option,
        action_ts: (world.clock.now().getTime() / 1000).toFixed(6),
      },
    ],
  });
  if (answer.kind === 'answered') return DONE;
  return { ok: false, message: 'Something went wrong with this choice. Try again.' };
}

/** Uploads a file for a file_input; it is in no channel. */
export function uploadInView(
  { world }: InteractionDeps,
  view: StoredView,
  { name, mime, bytes }: Pick<SlackUpload, 'name' | 'mime' | 'bytes'>,
): string {
  return world.files.add({ name, mime, bytes, user: view.userId, given: true }).id;
}

/** The files of a file_input as Slack writes them in `state.values`. */
export function filesInView({ world }: InteractionDeps) {
  return (id: string) => wireFile(world, id);
}
