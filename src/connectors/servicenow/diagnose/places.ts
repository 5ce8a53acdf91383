import { type Query, queryValue } from '../query.ts';
import { PLUGINS, TICKET_TABLES, type TicketTable } from '../tables.ts';
import { type Account, type Parts, unstopped } from './notes.ts';

const ALL: Query = { all: [] };

/** What one account sees of the places. */
type Seeing = Parts & Pick<Account, 'look'>;
const seenBy = (parts: Parts, { look }: Account): Seeing => ({ ...parts, look });

/** Tables that the queues name, as the account sees them that reads tickets. @throws Stopped */
export async function lookAtTables(parts: Parts): Promise<ReadonlySet<string>> {
  const { notes, targets } = parts;
  if (targets.size === 0) notes.unseen('servicenow.tables', 'no queue lands here');
  const readable = new Set<string>();
  for (const table of new Set([...targets.values()].map((target) => target.table))) {
    if (await lookAtTable(seenBy(parts, parts.accounts.reader), table)) readable.add(table);
  }
  return readable;
}

/** Groups and choices that the queues and maps name, as the account sees them that writes. @throws Stopped */
export async function lookAtPlaces(parts: Parts, readable: ReadonlySet<string>): Promise<void> {
  const { notes, targets } = parts;
  const seeing = seenBy(parts, parts.accounts.bridge);
  if (targets.size === 0) notes.unseen('servicenow.groups', 'no queue lands here');
  for (const [queue, target] of targets) await lookAtGroup(seeing, queue, target.assignment_group);
  await lookAtChoices(seeing, readable);
}

async function lookAtTable({ notes, look }: Seeing, table: TicketTable): Promise<boolean> {
  const looked = unstopped(await look({ table, query: ALL, fields: ['sys_id'], limit: 1 }));
  if (looked.kind === 'denied') {
    const isMissing = looked.status === 400;
    const plugin = PLUGINS[table];
    notes.problem('servicenow.tables', isMissing ? 'missing' : 'forbidden', {
      subject: table,
      wrong: isMissing
        ? `The instance has no table ${table}.`
        : `The integration user may not read ${table} (HTTP ${looked.status}).`,
      ...(isMissing && plugin !== undefined
        ? { fix: `System Applications → All → install ${plugin}; or correct the queue's target.table.` }
        : {}),
    });
    return false;
  }
  if (looked.rows.length === 0 && (looked.total ?? 0) > 0) {
    notes.problem('servicenow.tables', 'forbidden', {
      subject: table,
      wrong: `${table} has ${looked.total} records, and an access rule hides the first from the integration user.`,
    });
    return false;
  }
  notes.passed('servicenow.tables', 'readable', table);
  return true;
}

async function lookAtGroup({ notes, look }: Seeing, queue: string, name: string): Promise<void> {
  const value = queryValue(name);
  const subject = `${name} (queue ${queue})`;
  const looked =
    value === null
      ? null
      : unstopped(
          await look({
            table: 'sys_user_group',
            query: { all: [{ field: 'name', is: '=', value }] },
            fields: ['sys_id', 'name'],
            limit: 10,
          }),
        );
  if (looked?.kind === 'denied') {
    notes.unseen('servicenow.groups', 'the integration user may not read sys_user_group', subject);
    return;
  }
  const found = looked?.rows.filter((row) => row['name'] === name) ?? [];
  if (found.length === 1) notes.passed('servicenow.groups', 'one', subject);
  else if (found.length === 0) {
    notes.problem('servicenow.groups', 'missing', { subject, wrong: `No group is called "${name}".` });
  } else
    notes.problem('servicenow.groups', 'several', {
      subject,
      wrong: `${found.length} groups are called "${name}".`,
    });
}

const NAMES = {
  state: 'states',
  priority: 'priorities',
  impact: 'impacts',
  urgency: 'urgencies',
} as const;

async function lookAtChoices(parts: Seeing, tables: ReadonlySet<string>): Promise<void> {
  const { notes, maps } = parts;
  for (const table of TICKET_TABLES) {
    if (!tables.has(table)) continue;
    const own = maps[table];
    const wanted: (readonly [string, readonly string[]])[] = Object.entries(NAMES).map(([element, map]) => [
      element,
      [...new Set(Object.values(own[map]).filter((value) => value !== undefined))],
    ]);
    if (own.closeCode !== null) wanted.push(['close_code', [own.closeCode]]);
    for (const [element, values] of wanted) await lookAtElement(parts, { table, element, values });
  }
  if (tables.size === 0) notes.unseen('servicenow.choices', 'no table of a queue can be read');
}

async function lookAtElement(
  { notes, look }: Seeing,
  {
    table,
    element,
    values,
  }: { readonly table: string; readonly element: string; readonly values: readonly string[] },
): Promise<void> {
  const subject = `${table}.${element}`;
  const [name, field] = [queryValue(table), queryValue(element)];
  if (name === null || field === null) return;
  // Choices of the parent table hold for a table that has none of its own.
  const looked = unstopped(
    await look({
      table: 'sys_choice',
      query: {
        all: [
          { field: 'name', is: 'IN', values: [name, queryValue('task') ?? name] },
          { field: 'element', is: '=', value: field },
        ],
      },
      fields: ['name', 'element', 'value', 'inactive'],
      limit: 400,
    }),
  );
  const all =
    looked.kind === 'rows'
      ? looked.rows.filter((row) => row['element'] === element && row['inactive'] !== 'true')
      : [];
  const own = all.filter((row) => row['name'] === table);
  const known = (own.length > 0 ? own : all).map((row) => row['value'] ?? '');
  if (known.length === 0) {
    notes.unseen('servicenow.choices', 'sys_choice shows no choices to the integration user', subject);
    return;
  }
  const missing = values.filter((value) => !known.includes(value));
  for (const value of missing) {
    notes.problem('servicenow.choices', 'missing', {
      subject,
      wrong: `${subject} has no choice "${value}" (it has: ${known.slice(0, 12).join(', ')}).`,
    });
  }
  if (missing.length === 0) notes.passed('servicenow.choices', values.join(', '), subject);
}
