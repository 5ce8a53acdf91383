import assert from 'node:assert/strict';
import { checkWorld } from '../../src/census/check-world.ts';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { backlinkTitle } from '../../src/texts/backlink.ts';
import { until } from '../support/until.ts';
import { type LookOptions, lookAtWorld } from './look-at-world.ts';
import type { CrashWorld } from './world.ts';

/** Said of what waits for an operator. */
export const STOPPED = 'operations that stopped';

/** What may not be left in the database once everything has come to rest; each row is a count that has to be 0. */
const AT_REST: Readonly<Record<string, string>> = {
  'operations that are under way': `select count(*) from operation where state in ('ready', 'sending')`,
  [STOPPED]: `select count(*) from operation where state = 'parked'`,
  'deliveries that are not planned': `select count(*) from delivery where state in ('new', 'waiting', 'sorted')`,
  'links that are leased': 'select count(*) from link where lease_owner is not null',
  'links with unseen changes': 'select count(*) from link where ticket_stale > ticket_seen',
  'links that stopped or never began': `select count(*) from link where state in ('parked', 'provisional')`,
  'remote ids that belong to two operations': `select count(*) from (select 1 from operation
    where kind in ('create', 'post') and remote_id is not null
    group by kind, link_id, remote_id having count(*) > 1) as twice`,
};

async function checkRows({ query }: CrashWorld): Promise<string[]> {
  const columns = Object.values(AT_REST).map((count, n) => `(${count})::int as c${n}`);
  const [row] = await query<Record<string, number>>(`select ${columns.join(', ')}`);
  return Object.keys(AT_REST).flatMap((what, n) =>
    row?.[`c${n}`] === 0 ? [] : [`${row?.[`c${n}`]} ${what}`],
  );
}

/** What people asked for in a channel; each is to be a request. */
const requestsIn = (messages: readonly SlackMessageView[]) =>
  messages.filter((message) => message.threadTs === null && !message.isBot && message.ephemeralFor === null);

async function checkRequests({ slack, query }: CrashWorld): Promise<string[]> {
  const known = await query<{ root_ts: string }>('select root_ts from place');
  const roots = new Set(known.map((row) => row.root_ts));
  return slack.people
    .channels()
    .filter(({ isIm }) => !isIm)
    .flatMap(({ id }) => requestsIn(slack.people.messages(id)))
    .filter(({ ts }) => !roots.has(ts))
    .map(({ ts, text }) => `the request "${text}" (${ts}) was never taken up`);
}

/** What is wrong with the world at this moment, in sentences; nothing when both sides agree and all is at rest. */
export async function worldProblems(world: CrashWorld, options: LookOptions = {}): Promise<string[]> {
  const rows = await checkRows(world);
  if (rows.length > 0) return rows;
  const lost = await checkRequests(world);
  if (lost.length > 0) return lost;
  const view = await lookAtWorld(world, options);
  return checkWorld(view, { when: 'rest', graceMs: 0 }).map(({ invariant, what }) => `${invariant} ${what}`);
}

/** Where a system shows links, every ticket has one to its thread, once, and it says what is true. */
export function assertBacklinks({ kind, system }: CrashWorld): void {
  for (const { key, statusCategory, links } of kind.hasLinks ? system.people.tickets() : []) {
    const titles = links.map(({ title }) => title);
    assert.deepEqual(titles, [backlinkTitle(statusCategory === 'done')], `the links of ${key}`);
  }
}

/** How long what is under way may take to come to rest, in real milliseconds. */
const REST_MS = 10_000;

/** Both sides agree, everything is at rest, and nothing internal or taken back stands where it must not. */
export async function assertWorld(world: CrashWorld): Promise<void> {
  let problems: string[] = [];
  const holds = async () => {
    problems = await worldProblems(world, { truth: true });
    return problems.length === 0;
  };
  await until('the world comes to rest', REST_MS, holds).catch(() => assert.deepEqual(problems, []));
  assert.notEqual(world.truth.secrets.size, 0, 'there is something internal to look for');
}
