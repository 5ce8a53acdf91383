import { z } from 'zod';
import type { PersonAnswer, TypedValues } from '../worlds.ts';
import { fillView } from './fill-view.ts';
import { DONE, type InteractionDeps, payloadBase } from './interactions.ts';
import { JsonObject } from './message-store.ts';
import { filesInView } from './view-actions.ts';
import { refuseView } from './view-check.ts';
import type { StoredView } from './view-store.ts';
import { clientErrors, stateValues } from './view-values.ts';
import { wireView } from './wire-view.ts';

/** How an app may answer a submission; anything else closes the view. */
const ResponseAction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal(['update', 'push']), view: JsonObject }),
  z.object({ response_action: z.literal('clear') }),
]);

const TROUBLE: PersonAnswer = { ok: false, message: 'We had some trouble connecting. Try again?' };

function showErrors(
  { world }: InteractionDeps,
  view: StoredView,
  errors: Readonly<Record<string, string>>,
): PersonAnswer {
  world.views.setErrors(view.id, errors);
  world.changed();
  return { ok: false, message: Object.values(errors).join(' ') };
}

function follow(deps: InteractionDeps, view: StoredView, body: unknown): PersonAnswer {
  const { views } = deps.world;
  const given = z.looseObject({ response_action: z.unknown() }).safeParse(body);
  if (!given.success || given.data['response_action'] === undefined) {
    views.close(view.id);
    return DONE;
  }
  const action = ResponseAction.safeParse(body);
  if (!action.success) return TROUBLE;
  switch (action.data.response_action) {
    case 'errors':
      return showErrors(deps, view, action.data.errors);
    case 'clear':
      views.clear(view.userId);
      return DONE;
    case 'update':
    case 'push': {
      if (refuseView(action.data.view, 'modal') !== null) return TROUBLE;
      const next = fillView(action.data.view);
      const isUpdate = action.data.response_action === 'update';
      const placed = isUpdate ? views.replace(view.id, next) : views.push(view, next);
      return placed === null ? TROUBLE : DONE;
    }
  }
}

/** Submits a modal: the client checks required fields, the app decides the rest. */
export async function submitView(
  deps: InteractionDeps,
  view: StoredView,
  typed: TypedValues,
): Promise<PersonAnswer> {
  const { world, hooks } = deps;
  const values = stateValues(view.definition, typed, filesInView(deps));
  const missing = clientErrors(view.definition, values);
  if (Object.keys(missing).length > 0) return showErrors(deps, view, missing);
  world.views.setErrors(view.id, {});
  const answer = await hooks.interactive('view_submission', {
    type: 'view_submission',
    ...payloadBase(world, view.userId),
    trigger_id: world.triggers.issue({ userId: view.userId, viewId: view.id }),
    view: wireView(world, view, values),
    response_urls: [],
  });
  if (answer.kind === 'failed') return TROUBLE;
  const outcome = follow(deps, view, answer.body);
  world.changed();
  return outcome;
}

/** Closes a modal; the app hears of it only when it asked to. */
export function closeView({ world, hooks }: InteractionDeps, view: StoredView): void {
  world.views.close(view.id);
  world.changed();
  if (view.definition['notify_on_close'] !== true) return;
  void hooks.interactive('view_closed', {
    type: 'view_closed',
    ...payloadBase(world, view.userId),
    view: wireView(world, view),
    is_cleared: false,
  });
}
