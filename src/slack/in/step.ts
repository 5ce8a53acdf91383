import type { App } from '@slack/bolt';
import { z } from 'zod';
import { plainDoc } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { plainWords } from './atoms.ts';
import { DETAILS_MAX, SUMMARY_MAX } from './desk-view.ts';
import { ignored } from './ignored.ts';
import { readMrkdwnInline } from './mrkdwn-inline.ts';
import { offer } from './offer.ts';
import { channelOrNull, EventBody, tsOrNull } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

/** The step of Workflow Builder in the app manifest. */
export const OPEN_STEP = 'open_request_step';

/** docs.slack.dev/reference/events/function_executed */
const Executed = z.object({
  type: z.literal('function_executed'),
  function: z.object({ callback_id: z.string() }),
  function_execution_id: z.string().min(1).max(255),
  inputs: z.record(z.string(), z.unknown()).catch({}),
});

const text = (most: number) =>
  z
    .string()
    .nullish()
    .catch(null)
    .transform((value) =>
      plainWords(readMrkdwnInline(storable(value ?? '')))
        .trim()
        .slice(0, most)
        .toWellFormed(),
    );

const Inputs = z.object({
  requester: SlackUser,
  summary: text(SUMMARY_MAX),
  details: text(DETAILS_MAX),
  channel: z.string().nullish().catch(null),
  // A message is chosen as its context: its channel and ts.
  message: z.object({ channel_id: z.string(), message_ts: z.string() }).nullish().catch(null),
});

export function listenForSteps(app: App, us: Us): void {
  app.event('function_executed', async ({ body, context }) => {
    offer(context, readStep(body, us));
  });
}

function readStep(body: unknown, { teamId: team }: Us): Intake {
  const executed = Executed.safeParse(EventBody.safeParse(body).data?.event).data;
  if (executed === undefined || executed.function.callback_id !== OPEN_STEP) return ignored('step');
  const { function_execution_id: execution } = executed;
  const inputs = Inputs.safeParse(executed.inputs).data;
  if (inputs === undefined) return { kind: 'step-unreadable', execution };
  const { requester: by, summary, details, message } = inputs;
  const channel = channelOrNull(message?.channel_id ?? inputs.channel);
  const ts = tsOrNull(message?.message_ts);
  if (ts !== null && channel !== null)
    return { kind: 'open-from-mark', team, channel, ts, by, door: 'workflow', execution };
  if (summary === '' || docText(plainDoc(summary)) === '') return { kind: 'step-unreadable', execution };
  const nothing = { answers: {}, onBehalfOf: null, participants: [], urgent: false, files: [], fields: {} };
  return {
    kind: 'open-from-form',
    team,
    by,
    submission: `step:${execution}`,
    summary,
    details,
    channel,
    ...nothing,
    execution,
  };
}
