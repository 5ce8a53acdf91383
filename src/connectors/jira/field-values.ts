import { z } from 'zod';
import {
  isReached,
  type Level,
  type TicketFields,
  type WantedStatus,
  type WantedStep,
} from '../../model/ticket.ts';
import { fieldNotEditable, fieldNotSettable, noSuchOption } from '../../texts/jira.ts';
import { categoryOf } from './fields.ts';
import type { JiraMaps, ProjectMaps } from './maps.ts';
import type { EditMeta, Issue } from './schema.ts';

/** A field of whatever kind in words: an option, a group, a team, a component, a plain text, or several of these. */
const Word: z.ZodType<string | null> = z.union([
  z.string(),
  z.number().transform(String),
  z.looseObject({ value: z.string() }).transform(({ value }) => value),
  z.looseObject({ name: z.string() }).transform(({ name }) => name),
  z.looseObject({ title: z.string() }).transform(({ title }) => title),
]);
const Words = z.union([Word, z.array(Word).transform((all) => all.join(', ') || null)]);

function wordsOf(value: unknown): string | null {
  const parsed = Words.safeParse(value);
  return parsed.success && parsed.data !== '' ? parsed.data : null;
}

export function mapsOf(maps: JiraMaps, fields: Issue['fields']): ProjectMaps {
  return maps[fields.project.key] ?? {};
}

/** The fields of an issue as both sides show them. */
export function presentFields(fields: Issue['fields'], maps: JiraMaps): TicketFields {
  const ids = mapsOf(maps, fields).fields ?? {};
  const custom = (id: string | undefined) => (id === undefined ? null : wordsOf(fields[id]));
  return {
    summary: fields.summary ?? '',
    status: { name: fields.status.name, category: categoryOf(fields.status) },
    resolution: fields.resolution?.name ?? null,
    priority: fields.priority?.name ?? null,
    impact: custom(ids.impact),
    urgency: custom(ids.urgency),
    assignee: fields.assignee?.displayName ?? null,
    group: custom(ids.group),
    ...(fields.security == null ? {} : { restricted: true }),
    ...(isWaiting(fields, maps) ? { waitsForRequester: true } : {}),
  };
}

/** What the workflows of service projects call it, unless an administrator renamed it. */
const WAITING = ['Waiting for customer'];

function isWaiting(fields: Issue['fields'], maps: JiraMaps): boolean {
  const status = fields.status.name.trim().toLowerCase();
  const names = mapsOf(maps, fields).waiting ?? WAITING;
  return names.some((name) => name.trim().toLowerCase() === status);
}

/** By the configured state where there is one: "open" and "active" may be different states of one category. */
function isStatusReached(wanted: WantedStatus, fields: Issue['fields'], maps: JiraMaps): boolean {
  const { name } = fields.status;
  const configured = mapsOf(maps, fields).statuses?.[wanted];
  if (wanted === 'open' || configured === undefined) return isReached(categoryOf(fields.status), wanted);
  return name.trim().toLowerCase() === configured.trim().toLowerCase();
}

/** The same for a step that was chosen: the state that it leads to, and no other of its category. */
export function isThere(
  { status, step }: { readonly status: WantedStatus; readonly step: WantedStep | undefined },
  fields: Issue['fields'],
  maps: JiraMaps,
): boolean {
  if (step === undefined) return isStatusReached(status, fields, maps);
  return fields.status.name.trim().toLowerCase() === step.to.trim().toLowerCase();
}

/** What a level is called where nothing is configured. */
const LEVEL_NAMES: Readonly<Record<Level, string>> = { high: 'High', medium: 'Medium', low: 'Low' };
export const levelName = (level: Level, configured: Partial<Record<Level, string>> | undefined) =>
  configured?.[level] ?? LEVEL_NAMES[level];

/** A value as the field takes it, and the name under which Jira shows it; a sentence when it takes no such value. */
export type Fitted = { readonly value: unknown; readonly name: string } | { readonly problem: string };

/** Puts a name into the form that a field's kind demands. Nothing is sent that the edit screen does not offer. */
export function fit(meta: EditMeta, field: string, name: string): Fitted {
  const known = meta.fields[field];
  if (known === undefined) {
    return {
      problem: fieldNotEditable(field),
    };
  }
  const title = known.name === '' ? field : known.name;
  const wanted = name.trim().toLowerCase();
  const choices = (known.allowedValues ?? []).map((one) => ({ ...one, shown: one.value ?? one.name ?? '' }));
  const choice = choices.find(({ shown }) => shown.trim().toLowerCase() === wanted);
  if (known.allowedValues != null && choice === undefined) {
    const offered = choices.map(({ shown }) => shown).slice(0, 12);
    return {
      problem: noSuchOption(name, title, offered.join(', ') || 'none'),
    };
  }
  const one = choice?.id ? { id: choice.id } : null;
  switch (known.schema?.type) {
    case 'option':
    case 'priority':
      return { value: one ?? { value: name }, name: choice?.shown ?? name };
    case 'group':
      return { value: { name }, name };
    case 'string':
      return { value: name, name };
    case 'array':
      if (known.schema.items === 'string') return { value: [name], name };
      return { value: [one ?? { name }], name: choice?.shown ?? name };
    default:
      return { problem: fieldNotSettable(title) };
  }
}
