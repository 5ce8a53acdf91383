import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  CORRECT_GROUP_NAME,
  groupsOfName,
  LET_IT_READ_ITSELF,
  NO_GROUP,
  noGroupName,
  SEVERAL_GROUPS,
  setTimeZone,
  TO_LOOK_UP_REQUESTER,
  TO_READ_TIME_ZONE,
  TO_TELL_AUTHORS,
  TO_TELL_WHO_WE_ARE,
  timeZoneUnknown,
  toLookUpGroup,
  userUnknown,
} from '../../texts/servicenow-access.ts';
import type { ServiceNowClient } from './client.ts';
import { oneLine } from './fields.ts';
import { listValues, queryValue } from './query.ts';
import { GroupRow, PropertyRow, type SysId, UserRow } from './schema.ts';
import { isTimeZone } from './wall-time.ts';

const USER_FIELDS = ['sys_id', 'user_name', 'name', 'email', 'active', 'time_zone', 'sys_updated_on'];
/** Names of users that are kept in memory. */
const NAMES_KEPT = 5000;

/** Users and groups of the instance, as far as we need them. */
export interface Directory {
  /** The integration user as the instance sees us; remembered, unless asked to look again. */
  ourselves(again?: boolean): Promise<Outcome<UserRow>>;
  /** The zone in which our query literals are read; refused when nobody tells it, because guessing loses changes. */
  zone(): Promise<Outcome<string>>;
  group(name: string): Promise<Outcome<SysId>>;
  /** The only active user with this address; null for none, several, or an address that cannot be looked up. */
  personByEmail(email: string): Promise<Outcome<SysId | null>>;
  /** Names to show for user names. */
  names(userNames: readonly string[]): Promise<Outcome<ReadonlyMap<string, string>>>;
}

async function readOurselves(client: ServiceNowClient): Promise<Outcome<UserRow>> {
  const page = await client.list('sys_user', {
    query: { all: [{ field: 'sys_id', is: '=', script: { kind: 'ourselves' } }] },
    row: UserRow,
    fields: USER_FIELDS,
    limit: 2,
    doing: TO_TELL_WHO_WE_ARE,
  });
  if (page.kind !== 'ok') return page;
  const [user] = page.value.rows;
  if (user !== undefined && page.value.rows.length === 1 && user.user_name !== '') return ok(user);
  const advice = LET_IT_READ_ITSELF;
  return rejected('forbidden', userUnknown(advice));
}

async function defaultZone(client: ServiceNowClient): Promise<Outcome<string>> {
  const name = queryValue('glide.sys.default.tz');
  if (name === null) return ok('');
  const page = await client.list('sys_properties', {
    query: { all: [{ field: 'name', is: '=', value: name }] },
    row: PropertyRow,
    fields: ['name', 'value'],
    limit: 2,
    doing: TO_READ_TIME_ZONE,
  });
  if (page.kind === 'retry') return page;
  if (page.kind === 'rejected') return ok('');
  return ok(page.value.rows.find((row) => row.name === name)?.value ?? '');
}

async function findGroup(client: ServiceNowClient, name: string): Promise<Outcome<SysId>> {
  const value = queryValue(name);
  const shown = oneLine(name, 100);
  if (value === null) return rejected('invalid', noGroupName(shown));
  const page = await client.list('sys_user_group', {
    query: { all: [{ field: 'name', is: '=', value }] },
    row: GroupRow,
    fields: ['sys_id', 'name'],
    limit: 10,
    doing: toLookUpGroup(shown),
  });
  if (page.kind !== 'ok') return page;
  const found = page.value.rows.filter((row) => row.name === name);
  if (found.length === 1 && found[0] !== undefined) return ok(found[0].sys_id);
  const count = found.length === 0 ? NO_GROUP : SEVERAL_GROUPS;
  const advice = CORRECT_GROUP_NAME;
  return rejected('invalid', groupsOfName(count, shown, advice));
}

async function findPerson(client: ServiceNowClient, email: string): Promise<Outcome<SysId | null>> {
  const value = queryValue(email.trim());
  const isActive = queryValue('true');
  if (value === null || isActive === null) return ok(null);
  const page = await client.list('sys_user', {
    query: {
      all: [
        { field: 'email', is: '=', value },
        { field: 'active', is: '=', value: isActive },
      ],
    },
    row: UserRow,
    fields: USER_FIELDS,
    limit: 10,
    doing: TO_LOOK_UP_REQUESTER,
  });
  if (page.kind === 'retry') return page;
  // The requester is named in the description then; a ticket without a caller is better than none.
  if (page.kind === 'rejected') return ok(null);
  const wanted = email.trim().toLowerCase();
  const { rows, total } = page.value;
  const found = rows.filter((row) => row.email.toLowerCase() === wanted && row.active === 'true');
  // Hidden or foreign rows mean that we do not see the whole truth: then nobody is proven to be the only one.
  const isWhole = found.length === rows.length && (total === null || total === rows.length);
  return ok(isWhole && found.length === 1 && found[0] !== undefined ? found[0].sys_id : null);
}

function createNames(client: ServiceNowClient): Directory['names'] {
  const known = new Map<string, string>();
  return async (userNames) => {
    const unknown = [...new Set(userNames)].filter((name) => !known.has(name));
    const values = listValues(unknown);
    if (values.length > 0) {
      const page = await client.list('sys_user', {
        query: { all: [{ field: 'user_name', is: 'IN', values }] },
        row: UserRow,
        fields: USER_FIELDS,
        limit: values.length + 10,
        doing: TO_TELL_AUTHORS,
      });
      if (page.kind === 'retry') return page;
      if (known.size > NAMES_KEPT) known.clear();
      const rows = page.kind === 'ok' ? page.value.rows : [];
      for (const row of rows) {
        if (unknown.includes(row.user_name) && row.name !== '') known.set(row.user_name, row.name);
      }
    }
    return ok(new Map(userNames.map((name) => [name, known.get(name) ?? name])));
  };
}

export function createDirectory(client: ServiceNowClient): Directory {
  let known: UserRow | null = null;
  let knownZone: string | null = null;

  async function ourselves(again = false): Promise<Outcome<UserRow>> {
    if (known !== null && !again) return ok(known);
    const read = await readOurselves(client);
    if (read.kind === 'ok') {
      known = read.value;
      if (again) knownZone = null;
    }
    return read;
  }

  return {
    ourselves,
    async zone() {
      if (knownZone !== null) return ok(knownZone);
      const user = await ourselves();
      if (user.kind !== 'ok') return user;
      const zone = user.value.time_zone === '' ? await defaultZone(client) : ok(user.value.time_zone);
      if (zone.kind !== 'ok') return zone;
      if (!isTimeZone(zone.value)) {
        const advice = setTimeZone(user.value.user_name);
        return rejected('invalid', timeZoneUnknown(advice));
      }
      knownZone = zone.value;
      return ok(zone.value);
    },
    group: (name) => findGroup(client, name),
    personByEmail: (email) => findPerson(client, email),
    names: createNames(client),
  };
}
