import { z } from 'zod';
import type { HomeAct, PersonAnswer } from '../worlds.ts';
import { type FoundElement, interactiveElements } from './block-ids.ts';
import { blocksOf } from './fill-view.ts';
import { impossible } from './find-for-person.ts';
import { DONE, type InteractionDeps, payloadBase } from './interactions.ts';
import type { JsonObject } from './message-store.ts';
import type { StoredView } from './view-store.ts';
import { wireView } from './wire-view.ts';

const Options = z.array(z.looseObject({ value: z.string() }));
const Dispatched = z.looseObject({ trigger_actions_on: z.array(z.string()) });

/** What Slack tells the app of the element that somebody used. */
function actionOf({ element, blockId }: FoundElement, { actionId, value }: HomeAct): JsonObject {
  const { type, text } = element;
  const common = { type, action_id: actionId, block_id: blockId };
  if (type === 'button') return { ...common, text, value: element['value'] };
  if (type === 'static_select') {
    const option = Options.parse(element['options']).find((one) => one.value === value);
    return { ...common, selected_option: option ?? impossible(`there is no choice "${value}"`) };
  }
  if (type === 'plain_text_input') {
    const when = Dispatched.safeParse(element['dispatch_action_config']).data?.trigger_actions_on ?? [];
    if (!when.includes('on_enter_pressed')) impossible('nobody hears of Enter in this field');
    return { ...common, value: value ?? null };
  }
  return impossible(`nobody can use a ${String(type)} here`);
}

/** Somebody uses an element of his Home tab (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
export async function actInHome(
  { world, hooks }: InteractionDeps,
  view: StoredView,
  act: HomeAct,
): Promise<PersonAnswer> {
  const blocks = blocksOf(view.definition);
  const found = interactiveElements(blocks).filter(({ element }) => element['action_id'] === act.actionId);
  const used = found.find(
    ({ element }) => element['type'] !== 'button' || (act.value ?? element['value']) === element['value'],
  );
  if (used === undefined) return impossible(`the Home has no "${act.actionId}" (${act.value ?? 'any'})`);
  const block = blocks.find((each) => each['block_id'] === used.blockId);
  if (block?.['type'] === 'input' && block['dispatch_action'] !== true) return DONE;
  const answer = await hooks.interactive('block_actions', {
    type: 'block_actions',
    ...payloadBase(world, view.userId),
    container: { type: 'view', view_id: view.id },
    trigger_id: world.triggers.issue({ userId: view.userId, viewId: null }),
    view: wireView(world, view),
    actions: [{ ...actionOf(used, act), action_ts: (world.clock.now().getTime() / 1000).toFixed(6) }],
  });
  if (answer.kind === 'answered') return DONE;
  return { ok: false, message: 'Something went wrong with this. Try again.' };
}
