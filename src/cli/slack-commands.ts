import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import type { ConfigFile } from '../config/config-file.ts';
import { linkDomainsOf } from '../config/link-domains.ts';
import { ConfigError } from '../config/problem.ts';
import { slackRedirectUrl } from '../flows/install-slack.ts';
import { slackManifest } from '../slack/manifest.ts';
import { AppName } from '../slack/manifest-rules.ts';
import { featuresOf } from '../slack/scopes.ts';
import { readSettings } from './config-commands.ts';
import { CONFIG_OPTION, type FileOption } from './operate.ts';
import { slackInstallCommands } from './slack-install-commands.ts';
import { processTerminal, type Terminal, withProblems } from './terminal.ts';

interface ManifestOptions extends FileOption {
  readonly json?: boolean;
  readonly name: string;
}

/** Adds `slack manifest`, which needs the file alone: no secret, no database, no Slack; and what belongs to installs. */
export function slackCommands(program: Command, terminal: Terminal = processTerminal): void {
  const slack = program.command('slack').description('what the Slack app has to be, and who installed it');
  slackInstallCommands(slack, terminal);
  slack
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

/** @throws ConfigError when Slack could not reach the installation */
function slackAppOf(settings: ConfigFile, file: string) {
  const { slack, server } = settings;
  const features = featuresOf(settings);
  const { command, oauth } = slack;
  const linkDomains = linkDomainsOf(settings);
  const install =
    oauth === undefined
      ? null
      : { redirectUrl: slackRedirectUrl(server.public_url ?? ''), organisation: oauth.organisation };
  if (slack.mode === 'socket') return { command, publicUrl: null, features, linkDomains, install };
  if (server.public_url?.startsWith('https://') === true)
    return { command, publicUrl: server.public_url, features, linkDomains, install };
  const message =
    'must be the https:// address under which Slack reaches Deskbridge, because slack.mode is http; or set slack.mode to socket';
  throw new ConfigError([{ source: file, place: null, path: 'server.public_url', message }]);
}
