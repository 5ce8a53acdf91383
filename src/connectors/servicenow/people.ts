import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  LET_IT_READ_USERS,
  TO_LOOK_UP_PERSON,
  TO_TELL_MEMBERS,
  usersHidden,
} from '../../texts/servicenow-access.ts';
import type { ServiceNowClient } from './client.ts';
import { queryValue } from './query.ts';
import { MemberRow, SysId, UserRow } from './schema.ts';

/** People of the instance, for assigning them and for knowing what they wrote. */
export interface People {
  /** Active users with exactly this address. Refused when some are hidden: then nobody is proven to be the only one. */
  byEmail(email: string): Promise<Outcome<readonly UserRow[]>>;
  /** The active user with this sys_id; null when there is none. */
  bySysId(sysId: string): Promise<Outcome<UserRow | null>>;
  /** The one active user behind a linked account: a sys_id, a user name or an e-mail address; null when there is none. */
  byAccount(account: string): Promise<Outcome<UserRow | null>>;
  /** The user name behind what somebody signs in with; that itself when it is no known e-mail address. */
  userName(account: string): Promise<Outcome<string>>;
  isMember(user: SysId, group: SysId): Promise<Outcome<boolean>>;
}

const FIELDS = Object.keys(UserRow.shape);
const NAMES_KEPT = 1000;

const findByEmail = (client: ServiceNowClient, email: string) => findBy(client, 'email', email);

async function findBy(
  client: ServiceNowClient,
  field: 'email' | 'user_name',
  text: string,
): Promise<Outcome<readonly UserRow[]>> {
  const wanted = text.trim();
  const [value, isActive] = [queryValue(wanted), queryValue('true')];
  if (value === null || isActive === null) return ok([]);
  const page = await client.list('sys_user', {
    query: {
      all: [
        { field, is: '=', value },
        { field: 'active', is: '=', value: isActive },
      ],
    },
    row: UserRow,
    fields: FIELDS,
    limit: 10,
    doing: TO_LOOK_UP_PERSON,
  });
  if (page.kind !== 'ok') return page;
  const { rows, total } = page.value;
  const isThem = (row: UserRow) => row[field].toLowerCase() === wanted.toLowerCase() && row.active === 'true';
  if ((total !== null && total > rows.length) || !rows.every(isThem)) {
    const advice = LET_IT_READ_USERS;
    return rejected('forbidden', usersHidden(advice));
  }
  return ok(rows);
}

async function findMembership(
  client: ServiceNowClient,
  user: SysId,
  group: SysId,
): Promise<Outcome<boolean>> {
  const [userValue, groupValue] = [queryValue(user), queryValue(group)];
  if (userValue === null || groupValue === null) return ok(false);
  const page = await client.list('sys_user_grmember', {
    query: {
      all: [
        { field: 'user', is: '=', value: userValue },
        { field: 'group', is: '=', value: groupValue },
      ],
    },
    row: MemberRow,
    fields: Object.keys(MemberRow.shape),
    limit: 2,
    doing: TO_TELL_MEMBERS,
  });
  if (page.kind !== 'ok') return page;
  return ok(page.value.rows.some((row) => row.user === user && row.group === group));
}

export function createPeople(client: ServiceNowClient): People {
  const userNames = new Map<string, string>();

  async function bySysId(text: string): Promise<Outcome<UserRow | null>> {
    const sysId = SysId.safeParse(text);
    if (!sysId.success) return ok(null);
    const options = { row: UserRow, fields: FIELDS, doing: TO_LOOK_UP_PERSON };
    const read = await client.get('sys_user', sysId.data, options);
    if (read.kind === 'rejected' && read.code === 'not-found') return ok(null);
    if (read.kind !== 'ok') return read;
    return ok(read.value.sys_id === sysId.data && read.value.active === 'true' ? read.value : null);
  }

  return {
    byEmail: (email) => findByEmail(client, email),
    bySysId,
    async byAccount(account) {
      if (SysId.safeParse(account).success) return bySysId(account);
      const found = await findBy(client, account.includes('@') ? 'email' : 'user_name', account);
      if (found.kind !== 'ok') return found;
      const [only, ...others] = found.value;
      return ok(only !== undefined && others.length === 0 ? only : null);
    },
    async userName(account) {
      const known = userNames.get(account) ?? (account.includes('@') ? undefined : account);
      if (known !== undefined) return ok(known);
      const found = await findByEmail(client, account);
      if (found.kind === 'retry') return found;
      const [only, ...others] = found.kind === 'ok' ? found.value : [];
      const name =
        only === undefined || others.length > 0 || only.user_name === '' ? account : only.user_name;
      if (userNames.size >= NAMES_KEPT) userNames.clear();
      userNames.set(account, name);
      return ok(name);
    },
    isMember: (user, group) => findMembership(client, user, group),
  };
}
