const DURATION = /^P(\d{1,3})([DWMY])$/;
const NAMES = { D: 'day', W: 'week', M: 'month', Y: 'year' } as const;

/** Days, weeks, months or years in the way of ISO 8601, such as P30D. */
export interface Duration {
  readonly count: number;
  readonly unit: 'day' | 'week' | 'month' | 'year';
}

/** Null for anything else, and for none at all. */
export function readDuration(text: string): Duration | null {
  const [, count = '', letter = ''] = DURATION.exec(text) ?? [];
  if (letter !== 'D' && letter !== 'W' && letter !== 'M' && letter !== 'Y') return null;
  return Number(count) === 0 ? null : { count: Number(count), unit: NAMES[letter] };
}

/**
 * The last day of something that begins at `from`, as YYYY-MM-DD where the person lives. A month ends on the same day of the
 * next one, or on its last.
 *
 * @param timeZone of the tz database, e.g. Europe/Berlin; one that nobody knows counts as UTC
 */
export function endDate({ count, unit }: Duration, from: Date, timeZone: string): string {
  const [year = 0, month = 1, day = 1] = dayIn(from, timeZone).split('-').map(Number);
  if (unit === 'day' || unit === 'week')
    return isoDay(new Date(Date.UTC(year, month - 1, day + count * (unit === 'week' ? 7 : 1))));
  const months = month - 1 + count * (unit === 'year' ? 12 : 1);
  const lastDay = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return isoDay(new Date(Date.UTC(year, months, Math.min(day, lastDay))));
}

const isoDay = (date: Date) => date.toISOString().slice(0, 10);

function dayIn(at: Date, timeZone: string): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const named = (zone: string) => new Intl.DateTimeFormat('en-CA', { ...parts, timeZone: zone }).format(at);
  return isTimeZone(timeZone) ? named(timeZone) : named('UTC');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
