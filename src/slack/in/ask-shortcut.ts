import type { App } from '@slack/bolt';
import { CHOOSE_AGAIN } from '../../texts/desk-command.ts';
import { type FormDeps, openDeskForm } from './open-form.ts';

/** The global shortcut "Ask the service desk" of the app manifest. */
export const ASK_SHORTCUT = 'ask_service_desk';

/** Opens the form from anywhere in Slack. A global shortcut names no channel, so a form that does not come is only logged. */
export function listenForAskShortcut(app: App, deps: FormDeps): void {
  app.shortcut({ type: 'shortcut', callback_id: ASK_SHORTCUT }, async ({ shortcut, client, ack }) => {
    await openDeskForm(client, deps, {
      trigger: shortcut.trigger_id,
      summary: '',
      channel: '',
      again: CHOOSE_AGAIN,
    });
    await ack();
  });
}
