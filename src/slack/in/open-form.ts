import type { WebClient } from '@slack/web-api';
import type { Log } from '../../model/log.ts';
import { formMissing } from '../../texts/desk-command.ts';
import { slackErrorName } from './slack-error-name.ts';
import { type ViewChoice, viewToOpen } from './view-to-open.ts';

export interface FormDeps extends ViewChoice {
  readonly log: Log;
}

export interface FormOpening {
  readonly trigger: string;
  readonly summary: string;
  /** Where it was asked for; empty when Slack does not say. */
  readonly channel: string;
  /** What to do when it does not come. */
  readonly again: string;
}

/**
 * Opens the form; answers null when it stands, else a sentence for the person. A trigger lives 3 s and works once, so this
 * comes before anything else.
 */
export async function openDeskForm(
  client: WebClient,
  deps: FormDeps,
  { trigger, summary, channel, again }: FormOpening,
): Promise<string | null> {
  try {
    await client.views.open({ trigger_id: trigger, view: viewToOpen(deps, { summary, channel }) });
    return null;
  } catch (error) {
    const code = slackErrorName(error);
    deps.log.warn({ part: 'slack.in', code }, 'Slack did not open the form');
    return formMissing(code, again);
  }
}
