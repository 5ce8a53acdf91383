import type { Command } from 'commander';
import { createIo } from '../connectors/io.ts';
import { createInstalling, missingScopes } from '../flows/install-slack.ts';
import { noMetrics } from '../model/metrics.ts';
import { ownTeam } from '../model/slack-grant.ts';
import { createSlackApp } from '../slack/out/slack-app.ts';
import { featuresOf, needsOf } from '../slack/scopes.ts';
import { UNINSTALLED_BY_US } from '../texts/slack-install.ts';
import { grantNamed } from './bot-tokens.ts';
import { CONFIG_OPTION, type FileOption, type Hand, oneLine, operator, told, withStore } from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

/** Adds `slack install-link`, `installs` and `uninstall`: where several workspaces share one app. */
export function slackInstallCommands(slack: Command, terminal: Terminal): void {
  slack
    .command('install-link')
    .description('print a one-time link with which an administrator of Slack installs the app in a workspace')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, invite)));
  slack
    .command('installs')
    .description('the workspaces and organisations that installed the app: scopes, when, by whom, state')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, list)));
  slack
    .command('uninstall <workspace>')
    .description('take the app out of a workspace or organisation, by its id; its requests are kept')
    .option(...CONFIG_OPTION)
    .action((place: string, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => uninstall(hand, place))),
    );
}

/** @throws where one workspace is served with a token from the environment */
function several({ config, grants }: Hand) {
  const { grant, apiUrl } = config.slack;
  const { publicUrl } = config.server;
  if (grant.kind === 'token' || grants === null || publicUrl === null) {
    throw new Error(
      'This configuration serves one workspace, with a bot token from the environment. Several need slack.oauth; see docs/connect-slack.md.',
    );
  }
  const io = createIo({ metrics: noMetrics, ...config.network });
  const { scopes } = needsOf(featuresOf(config.source));
  return { grants, publicUrl, io, scopes, app: createSlackApp({ ...grant, apiUrl, io }) };
}

async function invite(hand: Hand): Promise<void> {
  const { home, terminal } = hand;
  const { url, hours } = await createInstalling({ store: home, ...several(hand) }).invite();
  await home.audit.record({ kind: 'slack.invited', actor: operator(), link: null, data: {} });
  terminal.out(
    `${url}\nGive it to whoever may install apps in that Slack. It works once, for ${hours} hours.`,
  );
}

async function list(hand: Hand): Promise<void> {
  const { grants, scopes } = several(hand);
  const rows = (await grants.all()).map((grant) => {
    const { team, enterprise, by, at, revoked } = grant;
    const missing = missingScopes(scopes, grant.scopes);
    const lacks = missing.length === 0 ? 'works' : `lacks ${missing.join(', ')}`;
    return [
      ownTeam(grant),
      oneLine((team ?? enterprise)?.name ?? ''),
      team === null ? 'organisation' : 'workspace',
      String(grant.scopes.length),
      at.toISOString().slice(0, 16).replace('T', ' '),
      by,
      revoked === null ? lacks : `ended ${revoked.at.toISOString().slice(0, 16).replace('T', ' ')}`,
    ];
  });
  if (rows.length === 0) {
    hand.terminal.out(
      'No workspace has installed the app yet. Make a link with "deskbridge slack install-link".',
    );
    return;
  }
  const head = ['id', 'name', 'what', 'scopes', 'installed (UTC)', 'by', 'state'];
  hand.terminal.out(aligned([head, ...rows]));
}

async function uninstall(hand: Hand, place: string): Promise<void> {
  const { grants, app, io } = several(hand);
  const grant = await grantNamed(grants, place);
  if (grant.revoked !== null) throw new Error(`${place} has no app of ours any more. Nothing was changed.`);
  const opened = await grants.open(grant.install);
  const done =
    opened === null
      ? null
      : await io.run('sign-in.exchange', { timeoutMs: 20_000 }, () => app.uninstall(opened.token));
  const name = oneLine((grant.team ?? grant.enterprise)?.name || place);
  await grants.end(grant, UNINSTALLED_BY_US(name), operator());
  hand.terminal.out(`Deskbridge does nothing in ${name} any more. Running processes notice within seconds.`);
  if (done !== null && done.kind !== 'ok') {
    hand.terminal.err(
      `Slack did not take the app out: ${oneLine(done.reason)} An administrator of that Slack can remove it below "Manage apps".`,
    );
  }
}
