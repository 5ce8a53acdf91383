/** ServiceNow's text for a time: "yyyy-MM-dd HH:mm:ss", whole seconds, in a zone that only the reader knows. */
export function utcText(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than anything that it is asked. */
function formatIn(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
  });
  formats.set(zone, format);
  return format;
}

function offsetMs(zone: string, time: number): number {
  if (zone === 'GMT' || zone === 'UTC') return 0;
  const parts = formatIn(zone).formatToParts(time);
  const part = (type: string) => Number(parts.find((entry) => entry.type === type)?.value ?? '0');
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(time / 1000) * 1000;
}

/** A stored UTC text as a person in `zone` sees it. */
export function inZone(utc: string, zone: string): string {
  const time = Date.parse(`${utc.replace(' ', 'T')}Z`);
  return Number.isNaN(time) ? '' : utcText(new Date(time + offsetMs(zone, time)));
}

/** Reads a text as a person in `zone` means it; null when it is no time. */
export function fromZone(text: string, zone: string): string | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text.trim());
  if (match === null) return null;
  const local = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`);
  if (Number.isNaN(local)) return null;
  const first = local - offsetMs(zone, local);
  return utcText(new Date(local - offsetMs(zone, first)));
}
