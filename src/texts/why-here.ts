/** Why a request is in its queue: on the card, on the ticket, and in `deskbridge routes explain`. `findings` come from below. */

export const ruleMatched = (rule: string, findings: readonly string[]) =>
  `Rule "${rule}" matched ${findings.join(' and ')}`;
export const personChose = (kind: string, rule: string) =>
  `The person chose "${kind}", which rule "${rule}" is for`;
export const DEFAULT_APPLIES = 'No rule matched, so the default applies';
export const keptPrivate = (rule: string) => `kept private as "${rule}" asks for it`;
export const needsApproval = (policy: string, rule: string) =>
  `approval "${policy}" as "${rule}" asks for it`;
/** Asked for when it was routed before, and not any more by what routes it now. */
export const stillNeeds = (policies: readonly string[]) =>
  `It still needs ${policies.map((policy) => `approval "${policy}"`).join(' and ')}, as before.`;
export const whyText = (parts: readonly string[]) => `${parts.join('; ')}.`;

/** What is shown of a long list. */
const SHOWN = 5;

const either = (values: readonly string[]) =>
  values.length <= SHOWN ? values.join(' or ') : `${values.slice(0, SHOWN).join(', ')}, ...`;

function theWords(words: readonly string[], adjective = ''): string {
  const quoted = words.slice(0, SHOWN).map((word) => `"${word}"`);
  const more = words.length > SHOWN ? ` and ${words.length - SHOWN} more` : '';
  return `the ${adjective}${words.length === 1 ? 'word' : 'words'} ${quoted.join(', ')}${more}`;
}

/** A condition that holds, and one that does not: first what completes "matched …", then what completes "it …". */
type Pair = readonly [string, string];

export const byFact = (name: string, hit: string | undefined, wanted: readonly string[]): Pair => [
  `${name} ${hit}`,
  `does not come from ${name} ${either(wanted)}`,
];
export const byDoor = (door: string | null, wanted: readonly string[]): Pair => [
  `door ${door}`,
  `came in by no ${either(wanted)}`,
];
export const byChannel = (channel: string | null, wanted: readonly string[]): Pair => [
  `channel ${channel}`,
  `is not in channel ${either(wanted)}`,
];
export const byRequester = (requester: string | null, wanted: readonly string[]): Pair => [
  `requester ${requester}`,
  `does not come from ${either(wanted)}`,
];
export const byUrgency = (wanted: boolean): Pair =>
  wanted ? ['marked as urgent', 'is not marked as urgent'] : ['not marked as urgent', 'is marked as urgent'];
export const byArea = (hit: string | undefined, wanted: readonly string[]): Pair => [
  `product area ${hit}`,
  `is not about ${either(wanted)}`,
];
export const byKind = (kind: string | null, wanted: readonly string[]): Pair => [
  `the kind ${kind}, by all its words`,
  `is not surely of the kind ${either(wanted)}`,
];
/** `inside` the hours of this name, or outside of them; what is so is said when it holds and when it does not. */
export function byHours(inside: boolean, name: string): Pair {
  const when = inside ? `within the hours "${name}"` : `outside the hours "${name}"`;
  return [when, `was made ${when}`];
}
export const byFormField = (field: string, hit: string | undefined, wanted: readonly string[]): Pair => [
  `form field ${field} = ${hit}`,
  `has no form field ${field} = ${either(wanted)}`,
];
export const byWords = (hits: readonly string[], wanted: number): Pair => [
  theWords(hits),
  `holds none of its ${wanted} words`,
];
export const byNoWords = (hits: readonly string[]): Pair => [
  'none of the excluded words',
  `holds ${theWords(hits, 'excluded ')}`,
];
