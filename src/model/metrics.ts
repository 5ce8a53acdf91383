/** What we count. Labels are short, known words, never ids or text of people. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** A duration or size; `name` ends in its unit, e.g. `_ms`. */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

export const noMetrics: Metrics = { count() {}, observe() {} };
