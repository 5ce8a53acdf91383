import type { App } from '@slack/bolt';
import { OPEN_ANYWAY_ACTION } from '../../model/errand.ts';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { BlockActions, channelOrNull, tsOrNull } from './schema.ts';
import type { Us } from './us.ts';

export function listenForOpenAnyway(app: App, us: Us): void {
  app.action({ type: 'block_actions', action_id: OPEN_ANYWAY_ACTION }, async ({ body, context, ack }) => {
    await ack();
    offer(context, readPress(body, us));
  });
}

function readPress(body: unknown, { teamId: team }: Us): Intake {
  const parsed = BlockActions.safeParse(body);
  const by = SlackUser.safeParse(parsed.data?.user.id);
  const [place, at] = (parsed.data?.actions[0]?.value ?? '').split(':', 2);
  const channel = channelOrNull(place);
  const ts = tsOrNull(at);
  if (!by.success || channel === null || ts === null) return ignored('action_unreadable');
  return { kind: 'open-from-mark', team, channel, ts, by: by.data, door: 'channel', execution: null };
}
