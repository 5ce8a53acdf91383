import { momentFor } from './check-examples.ts';
import { type Conditions, listOf } from './conditions.ts';
import { fold, type Phrase, readPhrase } from './phrases.ts';
import type { RoutingTable, Rule } from './table.ts';

/** Something in a table that is allowed and hardly meant. */
export interface Doubt {
  readonly rule: string;
  readonly code: 'shadowed' | 'never' | 'all-of-them' | 'unknown-kind';
  /** One sentence, with what to do. */
  readonly text: string;
}

/** What an owner should look at; `kinds` are those that the classifier knows. */
export function lint(table: RoutingTable, kinds: readonly string[]): readonly Doubt[] {
  return table.rules.flatMap((rule, index): readonly Doubt[] => {
    const by = table.rules.slice(0, index).find((earlier) => covers(earlier.when, rule.when));
    return [
      ...(by === undefined ? [] : [shadowed(rule, by)]),
      ...never(table, rule),
      ...allOfThem(rule),
      ...unknownKinds(rule, new Set(kinds)),
    ];
  });
}

const shadowed = (rule: Rule, by: Rule): Doubt => ({
  rule: rule.name,
  code: 'shadowed',
  text: `never decides, because "${by.name}" stands before it and takes everything that it would take. Move it up, or narrow "${by.name}".`,
});

function never(table: RoutingTable, { name, when }: Rule): readonly Doubt[] {
  const doubt = (why: string): Doubt => ({
    rule: name,
    code: 'never',
    text: `never matches, because ${why}. Change its conditions or take it out.`,
  });
  const isTimed = when.hours !== undefined || when.outside_hours !== undefined;
  const excluded = phrasesOf(when.not_words);
  const words = phrasesOf(when.words);
  const isExcluded = words.length > 0 && words.every((word) => excluded.some((each) => stands(each, word)));
  const areas = when.area === undefined ? [] : listOf(when.area);
  const known = new Set(Object.keys(table.areas));
  return [
    ...(isTimed && momentFor(table, when) === null ? [doubt('its hours leave no moment')] : []),
    ...(isExcluded ? [doubt('each of its words holds one that it excludes')] : []),
    ...(areas.length > 0 && !areas.some((area) => known.has(area)) ? [doubt('its areas do not exist')] : []),
  ];
}

/** What more text could end counts as met for risk, so such a rule speaks for all that reach it. */
function allOfThem({ name, when, privacy, approval, risk }: Rule): readonly Doubt[] {
  const others = Object.entries(when)
    .filter(([, value]) => value !== undefined)
    .map(([condition]) => condition);
  const isEndable = others.every((condition) => condition === 'kind' || condition === 'not_words');
  if (!isEndable || (privacy !== 'private' && approval === undefined && risk === 'low')) return [];
  const asks = [
    ...(privacy === 'private' ? ['privacy'] : []),
    ...(approval === undefined ? [] : ['approval']),
    ...(risk === 'low' ? [] : ['risk']),
  ];
  return [
    {
      rule: name,
      code: 'all-of-them',
      text: `asks for ${asks.join(' and ')} by ${others.join(' and ')} alone. Text could end that, so every request that gets past the rules before it is held to it. Add words, a form field or another condition.`,
    },
  ];
}

function unknownKinds({ name, when }: Rule, kinds: ReadonlySet<string>): readonly Doubt[] {
  const unknown = when.kind === undefined ? [] : listOf(when.kind).filter((kind) => !kinds.has(kind));
  if (unknown.length === 0) return [];
  const text = `waits for the kind ${unknown.join(' and ')}, which the classifier does not know (${[...kinds].join(', ')}). Train a model of your own, or correct the name.`;
  return [{ rule: name, code: 'unknown-kind', text }];
}

/** Does the first hold whenever the second does? */
function covers(wide: Conditions, narrow: Conditions): boolean {
  const lists = ['door', 'channel', 'kind', 'area', 'requester', 'department', 'groups', 'tier'] as const;
  const same = ['hours', 'outside_hours', 'urgent'] as const;
  return (
    lists.every((name) => isSubset(narrow[name], wide[name])) &&
    same.every((name) => wide[name] === undefined || wide[name] === narrow[name]) &&
    Object.entries(wide.form ?? {}).every(([field, wanted]) => isSubset(narrow.form?.[field], wanted)) &&
    coversWords(wide, narrow)
  );
}

function isSubset(
  narrow: string | readonly string[] | undefined,
  wide: string | readonly string[] | undefined,
): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  const taken = new Set(listOf(wide).map(fold));
  return listOf(narrow).every((each) => taken.has(fold(each)));
}

function coversWords(wide: Conditions, narrow: Conditions): boolean {
  const [wideWords, narrowWords] = [phrasesOf(wide.words), phrasesOf(narrow.words)];
  const holds =
    wide.words === undefined ||
    (narrow.words !== undefined && narrowWords.every((word) => wideWords.some((each) => stands(each, word))));
  const kept = phrasesOf(narrow.not_words);
  return holds && phrasesOf(wide.not_words).every((word) => kept.some((each) => stands(each, word)));
}

const phrasesOf = (words: readonly string[] | undefined): readonly Phrase[] =>
  (words ?? []).map(readPhrase).filter((phrase): phrase is Phrase => typeof phrase !== 'string');

/** Is the first found in every text in which the second is found? */
function stands({ words: inner }: Phrase, { words: outer }: Phrase): boolean {
  return outer.some((_, start) =>
    inner.every((wanted, offset) => {
      const word = outer[start + offset];
      if (word === undefined) return false;
      return wanted.prefix ? word.text.startsWith(wanted.text) : !word.prefix && word.text === wanted.text;
    }),
  );
}
