import { imOf } from './find-channel.ts';
import type { JsonObject } from './message-store.ts';
import { wireView } from './wire-view.ts';
import type { SlackWorld } from './world.ts';

/** A person opens the Home tab: the app hears app_home_opened, the person sees what was published last, or null. */
export function openHome(
  { world, publish }: { readonly world: SlackWorld; readonly publish: (event: JsonObject) => void },
  userId: string,
): JsonObject | null {
  const home = world.views.home(userId);
  publish({
    type: 'app_home_opened',
    user: userId,
    channel: imOf(world, userId)?.id,
    tab: 'home',
    event_ts: (world.clock.now().getTime() / 1000).toFixed(6),
    ...(home === null ? {} : { view: wireView(world, home) }),
  });
  return home?.definition ?? null;
}
