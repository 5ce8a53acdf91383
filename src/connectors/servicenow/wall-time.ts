const HOUR_MS = 3_600_000;

/** ServiceNow's text for a time, in UTC: "yyyy-MM-dd HH:mm:ss". */
export function utcText(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads such a text; null when it is none. */
export function fromUtcText(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const time = new Date(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

function offsetMs(zone: string, time: number): number {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(time);
  const shown = fromUtcText(text)?.getTime() ?? time;
  return shown - Math.floor(time / 1000) * 1000;
}

/**
 * A lower bound for an encoded query: literals there are read in the zone of the user who asks, while
 * values come back in UTC. Where clocks are about to go back one text means two moments; then an hour earlier is
 * asked for, so that nothing is left out.
 */
export function lowerBound(time: Date, zone: string): string {
  const at = time.getTime();
  const isUnclear = offsetMs(zone, at) !== offsetMs(zone, at + HOUR_MS);
  const from = isUnclear ? at - HOUR_MS : at;
  return utcText(new Date(from + offsetMs(zone, from)));
}
