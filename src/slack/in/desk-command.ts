import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../model/log.ts';
import { helpText } from '../../texts/desk-command.ts';
import { wordsOf } from './mrkdwn-inline.ts';
import { slackErrorName } from './slack-error-name.ts';
import { storable } from './storable.ts';
import { type ViewChoice, viewToOpen } from './view-to-open.ts';

export interface DeskCommandDeps extends ViewChoice {
  /** With its slash, e.g. "/desk": commands have no namespace in Slack, so the owner may have renamed it. */
  readonly command: string;
  readonly log: Log;
}

/**
 * /desk opens the form. The trigger lives 3 s and works once, so opening comes before anything else; nothing is stored.
 * A developer's command cannot be used inside a thread (docs.slack.dev), so there is no thread to look for.
 */
export function listenForDeskCommand(app: App, deps: DeskCommandDeps): void {
  app.command(deps.command, async ({ command, client, ack }) => {
    const words = storable(wordsOf(command.text ?? '')).trim();
    if (words.toLowerCase() === 'help') return ack(helpText(deps.command));
    const opened = await openForm(client, deps, {
      trigger: command.trigger_id,
      summary: words,
      channel: command.channel_id,
    });
    await (opened === null ? ack() : ack(opened));
  });
}

interface FormOpening {
  readonly trigger: string;
  readonly summary: string;
  readonly channel: string;
}

/** Opens the form; answers null when it stands, else a sentence for the person. */
async function openForm(
  client: WebClient,
  deps: DeskCommandDeps,
  opening: FormOpening,
): Promise<string | null> {
  const { trigger, summary, channel } = opening;
  try {
    await client.views.open({
      trigger_id: trigger,
      view: viewToOpen(deps, { summary, channel }),
    });
    return null;
  } catch (error) {
    const code = slackErrorName(error);
    deps.log.warn({ part: 'slack.in', code }, 'Slack did not open the form of the command');
    const again = `Type ${deps.command} again.`;
    if (code === 'expired_trigger_id') return `The form took too long to open. ${again} Nothing was sent.`;
    return `Slack did not open the form (${code}). ${again} If that happens twice, tell whoever runs Deskbridge. Nothing was sent.`;
  }
}
