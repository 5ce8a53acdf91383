import type { App } from '@slack/bolt';
import { LinkId, SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { BlockActions, channelOrNull } from './schema.ts';
import type { Us } from './us.ts';

/** The buttons of "What is this about?"; their value is `kind:link`, and the kind is empty for "something else". */
const KIND_BUTTON = /^desk_kind_\d$/;
const VALUE = /^([a-z][a-z0-9-]{0,39})?:(.+)$/;

export function listenForKindPress(app: App, us: Us): void {
  app.action({ type: 'block_actions', action_id: KIND_BUTTON }, async ({ body, context, ack }) => {
    await ack();
    offer(context, readKindPress(body, us));
  });
}

/** The buttons of "Is it the same?"; their value is `other request:link`, and the first is empty for another one. */
const SAME_BUTTON = /^desk_same_\d$/;

export function listenForSamePress(app: App, us: Us): void {
  app.action({ type: 'block_actions', action_id: SAME_BUTTON }, async ({ body, context, ack }) => {
    await ack();
    offer(context, readSamePress(body, us));
  });
}

function readSamePress(body: unknown, { teamId }: Us): Intake {
  const parsed = BlockActions.safeParse(body);
  if (!parsed.success) return ignored('action_unreadable');
  const { actions, channel, container, user } = parsed.data;
  const [other = '', id] = (actions[0]?.value ?? '').split(':');
  const [link, same, by] = [LinkId.safeParse(id), LinkId.safeParse(other), SlackUser.safeParse(user.id)];
  if (!link.success || !by.success || (other !== '' && !same.success)) return ignored('action_unreadable');
  if (isForeignPerson(parsed.data, teamId)) return ignored('foreign_person');
  return {
    ...{ kind: 'pick-same', team: teamId, by: by.data, link: link.data, same: same.data ?? null },
    channel: channel?.id ?? channelOrNull(container?.channel_id),
  };
}

function readKindPress(body: unknown, { teamId }: Us): Intake {
  const parsed = BlockActions.safeParse(body);
  if (!parsed.success) return ignored('action_unreadable');
  const { actions, channel, container, user } = parsed.data;
  const [, kind, id] = VALUE.exec(actions[0]?.value ?? '') ?? [];
  const link = LinkId.safeParse(id);
  const by = SlackUser.safeParse(user.id);
  if (!link.success || !by.success) return ignored('action_unreadable');
  if (isForeignPerson(parsed.data, teamId)) return ignored('foreign_person');
  return {
    ...{ kind: 'pick-kind', team: teamId, by: by.data, link: link.data, picked: kind ?? null },
    channel: channel?.id ?? channelOrNull(container?.channel_id),
  };
}
