import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SlackChannel, SlackUser } from '../../model/ids.ts';
import type { DeskQuestion, Intake } from '../../model/intake.ts';
import { decideElsewhere, helpText, statusOfWhat, typeAgain } from '../../texts/desk-command.ts';
import { type DeskWords, readDeskWords } from './desk-words.ts';
import { ignored } from './ignored.ts';
import { wordsOf } from './mrkdwn-inline.ts';
import { offer } from './offer.ts';
import { type FormDeps, openDeskForm } from './open-form.ts';
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

const typed = (text: string | undefined) => storable(wordsOf(text ?? '')).trim();

/** What needs no look at anything; null for all else. */
function wordsNow(words: DeskWords, command: string): string | null {
  switch (words.want) {
    case 'help':
      return helpText(command);
    case 'status-of-what':
      return statusOfWhat(command);
    case 'decide':
      return decideElsewhere(command, words.id);
    default:
      return null;
  }
}

function questionOf(words: DeskWords): DeskQuestion | null {
  if (words.want === 'mine' || words.want === 'pending') return { about: words.want };
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
  return parsed.success && questionOf(readDeskWords(typed(parsed.data.text))) !== null;
}
