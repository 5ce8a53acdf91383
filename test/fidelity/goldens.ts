import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import {
  fromJira,
  fromServiceNow,
  fromSlack,
  type Passage,
  SlackSource,
  toJira,
  toServiceNow,
  toSlack,
} from './paths.ts';

export const PATHS = [
  { name: 'slack > jira', title: 'Slack → Jira' },
  { name: 'slack > servicenow', title: 'Slack → ServiceNow' },
  { name: 'jira > slack', title: 'Jira → Slack' },
  { name: 'wiki > slack', title: 'Jira (wiki string) → Slack' },
  { name: 'servicenow > slack', title: 'ServiceNow → Slack' },
] as const;
export type PathName = (typeof PATHS)[number]['name'];

const FOLDER = new URL('goldens/', import.meta.url);

/** One construct as people write it on each side, and what is written on the other. */
const Golden = z.strictObject({
  /** How the table calls it. */
  row: z.string(),
  /** The words to look at; null looks at everything. */
  probe: z.string().nullable(),
  /** What those words are, in the words of `look-of.ts`; a name that no document knows when none can hold it. */
  means: z.array(z.string()),
  /** True when its own system draws it, so that words which stand for it are more than what was typed. */
  drawn: z.literal(true).optional(),
  /** Null where people cannot write it. Jira has two forms: documents, and strings of wiki markup. */
  sources: z.strictObject({
    slack: SlackSource.nullable(),
    jira: z.looseObject({ type: z.literal('doc') }).nullable(),
    wiki: z.string().nullable(),
    servicenow: z.string().nullable(),
  }),
  /** By path: the comments or messages that are written. Made by the table's program, never by hand. */
  results: z.record(z.string(), z.array(z.unknown())),
});
export interface NamedGolden extends z.infer<typeof Golden> {
  readonly name: string;
}

const Repeat = z.strictObject({ $repeat: z.string(), times: z.number().int().max(10_000) });

/** `{ "$repeat": "text", "times": 3 }` as that text, three times: long texts would hide the rest of a file. */
function expanded(value: unknown): unknown {
  const repeat = Repeat.safeParse(value);
  if (repeat.success) return repeat.data.$repeat.repeat(repeat.data.times);
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, expanded(inside)]));
}

const fileOf = (name: string) => new URL(`${name}.json`, FOLDER);
const stored = (name: string): unknown => JSON.parse(readFileSync(fileOf(name), 'utf8'));

export function readGoldens(): readonly NamedGolden[] {
  const names = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  return names.map((name) => ({ name, ...Golden.parse(expanded(stored(name))) }));
}

/** What the converters make of a golden's sources, by path; a path without a source is left out. */
export function passagesOf({ sources }: NamedGolden): ReadonlyMap<PathName, Passage<unknown>> {
  const { slack, jira, wiki, servicenow } = sources;
  const found = new Map<PathName, Passage<unknown>>();
  if (slack !== null) {
    found.set('slack > jira', toJira(fromSlack(slack)));
    found.set('slack > servicenow', toServiceNow(fromSlack(slack)));
  }
  if (jira !== null) found.set('jira > slack', toSlack(fromJira(jira)));
  if (wiki !== null) found.set('wiki > slack', toSlack(fromJira(wiki)));
  if (servicenow !== null) found.set('servicenow > slack', toSlack(fromServiceNow(servicenow)));
  return found;
}

/** What is kept of a passage in a golden; of very long parts their ends. */
export function recordOf(passages: ReadonlyMap<PathName, Passage<unknown>>): Record<string, unknown[]> {
  return Object.fromEntries(
    [...passages].map(([name, { written }]) => [
      name,
      written.map((part): unknown => {
        const plain: unknown = JSON.parse(JSON.stringify(part));
        const text = JSON.stringify(plain);
        if (text.length < 8_000) return plain;
        return { length: text.length, begins: text.slice(0, 200), ends: text.slice(-200) };
      }),
    ]),
  );
}

const Stored = z.looseObject({ results: z.unknown() });

/** Takes what the converters do now for right. */
export function writeResults(golden: NamedGolden): void {
  const content = { ...Stored.parse(stored(golden.name)), results: recordOf(passagesOf(golden)) };
  writeFileSync(fileOf(golden.name), `${JSON.stringify(content, null, 2)}\n`);
}
