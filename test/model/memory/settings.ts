import { SlackTeam, SlackUser } from '../../../src/model/ids.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { LinkedAccount } from '../../../src/store/accounts.ts';
import { Profile } from '../../../src/store/people.ts';
import type { Store } from '../../../src/store/store.ts';
import type { AccountRow, Db } from './db.ts';

const DAY_MS = 86_400_000;

/** What is configured, and how far which poll has come. */
export function createConfigurations(db: Db): Store['configurations'] {
  const { settings, cursors } = db;
  const active = async () => settings.get('active') ?? null;
  return {
    active,
    async propose() {},
    async activate(hash) {
      db.put(settings, 'active', hash);
    },
    async activateFirst(hash) {
      if (!settings.has('active')) db.put(settings, 'active', hash);
      return (await active()) ?? hash;
    },
    async us() {
      const [team, user] = [settings.get('team'), settings.get('user')];
      if (team === undefined || user === undefined) return null;
      return { teamId: SlackTeam.parse(team), botUserId: SlackUser.parse(user) };
    },
    async saveUs({ teamId, botUserId }) {
      db.put(settings, 'team', teamId);
      db.put(settings, 'user', botUserId);
    },
    pollCursor: async (connector) => cursors.get(connector) ?? null,
    async forgetPollCursor(connector) {
      db.drop(cursors, connector);
    },
    async savePollCursor(connector, cursor) {
      db.put(cursors, connector, cursor);
    },
  };
}

export function createPeople(db: Db): Store['people'] {
  return {
    async get(system, id) {
      const row = db.people.get(`${system}:${id}`);
      if (row === undefined || row.fetchedAt <= db.clock.now - DAY_MS) return null;
      return Profile.parse(JSON.parse(row.profile));
    },
    async save(system, id, profile) {
      db.put(db.people, `${system}:${id}`, { profile: JSON.stringify(profile), fetchedAt: db.clock.now });
    },
  };
}

export function createAccounts(db: Db): Store['accounts'] {
  const keyOf = (user: string, connector: string) => `${user}:${connector}`;
  const opened = ({ grant, ...row }: AccountRow): LinkedAccount => ({
    ...row,
    consented: false,
    grant: grant === null || row.refused !== null ? null : createSecret(grant),
  });
  const compare = (a: AccountRow, b: AccountRow) =>
    a.connector === b.connector ? (a.account < b.account ? -1 : 1) : a.connector < b.connector ? -1 : 1;
  return {
    async get(user, connector) {
      const row = db.accounts.get(keyOf(user, connector));
      return row === undefined ? null : opened(row);
    },
    async all() {
      return [...db.accounts.values()].sort(compare).map(opened);
    },
    async save({ user, connector, account, grant }) {
      const row = { user, connector, account, grant: grant?.reveal() ?? null, refused: null };
      db.put(db.accounts, keyOf(user, connector), row);
    },
    async refuse(user, connector, refused) {
      const row = db.accounts.get(keyOf(user, connector));
      if (row !== undefined) db.change(row, { refused });
    },
    async forgetGrants({ connector, person }) {
      const rows = [...db.accounts.values()].filter(
        (row) =>
          row.grant !== null &&
          (connector === null || row.connector === connector) &&
          (person === null || row.user === person),
      );
      for (const row of rows) db.change(row, { grant: null, refused: null });
      return rows.length;
    },
    async remove(user, connector) {
      const known = db.accounts.has(keyOf(user, connector));
      db.drop(db.accounts, keyOf(user, connector));
      return known;
    },
  };
}

export function createAudit(db: Db): Store['audit'] {
  return {
    async record(event) {
      db.push(db.audit, event);
    },
  };
}
