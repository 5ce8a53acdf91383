import {
  byArea,
  byChannel,
  byDoor,
  byFact,
  byFormField,
  byHours,
  byKind,
  byNoWords,
  byRequester,
  byUrgency,
  byWords,
} from '../texts/why-here.ts';
import { type ConditionName, type Conditions, ENDED_BY_TEXT, listOf, looksAtText } from './conditions.ts';
import { isWithin } from './hours.ts';
import { createPhraseFinder, type FindPhrases, fold, type Phrase, readPhrase } from './phrases.ts';
import type { RoutingRequest, RoutingTable, Rule } from './table.ts';

/** One condition of a rule against one request. `detail` is a phrase for people and holds no text of the requester. */
export interface Finding {
  readonly condition: ConditionName;
  readonly met: boolean;
  readonly detail: string;
}

/** One rule against one request. */
export interface Considered {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
  readonly matched: boolean;
  /** True when nothing but what more text can end keeps the rule from matching: more text can never make this false. */
  readonly suspected: boolean;
  /** True when the rule has no condition on the text, so that no text can lead past it. */
  readonly textFree: boolean;
}

const finders = new WeakMap<RoutingTable, FindPhrases>();

/** All word lists of a table in one index, built once per table. */
function finderOf(table: RoutingTable): FindPhrases {
  const known = finders.get(table);
  if (known !== undefined) return known;
  const sources = new Set([
    ...table.rules.flatMap(({ when }) => [...(when.words ?? []), ...(when.not_words ?? [])]),
    ...Object.values(table.areas).flatMap(({ words }) => words ?? []),
  ]);
  const phrases = [...sources]
    .map(readPhrase)
    .filter((phrase): phrase is Phrase => typeof phrase !== 'string');
  const finder = createPhraseFinder(phrases);
  finders.set(table, finder);
  return finder;
}

/** What is held against the rules: the request, and what was found in its text. */
interface Case {
  readonly table: RoutingTable;
  readonly request: RoutingRequest;
  readonly found: ReadonlySet<string>;
  readonly areas: ReadonlySet<string>;
}

function caseOf(table: RoutingTable, request: RoutingRequest): Case {
  const found = finderOf(table)(request.text);
  return { table, request, found, areas: new Set(areasAmong(table, request, found)) };
}

function areasAmong(
  table: RoutingTable,
  { form }: RoutingRequest,
  found: ReadonlySet<string>,
): readonly string[] {
  const chosen = Object.hasOwn(form, 'area') ? form['area'] : undefined;
  const names = Object.keys(table.areas);
  const told = names.filter((name) => table.areas[name]?.words?.some((word) => found.has(word)));
  return [...names.filter((name) => chosen !== undefined && sameValue(name, chosen)), ...told];
}

/** The product areas that a request is about: the one that was chosen first, then those that its words tell. */
export function areasOf(table: RoutingTable, request: RoutingRequest): readonly string[] {
  return [...caseOf(table, request).areas];
}

/** Holds every rule of the table against the request, in order. Time is linear in the length of the text. */
export function consider(table: RoutingTable, request: RoutingRequest): readonly Considered[] {
  const asked = caseOf(table, request);
  return table.rules.map((rule) => {
    const findings = findingsOf(rule.when, asked);
    return {
      rule,
      findings,
      matched: findings.every(({ met }) => met),
      suspected: findings.every(({ condition, met }) => met || ENDED_BY_TEXT.has(condition)),
      textFree: !looksAtText(rule.when),
    };
  });
}

function findingsOf(when: Conditions, asked: Case): readonly Finding[] {
  const { request, found } = asked;
  const { channel, door, requester, person, kind } = request;
  const findings: Finding[] = [];
  const ask = (condition: ConditionName, met: boolean, [yes, no]: readonly [string, string]) =>
    void findings.push({ condition, met, detail: met ? yes : no });
  const fact = (condition: 'department' | 'groups' | 'tier', name: string, own: readonly string[]) => {
    const wanted = when[condition];
    if (wanted === undefined) return;
    const hit = listOf(wanted).find((each) => own.some((one) => sameValue(each, one)));
    ask(condition, hit !== undefined, byFact(name, hit, listOf(wanted)));
  };
  if (when.door !== undefined) {
    const wanted = listOf(when.door);
    ask('door', door !== null && wanted.includes(door), byDoor(door, wanted));
  }
  if (when.channel !== undefined) {
    const wanted = listOf(when.channel);
    const met = channel !== null && wanted.includes(channel);
    ask('channel', met, byChannel(channel, wanted));
  }
  for (const [field, wanted] of Object.entries(when.form ?? {}))
    findings.push(formFinding(field, listOf(wanted), request));
  if (when.requester !== undefined) {
    const met = requester !== null && when.requester.includes(requester);
    ask('requester', met, byRequester(requester, when.requester));
  }
  fact('department', 'department', person?.department == null ? [] : [person.department]);
  fact('groups', 'group', person?.groups ?? []);
  fact('tier', 'tier', person?.tier == null ? [] : [person.tier]);
  findings.push(...timeFindings(when, asked));
  if (when.urgent !== undefined) ask('urgent', when.urgent === request.urgent, byUrgency(when.urgent));
  if (when.area !== undefined) {
    const hit = listOf(when.area).find((name) => asked.areas.has(name));
    ask('area', hit !== undefined, byArea(hit, listOf(when.area)));
  }
  if (when.words !== undefined) findings.push(wordsFinding(when.words, found));
  if (when.kind !== undefined) {
    const met = kind !== null && listOf(when.kind).includes(kind);
    ask('kind', met, byKind(kind, listOf(when.kind)));
  }
  if (when.not_words !== undefined) findings.push(notWordsFinding(when.not_words, found));
  return findings;
}

function timeFindings(when: Conditions, { table, request }: Case): readonly Finding[] {
  return (['hours', 'outside_hours'] as const).flatMap((condition): readonly Finding[] => {
    const name = when[condition];
    if (name === undefined) return [];
    const hours = table.hours[name];
    const inside = hours !== undefined && isWithin(hours, request.at);
    const met = hours !== undefined && inside === (condition === 'hours');
    const [yes, no] = byHours(inside, name);
    return [{ condition, met, detail: met ? yes : no }];
  });
}

function formFinding(field: string, wanted: readonly string[], { form }: RoutingRequest): Finding {
  const value = Object.hasOwn(form, field) ? form[field] : undefined;
  const hit = value === undefined ? undefined : wanted.find((each) => sameValue(each, value));
  const [yes, no] = byFormField(field, hit, wanted);
  return { condition: 'form', met: hit !== undefined, detail: hit === undefined ? no : yes };
}

function wordsFinding(wanted: readonly string[], found: ReadonlySet<string>): Finding {
  const hits = wanted.filter((word) => found.has(word));
  const [yes, no] = byWords(hits, wanted.length);
  return { condition: 'words', met: hits.length > 0, detail: hits.length > 0 ? yes : no };
}

function notWordsFinding(unwanted: readonly string[], found: ReadonlySet<string>): Finding {
  const hits = unwanted.filter((word) => found.has(word));
  const [yes, no] = byNoWords(hits);
  return { condition: 'not_words', met: hits.length === 0, detail: hits.length === 0 ? yes : no };
}

function sameValue(left: string, right: string): boolean {
  return fold(left.trim()) === fold(right.trim());
}
