import { createPhraseFinder, type FindPhrases, fold, type Phrase, readPhrase } from './phrases.ts';
import type { Conditions, RoutingRequest, RoutingTable, Rule } from './table.ts';

/** One condition of a rule against one request. `detail` is a phrase for people and holds no text of the requester. */
export interface Finding {
  readonly condition: keyof Conditions;
  readonly met: boolean;
  readonly detail: string;
}

/** One rule against one request. */
export interface Considered {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
  readonly matched: boolean;
  /** True when nothing but `not_words` could keep the rule from matching: more text can never make this false. */
  readonly suspected: boolean;
  /** True when the rule has no condition on the text, so that no text can lead past it. */
  readonly textFree: boolean;
}

const finders = new WeakMap<RoutingTable, FindPhrases>();

/** All word lists of a table in one index, built once per table. */
function finderOf(table: RoutingTable): FindPhrases {
  const known = finders.get(table);
  if (known !== undefined) return known;
  const sources = new Set(
    table.rules.flatMap(({ when }) => [...(when.words ?? []), ...(when.not_words ?? [])]),
  );
  const phrases = [...sources]
    .map(readPhrase)
    .filter((phrase): phrase is Phrase => typeof phrase !== 'string');
  const finder = createPhraseFinder(phrases);
  finders.set(table, finder);
  return finder;
}

/** Holds every rule of the table against the request, in order. Time is linear in the length of the text. */
export function consider(table: RoutingTable, request: RoutingRequest): readonly Considered[] {
  const found = finderOf(table)(request.text);
  return table.rules.map((rule) => {
    const findings = findingsOf(rule.when, request, found);
    return {
      rule,
      findings,
      matched: findings.every(({ met }) => met),
      suspected: findings.every(({ condition, met }) => met || condition === 'not_words'),
      textFree: rule.when.words === undefined && rule.when.not_words === undefined,
    };
  });
}

function findingsOf(
  when: Conditions,
  request: RoutingRequest,
  found: ReadonlySet<string>,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (when.channel !== undefined) findings.push(channelFinding(listOf(when.channel), request));
  for (const [field, wanted] of Object.entries(when.form ?? {})) {
    findings.push(formFinding(field, listOf(wanted), request));
  }
  if (when.requester !== undefined) findings.push(requesterFinding(when.requester, request));
  if (when.words !== undefined) findings.push(wordsFinding(when.words, found));
  if (when.not_words !== undefined) findings.push(notWordsFinding(when.not_words, found));
  return findings;
}

function channelFinding(wanted: readonly string[], { channel }: RoutingRequest): Finding {
  const met = channel !== null && wanted.includes(channel);
  return {
    condition: 'channel',
    met,
    detail: met ? `channel ${channel}` : `is not in channel ${either(wanted)}`,
  };
}

function formFinding(field: string, wanted: readonly string[], { form }: RoutingRequest): Finding {
  const value = Object.hasOwn(form, field) ? form[field] : undefined;
  const hit = value === undefined ? undefined : wanted.find((each) => sameValue(each, value));
  return {
    condition: 'form',
    met: hit !== undefined,
    detail:
      hit === undefined ? `has no form field ${field} = ${either(wanted)}` : `form field ${field} = ${hit}`,
  };
}

function requesterFinding(wanted: readonly string[], { requester }: RoutingRequest): Finding {
  const met = requester !== null && wanted.includes(requester);
  return {
    condition: 'requester',
    met,
    detail: met ? `requester ${requester}` : `does not come from ${either(wanted)}`,
  };
}

function wordsFinding(wanted: readonly string[], found: ReadonlySet<string>): Finding {
  const hits = wanted.filter((word) => found.has(word));
  return {
    condition: 'words',
    met: hits.length > 0,
    detail: hits.length > 0 ? theWords(hits) : `holds none of its ${wanted.length} words`,
  };
}

function notWordsFinding(unwanted: readonly string[], found: ReadonlySet<string>): Finding {
  const hits = unwanted.filter((word) => found.has(word));
  return {
    condition: 'not_words',
    met: hits.length === 0,
    detail: hits.length === 0 ? 'none of the excluded words' : `holds ${theWords(hits, 'excluded ')}`,
  };
}

const SHOWN = 5;

function theWords(words: readonly string[], adjective = ''): string {
  const quoted = words.slice(0, SHOWN).map((word) => `"${word}"`);
  const more = words.length > SHOWN ? ` and ${words.length - SHOWN} more` : '';
  return `the ${adjective}${words.length === 1 ? 'word' : 'words'} ${quoted.join(', ')}${more}`;
}

function either(values: readonly string[]): string {
  return values.length <= SHOWN ? values.join(' or ') : `${values.slice(0, SHOWN).join(', ')}, ...`;
}

function sameValue(left: string, right: string): boolean {
  return fold(left.trim()) === fold(right.trim());
}

function listOf<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value;
}
