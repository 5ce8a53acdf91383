import type { Outcome } from '../../model/outcome.ts';
import { ok } from '../../model/outcome.ts';
import type { FieldLeft, FieldName, TicketChange, TicketFields, WantedPerson } from '../../model/ticket.ts';
import {
  addressUnknown,
  changedMeanwhileTo,
  NEEDS_SUMMARY,
  NO_ASSIGNABLE_PERSON,
  noFieldConfigured,
  notOneAddress,
  SEVERAL_PEOPLE,
} from '../../texts/jira.ts';
import { isBlank } from '../storable-text.ts';
import { fit, isThere, levelName, mapsOf, presentFields } from './field-values.ts';
import { priorityValue } from './fields.ts';
import type { JiraMaps, ProjectMaps } from './maps.ts';
import type { JiraPeople } from './people.ts';
import { knownAs } from './requester.ts';
import type { EditMeta, Issue } from './schema.ts';
import { MAX_SUMMARY, oneLine, part, shorten } from './text.ts';

/** One field that has still to be written. */
export type FieldStep =
  | {
      readonly field: Exclude<FieldName, 'status' | 'assignee'>;
      readonly id: string;
      readonly value: unknown;
    }
  | { readonly field: 'assignee'; readonly account: string | null };

export interface WritePlan {
  readonly steps: readonly FieldStep[];
  /** The status has to be changed. */
  readonly status: boolean;
  readonly left: readonly FieldLeft[];
}

export interface PlanParts {
  readonly issue: Issue;
  readonly meta: EditMeta;
  readonly maps: JiraMaps;
  readonly people: JiraPeople;
}

type Wish = { readonly reached: true } | { readonly problem: string } | { readonly step: FieldStep };
type Plain = Exclude<FieldName, 'status' | 'assignee'>;

/** What has to be written for a change. A field that somebody changed meanwhile, or that cannot be mapped, is left. */
export async function planWrite(change: TicketChange, parts: PlanParts): Promise<Outcome<WritePlan>> {
  const { set, before } = change;
  const now = presentFields(parts.issue.fields, parts.maps);
  const left: FieldLeft[] = [];
  const steps: FieldStep[] = [];
  const meanwhile = (field: FieldName) => changedMeanwhile(field, before, now);
  const take = (field: FieldName, wish: Wish) => {
    if ('reached' in wish) return;
    const reason = meanwhile(field) ?? ('problem' in wish ? wish.problem : null);
    if (reason !== null) left.push({ field, reason });
    else if ('step' in wish) steps.push(wish.step);
  };
  for (const [field, wish] of plainWishes(change, parts, now)) take(field, wish);
  if (set.assignee !== undefined) {
    const wish = await assigneeWish(set.assignee, parts);
    if (wish.kind !== 'ok') return wish;
    take('assignee', wish.value);
  }
  const wantsStatus =
    set.status !== undefined &&
    !isThere({ status: set.status, step: change.step }, parts.issue.fields, parts.maps);
  const statusLeft = wantsStatus ? meanwhile('status') : null;
  if (statusLeft !== null) left.push({ field: 'status', reason: statusLeft });
  return ok({ steps, left, status: wantsStatus && statusLeft === null });
}

const same = (a: string | null, b: string | null) =>
  (a ?? '').trim().toLowerCase() === (b ?? '').trim().toLowerCase();

/** The sentence about a field that says neither what was seen nor what is wanted; null when it says what was seen. */
function changedMeanwhile(field: FieldName, before: TicketFields | null, now: TicketFields): string | null {
  if (before === null) return null;
  const word = (fields: TicketFields) => (field === 'status' ? fields.status.name : fields[field]);
  if (same(word(before), word(now))) return null;
  return changedMeanwhileTo(part(word(now) ?? 'nothing'));
}

function plainWishes(
  change: TicketChange,
  parts: PlanParts,
  now: TicketFields,
): readonly (readonly [Plain, Wish])[] {
  const { set } = change;
  const maps = mapsOf(parts.maps, parts.issue.fields);
  const wishes: (readonly [Plain, Wish])[] = [];
  if (set.summary !== undefined) wishes.push(['summary', summaryWish(set.summary, now)]);
  if (set.priority !== undefined) {
    const name = priorityName(set.priority, maps, parts.meta);
    wishes.push(['priority', fitted({ field: 'priority', id: 'priority', name }, parts, now)]);
  }
  const levels = [
    ['impact', set.impact, maps.impacts],
    ['urgency', set.urgency, maps.urgencies],
  ] as const;
  for (const [field, level, names] of levels) {
    if (level === undefined) continue;
    const id = maps.fields?.[field];
    wishes.push([field, fitted({ field, id, name: levelName(level, names) }, parts, now)]);
  }
  if (set.group !== undefined) {
    wishes.push(['group', fitted({ field: 'group', id: maps.fields?.group, name: set.group }, parts, now)]);
  }
  return wishes;
}

/** The configured name, else the usual one that this ticket offers, else the plain word for the refusal. */
export function priorityName(
  priority: NonNullable<TicketChange['set']['priority']>,
  maps: ProjectMaps,
  meta: EditMeta,
): string {
  const offered = meta.fields['priority']?.allowedValues ?? [];
  return maps.priorities?.[priority] ?? priorityValue(priority, offered)?.name ?? priority;
}

function summaryWish(wanted: string, now: TicketFields): Wish {
  const summary = shorten(oneLine(wanted), MAX_SUMMARY);
  if (isBlank(summary)) return { problem: NEEDS_SUMMARY };
  return summary === now.summary
    ? { reached: true }
    : { step: { field: 'summary', id: 'summary', value: summary } };
}

function fitted(
  {
    field,
    id,
    name,
  }: { readonly field: Exclude<Plain, 'summary'>; readonly id: string | undefined; readonly name: string },
  { issue, meta }: PlanParts,
  now: TicketFields,
): Wish {
  if (id === undefined) {
    const { key } = issue.fields.project;
    return {
      problem: noFieldConfigured(key, field),
    };
  }
  if (same(now[field], name)) return { reached: true };
  const value = fit(meta, id, name);
  if ('problem' in value) return value;
  return same(now[field], value.name) ? { reached: true } : { step: { field, id, value: value.value } };
}

async function assigneeWish(
  wanted: WantedPerson | null,
  { issue, people }: PlanParts,
): Promise<Outcome<Wish>> {
  const now = issue.fields.assignee?.accountId ?? null;
  const step = (account: string | null): Wish =>
    account === now ? { reached: true } : { step: { field: 'assignee', account } };
  if (wanted === null) return ok(step(null));
  const known = knownAs(wanted.account, wanted.email);
  if (known !== null && 'account' in known) return ok(step(known.account));
  const name = part(wanted.name);
  if (known === null) {
    return ok({
      problem: addressUnknown(name),
    });
  }
  const found = await people.assignable(issue.key, known.address);
  if (found.kind === 'retry') return found;
  const matches = found.kind === 'ok' ? found.value : [];
  const [only, second] = matches;
  if (only !== undefined && second === undefined) return ok(step(only.account));
  const what = only === undefined ? NO_ASSIGNABLE_PERSON : SEVERAL_PEOPLE;
  return ok({ problem: notOneAddress(what, name) });
}
