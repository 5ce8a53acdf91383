import type { Command } from 'commander';
import { secretFromVariable } from '../config.ts';
import { ConnectorId, SlackUser } from '../model/ids.ts';
import { directoryCommands } from './directory-commands.ts';
import { CONFIG_OPTION, type FileOption, type Hand, oneLine, operator, told, withStore } from './operate.ts';
import { invite } from './sign-in-commands.ts';
import { aligned, type Terminal } from './terminal.ts';

interface LinkOptions extends FileOption {
  readonly account: string;
  readonly secretEnv?: string;
}

interface Person {
  readonly user: string;
  readonly connector: string;
}

/** Adds `people`, with `list`, `link`, `connect`, `unlink` and what the directory brings: who is who in a ticket system, and who acts there as himself. */
export function peopleCommands(program: Command, terminal: Terminal): void {
  const people = program.command('people').description('accounts of people of Slack in the ticket systems');
  people
    .command('list', { isDefault: true })
    .description('list them; a sign-in is never shown')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, list)));
  people
    .command('link <slack-user> <connector>')
    .description('tell which account a person has there; with a secret he acts there as himself')
    .requiredOption('-a, --account <account>', 'e-mail address or user name in the ticket system')
    .option('--secret-env <variable>', 'variable that holds his own API token or password')
    .option(...CONFIG_OPTION)
    .action((user: string, connector: string, options: LinkOptions) =>
      told(terminal, () => withStore(options, terminal, (hand) => link(hand, { user, connector }, options))),
    );
  people
    .command('connect <slack-user> <connector>')
    .description('print a one-time link with which the person signs in there with OAuth and acts as himself')
    .option(...CONFIG_OPTION)
    .action((user: string, connector: string, options: FileOption) =>
      told(terminal, () =>
        withStore(options, terminal, (hand) => {
          const person = known(hand, { user, connector });
          return invite(hand, person.connector, person.user);
        }),
      ),
    );
  people
    .command('unlink <slack-user> <connector>')
    .description('forget the account and the sign-in; the bridge speaks for the person again')
    .option(...CONFIG_OPTION)
    .action((user: string, connector: string, options: FileOption) =>
      told(terminal, () => withStore(options, terminal, (hand) => unlink(hand, { user, connector }))),
    );
  directoryCommands(people, terminal);
}

async function list({ store, terminal }: Hand): Promise<void> {
  const accounts = await store.accounts.all();
  if (accounts.length === 0)
    return terminal.out('Nobody is linked. The bridge speaks for everybody, by name.');
  const rows = accounts.map(({ user, connector, account, grant, consented, refused }) => [
    user,
    connector,
    account,
    refused === null
      ? grant === null && !consented
        ? 'the bridge acts for him'
        : 'acts as himself'
      : `refused: ${refused}`,
  ]);
  terminal.out(
    aligned([['person', 'connector', 'account', 'who acts'], ...rows.map((row) => row.map(oneLine))]),
  );
}

async function link(hand: Hand, person: Person, { account, secretEnv }: LinkOptions): Promise<void> {
  const { store, terminal } = hand;
  const { user, connector } = known(hand, person);
  const name = account.trim();
  if (name === '' || name.length > 254 || name !== oneLine(name)) {
    throw new Error(
      '--account is an e-mail address or user name of 1 to 254 characters. Nothing was changed.',
    );
  }
  const grant = secretEnv === undefined ? null : secretFromVariable(secretEnv, terminal.env);
  await store.transaction(async (tx) => {
    if ((await tx.principals.deactivated([user])).size > 0) {
      throw new Error(
        `${user} is inactive, so nothing was linked. "deskbridge people reactivate ${user}" lets him act again.`,
      );
    }
    await tx.tokens.remove({ connector, holder: user });
    await tx.invitations.forget({ connector, person: user });
    await tx.accounts.save({ user, connector, account: name, grant });
    const data = { user, connector, signIn: grant !== null };
    await tx.audit.record({ kind: 'person.linked', actor: operator(), link: null, data });
  });
  terminal.out(
    grant === null
      ? `${user} is ${name} in ${connector}. The bridge goes on speaking for him.`
      : `${user} is ${name} in ${connector} and acts there as himself from now on.`,
  );
}

async function unlink(hand: Hand, person: Person): Promise<void> {
  const { user, connector } = known(hand, person, false);
  await hand.store.transaction(async (tx) => {
    const unbound = await tx.principals.unbind(user, connector);
    if (!(await tx.accounts.remove(user, connector)) && !unbound) {
      throw new Error(`${user} is not linked in ${connector}. "deskbridge people list" shows who is.`);
    }
    await tx.tokens.remove({ connector, holder: user });
    await tx.invitations.forget({ connector, person: user });
    const data = { user, connector };
    await tx.audit.record({ kind: 'person.unlinked', actor: operator(), link: null, data });
  });
  hand.terminal.out(`${user} is not linked in ${connector} any more.`);
}

/** A connector that left the configuration can still be unlinked. */
function known(
  { config }: Hand,
  person: Person,
  configured = true,
): { user: SlackUser; connector: ConnectorId } {
  const user = SlackUser.safeParse(person.user);
  const connector = ConnectorId.safeParse(person.connector);
  if (!user.success) {
    throw new Error(
      'The person is named by his member id in Slack, such as U012AB3CD ("Copy member ID" in his profile).',
    );
  }
  if (!connector.success || (configured && !config.connectors.has(connector.data))) {
    const names = [...config.connectors.keys()].join(', ');
    throw new Error(
      `There is no connector of that name in the configuration. There are: ${names}. Nothing was changed.`,
    );
  }
  return { user: user.data, connector: connector.data };
}
