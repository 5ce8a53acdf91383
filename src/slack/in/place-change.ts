import type { App } from '@slack/bolt';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { channelOrNull, PlaceEvent } from './schema.ts';
import type { Us } from './us.ts';

/** A channel was shared with another company, or is not any more. */
export function listenForPlaceChanges(app: App, { teamId: team }: Us): void {
  for (const name of ['channel_shared', 'channel_unshared'] as const) {
    app.event(name, async ({ event, context }) => {
      const channel = channelOrNull(PlaceEvent.safeParse(event).data?.channel);
      offer(
        context,
        channel === null ? ignored(`${name}_unreadable`) : { kind: 'place-changed', team, channel },
      );
    });
  }
}
