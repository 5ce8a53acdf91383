import { z } from 'zod';
import { AdfDoc, adfProblem } from './adf.ts';
import { record } from './endpoint.ts';
import type { JiraProject } from './seed.ts';
import type { JiraState } from './state.ts';

/** A field on the create and edit screens of a project, beside the few that every issue has. */
export interface JiraScreenField {
  readonly id: string;
  readonly name: string;
  readonly hint?: string;
  readonly required: boolean;
  readonly schema: {
    readonly type: string;
    readonly items?: string;
    readonly system?: string;
    readonly custom?: string;
  };
  /** Of a choice; their ids are their places, from 1. */
  readonly options?: readonly string[];
}

/** The fields that Jira Service Management brings along, by id, as this site has them. */
export const CUSTOMER_FIELDS = {
  requestType: 'customfield_10010',
  participants: 'customfield_10026',
  organizations: 'customfield_10002',
} as const;

const CUSTOM = 'com.atlassian.jira.plugin.system.customfieldtypes';
export const TEXTAREA = `${CUSTOM}:textarea`;
export const customType = (name: string) => `${CUSTOM}:${name}`;

export interface ScreenParts {
  readonly state: JiraState;
  readonly project: JiraProject;
}

type Read = { readonly value: unknown } | { readonly problem: string };

const wrong = (what: string): Read => ({ problem: what });

function optionOf(field: JiraScreenField, value: unknown): string | null {
  const { id, value: word, name } = record(value);
  const options = field.options ?? [];
  return options.find((one, at) => one === (word ?? name) || String(at + 1) === id) ?? null;
}

function many(value: unknown, one: (item: unknown) => Read): Read {
  if (!Array.isArray(value)) return wrong('data was not an array');
  const values: unknown[] = [];
  for (const item of value) {
    const read = one(item);
    if ('problem' in read) return read;
    values.push(read.value);
  }
  return { value: values };
}

/** What is stored of a value, or Jira's complaint. */
export function readScreenValue(parts: ScreenParts, field: JiraScreenField, value: unknown): Read {
  const { type, items, custom } = field.schema;
  const user = (item: unknown): Read => {
    const { accountId } = record(item);
    const found = typeof accountId === 'string' ? parts.state.user(accountId) : null;
    return found === null ? wrong('The user does not exist.') : { value: found.accountId };
  };
  const option = (item: unknown): Read => {
    const found = optionOf(field, item);
    return found === null ? wrong("Specify a valid 'id' or 'value' for the field") : { value: found };
  };
  switch (type) {
    case 'string':
      if (custom === TEXTAREA) {
        const problem = adfProblem(value);
        return problem === null ? { value: AdfDoc.parse(value) } : wrong(problem);
      }
      if (typeof value !== 'string') return wrong('Operation value must be a string');
      return value.length > 255 ? wrong('The entered text is too long.') : { value };
    case 'number':
      return typeof value === 'number' ? { value } : wrong('Operation value must be a number');
    case 'date':
      return z.iso.date().safeParse(value).success ? { value } : wrong("must be of the format 'yyyy-MM-dd'");
    case 'datetime':
      return typeof value === 'string' &&
        /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?([+-]\d{4}|Z)?$/.test(value)
        ? { value }
        : wrong("must be of the format 'yyyy-MM-ddTHH:mm:ss.SSSZ'");
    case 'option':
      return option(value);
    case 'user':
      return user(value);
    case 'sd-customerrequesttype': {
      if (typeof value !== 'string') return wrong('Operation value must be a string');
      const known = parts.project.desk?.requestTypes.some((one) => one.id === value) === true;
      return known ? { value } : wrong('The request type does not exist in this project.');
    }
    case 'array':
      if (items === 'user') return many(value, user);
      if (items === 'option' || items === 'component') return many(value, option);
      if (items === 'string') {
        return many(value, (one) =>
          typeof one === 'string' && !/\s/.test(one) ? { value: one } : wrong('The label contains spaces'),
        );
      }
      return many(value, (one) => {
        const known = parts.project.desk?.organizations.some(({ id }) => id === String(one)) === true;
        return typeof one === 'number' && known ? { value: String(one) } : wrong('No such organization.');
      });
    default:
      return wrong(`Fields of type ${type} cannot be set here.`);
  }
}

/** A stored value as REST shows it. */
export function showScreenValue(
  { id, options = [], schema }: JiraScreenField,
  value: unknown,
  user: (accountId: string) => unknown,
): unknown {
  const shown = (one: unknown): unknown => {
    if (schema.type === 'user' || schema.items === 'user') return user(String(one));
    if (schema.type === 'option' || schema.items === 'option') {
      return { id: String(options.indexOf(String(one)) + 1), value: one };
    }
    if (schema.items === 'component') return { id: String(options.indexOf(String(one)) + 1), name: one };
    if (id === CUSTOMER_FIELDS.organizations) return { id: String(one), name: `Organization ${String(one)}` };
    return one;
  };
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.map(shown) : shown(value);
}

/** The field as createmeta and editmeta describe it. */
export function screenMeta(field: JiraScreenField) {
  const { id, name, required, schema, options } = field;
  const customId = /^customfield_(\d+)$/.exec(id)?.[1];
  const asComponent = schema.items === 'component';
  return {
    name,
    required,
    hasDefaultValue: false,
    operations: ['set'],
    schema: { ...schema, ...(customId === undefined ? {} : { customId: Number(customId) }) },
    key: id,
    ...(options === undefined
      ? {}
      : {
          allowedValues: options.map((word, at) =>
            asComponent ? { id: String(at + 1), name: word } : { id: String(at + 1), value: word },
          ),
        }),
  };
}
