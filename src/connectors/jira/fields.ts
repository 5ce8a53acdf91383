import { PRIORITIES, type Priority, type StatusCategory, type Visibility } from '../../model/ticket.ts';
import { NO_WAYS, wayAsksFor } from '../../texts/jira.ts';
import { encode, fieldOfScreen } from './form-fields.ts';
import type { AllowedValue, Comment, Status, Transition } from './schema.ts';

const CATEGORIES: Readonly<Record<string, StatusCategory>> = {
  new: 'new',
  indeterminate: 'active',
  done: 'done',
};

/** By the category's key, never by a name: names are translated and renamed. "No category" counts as new. */
export function categoryOf(status: Status): StatusCategory {
  return CATEGORIES[status.statusCategory.key] ?? 'new';
}

/** What sites call their priorities, best match first; a site may have any of these or none. */
const PRIORITY_NAMES: Readonly<Record<Priority, readonly string[]>> = {
  low: ['low', 'minor', 'lowest'],
  medium: ['medium', 'normal', 'moderate'],
  high: ['high', 'major'],
  critical: ['highest', 'critical', 'blocker', 'urgent', 'high'],
};

/** What a name means that Jira itself gave once; null for all others. */
export function usualPriority(name: string): Priority | null {
  const same = (one: string) => one === name.toLowerCase();
  return PRIORITIES.find((priority) => PRIORITY_NAMES[priority].some(same)) ?? null;
}

/**
 * The allowed value that means this priority, by the configured name or else by the usual ones; null when there is none,
 * and then it is left out.
 */
export function priorityValue(
  priority: Priority,
  allowed: readonly AllowedValue[],
  configured?: string,
): { id: string; name: string } | null {
  const names = configured === undefined ? PRIORITY_NAMES[priority] : [configured.toLowerCase()];
  for (const name of names) {
    const found = allowed.find((value) => value.name?.toLowerCase() === name);
    if (typeof found?.id === 'string') return { id: found.id, name: found.name ?? name };
  }
  return null;
}

/**
 * Who may see a comment. A restriction to a role or group makes it internal, and so does our own or anybody's
 * `sd.public.comment` and a security level of the issue. Beyond that `jsdPublic` decides; where it is missing, a service desk's comment may be either.
 */
export function visibilityOf(
  comment: Pick<Comment, 'jsdPublic' | 'visibility'>,
  context: { readonly markedInternal: boolean; readonly onServiceDesk: boolean; readonly secured: boolean },
): Visibility {
  if (context.secured) return 'internal';
  if (comment.visibility != null || context.markedInternal || comment.jsdPublic === false) return 'internal';
  if (comment.jsdPublic === true || !context.onServiceDesk) return 'public';
  return 'unknown';
}

/** A person who asks for "done" means solved. Refusing somebody's request is a decision that we never make by accident. */
const UNWANTED = /reject|declin|cancel|duplicate|won.?t|invalid|abandon/i;
/** States that wait for somebody are entered by the desk, not by "work goes on". */
const WAITING = /wait|pending|hold|block|review|approv/i;
const GOOD_RESOLUTION = ['done', 'fixed', 'resolved', 'completed', 'complete'];

export interface Step {
  readonly transition: Transition;
  /** Fields that the transition's screen demands, filled. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a project calls things; null where the usual names are looked for. */
export interface StepNames {
  /** The state to reach. */
  readonly status: string | null;
  readonly resolution: string | null;
  /** What other fields of a screen get, by id. */
  readonly screens?: Readonly<Record<string, string | readonly string[]>>;
}

const NO_NAMES: StepNames = { status: null, resolution: null };
const sameName = (a: string | null | undefined, b: string) =>
  a?.trim().toLowerCase() === b.trim().toLowerCase();

type Screen = NonNullable<Transition['fields']>;

/** The resolution that means solved, or the configured one; null where the screen has neither. */
function resolutionOf({ resolution }: Screen, configured: string | null): unknown {
  for (const wanted of configured === null ? GOOD_RESOLUTION : [configured]) {
    const found = resolution?.allowedValues?.find((value) => sameName(value.name, wanted));
    if (typeof found?.id === 'string') return { id: found.id };
    if (typeof found?.name === 'string') return { name: found.name };
  }
  return null;
}

/**
 * Fills what the screen of a transition demands; null when it demands something that we cannot know. A resolution that
 * is configured is set wherever the screen has one.
 */
function fill(transition: Transition, { resolution, screens = {} }: StepNames): Step | null {
  const screen = transition.fields ?? {};
  const fields: Record<string, unknown> = {};
  for (const [id, field] of Object.entries(screen)) {
    const demanded = field.required && field.hasDefaultValue !== true;
    if (id === 'resolution') {
      if (!demanded && resolution === null) continue;
      fields[id] = resolutionOf(screen, resolution);
      if (fields[id] === null) return null;
    } else if (demanded) {
      const words = screens[id];
      const known = fieldOfScreen({ ...field, fieldId: id });
      const value = words === undefined ? null : encode(known, words, { wiki: false, accounts: new Map() });
      if (value === null || 'problem' in value) return null;
      fields[id] = value.value;
    }
  }
  return { transition, fields };
}

/** The transition that leads to this category, or to the configured state, with what we know; null when there is none. */
export function chooseStep(
  transitions: readonly Transition[],
  wanted: StatusCategory,
  names: StepNames = NO_NAMES,
): Step | null {
  const { status } = names;
  const leading = transitions.filter((one) => {
    if (one.isAvailable === false) return false;
    if (status !== null) return sameName(one.to.name, status);
    return categoryOf(one.to) === wanted && !UNWANTED.test(one.to.name);
  });
  const steps = leading.map((one) => fill(one, names)).filter((step) => step !== null);
  return steps.find((step) => !WAITING.test(step.transition.to.name)) ?? steps[0] ?? null;
}

/** States that the ticket can move to now, with what their screens demand, for a sentence to people. */
export function describeChoices(transitions: readonly Transition[]): string {
  if (transitions.length === 0) return NO_WAYS;
  return transitions
    .map((one) => {
      const demanded = Object.values(one.fields ?? {}).filter((field) => field.required);
      const needs = demanded.map((field) => field.name).join(', ');
      return needs === '' ? one.to.name : wayAsksFor(one.to.name, needs);
    })
    .join('; ');
}
