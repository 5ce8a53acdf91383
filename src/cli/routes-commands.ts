import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { modelText, readModel, readRows } from '../config/routing-model.ts';
import { DEFAULT_CONFIG_FILE } from '../config.ts';
import { SlackChannel, SlackUser } from '../model/ids.ts';
import { type Classification, classify, kindByWords } from '../routing/classify/classify.ts';
import { canJudge, figuresOf, judge } from '../routing/classify/report.ts';
import { countsOf, FOLDS, train } from '../routing/classify/train.ts';
import { type Explanation, explain } from '../routing/explain.ts';
import { routeRequest } from '../routing/route-request.ts';
import { DEFAULT_THRESHOLD, type RoutingRequest, textAlone } from '../routing/table.ts';
import { readSettings } from './config-commands.ts';
import { told, withStore } from './operate.ts';
import { labelledTickets, routesHistory, wholeDays } from './routes-history.ts';
import { aligned, processTerminal, type Terminal } from './terminal.ts';

interface ExplainOptions {
  readonly config: string;
  readonly channel?: SlackChannel;
  readonly requester?: SlackUser;
  readonly form: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly file?: string;
  readonly model?: string;
  readonly threshold: number;
}

const TextRow = z.object({ text: z.string() });
const LabelledRow = z.object({ text: z.string(), kind: z.string().min(1) });

/** Adds `routes explain` and `routes train`. */
export function routesCommands(program: Command, terminal: Terminal = processTerminal): void {
  const routes = program.command('routes').description('ask the routing table');
  routes
    .command('explain')
    .description('show where a request would go and what every rule says to it')
    .argument('[text]', 'what a person would write')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--channel <id>', 'Slack channel id in which it is written', channelOf)
    .option('--requester <id>', 'Slack user id of the person', userOf)
    .option('--form <field=value>', 'a field of the form; may be repeated', formField, {})
    .option('--json', 'one JSON object for each text: kind, confidence, abstained, rule')
    .option('--file <file>', 'texts from a file with one JSON object a line, such as {"text": "..."}')
    .option('--model <file>', 'a model made by "routes train"; the shipped one when left out')
    .option('--threshold <number>', 'confidence below which it abstains', threshold, DEFAULT_THRESHOLD)
    .action((text: string | undefined, options: ExplainOptions, command: Command) =>
      told(terminal, async () => {
        if ((text === undefined) === (options.file === undefined))
          command.error('error: give either a text or a file with --file');
        const { routing } = readSettings(options.config);
        const model = readModel(options.model);
        const texts =
          options.file === undefined ? [text ?? ''] : readRows(options.file, TextRow).map((row) => row.text);
        for (const each of texts) {
          const request: RoutingRequest = {
            ...textAlone(each),
            at: new Date(),
            channel: options.channel ?? null,
            form: options.form,
            requester: options.requester ?? null,
          };
          const classified = classify(routing, request, { model, threshold: options.threshold });
          const { request: asked } = routeRequest(routing, request, { model, threshold: options.threshold });
          if (options.json === true) terminal.out(jsonLine(classified));
          else terminal.out(explanationText(explain(routing, asked), classified));
        }
      }),
    );
  routes
    .command('train')
    .description('make a model of your own past tickets, which says how sure the kind of a text is')
    .option('--from <file>', 'one JSON object a line, such as {"text": "...", "kind": "iam"}')
    .option('--from-tickets', 'the requests of this installation, with every correction that people made')
    .option('--days <number>', 'with --from-tickets: how many days back', wholeDays, 3650)
    .requiredOption('--output <file>', 'where to write the model')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .action((options: TrainOptions, command: Command) =>
      told(terminal, async () => {
        if ((options.from === undefined) === (options.fromTickets !== true))
          command.error('error: give either --from or --from-tickets');
        if (options.from !== undefined) makeModel(options, terminal, readRows(options.from, LabelledRow));
        else
          await withStore(options, terminal, async ({ store }) =>
            makeModel(
              options,
              terminal,
              withoutRareKinds(terminal, await labelledTickets(store, options.days)),
            ),
          );
      }),
    );
  routesHistory(routes, terminal);
}

interface TrainOptions {
  readonly from?: string;
  readonly fromTickets?: boolean;
  readonly days: number;
  readonly output: string;
  readonly config: string;
}

function makeModel(
  { output, config }: TrainOptions,
  terminal: Terminal,
  texts: readonly z.infer<typeof LabelledRow>[],
): void {
  const { routing } = readSettings(config);
  const rows = texts.map((row) => ({ ...row, byWords: kindByWords(routing, row.text) }));
  const model = train(rows);
  writeFileSync(output, modelText(model));
  const made = `${output}: ${rows.length} rows, ${model.kinds.length} kinds (${model.kinds.join(', ')}).`;
  if (!canJudge(rows, FOLDS)) {
    terminal.out(`${made}\nThere are too few rows of some kind to say how good it is.`);
    return;
  }
  const { accuracy, abstained, confidentWrong } = figuresOf(
    judge(rows, { always: [], folds: FOLDS, threshold: DEFAULT_THRESHOLD }),
  );
  terminal.out(
    `${made}\n` +
      `On rows that it had not seen: ${percent(accuracy)} right; of ${rows.length} it would ask about ${abstained}, and was sure and wrong ${confidentWrong} times.`,
  );
}

/** A kind of which there are too few is left out, so that one odd correction stops no training. */
function withoutRareKinds(terminal: Terminal, rows: readonly z.infer<typeof LabelledRow>[]) {
  const rare = new Map(countsOf(rows).filter(([, count]) => count < FOLDS));
  for (const [kind, count] of rare)
    terminal.err(`${kind}: left out, because it has ${count} of the ${FOLDS} rows that a kind needs.`);
  return rows.filter(({ kind }) => !rare.has(kind));
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function jsonLine({ kind, confidence, abstained, rule }: Classification): string {
  return JSON.stringify({ kind, confidence: Number(confidence.toFixed(4)), abstained, rule });
}

function explanationText({ decision, rules }: Explanation, classified: Classification): string {
  const { confidence, abstained } = classified;
  const sure = abstained ? 'not sure enough: the person would be asked' : 'sure enough';
  const verdict = aligned([
    ['queue', decision.queue],
    ['kind', `${classified.kind} (${percent(confidence)}, ${sure})`],
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

function threshold(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

function formField(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be written as field=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
