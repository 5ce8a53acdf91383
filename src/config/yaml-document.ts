import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Place } from './problem.ts';

export type SettingPath = readonly PropertyKey[];

/** Something wrong with the setting at a path, or with its name. */
export interface Fault {
  readonly path: SettingPath;
  readonly at: 'key' | 'value';
  readonly message: string;
}

export interface YamlDocument {
  /** The plain data; undefined when the text is not YAML. */
  readonly data: unknown;
  /** Syntax errors and keys that are written twice, each with its place. */
  readonly faults: readonly { readonly place: Place; readonly path: SettingPath; readonly message: string }[];
  /** The place of a setting; of the nearest one around it when it is missing. */
  placeOf(path: SettingPath, at: Fault['at']): Place;
}

/** How often an anchor may be used, against files that grow a billion times on reading. */
const MAX_ALIASES = 100;

/** Reads YAML 1.2 and remembers where everything stands. Messages never quote the text: it may hold a secret by mistake. */
export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf = (path: SettingPath, at: Fault['at']) => placeAt(offsetOf(document.contents, path, at));
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ code, pos }) => ({
      place: placeAt(pos[0]),
      path: [],
      message: `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}); check indentation, quotes and brackets here`,
    }));
    return { data: undefined, faults, placeOf };
  }
  try {
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const faults = repeatedKeys(document.contents, []).map(({ offset, path }) => ({
      place: placeAt(offset),
      path,
      message: 'is written twice; keep one of the two',
    }));
    return { data, faults, placeOf };
  } catch {
    const message = `anchors are used more than ${MAX_ALIASES} times or point nowhere; write the values out`;
    return { data: undefined, faults: [{ place: placeAt(0), path: [], message }], placeOf };
  }
}

interface Repeated {
  readonly offset: number;
  readonly path: SettingPath;
}

function repeatedKeys(node: unknown, path: SettingPath): readonly Repeated[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => repeatedKeys(item, [...path, index]));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap((pair) => {
    const name = keyName(pair.key);
    const here = [...path, name];
    const again = seen.has(name) ? [{ offset: startOf(pair.key), path: here }] : [];
    seen.add(name);
    return [...again, ...repeatedKeys(pair.value, here)];
  });
}

function offsetOf(root: Node | null, path: SettingPath, at: Fault['at']): number {
  let node: unknown = root;
  let offset = root === null ? 0 : startOf(root);
  for (const [index, part] of path.entries()) {
    const target: unknown = isAlias(node) ? null : node;
    if (isMap(target)) {
      const pair = lastPair(target, String(part));
      if (pair === undefined) return offset;
      const last = index === path.length - 1;
      // A missing setting is shown at the name of what should hold it, an existing one at its value.
      offset = startOf(last && at === 'value' && isScalar(pair.value) ? pair.value : pair.key);
      node = pair.value;
    } else if (isSeq(target) && typeof part === 'number') {
      node = target.items[part];
      if (!isNode(node)) return offset;
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

function lastPair(map: YAMLMap<unknown, unknown>, name: string) {
  return map.items.findLast((pair) => keyName(pair.key) === name);
}

function keyName(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
