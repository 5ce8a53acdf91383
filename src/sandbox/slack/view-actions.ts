import { z } from 'zod';
import type { PersonAnswer, SlackUpload, ViewChoice } from '../worlds.ts';
import { interactiveElements } from './block-ids.ts';
import { blocksOf } from './fill-view.ts';
import { DONE, type InteractionDeps, payloadBase } from './interactions.ts';
import type { StoredView } from './view-store.ts';
import { stateValues } from './view-values.ts';
import { wireFile } from './wire-file.ts';
import { wireView } from './wire-view.ts';

const Options = z.array(z.looseObject({ value: z.string() }));

function findChoice(view: StoredView, { blockId, actionId, value }: ViewChoice) {
  const blocks = blocksOf(view.definition);
  const block = blocks.find((each) => each['block_id'] === blockId);
  const element = interactiveElements(blocks).find(
    (each) => each.blockId === blockId && (actionId === undefined || each.element['action_id'] === actionId),
  )?.element;
  const option = Options.safeParse(element?.['options']).data?.find((each) => each.value === value) ?? null;
  const mayClear = value === '' && block?.['optional'] === true;
  if (element === undefined || block === undefined || (option === null && !mayClear))
    throw new Error(`The view has no choice "${value}" in the block "${blockId}"`);
  return { block, element, option };
}

/**
 * Chooses in a select of an open modal. Slack tells the app only of an element in an actions block, or of an input with
 * `dispatch_action` (docs.slack.dev/reference/block-kit/blocks/input-block).
 */
export async function chooseInView(
  deps: InteractionDeps,
  view: StoredView,
  choice: ViewChoice,
): Promise<PersonAnswer> {
  const { world, hooks } = deps;
  const { blockId, value, typed = {} } = choice;
  const { block, element, option } = findChoice(view, choice);
  if (block['type'] === 'input' && block['dispatch_action'] !== true) return DONE;
  const action = String(element['action_id']);
  const filled = { ...typed, [blockId]: { ...typed[blockId], [action]: value } };
  const values = stateValues(view.definition, filled, filesInView(deps));
  const answer = await hooks.interactive('block_actions', {
    type: 'block_actions',
    ...payloadBase(world, view.userId),
    container: { type: 'view', view_id: view.id },
    trigger_id: world.triggers.issue({ userId: view.userId, viewId: view.id }),
    view: wireView(world, view, values),
    actions: [
      {
        type: element['type'],
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
