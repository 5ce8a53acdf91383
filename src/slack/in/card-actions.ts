import type { App } from '@slack/bolt';
import { LinkId, SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import type { StatusCategory } from '../../model/ticket.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './message.ts';
import { offer } from './offer.ts';
import { BlockActions, channelOrNull } from './schema.ts';
import type { Us } from './us.ts';

/** The buttons of a card; their value is the link's id, an opaque word that grants nothing. */
const RESOLVE = 'desk_resolve';
const REOPEN = 'desk_reopen';

const STATUS_OF: ReadonlyMap<string, StatusCategory> = new Map([
  [RESOLVE, 'done'],
  [REOPEN, 'active'],
]);

export function listenForCardActions(app: App, us: Us): void {
  for (const [actionId, status] of STATUS_OF) {
    app.action({ type: 'block_actions', action_id: actionId }, async ({ body, context, ack }) => {
      await ack();
      offer(context, readPress(body, { status, us }));
    });
  }
}

function readPress(
  body: unknown,
  { status, us }: { readonly status: StatusCategory; readonly us: Us },
): Intake {
  const parsed = BlockActions.safeParse(body);
  const by = SlackUser.safeParse(parsed.data?.user.id);
  // Slack sends one action per press; Bolt dispatches by the first one, and so do we.
  const link = LinkId.safeParse(parsed.data?.actions[0]?.value);
  if (!parsed.success || !by.success || !link.success) return ignored('action_unreadable');
  if (isForeignPerson(parsed.data, us.teamId)) return ignored('foreign_person');
  const channel = parsed.data.channel?.id ?? channelOrNull(parsed.data.container?.channel_id);
  return { kind: 'change-status', team: us.teamId, by: by.data, link: link.data, status, channel };
}
