/** An update set read back from its XML, as strictly as an instance would. */
import { DOMParser, type Element } from '@xmldom/xmldom';

export interface ParsedUpdate {
  readonly fields: ReadonlyMap<string, string>;
  /** The element of the record in the payload. */
  readonly record: Element;
  readonly wrapper: Element;
}

export interface ParsedSet {
  readonly unloadDate: string;
  readonly head: ReadonlyMap<string, string>;
  readonly updates: readonly ParsedUpdate[];
}

function parse(xml: string): Element {
  const root = new DOMParser({
    onError(level, message) {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(xml, 'text/xml').documentElement;
  if (root === null) throw new Error('There is no element');
  return root;
}

const childrenOf = (element: Element): readonly Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);

export function fieldsOf(element: Element): ReadonlyMap<string, string> {
  const fields = childrenOf(element).map((child) => [child.tagName, child.textContent ?? ''] as const);
  const names = fields.map(([name]) => name);
  if (new Set(names).size !== names.length) throw new Error(`${element.tagName} repeats a field`);
  return new Map(fields);
}

export function attributeOf(element: Element, field: string, attribute: string): string | null {
  const child = childrenOf(element).find(({ tagName }) => tagName === field);
  return child?.getAttribute(attribute) ?? null;
}

function readUpdate(element: Element): ParsedUpdate {
  const fields = fieldsOf(element);
  const wrapper = parse(fields.get('payload') ?? '');
  const [first, ...more] = childrenOf(wrapper);
  if (first === undefined || more.length > 0) throw new Error('A payload holds one record');
  const [inner] = childrenOf(first);
  return { fields, wrapper, record: inner?.tagName === first.tagName ? inner : first };
}

export function readSet(xml: string): ParsedSet {
  const root = parse(xml);
  if (root.tagName !== 'unload') throw new Error(`The root is ${root.tagName}`);
  const [head, ...updates] = childrenOf(root);
  if (head?.tagName !== 'sys_remote_update_set') throw new Error('The set does not say what it is');
  if (updates.some(({ tagName }) => tagName !== 'sys_update_xml')) throw new Error('Something else is in it');
  return {
    unloadDate: root.getAttribute('unload_date') ?? '',
    head: fieldsOf(head),
    updates: updates.map(readUpdate),
  };
}

/** The records of one table, by field. */
export function recordsOf(set: ParsedSet, table: string): readonly ReadonlyMap<string, string>[] {
  return set.updates.filter(({ record }) => record.tagName === table).map(({ record }) => fieldsOf(record));
}
