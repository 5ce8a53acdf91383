import { z } from 'zod';
import { type ConnectorId, SlackUser } from '../model/ids.ts';
import type { DirectoryPerson } from '../model/person.ts';
import { readCsv } from './csv.ts';

/** People of an export, or everything that is wrong with it, each fault with its place. Nothing is half read. */
export type ImportFile =
  | { readonly kind: 'people'; readonly people: readonly DirectoryPerson[] }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** For which ticket systems a column (or key) of the file gives account ids, by the column's name in small letters. */
export type AccountColumns = ReadonlyMap<string, readonly ConnectorId[]>;

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const cell = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();
const Ref = z.union([z.string(), z.looseObject({ value: cell, display: cell })]).nullish();
const Enterprise = z.looseObject({ department: cell, manager: Ref });

/** A person as JSON has him: our own flat keys, or those of SCIM 2.0 (RFC 7643, 4.1 and 4.3). */
const Entry = z.looseObject({
  id: cell,
  name: z.union([z.string(), z.looseObject({ formatted: cell })]).nullish(),
  displayName: cell,
  email: cell,
  emails: z.array(z.looseObject({ value: cell, primary: z.boolean().nullish() })).nullish(),
  slack_user_id: cell,
  manager: Ref,
  department: cell,
  tier: cell,
  groups: z.union([z.string(), z.array(Ref)]).nullish(),
  active: cell,
  [ENTERPRISE]: Enterprise.nullish(),
});
type Entry = z.infer<typeof Entry>;
const List = z.union([z.array(z.unknown()), z.object({ Resources: z.array(z.unknown()) })]);

const LONGEST = 256;
const TRUE = new Set(['', 'true', 'yes', '1', 'active']);
const FALSE = new Set(['false', 'no', '0', 'inactive']);

interface Place {
  readonly where: string;
  readonly entry: unknown;
}

/** Reads an export of an identity provider: CSV with a head line, a JSON list, or SCIM's list of users. */
export function readImportFile(text: string, format: 'csv' | 'json', columns: AccountColumns): ImportFile {
  const places = format === 'csv' ? csvPlaces(text) : jsonPlaces(text);
  if (typeof places === 'string') return { kind: 'faults', faults: [places] };
  if (places.length === 0) return { kind: 'faults', faults: ['The file names nobody.'] };
  const faults: string[] = [];
  const people: DirectoryPerson[] = [];
  const seen = new Map<string, string>();
  for (const { where, entry } of places) {
    const read = readPerson(entry, columns);
    if (typeof read === 'string') {
      faults.push(`${where}: ${read}`);
      continue;
    }
    for (const key of keysOf(read)) {
      const before = seen.get(key);
      if (before !== undefined) faults.push(`${where}: ${key} stands in ${before}, too`);
      else seen.set(key, where);
    }
    people.push(read);
  }
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'people', people };
}

const keysOf = ({ id, slack, accounts }: DirectoryPerson): readonly string[] => [
  `id ${id}`,
  ...(slack === null ? [] : [`slack_user_id ${slack}`]),
  ...[...accounts].map(([connector, account]) => `${connector} ${account}`),
];

const keyOf = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

function csvPlaces(text: string): readonly Place[] | string {
  const records = readCsv(text);
  if (records === null) return 'The file is no CSV: a quoted cell never ends.';
  const [head, ...rows] = records;
  const names = head?.cells.map((name) => name.trim()) ?? [];
  if (!names.some((name) => keyOf(name) === 'id'))
    return 'The first line must name the columns, and one of them must be "id".';
  return rows.map(({ line, cells }) => ({
    where: `line ${line}`,
    entry: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])),
  }));
}

function jsonPlaces(text: string): readonly Place[] | string {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return 'The file is no JSON.';
  }
  const list = List.safeParse(data);
  if (!list.success)
    return 'The file must be a list of people, or an object with such a list as "Resources".';
  const entries = Array.isArray(list.data) ? list.data : list.data.Resources;
  return entries.map((entry, index) => ({ where: `entry ${index + 1}`, entry }));
}

/** The person, or what is wrong with him. */
function readPerson(raw: unknown, columns: AccountColumns): DirectoryPerson | string {
  const parsed = Entry.safeParse(withOwnKeys(raw));
  if (!parsed.success) return `cannot be read (${parsed.error.issues[0]?.path.join('.') ?? 'it'})`;
  const entry = parsed.data;
  const id = plain(entry.id);
  if (id === '' || id.length > LONGEST) return 'has no id of 1 to 256 characters';
  const slack = SlackUser.nullable().safeParse(plain(entry.slack_user_id) || null);
  if (!slack.success) return 'slack_user_id is no member id such as U012AB3CD';
  const word = plain(entry.active).toLowerCase();
  if (!TRUE.has(word) && !FALSE.has(word)) return 'active must be true or false';
  const accounts = accountsOf(entry, columns);
  if (typeof accounts === 'string') return accounts;
  const more = entry[ENTERPRISE];
  return {
    id,
    name: nameOf(entry),
    email: emailOf(entry),
    slack: slack.data,
    accounts,
    manager: refOf(entry.manager ?? more?.manager) || null,
    department: plain(entry.department ?? more?.department) || null,
    groups: groupsOf(entry.groups),
    tier: plain(entry.tier) || null,
    active: TRUE.has(word),
  };
}

/** Keys of ours in whatever way they are written; SCIM's own keep theirs. */
function withOwnKeys(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const own = Object.entries(raw).flatMap(([name, value]) =>
    name in Entry.shape ? [[name, value] as const] : [[keyOf(name), value] as const],
  );
  return Object.fromEntries(own);
}

function accountsOf(entry: Entry, columns: AccountColumns): ReadonlyMap<ConnectorId, string> | string {
  const accounts = new Map<ConnectorId, string>();
  for (const [name, connectors] of columns) {
    const account = plain(cell.safeParse(entry[keyOf(name)]).data);
    if (account === '') continue;
    if (account.length > LONGEST) return `${name} is longer than ${LONGEST} characters`;
    for (const connector of connectors) accounts.set(connector, account);
  }
  return accounts;
}

const plain = (value: string | null | undefined): string => (value ?? '').trim();

function refOf(ref: z.infer<typeof Ref>): string {
  return typeof ref === 'string' ? ref.trim() : plain(ref?.value);
}

function groupsOf(groups: Entry['groups']): readonly string[] {
  const all =
    typeof groups === 'string'
      ? groups.split(';').map((name) => name.trim())
      : (groups ?? []).map((one) =>
          typeof one === 'string' ? one.trim() : plain(one?.display ?? one?.value),
        );
  return [...new Set(all.filter((name) => name !== ''))];
}

function nameOf({ name, displayName }: Entry): string {
  const told = typeof name === 'string' ? name : name?.formatted;
  return (plain(told) || plain(displayName)).slice(0, LONGEST);
}

function emailOf({ email, emails }: Entry): string | null {
  const first = emails?.find(({ primary }) => primary === true) ?? emails?.[0];
  return plain(email ?? first?.value) || null;
}
