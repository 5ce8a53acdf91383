import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { deactivate, reactivate, takeDirectory } from '../flows/take-directory.ts';
import { type ConnectorId, SlackUser } from '../model/ids.ts';
import { readImportFile } from '../people/import-file.ts';
import { rolesOf } from '../people/roles.ts';
import { suggestions } from '../people/suggest.ts';
import {
  CONFIG_OPTION,
  count,
  type FileOption,
  type Hand,
  oneLine,
  operator,
  told,
  withStore,
} from './operate.ts';
import { aligned, type Terminal } from './terminal.ts';

/** Adds `people import`, `who`, `suggest`, `deactivate` and `reactivate`. */
export function directoryCommands(people: Command, terminal: Terminal): void {
  const hand = (options: FileOption, work: (hand: Hand) => Promise<void>) =>
    told(terminal, () => withStore(options, terminal, work));
  people
    .command('import <file>')
    .description('take an export of the identity provider (CSV, JSON or SCIM): who is who, and who has left')
    .option(...CONFIG_OPTION)
    .action((file: string, options: FileOption) => hand(options, (one) => importFile(one, file)));
  people
    .command('who <slack-user>')
    .description('show what is known of one person: ids, department, groups, roles, manager')
    .option(...CONFIG_OPTION)
    .action((user: string, options: FileOption) => hand(options, (one) => who(one, memberId(user))));
  people
    .command('suggest')
    .description('show who of Slack has the address of somebody in the directory; links nobody')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => hand(options, suggest));
  people
    .command('deactivate <slack-user>')
    .description('he may do nothing any more, and his sign-ins are forgotten')
    .option(...CONFIG_OPTION)
    .action((user: string, options: FileOption) =>
      hand(options, async ({ store }) => {
        await deactivate(store, memberId(user), operator());
        terminal.out(`${user} may do nothing any more, and his sign-ins are forgotten.`);
      }),
    );
  people
    .command('reactivate <slack-user>')
    .description('he may act again; sign-ins have to be given anew')
    .option(...CONFIG_OPTION)
    .action((user: string, options: FileOption) =>
      hand(options, async ({ store }) => {
        await reactivate(store, memberId(user), operator());
        terminal.out(`${user} may act again. Sign-ins have to be given anew.`);
      }),
    );
}

function memberId(text: string): SlackUser {
  const user = SlackUser.safeParse(text);
  if (user.success) return user.data;
  throw new Error(
    'The person is named by his member id in Slack, such as U012AB3CD ("Copy member ID" in his profile).',
  );
}

/** The columns of account ids: each connector by its name, and a vendor's own name for what is the same in all its sites. */
function accountColumns({ connectors }: Config): ReadonlyMap<string, readonly ConnectorId[]> {
  const all = [...connectors.values()];
  const of = (system: string) => all.filter((one) => one.system === system).map(({ id }) => id);
  const instances = of('servicenow');
  return new Map<string, readonly ConnectorId[]>([
    ...all.map(({ id }): [string, ConnectorId[]] => [id, [id]]),
    // An Atlassian account is one in all sites; a sys_id is an instance's own.
    ['jira_account_id', of('jira')],
    ...(instances.length === 1 ? [['servicenow_sys_id', instances] as const] : []),
  ]);
}

async function importFile({ store, config, terminal }: Hand, file: string): Promise<void> {
  const format = file.toLowerCase().endsWith('.json') ? 'json' : 'csv';
  const read = readImportFile(readFileSync(file, 'utf8'), format, accountColumns(config));
  if (read.kind === 'faults') {
    for (const fault of read.faults.slice(0, 50)) terminal.err(oneLine(fault));
    throw new Error(
      `${file} was not taken: ${count(read.faults.length, 'fault')}. Nothing was changed; mend the export and import it again.`,
    );
  }
  const { added, known, left, conflicts } = await takeDirectory(store, read.people, operator());
  terminal.out(
    `Taken: ${count(added, 'new person', 'new people')}, ${known} known. Deactivated now: ${left.length}.`,
  );
  for (const { id, system } of conflicts) {
    terminal.err(
      oneLine(
        `${id} was not taken: what the file says of ${system} belongs to somebody else here, or differs from what he has. ` +
          '"deskbridge people unlink" forgets an account that is wrong.',
      ),
    );
  }
  if (conflicts.length > 0)
    throw new Error(`${count(conflicts.length, 'person was', 'people were')} not taken; the others were.`);
}

async function who({ store, config, terminal }: Hand, user: SlackUser): Promise<void> {
  const found = await store.principals.of({ system: 'slack', id: user });
  if (found === null)
    return terminal.out(`Nothing is known of ${user}: no directory named him, and he signed in nowhere.`);
  const roles = new Set(rolesOf(found, config.roles));
  if (config.slack.responders.includes(user)) roles.add('responder');
  const none = 'none';
  const rows: readonly (readonly [string, string])[] = [
    ['name', found.name ?? none],
    ['active', found.active ? 'yes' : 'no, he may do nothing'],
    ['department', found.department ?? none],
    ['tier', found.tier ?? none],
    ['groups', found.groups.join(', ') || none],
    ['roles', found.active ? [...roles].join(', ') || none : none],
    ['manager', found.manager ?? none],
    ...found.ids,
  ];
  terminal.out(aligned(rows.map((row) => row.map(oneLine))));
}

async function suggest({ store, config, terminal }: Hand): Promise<void> {
  const found = suggestions(await store.principals.all(), await store.principals.addresses());
  if (found.length === 0) return terminal.out('No address shows anybody who is not linked already.');
  const rows = found.map(({ directoryId, system, id }) => [directoryId, system, id]);
  terminal.out(aligned([['directory', 'system', 'id there'], ...rows.map((row) => row.map(oneLine))]));
  terminal.out(
    `An address proves nothing, so nobody was linked. Add the ids to the export of the directory, or let people sign in ` +
      `("deskbridge people connect"); the connectors are ${[...config.connectors.keys()].join(', ')}.`,
  );
}
