import { z } from 'zod';
import { TAG_NAMES, type TagName } from '../../model/route.ts';
import type { Level, Priority, StatusCategory } from '../../model/ticket.ts';
import type { TicketTable } from './tables.ts';

/** What a choice field holds; not the label that forms show. */
const value = z
  .string()
  .regex(/^[^\p{Cc}^]{1,40}$/u, 'must be the value of a choice: up to 40 characters, without ^');
const level = z.enum(['1', '2', '3'], 'must be "1", "2" or "3"');

const ON_HOLD = '3';
const states = z.strictObject({ new: value.optional(), active: value.optional(), done: value.optional() });
const STATES_HELP = { description: 'Values of `state` that mean new, active and done.' };
const CHANGE_HELP = {
  description:
    'Values of `state` that mean new, active and done. Without them a change is not moved from Slack: its own process does that.',
};
const closeCode = value.optional().meta({
  description:
    'Resolution code of what is resolved from Slack; without it the first known one that the instance has.',
});
const levels = z.strictObject({ high: level.optional(), medium: level.optional(), low: level.optional() });
const priorities = z.strictObject({
  low: value.optional(),
  medium: value.optional(),
  high: value.optional(),
  critical: value.optional(),
});
const shared = {
  priorities: priorities
    .optional()
    .meta({ description: 'Values of `priority` that mean low, medium, high and critical.' }),
  impacts: levels.optional().meta({ description: 'Values of `impact` that mean high, medium and low.' }),
  urgencies: levels.optional().meta({ description: 'Values of `urgency` that mean high, medium and low.' }),
  tags: z
    .partialRecord(
      z.enum(TAG_NAMES),
      z.string().regex(/^(category|subcategory|u_[a-z0-9_]{1,76}|x_[a-z0-9_]{1,76})$/, {
        error: 'must be category, subcategory or a field of your own (u_... or x_...)',
      }),
    )
    .optional()
    .meta({
      description:
        'Fields for the tags of the routing table: `category`, `subcategory` or one of your own; the description says those that are not named.',
    }),
};

/**
 * How an instance differs from the base system. A map that is given replaces the one of the base system as a whole: what it
 * does not name is not written, and whoever asks for it is told so.
 */
export const ServiceNowMaps = z.strictObject({
  incident: z
    .strictObject({
      ...shared,
      states: states
        .refine((map) => Object.values(map).every((state) => state !== ON_HOLD), {
          error: 'must not lead to 3 (On Hold): that needs a reason which only an agent can give',
        })
        .optional()
        .meta(STATES_HELP),
      close_code: closeCode,
    })
    .optional(),
  sc_req_item: z.strictObject({ ...shared, states: states.optional().meta(STATES_HELP) }).optional(),
  sc_task: z.strictObject({ ...shared, states: states.optional().meta(STATES_HELP) }).optional(),
  change_request: z
    .strictObject({ ...shared, states: states.optional().meta(CHANGE_HELP), close_code: closeCode })
    .optional(),
  sn_si_incident: z
    .strictObject({ ...shared, states: states.optional().meta(STATES_HELP), close_code: closeCode })
    .optional(),
});
export type ServiceNowMaps = z.infer<typeof ServiceNowMaps>;

type Values<Key extends string> = Readonly<Partial<Record<Key, string | undefined>>>;

/** The values of one table. */
export interface TableMaps {
  readonly states: Values<StatusCategory>;
  readonly priorities: Values<Priority>;
  readonly impacts: Values<Level>;
  readonly urgencies: Values<Level>;
  readonly closeCode: string | null;
  /** Field names for tags. */
  readonly tags: Values<TagName>;
}

export type Maps = Readonly<Record<TicketTable, TableMaps>>;

/** The base system's own values. */
const STATES: Readonly<Record<TicketTable, Readonly<Record<StatusCategory, readonly string[]>>>> = {
  incident: { new: ['1'], active: ['2', ON_HOLD], done: ['6', '7', '8'] },
  sc_req_item: { new: ['1', '-5'], active: ['2'], done: ['3', '4', '7'] },
  sc_task: { new: ['1', '-5'], active: ['2'], done: ['3', '4', '5', '7'] },
  change_request: { new: ['-5'], active: ['-4', '-3', '-2', '-1', '0'], done: ['3', '4'] },
  sn_si_incident: { new: ['10'], active: ['16', '18', '19', '20', '100'], done: ['3', '7'] },
};
const FIRST_STATES: Readonly<Record<TicketTable, Values<StatusCategory>>> = {
  incident: { new: '1', active: '2', done: '6' },
  sc_req_item: { new: '1', active: '2', done: '3' },
  sc_task: { new: '1', active: '2', done: '3' },
  // A change goes through risk, approval and a schedule, which nobody may jump over from a thread.
  change_request: {},
  sn_si_incident: { new: '10', active: '16', done: '3' },
};
/** Values of the base system's priorities. */
export const PRIORITIES: Readonly<Record<Priority, string>> = {
  critical: '1',
  high: '2',
  medium: '3',
  low: '4',
};
const LEVELS: Readonly<Record<Level, string>> = { high: '1', medium: '2', low: '3' };

export function mapsOf(configured: ServiceNowMaps | undefined): Maps {
  const table = (name: TicketTable): TableMaps => {
    const own = configured?.[name];
    return {
      states: own?.states ?? FIRST_STATES[name],
      priorities: own?.priorities ?? PRIORITIES,
      impacts: own?.impacts ?? LEVELS,
      urgencies: own?.urgencies ?? LEVELS,
      tags: own?.tags ?? {},
      closeCode: (own !== undefined && 'close_code' in own ? own.close_code : undefined) ?? null,
    };
  };
  return {
    incident: table('incident'),
    sc_req_item: table('sc_req_item'),
    sc_task: table('sc_task'),
    change_request: table('change_request'),
    sn_si_incident: table('sn_si_incident'),
  };
}

export interface StateNow {
  readonly table: TicketTable;
  readonly state: string;
  /** The record's own `active`; undefined when it may not be read. */
  readonly active: string | undefined;
}

/** What a state means: what the configuration says, else the base system; an unknown one is active until it ends. */
export function categoryOf(maps: Maps, { table, state, active }: StateNow): StatusCategory {
  const own = maps[table].states;
  const base = STATES[table];
  for (const category of ['new', 'active', 'done'] as const) if (own[category] === state) return category;
  for (const category of ['new', 'active', 'done'] as const)
    if (base[category].includes(state)) return category;
  return active === 'false' ? 'done' : 'active';
}

export interface Levels {
  readonly impact: string;
  readonly urgency: string;
}

/**
 * Impact and urgency whose look-up gives a priority, the nearest to what is there now. An incident's priority is computed
 * from the two by the base system's rules (1 and 1 give 1, each step down adds one) and cannot be written. Null when
 * nothing gives it.
 */
export function levelsFor(priority: string, now: Levels, fixed: Partial<Levels> = {}): Levels | null {
  const all = ['1', '2', '3'];
  const pairs = all.flatMap((impact) => all.map((urgency) => ({ impact, urgency })));
  const fitting = pairs.filter(
    ({ impact, urgency }) =>
      Number(impact) + Number(urgency) - 1 === Number(priority) &&
      (fixed.impact === undefined || fixed.impact === impact) &&
      (fixed.urgency === undefined || fixed.urgency === urgency),
  );
  const step = (a: string, b: string) => Math.abs(Number(a) - (Number(b) || 3));
  const cost = (pair: Levels) => step(pair.impact, now.impact) + step(pair.urgency, now.urgency);
  return fitting.toSorted((a, b) => cost(a) - cost(b) || Number(a.urgency) - Number(b.urgency))[0] ?? null;
}
