import { z } from 'zod';
import { fillView } from '../fill-view.ts';
import { JsonObject } from '../message-store.ts';
import { type ApiResult, defineMethod, fail, type MethodContext, nested, succeed } from '../method.ts';
import type { Trigger } from '../triggers.ts';
import { refuseView } from '../view-check.ts';
import type { StoredView } from '../view-store.ts';
import { wireView } from '../wire-view.ts';

const View = nested(JsonObject);

function shown({ world }: MethodContext, view: StoredView): ApiResult {
  world.changed();
  return succeed({ view: wireView(world, view) });
}

/** External ids are unique within the team; a view may keep its own. */
function isTaken({ world }: MethodContext, view: JsonObject, own: string | null): boolean {
  const id = view['external_id'];
  if (typeof id !== 'string' || id === '') return false;
  const holder = world.views.byExternalId(id);
  return holder !== null && holder.id !== own;
}

const triggerArgs = z.object({
  trigger_id: z.string().optional(),
  interactivity_pointer: z.string().optional(),
  view: View,
});

function openWith(
  args: z.output<typeof triggerArgs>,
  context: MethodContext,
  place: (trigger: Trigger, view: JsonObject) => StoredView | null,
): ApiResult {
  const refusal = refuseView(args.view, 'modal');
  if (refusal !== null) return refusal;
  if (isTaken(context, args.view, null)) return fail('duplicate_external_id');
  const trigger = context.world.triggers.exchange(args.trigger_id ?? args.interactivity_pointer ?? '');
  if (typeof trigger === 'string') return fail(trigger);
  const view = place(trigger, fillView(args.view));
  return view === null ? fail('push_limit_reached') : shown(context, view);
}

const open = defineMethod({
  tier: 't4',
  args: triggerArgs,
  run: (args, context) =>
    openWith(args, context, (trigger, view) => context.world.views.open(trigger.userId, view)),
});

const push = defineMethod({
  tier: 't4',
  args: triggerArgs,
  run: (args, context) =>
    openWith(args, context, (trigger, view) => {
      const { views } = context.world;
      const below = trigger.viewId === null ? null : views.get(trigger.viewId);
      return below === null ? views.open(trigger.userId, view) : views.push(below, view);
    }),
});

const update = defineMethod({
  tier: 't4',
  args: z.object({
    view: View,
    view_id: z.string().optional(),
    external_id: z.string().optional(),
    hash: z.string().optional(),
  }),
  run(args, context) {
    const { views } = context.world;
    const old = args.view_id ? views.get(args.view_id) : views.byExternalId(args.external_id ?? '');
    if (old === null) return fail('not_found');
    const refusal = refuseView(args.view, old.kind);
    if (refusal !== null) return refusal;
    if (isTaken(context, args.view, old.id)) return fail('duplicate_external_id');
    if (args.hash !== undefined && args.hash !== old.hash) return fail('hash_conflict');
    const view = views.replace(old.id, fillView(args.view));
    return view === null ? fail('not_found') : shown(context, view);
  },
});

const publish = defineMethod({
  tier: 't4',
  args: z.object({ user_id: z.string(), view: View, hash: z.string().optional() }),
  run(args, context) {
    const { world } = context;
    if (!world.people.has(args.user_id)) return fail('user_not_found');
    const refusal = refuseView(args.view, 'home');
    if (refusal !== null) return refusal;
    const old = world.views.home(args.user_id);
    if (isTaken(context, args.view, old?.id ?? null)) return fail('duplicate_external_id');
    if (args.hash !== undefined && old !== null && args.hash !== old.hash) return fail('hash_conflict');
    return shown(context, world.views.publish(args.user_id, fillView(args.view)));
  },
});

export const viewMethods = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
