import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Intake } from '../../model/intake.ts';
import type { Log } from '../../model/log.ts';
import { cardFormMissing } from '../../texts/desk-command.ts';
import { CARD_ACTIONS, type CardPress, readPress } from './card-press.ts';
import { changeView } from './change-view.ts';
import { escalateView } from './escalate-view.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { moveView, type QueueChoice } from './move-form.ts';
import { offer } from './offer.ts';
import { slackErrorName } from './slack-error-name.ts';
import type { Us } from './us.ts';

export interface CardActionDeps extends Us {
  readonly log: Log;
  /** Where a request can be moved to. */
  readonly queues: readonly QueueChoice[];
}

export function listenForCardActions(app: App, deps: CardActionDeps): void {
  for (const actionId of CARD_ACTIONS) {
    app.action({ type: 'block_actions', action_id: actionId }, async ({ body, context, client, ack }) => {
      const press = readPress(body);
      const foreign = press !== null && isForeignPerson(press.call, deps.teamId);
      const view = press === null || foreign ? null : viewOf(press, deps);
      if (press !== null && view !== null) {
        await openForm(client, { press, view, ack, log: deps.log });
      } else {
        await ack();
        offer(context, foreign ? ignored('foreign_person') : toIntake(press, deps));
      }
    });
  }
}

/** The form behind a press; null when it has none. */
function viewOf(press: CardPress, { queues }: CardActionDeps): View | null {
  switch (press.verb) {
    case 'change':
      return changeView(press);
    case 'move':
      return moveView(press, queues);
    case 'escalate':
      return escalateView({ at: { link: press.link }, channel: press.channel });
    default:
      return null;
  }
}

function toIntake(press: CardPress | null, { teamId: team }: Us): Intake {
  if (press === null) return ignored('action_unreadable');
  const { verb, by, link, channel } = press;
  switch (verb) {
    case 'resolve':
      return { kind: 'change', team, by, link, set: { status: 'done' }, channel };
    case 'reopen':
      return { kind: 'change', team, by, link, set: { status: 'active' }, channel };
    case 'receipt':
      return channel === null
        ? ignored('action_unreadable')
        : { kind: 'ask-receipt', team, by, link, channel };
    case 'take':
      return { kind: 'change', team, by, link, set: { assignee: by }, channel };
    case 'watch':
    case 'why':
    case 'who':
      return { kind: 'ask-card', team, by, link, channel, ask: verb };
    case 'change':
    case 'move':
    case 'escalate':
      return ignored('ask');
  }
}

interface FormOpening {
  readonly press: Pick<CardPress, 'channel' | 'by' | 'threadTs' | 'trigger'>;
  readonly view: View;
  readonly ack: () => Promise<void>;
  readonly log: Log;
}

/**
 * The trigger lives 3 s and works once, so opening comes before anything else. When it fails, the person reads why. Answers
 * whether the form is open.
 */
export async function openForm(client: WebClient, { press, view, ack, log }: FormOpening): Promise<boolean> {
  const { channel, by, threadTs } = press;
  let code = 'no_trigger';
  try {
    if (press.trigger !== null) {
      await client.views.open({ trigger_id: press.trigger, view });
      await ack();
      return true;
    }
  } catch (error) {
    code = slackErrorName(error);
  }
  await ack();
  log.warn({ part: 'slack.in', code }, 'Slack did not open a form about a request');
  if (channel === null) return false;
  const text = cardFormMissing(code);
  try {
    await client.chat.postEphemeral({
      channel,
      user: by,
      text,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    });
  } catch (error) {
    log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not show why a form is missing');
  }
  return false;
}
