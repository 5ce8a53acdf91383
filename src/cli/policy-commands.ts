import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { PolicyDoubt } from '../approvals/doubts.ts';
import { explain } from '../approvals/explain.ts';
import type { Asked } from '../approvals/judge.ts';
import { lintPolicies } from '../approvals/lint.ts';
import { KindName, type Policy } from '../approvals/policy.ts';
import { type Approvals, actionOf, classificationOf, modeOf } from '../approvals/settings.ts';
import { aroundPolicies } from '../config/approval-checks.ts';
import { DEFAULT_CONFIG_FILE } from '../config.ts';
import type { Classification } from '../model/approval.ts';
import { SlackChannel } from '../model/ids.ts';
import { readSettings } from './config-commands.ts';
import { count, told, withStore } from './operate.ts';
import { keeperCommands } from './policy-keeper-commands.ts';
import { aligned, processTerminal, type Terminal } from './terminal.ts';

const ACTORS = ['person', 'own-rights', 'bot', 'model'] as const;

/** What somebody wants to know about; a file holds the same as the options. */
const Question = z.strictObject({
  kind: KindName,
  by: z.enum(ACTORS).default('person'),
  fields: z.record(z.string(), z.string()).default({}),
  files: z.int().nonnegative().default(0),
  before: z.int().nonnegative().default(0),
  channel: SlackChannel.nullable().default(null),
  groups: z.array(z.string()).default([]),
});
type Question = z.infer<typeof Question>;

interface ExplainOptions {
  readonly config: string;
  readonly request?: string;
  readonly kind?: string;
  readonly by?: string;
  readonly field: Readonly<Record<string, string>>;
  readonly files?: number;
  readonly before?: number;
  readonly channel?: string;
  readonly group: readonly string[];
  readonly json?: boolean;
}

/** Adds `policy explain`, `policy lint` and `policy template`, and what keepers need. */
export function policyCommands(program: Command, terminal: Terminal = processTerminal): void {
  const policy = program.command('policy').description('ask the approval policies');
  policy
    .command('explain')
    .description('show what becomes of a request: verdict, risk, rule, who is asked, and why')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--request <file>', 'the request as JSON: kind, by, fields, files, before, channel, groups')
    .option('--kind <name>', 'a name below approvals.kinds')
    .option('--by <who>', `whose act it is: ${ACTORS.join(', ')}`)
    .option('--field <name=value>', 'a field that is filled in; may be repeated', fieldOf, {})
    .option('--files <number>', 'how many files are there', wholeNumber)
    .option('--before <number>', 'how often the same identity did the same lately', wholeNumber)
    .option('--channel <id>', 'Slack channel id in which it is asked')
    .option('--group <name>', 'a group of the requester; may be repeated', oneMore, [])
    .option('--json', 'one JSON object')
    .action((options: ExplainOptions, command: Command) =>
      told(terminal, async () => {
        if ((options.request === undefined) === (options.kind === undefined))
          command.error('error: give either --kind or a file with --request');
        const { approvals } = readSettings(options.config);
        const question = options.request === undefined ? asked(options) : readQuestion(options.request);
        const told = explained(approvals, question);
        terminal.out(options.json === true ? JSON.stringify(told) : explanationText(told));
      }),
    );
  policy
    .command('lint')
    .description('find policies that cannot be meant; exit code 1 when there is an error')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--directory', 'compare groups with the directory of this installation; needs its database')
    .option('--json', 'one JSON object a line')
    .action((options: LintOptions) => told(terminal, () => lintFile(options, terminal)));
  policy
    .command('template')
    .description('print a policy to begin with; without a name, what there is')
    .argument('[name]', 'name of the template')
    .action((name: string | undefined) =>
      told(terminal, async () => terminal.out(name === undefined ? templateList() : template(name))),
    );
  keeperCommands(policy, terminal);
}

const asked = ({ kind, by, field, files, before, channel, group }: ExplainOptions): Question =>
  checked({ kind, by, fields: field, files, before, channel, groups: group }, 'The options make no request');

function readQuestion(file: string): Question {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error ? `cannot be read (${String(error.code)})` : 'is not JSON';
    throw new Error(`${file} ${why}. Nothing was done.`);
  }
  return checked(content, `${file} is no request`);
}

function checked(value: unknown, complaint: string): Question {
  const read = Question.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`${complaint}: ${z.prettifyError(read.error)}. Nothing was done.`);
}

const UNCLASSIFIED: Classification = {
  stakes: { external: null, money: null, access: null, regulated: null, production: null },
  ...{ likelihood: null, severity: null, reversible: null },
};

/** The answer, as `--json` prints it. */
function explained(approvals: Approvals, { kind: name, by, fields, files, ...rest }: Question) {
  const kind = approvals.kinds[name];
  const asked: Asked = {
    kind: name,
    proposer:
      by === 'bot' || by === 'model' ? { kind: by } : { kind: 'person', own_rights: by === 'own-rights' },
    classification: kind === undefined ? UNCLASSIFIED : classificationOf(kind),
    evidence: { fields, files: Array.from({ length: files }) },
  };
  const { judgement, rated, rules } = explain(approvals, asked, rest.before);
  const works = Object.entries(kind?.work ?? {});
  const actions = [...new Set(works.map(([, work]) => actionOf(work)))];
  const ruled = judgement.kind === 'ruled' ? judgement : null;
  return {
    kind: name,
    verdict: ruled?.verdict ?? 'refused',
    because: judgement.kind === 'refused' ? judgement.because : null,
    missing: judgement.kind === 'refused' ? judgement.missing : [],
    risk: rated.kind === 'rated' ? rated.risk : null,
    why: rated.kind === 'rated' ? rated.why : [],
    mode: modeOf(approvals, { kind: name, channel: rest.channel, groups: rest.groups, actions }),
    rule: ruled?.rule.name ?? (judgement.kind === 'refused' ? judgement.rule : null),
    owner: ruled?.rule.owner ?? null,
    steps: ruled === null ? [] : stepsOf(ruled.rule, approvals),
    work: ruled?.verdict === 'block' ? [] : works.map(([step, work]) => ({ after: step, ...work })),
    rules,
  };
}

function stepsOf({ steps, verdict }: Policy, { senior_minutes: minutes }: Approvals) {
  const own = steps.map(({ name, slots, deny, timeout }) => ({
    name,
    asks: slots.map(({ from, need }) => `${need} of ${from}`),
    deny,
    timeout: `${timeout.outcome} after ${timeout.after_minutes} minutes`,
  }));
  const senior = {
    name: 'senior',
    asks: ['any of senior'],
    deny: 1,
    timeout: `deny after ${minutes} minutes`,
  };
  return verdict === 'escalate' ? [...own, senior] : own;
}

const MODE_WORDS = {
  off: 'off: nobody is asked here yet, and nothing runs',
  simulate: 'simulate: people are asked, and nothing runs',
  on: 'on',
} as const;

function explanationText(told: ReturnType<typeof explained>): string {
  const { verdict, because, missing, risk, why, mode, rule, owner, steps, work, rules } = told;
  const steady = {
    unclassified: 'nobody has said what is at stake',
    'no-rule': 'no rule knows it',
    evidence: `${rule ?? ''} demands more before anybody is asked`,
  };
  const head = aligned([
    ['verdict', because === null ? verdict : `refused: ${steady[because]}`],
    ...(missing.length === 0 ? [] : [['missing', missing.join(', ')]]),
    ['risk', risk === null ? 'unknown' : risk],
    ...why.map((sentence) => ['', sentence]),
    ['mode', MODE_WORDS[mode]],
    ...(rule === null ? [] : [['rule', owner === null ? rule : `${rule}, of ${owner}`]]),
    ...steps.map(({ name, asks, deny, timeout }, index) => [
      `step ${index + 1}`,
      `${name}: ${asks.join(' and ')}; ${count(deny, 'refusal')} ${deny === 1 ? 'ends' : 'end'} it; ${timeout}`,
    ]),
    ...work.map(({ after, ...changes }) => [
      'then',
      `${Object.entries(changes)
        .map(([field, value]) => `${field} ${String(value)}`)
        .join(', ')}${after === 'main' ? '' : `, after ${after}`}`,
    ]),
  ]);
  const marks = { decided: '=>', late: ' +', 'no match': ' -' } as const;
  const list = aligned(
    rules.map(({ rule: name, result, why: reason }) => [`${marks[result]} ${name}`, reason]),
  );
  return list === '' ? head : `${head}\n\n${list}`;
}

interface LintOptions {
  readonly config: string;
  readonly directory?: boolean;
  readonly json?: boolean;
}

async function lintFile(options: LintOptions, terminal: Terminal): Promise<void> {
  const settings = readSettings(options.config);
  const groups = options.directory === true ? await directoryGroups(options.config, terminal) : null;
  const today = new Date().toISOString().slice(0, 10);
  const doubts = lintPolicies(settings.approvals, aroundPolicies(settings, { groups, today }));
  const errors = doubts.filter(({ level }) => level !== 'warning');
  for (const doubt of doubts) terminal.out(options.json === true ? JSON.stringify(doubt) : doubtText(doubt));
  if (options.json !== true) {
    const { rules, kinds } = settings.approvals;
    terminal.out(
      `${count(rules.length, 'policy', 'policies')} and ${count(Object.keys(kinds).length, 'kind')} looked at: ${count(errors.length, 'error')}, ${count(doubts.length - errors.length, 'warning')}.`,
    );
    if (groups === null) terminal.out('Groups were not compared with the directory; --directory does.');
  }
  if (errors.length > 0) terminal.exit(1);
}

const doubtText = ({ about, code, level, text }: PolicyDoubt): string =>
  `${level === 'warning' ? 'warning' : 'error'}: "${about}" ${text}. [${code}]`;

/** How many active people each group of the directory has. */
async function directoryGroups(config: string, terminal: Terminal): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await withStore({ config }, terminal, async ({ store }) => {
    for (const { groups, active } of await store.principals.all())
      for (const group of active ? groups : []) found.set(group, (found.get(group) ?? 0) + 1);
  });
  return found;
}

const TEMPLATES = path.resolve(import.meta.dirname, '../../policies');
const names = () =>
  readdirSync(TEMPLATES)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.basename(file, '.yaml'))
    .sort();

function template(name: string): string {
  if (!names().includes(name))
    throw new Error(`There is no template "${name}"; there are: ${names().join(', ')}.`);
  return readFileSync(path.join(TEMPLATES, `${name}.yaml`), 'utf8').trimEnd();
}

const templateList = () =>
  aligned(names().map((name) => [name, (template(name).split('\n')[0] ?? '').replace(/^# /, '')]));

function fieldOf(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be written as name=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const oneMore = (text: string, before: readonly string[]): readonly string[] => [...before, text];
