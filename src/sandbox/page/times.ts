/** "10:42", in the visitor's own zone. */
export function clockTime(date: Date): string {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(date);
}

/** "Today", "Yesterday" or "Tuesday, 3 November". */
export function dayName(date: Date, now: Date): string {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}

const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export function dateOfTs(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

/** Unix seconds, as Slack writes a moment, in the way a `datetime-local` field has it; '' for none. */
export function localMoment(seconds: string): string {
  if (seconds === '') return '';
  const date = new Date(Number(seconds) * 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The other way round. */
export function momentSeconds(local: string): string {
  return local === '' ? '' : String(Math.floor(new Date(local).getTime() / 1000));
}
