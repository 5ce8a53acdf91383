import { judgeClock } from '../../../model/clock-check.ts';
import { queryValue } from '../query.ts';
import { fromUtcText, isTimeZone, lowerBound } from '../wall-time.ts';
import { type Account, type Parts, unstopped } from './notes.ts';

/** Calls that one poll makes at most, with room for what it finds. */
const CALLS_PER_POLL = 6;
const OURSELVES = { field: 'sys_id', is: '=', script: { kind: 'ourselves' } } as const;

/** Who we are, by the first question of all: it also shows whether anybody answers. @throws Stopped */
export async function lookAtAccount(parts: Parts, account: Account): Promise<void> {
  const { notes, accounts, wanted } = parts;
  const { look } = account;
  const subject = account.name ?? undefined;
  const before = wanted.now();
  const looked = unstopped(
    await look({
      table: 'sys_user',
      query: { all: [OURSELVES] },
      fields: ['sys_id', 'user_name', 'name', 'time_zone', 'sys_updated_on'],
      limit: 2,
    }),
  );
  const after = wanted.now();
  const isFirst = account === accounts.bridge;
  const isReader = account === accounts.reader;
  if (isFirst) notes.passed('servicenow.reach', 'the instance answers');
  notes.passed('servicenow.credentials', 'we are let in', subject);
  const user = looked.kind === 'rows' && looked.rows.length === 1 ? looked.rows[0] : undefined;
  if (looked.kind === 'rows') {
    if (isFirst) tellClock(parts, { before, after, date: looked.answer.header('date') });
    if (isReader) tellLimit(parts, looked.answer.header('x-ratelimit-limit'));
  }
  if (user === undefined || (user['user_name'] ?? '') === '') {
    notes.problem('servicenow.account', 'hidden', {
      ...(subject === undefined ? {} : { subject }),
      wrong: 'ServiceNow does not tell the integration user who it is.',
    });
    return;
  }
  notes.passed('servicenow.account', `${user['user_name']} (${user['name'] ?? ''})`, subject);
  if (isReader) await lookAtZone({ ...parts, look }, user);
}

function tellClock(
  { notes }: Parts,
  { before, after, date }: { readonly before: Date; readonly after: Date; readonly date: string | null },
): void {
  const clock = judgeClock({ before, after, theirs: new Date(date ?? Number.NaN) });
  if (clock.kind === 'unknown') notes.unseen('servicenow.clock', 'the instance sent no time');
  else if (clock.kind === 'right') notes.passed('servicenow.clock', clock.saw);
  else
    notes.problem('servicenow.clock', clock.kind, {
      wrong: `Compared with the instance's clock, ${clock.saw}.`,
    });
}

function tellLimit({ notes, wanted }: Parts, limit: string | null): void {
  if (limit === null || !/^\d+$/.test(limit)) {
    notes.passed('servicenow.limits', 'no rate limit rule applies to us');
    return;
  }
  const needed = Math.ceil((3600 / wanted.pollSeconds) * CALLS_PER_POLL);
  if (Number(limit) >= needed)
    notes.passed('servicenow.limits', `${limit} calls an hour, polls need up to ${needed}`);
  else {
    notes.problem('servicenow.limits', 'tight', {
      wrong: `A rule allows ${limit} calls an hour; polling every ${wanted.pollSeconds} s needs up to ${needed}.`,
    });
  }
}

/** The zone, and the proof: our own record, asked for by its own time, comes back only when times are read so. */
async function lookAtZone(
  { notes, look }: Pick<Parts, 'notes'> & Pick<Account, 'look'>,
  user: Readonly<Record<string, string>>,
): Promise<void> {
  const zone = user['time_zone'] || (await defaultZone(look));
  if (!isTimeZone(zone)) {
    notes.problem('servicenow.time-zone', 'unknown', {
      wrong: 'Neither the user nor the instance tells a time zone that we know.',
    });
    return;
  }
  const time = fromUtcText(user['sys_updated_on'] ?? '');
  if (time === null) {
    notes.unseen(
      'servicenow.time-zone',
      `it says ${zone}; the user's own record shows no time to prove it with`,
    );
    return;
  }
  const bound = { kind: 'time', wallTime: lowerBound(time, zone) } as const;
  const later = { kind: 'time', wallTime: lowerBound(new Date(time.getTime() + 60_000), zone) } as const;
  const found = async (script: typeof bound) => {
    const looked = unstopped(
      await look({
        table: 'sys_user',
        query: { all: [OURSELVES, { field: 'sys_updated_on', is: '>=', script }] },
        fields: ['sys_id'],
        limit: 2,
      }),
    );
    return looked.kind === 'rows' && looked.rows.some((row) => row['sys_id'] === user['sys_id']);
  };
  if (!(await found(bound)) || (await found(later))) {
    notes.problem('servicenow.time-zone', 'not-read-so', {
      wrong: `Times in our queries are not read in the user's zone ${zone}.`,
    });
  } else if (lowerBound(time, zone) === user['sys_updated_on']) notes.passed('servicenow.time-zone', zone);
  else notes.problem('servicenow.time-zone', 'not-gmt', { wrong: `The time zone of the user is ${zone}.` });
}

async function defaultZone(look: Account['look']): Promise<string> {
  const value = queryValue('glide.sys.default.tz');
  if (value === null) return '';
  const looked = unstopped(
    await look({
      table: 'sys_properties',
      query: { all: [{ field: 'name', is: '=', value }] },
      fields: ['name', 'value'],
      limit: 2,
    }),
  );
  const rows = looked.kind === 'rows' ? looked.rows : [];
  return rows.find((row) => row['name'] === value)?.['value'] ?? '';
}
