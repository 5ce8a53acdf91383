/** The longest values that our schemas and the systems allow, for what a text is filled with. */

import { APPROVAL_STATES, DECISIONS, RISK_CLASSES, SURFACES } from '../../src/model/approval.ts';
import type { Doc } from '../../src/model/doc.ts';
import { RECORD_STATES } from '../../src/model/native-approval.ts';
import { PRIORITIES } from '../../src/model/ticket.ts';

/** Characters of a word, by what the parameter is called; a name of a person, a queue or a system for every other. */
const LENGTHS: Readonly<Record<string, number>> = {
  key: 64,
  at: 16,
  id: 64,
  status: 100,
  summary: 250,
  reason: 600,
  why: 500,
  text: 500,
  url: 300,
  question: 300,
  remedy: 300,
  detail: 300,
  said: 300,
};
const ORDINARY = 80;
/** Entries of a list. */
const ENTRIES = 10;
/** Types that other files name. */
const NAMED: Readonly<Record<string, readonly unknown[]>> = {
  Duration: [{ count: 999, unit: 'month' }],
  NoticeChoice: ['all', 'digest', 'silent'],
  RiskClass: RISK_CLASSES,
  ApprovalStatus: APPROVAL_STATES,
  Decision: DECISIONS,
  Surface: SURFACES,
  RecordState: RECORD_STATES,
  Priority: PRIORITIES,
  Flow: ['ticket', 'answer', 'hand-off', 'incident', 'approval'],
};

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** Where the bracket ends that opens at `from`. */
function endOf(source: string, from: number): number {
  const open: string[] = [];
  for (let at = from; at < source.length; at += 1) {
    const sign = source[at] ?? '';
    const closes = CLOSES[sign];
    if (sign === '>' && source[at - 1] === '=') continue;
    if (closes !== undefined) open.push(closes);
    else if (sign === open.at(-1)) open.pop();
    if (open.length === 0) return at;
  }
  throw new Error(`A bracket never ends: ${source.slice(from, from + 60)}`);
}

/** Parts of a list, split at a sign that stands in no bracket and no quote. */
function split(source: string, sign: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < source.length; at += 1) {
    const one = source[at] ?? '';
    const end = one in CLOSES ? endOf(source, at) : one === "'" ? source.indexOf("'", at + 1) : at;
    if (one === sign) {
      parts.push(part);
      part = '';
    } else part += source.slice(at, end + 1);
    at = end;
  }
  return [...parts, part].map((text) => text.trim()).filter((text) => text !== '');
}

const bare = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

/** What an exported function of this file takes; null for what is none. */
export function parametersOf(file: string, name: string): readonly Parameter[] | null {
  const source = bare(file);
  const head = new RegExp(`export (?:function ${name}|const ${name} = )\\(`).exec(source);
  if (head === null) return null;
  const from = head.index + head[0].length - 1;
  return split(source.slice(from + 1, endOf(source, from)), ',').map((one) => {
    const [target = '', ...type] = split(one, ':');
    return { name: target.replace('?', ''), type: (split(type.join(':'), '=')[0] ?? '').trim() };
  });
}

function membersOf(body: string): readonly Parameter[] {
  return split(body.replaceAll(/\breadonly (?=\w+\??:)/g, ''), ';').map((member) => {
    const at = member.indexOf(':');
    return { name: member.slice(0, at).replace('?', '').trim(), type: member.slice(at + 1).trim() };
  });
}

/** All values of a type that a text should be drawn with, the longest of each kind. `file` is where the type is used. */
function valuesOf({ name, type }: Parameter, file: string): readonly unknown[] {
  const source = bare(file);
  const options = split(type.replace(/^readonly /, ''), '|');
  if (options.length > 1) return options.flatMap((one) => valuesOf({ name, type: one }, file));
  const [only = ''] = options;
  if (only.endsWith('[]')) {
    const inner = only.slice(0, -2).replace(/^\((.*)\)$/, '$1');
    const [value] = valuesOf({ name: name.replace(/s$/, ''), type: inner }, file);
    return [[value], Array.from({ length: ENTRIES }, () => value)];
  }
  if (only.startsWith('{')) return objectsOf(membersOf(only.slice(1, -1)), file);
  if (only.startsWith("'")) return [only.slice(1, -1)];
  switch (only) {
    case 'string':
      return [longWords(LENGTHS[name] ?? ORDINARY)];
    case 'number':
      return [1, 999_999];
    case 'boolean':
      return [true, false];
    case 'Date':
      return [new Date('2026-12-31T23:59:59Z')];
    case 'null':
      return [null];
    // What is filled in where it is not there is never shown.
    case 'undefined':
      return [];
  }
  if (NAMED[only] !== undefined) return NAMED[only];
  const keys = /^keyof typeof (\w+)$/.exec(only);
  if (keys !== null) return keysOf(keys[1] ?? '', source);
  const itself = new RegExp(`interface ${only} \\{`).exec(source);
  if (itself !== null) {
    const from = itself.index + itself[0].length - 1;
    return objectsOf(membersOf(source.slice(from + 1, endOf(source, from))), file);
  }
  const alias = new RegExp(`type ${only} =([^;]+);`).exec(source);
  if (alias !== null) return valuesOf({ name, type: (alias[1] ?? '').trim().replace(/^\|/, '') }, file);
  throw new Error(`Nobody says how long a ${only} (${name}) may be: name it in test/texts/longest-values.ts`);
}

function keysOf(name: string, source: string): readonly string[] {
  const head = new RegExp(`const ${name}[^=]*= \\{`).exec(source);
  if (head === null) throw new Error(`There is no ${name}`);
  const from = head.index + head[0].length - 1;
  return split(source.slice(from + 1, endOf(source, from)), ',').map((one) =>
    (one.split(':')[0] ?? '').trim(),
  );
}

/** Each member once with each of its values, the others with their longest. */
function objectsOf(members: readonly Parameter[], file: string): readonly unknown[] {
  const drawn = members.map((member) => [member.name, valuesOf(member, file)] as const);
  const whole = Object.fromEntries(drawn.map(([name, values]) => [name, values.at(-1)]));
  return [...drawn.flatMap(([name, values]) => values.map((value) => ({ ...whole, [name]: value }))), whole];
}

const longWords = (length: number) =>
  `${'Wörter, die lang sind '
    .repeat(Math.ceil(length / 22))
    .slice(0, length - 2)
    .trimEnd()} ß`;

/** Every combination that matters of the arguments of a function: each value of each once, the others at their longest. */
export function argumentsOf(parameters: readonly Parameter[], file: string): readonly (readonly unknown[])[] {
  const all = parameters.map((parameter) => valuesOf(parameter, file));
  const whole = all.map((values) => values.at(-1));
  return [whole, ...all.flatMap((values, at) => values.map((value) => whole.with(at, value)))];
}

/** Is this a document of ours? */
export const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'root';
