import { z } from 'zod';
import { canonical, type Json } from './canonical.ts';

type Group = { readonly [key: string]: Json };

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isGroup = (value: Json | undefined): value is Group =>
  typeof value === 'object' && value !== null && !isList(value);

/** What differs between two states of the policies, one line each, in the words of the file. */
export function policyChanges(before: Json, after: Json): readonly string[] {
  return changesAt('', before, after);
}

function changesAt(path: string, before: Json | undefined, after: Json | undefined): readonly string[] {
  if (isGroup(before) && isGroup(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      changesAt(path === '' ? key : `${path}.${key}`, own(before, key), own(after, key)),
    );
  }
  if (isList(before) && isList(after)) return listChanges(path, before, after);
  const [old, now] = [shown(before), shown(after)];
  if (old === now) return [];
  if (before === undefined) return [`+ ${path}: ${now}`];
  if (after === undefined) return [`- ${path}: ${old}`];
  return [`  ${path}: ${old} → ${now}`];
}

const own = (group: Group, key: string): Json | undefined =>
  Object.hasOwn(group, key) ? group[key] : undefined;
const shown = (value: Json | undefined): string => (value === undefined ? '' : canonical(value));

const Named = z.union([
  z.looseObject({ name: z.string() }).transform(({ name }) => name),
  z.looseObject({ person: z.string() }).transform(({ person }) => person),
]);

/** Names of all entries; null when one has none, or two have the same. */
function namesOf(list: readonly Json[]): readonly string[] | null {
  const names = list.flatMap((one) => Named.safeParse(one).data ?? []);
  return names.length === list.length && new Set(names).size === names.length ? names : null;
}

/** Entries that have names are compared by them, so that a new one does not change all that follow. */
function listChanges(path: string, before: readonly Json[], after: readonly Json[]): readonly string[] {
  const [old, now] = [namesOf(before), namesOf(after)];
  if (old === null || now === null) {
    const longest = Math.max(before.length, after.length);
    return Array.from({ length: longest }, (_, n) =>
      changesAt(`${path}[${n + 1}]`, before[n], after[n]),
    ).flat();
  }
  const stayed = old.filter((name) => now.includes(name));
  const order = now.filter((name) => old.includes(name));
  const isMoved = stayed.some((name, n) => order[n] !== name);
  return [
    ...(isMoved ? [`  ${path}: the order ${stayed.join(', ')} → ${order.join(', ')}`] : []),
    ...[...new Set([...old, ...now])].flatMap((name) =>
      changesAt(`${path}[${name}]`, before[old.indexOf(name)], after[now.indexOf(name)]),
    ),
  ];
}
