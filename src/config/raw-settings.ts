import { z } from 'zod';

const Group = z.record(z.string(), z.unknown());

/** The settings below a path, in order; none when there is no such group. */
export function entriesAt(
  data: unknown,
  ...path: readonly string[]
): readonly (readonly [string, unknown])[] {
  const group = Group.safeParse(at(data, ...path));
  return group.success ? Object.entries(group.data) : [];
}

/** The value below a path; undefined when it is missing. */
export function at(data: unknown, ...path: readonly string[]): unknown {
  let value = data;
  for (const part of path) {
    const group = Group.safeParse(value);
    value = group.success && Object.hasOwn(group.data, part) ? group.data[part] : undefined;
  }
  return value;
}

/** The list below a path; empty when there is none. */
export function listAt(data: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = at(data, ...path);
  return Array.isArray(value) ? value : [];
}
