import { z } from 'zod';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type WeekDay = (typeof DAYS)[number];

/** A time of day; 24:00 is midnight. */
const Minute = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, {
  error: 'must be a time of day such as 08:30',
});

export const Zone = z.string().refine(isZone, { error: 'must be a time zone such as Europe/Berlin' });

/** The hours of a desk, as its own clock shows them. */
export const Hours = z
  .strictObject({
    zone: Zone.meta({ description: 'Time zone by its IANA name, such as Europe/Berlin.' }),
    days: z
      .array(z.enum(DAYS))
      .min(1, { error: 'must not be an empty list' })
      .default(['mon', 'tue', 'wed', 'thu', 'fri'])
      .meta({ description: 'Days of the week.' }),
    from: Minute.meta({ description: 'First minute, on the clock of that zone.' }),
    to: Minute.meta({ description: 'The minute after the last; 24:00 is midnight.' }),
    holidays: z
      .array(z.iso.date())
      .max(500)
      .default([])
      .meta({ description: 'Days on which nobody is there, such as 2026-12-25.' }),
  })
  .refine(({ from, to }) => from < to, { error: 'must begin before they end; a night is two entries' });
export type Hours = z.infer<typeof Hours>;

/** Is it the name of a time zone that this machine knows? */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  clocks.set(zone, clock);
  return clock;
}

/** What the clock of a zone shows at a moment, as if it were UTC. */
function shownIn(zone: string, at: Date): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** The first moment after `after` at which the clock of the zone shows this time of day, on one of these days. */
export function nextTime(
  { zone, days, at }: { readonly zone: string; readonly days: readonly WeekDay[]; readonly at: string },
  after: Date,
): Date {
  const today = new Date(shownIn(zone, after));
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + ahead));
    const wanted = day.getTime() + (hour * 60 + minute) * 60_000;
    // The zone's distance from UTC is that of the moment itself; twice, because it may change in between.
    let moment = wanted;
    for (let look = 0; look < 2; look += 1) moment -= shownIn(zone, new Date(moment)) - wanted;
    const name = DAYS[(day.getUTCDay() + 6) % 7];
    if (name !== undefined && days.includes(name) && moment > after.getTime()) return new Date(moment);
  }
  throw new Error(`No ${at} comes in eight days of ${zone}: none of ${days.join(', ')}`);
}

/** Is somebody there at this moment? Summer time is that of the zone. */
export function isWithin({ zone, days, from, to, holidays }: Hours, at: Date): boolean {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const day: WeekDay | undefined = DAYS.find((each) => each === part('weekday').toLowerCase());
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}`;
  return day !== undefined && days.includes(day) && !holidays.includes(date) && from <= time && time < to;
}
