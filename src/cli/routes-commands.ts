import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_CONFIG_FILE } from '../config.ts';
import { SlackChannel, SlackUser } from '../model/ids.ts';
import { type Explanation, explain } from '../routing/explain.ts';
import { readSettings } from './config-commands.ts';
import { aligned, processTerminal, type Terminal, withProblems } from './terminal.ts';

interface ExplainOptions {
  readonly config: string;
  readonly channel?: SlackChannel;
  readonly requester?: SlackUser;
  readonly form: Readonly<Record<string, string>>;
}

/** Adds `routes explain`: which rule takes a text, and why every other one does not. */
export function routesCommands(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('routes')
    .description('ask the routing table')
    .command('explain')
    .description('show where a request would go and what every rule says to it')
    .argument('<text>', 'what a person would write')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--channel <id>', 'Slack channel id in which it is written', channelOf)
    .option('--requester <id>', 'Slack user id of the person', userOf)
    .option('--form <field=value>', 'a field of the form; may be repeated', formField, {})
    .action((text: string, options: ExplainOptions) =>
      withProblems(terminal, () => {
        const explanation = explain(readSettings(options.config).routing, {
          text,
          channel: options.channel ?? null,
          requester: options.requester ?? null,
          form: options.form,
        });
        terminal.out(explanationText(explanation));
      }),
    );
}

function explanationText({ decision, rules }: Explanation): string {
  const verdict = aligned([
    ['queue', decision.queue],
    ['kind', decision.kind],
    ['priority', decision.priority],
    ['privacy', decision.privacy],
    ['reason', decision.reason],
  ]);
  const marks = { decided: '=>', late: ' +', 'no match': ' -' } as const;
  return `${verdict}\n\n${aligned(rules.map(({ rule, result, why }) => [`${marks[result]} ${rule}`, why]))}`;
}

function channelOf(text: string): SlackChannel {
  const channel = SlackChannel.safeParse(text);
  if (!channel.success)
    throw new InvalidArgumentError('It must be a channel id such as C0123456789, not a name.');
  return channel.data;
}

function userOf(text: string): SlackUser {
  const user = SlackUser.safeParse(text);
  if (!user.success) throw new InvalidArgumentError('It must be a user id such as U0123456789, not a name.');
  return user.data;
}

function formField(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be written as field=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
