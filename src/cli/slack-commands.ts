import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import type { ConfigFile } from '../config/config-file.ts';
import { ConfigError } from '../config/problem.ts';
import { slackManifest } from '../slack/manifest.ts';
import { AppName } from '../slack/manifest-rules.ts';
import type { Feature } from '../slack/scopes.ts';
import { readSettings } from './config-commands.ts';
import { CONFIG_OPTION, type FileOption } from './operate.ts';
import { processTerminal, type Terminal, withProblems } from './terminal.ts';

interface ManifestOptions extends FileOption {
  readonly json?: boolean;
  readonly name: string;
}

/** Adds `slack manifest`. It needs the file alone: no secret, no database, no Slack. */
export function slackCommands(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('slack')
    .description('what the Slack app has to be')
    .command('manifest')
    .description('print the manifest from which Slack makes the app, for what the configuration switches on')
    .option(...CONFIG_OPTION)
    .option('--name <name>', 'what people see as its name, 35 characters at most', appName, 'Deskbridge')
    .option('--yaml', 'as YAML (the default)')
    .addOption(new Option('--json', 'as JSON').conflicts('yaml'))
    .action((options: ManifestOptions) =>
      withProblems(terminal, () => {
        const manifest = slackManifest({
          name: options.name,
          ...slackAppOf(readSettings(options.config), options.config),
        });
        const text =
          options.json === true ? JSON.stringify(manifest, null, 2) : stringify(manifest, { lineWidth: 0 });
        terminal.out(text.trimEnd());
      }),
    );
}

function appName(text: string): string {
  const name = AppName.safeParse(text.trim());
  if (!name.success) throw new InvalidArgumentError('It must have 1 to 35 characters.');
  return name.data;
}

/** What a configuration switches on in Slack. */
export function slackFeatures(settings: ConfigFile): ReadonlySet<Feature> {
  const { slack, queues, files } = settings;
  const isPrivate =
    slack.private_channels || Object.values(queues).some((queue) => queue.internal_channel !== null);
  return new Set<Feature>([
    'requests',
    ...(slack.emoji.open !== null || slack.emoji.bypass !== null ? (['emoji'] as const) : []),
    ...(slack.mentions ? (['mentions'] as const) : []),
    ...(isPrivate ? (['private-channels'] as const) : []),
    ...(files.max_mb > 0 ? (['files'] as const) : []),
    ...(slack.read_emails ? (['addresses'] as const) : []),
  ]);
}

/** @throws ConfigError when Slack could not reach the installation */
function slackAppOf(settings: ConfigFile, file: string) {
  const { slack, server } = settings;
  const features = slackFeatures(settings);
  if (slack.mode === 'socket') return { command: slack.command, publicUrl: null, features };
  if (server.public_url?.startsWith('https://') === true)
    return { command: slack.command, publicUrl: server.public_url, features };
  const message =
    'must be the https:// address under which Slack reaches Deskbridge, because slack.mode is http; or set slack.mode to socket';
  throw new ConfigError([{ source: file, place: null, path: 'server.public_url', message }]);
}
