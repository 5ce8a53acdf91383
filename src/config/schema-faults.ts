import { z } from 'zod';
import type { Fault, SettingPath } from './yaml-document.ts';

/** Checks data against a schema; answers every fault with the path of the very setting, in words for an operator. */
export function schemaFaults(schema: z.ZodType, data: unknown, root: SettingPath = []): readonly Fault[] {
  const result = schema.safeParse(data, { error: sentenceFor });
  return result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, root));
}

function faultsOf(issue: z.core.$ZodIssue, root: SettingPath): readonly Fault[] {
  const path = [...root, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], at: 'key', message: issue.message }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, at: 'key', message }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearestBranch(issue.errors).flatMap((inner) => faultsOf(inner, path));
  }
  return [{ path, at: 'value', message: issue.message }];
}

/** The branch that the writer most likely meant: the one whose faults lie deepest. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map(({ path }) => path.length));
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
}

/** Replaces zod's wording where ours says better what to do. A message of the schema itself wins over this. */
const sentenceFor: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') {
    return issue.code === 'invalid_type' ? `is missing; it must be ${article(issue.expected)}` : 'is missing';
  }
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${article(issue.expected)}, but is ${article(typeOf(issue.input))}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'unrecognized_keys':
      return `is not a known setting${known(issue.inst)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be ${issue.options.join(' or ')}` : undefined;
    default:
      return undefined;
  }
};

function known(schema: unknown): string {
  return schema instanceof z.ZodObject ? `; known here: ${Object.keys(schema.shape).join(', ')}` : '';
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
  null: 'empty',
};

function article(type: string): string {
  return TYPES[type] ?? type;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
