import type { AllMiddlewareArgs, App, SlashCommand } from '@slack/bolt';
import { z } from 'zod';
import type { ApprovalAct } from '../../model/approval-act.ts';
import { SlackChannel, SlackUser } from '../../model/ids.ts';
import type { DeskQuestion, Intake } from '../../model/intake.ts';
import { LOOKING } from '../../texts/approvals.ts';
import { decideWhat, formMissing, helpText, statusOfWhat, typeAgain } from '../../texts/desk-command.ts';
import { waitView } from '../out/approval-views.ts';
import { formName } from './approval-press.ts';
import { type DeskWords, readDeskWords } from './desk-words.ts';
import { ignored } from './ignored.ts';
import { wordsOf } from './mrkdwn-inline.ts';
import { isAtDoor, offer } from './offer.ts';
import { type FormDeps, openDeskForm } from './open-form.ts';
import { slackErrorName } from './slack-error-name.ts';
import { storable } from './storable.ts';

export interface DeskCommandDeps extends FormDeps {
  /** With its slash, e.g. "/desk": commands have no namespace in Slack, so the owner may have renamed it. */
  readonly command: string;
}

/** docs.slack.dev/interactivity/implementing-slash-commands */
const Command = z.object({
  user_id: SlackUser,
  channel_id: SlackChannel,
  text: z.string().catch(''),
  response_url: z.string().max(2000).nullish().catch(null),
});

/**
 * The command opens the form, answers from memory, or takes a question for the database: that one is stored, and answered
 * later to the person alone. A developer's command cannot be used inside a thread (docs.slack.dev), so there is no thread
 * to look for.
 */
export function listenForDeskCommand(app: App, deps: DeskCommandDeps): void {
  app.command(deps.command, async ({ command, context, client, ack }) => {
    const words = readDeskWords(typed(command.text));
    const said = wordsNow(words, deps.command);
    if (said !== null) return ack(said);
    if (words.want === 'decide' || words.want === 'away')
      return decide(deps, words, { command, context, client, ack });
    const question = questionOf(words);
    if (question !== null) {
      await ack();
      return offer(context, readQuestion(command, question));
    }
    const opened = await openDeskForm(client, deps, {
      trigger: command.trigger_id,
      summary: words.want === 'form' ? words.summary : '',
      channel: command.channel_id,
      again: typeAgain(deps.command),
    });
    await (opened === null ? ack() : ack(opened));
  });
}

type Decide = Extract<DeskWords, { want: 'decide' | 'away' }>;
type Typing = Pick<AllMiddlewareArgs, 'context' | 'client'> & {
  readonly command: SlashCommand;
  readonly ack: (said?: string) => Promise<void>;
};

/** Opens the form at once; what it is about stands in it as soon as the database has said so. */
async function decide({ log, ...deps }: DeskCommandDeps, words: Decide, call: Typing): Promise<void> {
  const { command, context, client, ack } = call;
  const by = SlackUser.safeParse(command.user_id).data;
  const view = formName(command.trigger_id);
  if (isAtDoor(context)) {
    try {
      await client.views.open({ trigger_id: command.trigger_id, view: waitView(view, LOOKING) });
    } catch (error) {
      const code = slackErrorName(error);
      log.warn({ part: 'slack.in', code }, 'Slack did not open the form of an approval');
      return ack(formMissing(code, typeAgain(deps.command)));
    }
  }
  await ack();
  const act: ApprovalAct =
    words.want === 'away'
      ? { kind: 'look-away' }
      : { kind: 'look', named: words.id, decision: words.decision, aud: 'card' };
  offer(
    context,
    by === undefined ? ignored('command_unreadable') : { kind: 'approval-act', by, act, place: null, view },
  );
}

const typed = (text: string | undefined) => storable(wordsOf(text ?? '')).trim();

/** What needs no look at anything; null for all else. */
function wordsNow(words: DeskWords, command: string): string | null {
  switch (words.want) {
    case 'help':
      return helpText(command);
    case 'status-of-what':
      return statusOfWhat(command);
    case 'decide-what':
      return decideWhat(command);
    default:
      return null;
  }
}

function questionOf(words: DeskWords): DeskQuestion | null {
  if (words.want === 'mine') return { about: 'mine' };
  if (words.want === 'pending') return { about: 'pending', tag: words.tag };
  return words.want === 'status' ? { about: 'status', id: words.id } : null;
}

function readQuestion(command: unknown, question: DeskQuestion): Intake {
  const parsed = Command.safeParse(command);
  if (!parsed.success) return ignored('command_unreadable');
  const { user_id: by, channel_id: channel, response_url: respond } = parsed.data;
  return { kind: 'ask-desk', by, channel, question, respond: respond || null };
}

/** Does the command ask for what only the database knows? All else is answered at once and never stored. */
export function asksDatabase(body: unknown): boolean {
  const parsed = Command.safeParse(body);
  const words = parsed.success ? readDeskWords(typed(parsed.data.text)) : null;
  return words !== null && (words.want === 'decide' || words.want === 'away' || questionOf(words) !== null);
}
