import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { judgePolicies, lastAccepted, type PoliciesJudged, unsignedText } from '../approvals/keepers.ts';
import { envExample } from '../config/env-example.ts';
import {
  EXAMPLE_FILE,
  GUIDE_FILE,
  generatedFiles,
  referenceText,
  schemaText,
} from '../config/generated-files.ts';
import { readPolicies } from '../config/policy-signatures.ts';
import { ConfigError } from '../config/problem.ts';
import { readConfigFile } from '../config/read-config-file.ts';
import { type ConfigSources, configHash, DEFAULT_CONFIG_FILE, loadConfig } from '../config.ts';
import { generatedGuides } from './generated-guides.ts';
import { aligned, processTerminal, type Terminal, withProblems } from './terminal.ts';

interface FileOption {
  readonly config: string;
}

/** Adds `config check`, `config schema`, `config env-example` and `config docs`. None needs a running bridge. */
export function configCommands(program: Command, terminal: Terminal = processTerminal): void {
  const config = program.command('config').description('check and describe the configuration');

  config
    .command('check')
    .description('report every problem of the file and of the environment; exit code 1 when there is one')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE)
    .option('--file-only', 'leave the environment out, as in a review of the file')
    .action((options: FileOption & { readonly fileOnly?: boolean }) =>
      withProblems(terminal, () => check(options, terminal)),
    );

  config
    .command('schema')
    .description('print the JSON Schema (draft 7) of the file, for editors')
    .action(() => terminal.out(schemaText().trimEnd()));

  config
    .command('env-example')
    .description('print an .env file with every variable that a configuration reads')
    .option('-c, --config <file>', 'configuration file', EXAMPLE_FILE)
    .action((options: FileOption) =>
      withProblems(terminal, () => terminal.out(envExample(readSettings(options.config)).trimEnd())),
    );

  config
    .command('docs')
    .description('print the tables of variables and settings')
    .option(
      '--write',
      'in a clone: refresh the generated files (JSON Schema, .env.example, tables of the guides)',
    )
    .action((options: { readonly write?: boolean }) =>
      withProblems(terminal, () =>
        options.write === true ? writeGenerated(terminal) : terminal.out(referenceText().trimEnd()),
      ),
    );
}

/** The checked settings of a file, without its secrets. @throws ConfigError with every problem of the file */
export function readSettings(file: string) {
  const { settings, problems } = readConfigFile(file);
  if (settings === null) throw new ConfigError(problems);
  return settings;
}

function check(options: FileOption & { readonly fileOnly?: boolean }, terminal: Terminal): void {
  const file = options.config;
  const { settings, state, signed } =
    options.fileOnly === true
      ? readPolicies(file)
      : checkAll({ file, ...(terminal.env === undefined ? {} : { env: terminal.env }) });
  const { rules, default: fallback } = settings.routing;
  const examples = [...rules, fallback].reduce((sum, rule) => sum + rule.examples.length, 0);
  const policies = judgePolicies(state, signed, lastAccepted(signed, state.install));
  terminal.out(`${file} is valid.`);
  terminal.out(
    aligned([
      ['install', settings.install.name],
      ['connectors', Object.keys(settings.connectors).join(', ') || 'none'],
      ['queues', Object.keys(settings.queues).join(', ') || 'none'],
      ['routing', `${rules.length} rules and a default; ${examples} examples hold`],
      ...policyRows(policies),
      ['environment', options.fileOnly === true ? 'not looked at' : 'complete'],
      ['hash', configHash({ source: settings })],
    ]),
  );
  if (policies.kind !== 'unsigned') return;
  terminal.err(unsignedText(policies));
  terminal.exit(1);
}

function checkAll(sources: ConfigSources): ReturnType<typeof readPolicies> {
  const { source, keeping } = loadConfig(sources);
  return { settings: source, ...keeping };
}

function policyRows(judged: PoliciesJudged): readonly (readonly string[])[] {
  if (judged.kind === 'no-keepers') return [];
  if (judged.kind === 'unsigned') return [['policies', 'not signed by two keepers']];
  const { number, signers } = judged.accepted;
  return [['policies', `number ${number}, signed by ${signers.join(' and ')}`]];
}

const ROOT = join(import.meta.dirname, '../..');

function writeGenerated(terminal: Terminal): void {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const files = [
    ...generatedFiles(readSettings(join(ROOT, EXAMPLE_FILE)), read(GUIDE_FILE)),
    ...generatedGuides(read),
  ];
  for (const { path, content } of files) {
    writeFileSync(join(ROOT, path), content);
    terminal.out(`wrote ${path}`);
  }
}
