import type { App } from '@slack/bolt';
import { z } from 'zod';
import { ConnectorId, SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { NOTICE_CHOICES } from '../../model/notice.ts';
import { TRY_AGAIN } from '../../texts/desk-command.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { type FormDeps, openDeskForm } from './open-form.ts';
import { BlockActions } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

/** A line typed on the Home, or its button: both open the form. */
const FORM_ACTIONS: readonly string[] = ['desk_home_ask', 'desk_home_new'];
/** What is chosen on the Home, and kept. */
const KEPT_ACTIONS = ['desk_home_notices', 'desk_home_connect', 'desk_home_disconnect'] as const;
/** A button that only leads to a page; Slack tells of it all the same. */
const LINK_ACTION = 'desk_home_go';

/** docs.slack.dev/reference/events/app_home_opened: `tab` is "home" or "messages". */
const HomeEvent = z.object({
  type: z.literal('app_home_opened'),
  user: SlackUser,
  tab: z.string().nullish(),
});

/** The conversation with the app is called its Home, too, when it is opened. */
export function opensHomeTab(event: unknown): boolean {
  return HomeEvent.safeParse(event).data?.tab === 'home';
}

const actionOf = (body: unknown) => BlockActions.safeParse(body).data?.actions[0];

/** A press that has to be answered with a form at once; it is never stored. */
export function asksFromHome(body: unknown): boolean {
  return FORM_ACTIONS.includes(actionOf(body)?.action_id ?? '');
}

/** A press that means nothing to us. */
export function onlyLeads(body: unknown): boolean {
  return actionOf(body)?.action_id === LINK_ACTION;
}

export function listenForHome(app: App, deps: FormDeps & Us): void {
  app.event('app_home_opened', async ({ event, context }) => {
    const opened = HomeEvent.safeParse(event).data;
    offer(
      context,
      opened === undefined ? ignored('home_unreadable') : { kind: 'home-opened', by: opened.user },
    );
  });
  for (const action of FORM_ACTIONS) {
    app.action({ type: 'block_actions', action_id: action }, async ({ body, client, ack }) => {
      const press = BlockActions.safeParse(body).data;
      if (press?.trigger_id && !isForeignPerson(press, deps.teamId)) {
        const summary = storable(press.actions[0]?.value ?? '').trim();
        // The Home has no place for a sentence, so a form that does not come is only logged.
        await openDeskForm(client, deps, {
          ...{ trigger: press.trigger_id, channel: '', again: TRY_AGAIN },
          summary: action === 'desk_home_ask' ? summary : '',
        });
      }
      await ack();
    });
  }
  for (const action of KEPT_ACTIONS) {
    app.action({ type: 'block_actions', action_id: action }, async ({ body, context, ack }) => {
      await ack();
      offer(context, readChoice(body, deps));
    });
  }
}

function readChoice(body: unknown, { teamId }: Us): Intake {
  const press = BlockActions.safeParse(body).data;
  const by = SlackUser.safeParse(press?.user.id);
  const action = press?.actions[0];
  if (press === undefined || action === undefined || !by.success) return ignored('action_unreadable');
  if (isForeignPerson(press, teamId)) return ignored('foreign_person');
  if (action.action_id === 'desk_home_notices') {
    const choice = z.enum(NOTICE_CHOICES).safeParse(action.selected_option?.value);
    return choice.success
      ? { kind: 'choose-notices', by: by.data, choice: choice.data }
      : ignored('action_unreadable');
  }
  const connector = ConnectorId.safeParse(action.value);
  if (!connector.success) return ignored('action_unreadable');
  const connect = action.action_id === 'desk_home_connect';
  return { kind: 'account', by: by.data, connector: connector.data, connect };
}
