import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import type { TicketFiles } from './files.ts';
import { queryValue } from './query.ts';
import { PropertyRow, SysId, type UserRow } from './schema.ts';
import { fromUtcText, lowerBound } from './wall-time.ts';

export interface CheckParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly files: Pick<TicketFiles, 'learnLargest'>;
}

type Warnings = Outcome<readonly string[]>;

const JOURNAL_WARNING =
  'it cannot read comments: grant read on sys_journal_field (the role audit_viewer, or an access rule)';

/** Asks for our own record by its own time: it comes back only when we know how times in queries are read. */
async function timeWarnings({ client, directory }: CheckParts, user: UserRow): Promise<Warnings> {
  const zone = await directory.zone();
  if (zone.kind === 'retry') return zone;
  if (zone.kind === 'rejected') return ok([`the time zone of its queries is unknown: set it to GMT`]);
  const time = fromUtcText(user.sys_updated_on);
  if (time === null) return ok([]);
  const bound = { kind: 'time', wallTime: lowerBound(time, zone.value) } as const;
  const page = await client.list('sys_user', {
    query: {
      all: [
        { field: 'sys_id', is: '=', script: { kind: 'ourselves' } },
        { field: 'sys_updated_on', is: '>=', script: bound },
      ],
    },
    row: z.object({ sys_id: SysId }),
    fields: ['sys_id'],
    limit: 2,
    doing: 'a query by time',
  });
  if (page.kind === 'retry') return page;
  const isFound = page.kind === 'ok' && page.value.rows.some((row) => row.sys_id === user.sys_id);
  if (!isFound)
    return ok([`times in its queries are not read in its zone ${zone.value}: set the zone to GMT`]);
  const isPlain = lowerBound(time, zone.value) === user.sys_updated_on;
  return ok(isPlain ? [] : [`its time zone is ${zone.value}; GMT is safer`]);
}

async function journalWarnings({ client }: CheckParts): Promise<Warnings> {
  const page = await client.list('sys_journal_field', {
    query: { all: [] },
    row: z.object({ sys_id: SysId }),
    fields: ['sys_id'],
    limit: 1,
    doing: 'to read comments',
  });
  if (page.kind === 'retry') return page;
  if (page.kind === 'rejected') return ok([JOURNAL_WARNING]);
  const isHidden = page.value.rows.length === 0 && (page.value.total ?? 0) > 0;
  return ok(isHidden ? [JOURNAL_WARNING] : []);
}

/** `[code]` in journals renders as HTML unless this property is false. */
async function markupWarnings({ client }: CheckParts): Promise<Warnings> {
  const name = queryValue('glide.ui.security.allow_codetag');
  if (name === null) return ok([]);
  const page = await client.list('sys_properties', {
    query: { all: [{ field: 'name', is: '=', value: name }] },
    row: PropertyRow,
    fields: ['name', 'value'],
    limit: 2,
    doing: 'to read its properties',
  });
  if (page.kind === 'retry') return page;
  if (page.kind === 'rejected') return ok([]);
  const isOn = page.value.rows.some((row) => row.name === name && row.value === 'true');
  return ok(isOn ? [`${name} is true: journals render [code] as HTML; set it to false`] : []);
}

/** Who we are to the instance, and what its administrator should look at. */
export async function checkInstance(parts: CheckParts): Promise<Outcome<{ readonly account: string }>> {
  const user = await parts.directory.ourselves(true);
  if (user.kind !== 'ok') return user;
  const learned = await parts.files.learnLargest();
  if (learned.kind !== 'ok') return learned;
  const found: string[] = [];
  for (const look of [
    () => timeWarnings(parts, user.value),
    () => journalWarnings(parts),
    () => markupWarnings(parts),
  ]) {
    const warnings = await look();
    if (warnings.kind !== 'ok') return warnings;
    found.push(...warnings.value);
  }
  const account = `${user.value.user_name} (${user.value.name})`;
  return ok({ account: found.length === 0 ? account : `${account}. Warning: ${found.join('; ')}.` });
}
