import { z } from 'zod';
import { TAG_NAMES } from '../../model/route.ts';
import { LEVELS, PRIORITIES, WANTED_STATUSES } from '../../model/ticket.ts';

const projectKey = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,99}$/, 'must be a project key in capital letters, such as IAM');
const name = z.string().min(1).max(255);
const fieldId = z
  .string()
  .regex(
    /^(customfield_\d{1,19}|components)$/,
    'must be a field id, such as customfield_10042, or "components"',
  );

const ProjectMaps = z.strictObject({
  statuses: z.partialRecord(z.enum(WANTED_STATUSES), name).optional().meta({
    description: 'Names of the states that mean new, active, done, and open (a ticket that is reopened).',
  }),
  waiting: z.array(name).max(20).optional().meta({
    description:
      'Names of the states in which a ticket waits for the person who asked; "Waiting for customer" where none are named.',
  }),
  priorities: z.partialRecord(z.enum(PRIORITIES), name).optional().meta({
    description: 'Names of the priorities that mean low, medium, high and critical.',
  }),
  resolution: name
    .optional()
    .meta({ description: 'Resolution that is set where the screen of a transition has one.' }),
  screens: z
    .record(
      z.string().regex(/^customfield_\d{1,19}$/, 'must be a field id, such as customfield_10042'),
      z.union([name, z.array(name).max(50)]),
    )
    .optional()
    .meta({
      description:
        'Values of fields that the screen of a transition demands, by field id, in the words that Jira shows.',
    }),
  impacts: z.partialRecord(z.enum(LEVELS), name).optional().meta({
    description: 'Options of the impact field that mean high, medium and low.',
  }),
  urgencies: z.partialRecord(z.enum(LEVELS), name).optional().meta({
    description: 'Options of the urgency field that mean high, medium and low.',
  }),
  fields: z
    .strictObject({ impact: fieldId.optional(), urgency: fieldId.optional(), group: fieldId.optional() })
    .optional()
    .meta({ description: 'Ids of the fields that hold impact, urgency and the group or team.' }),
  tags: z
    .partialRecord(z.enum(TAG_NAMES), z.union([z.literal('labels'), fieldId]))
    .optional()
    .meta({
      description:
        'Where the tags of the routing table go: `labels`, `components` or the id of a field; `labels` for those that are not named.',
    }),
});
export type ProjectMaps = z.infer<typeof ProjectMaps>;

/** What a site calls things, by project key. Where nothing is said the usual names are looked for. */
export const JiraMaps = z.record(projectKey, ProjectMaps);
export type JiraMaps = z.infer<typeof JiraMaps>;

/** Ids that a rule of the routing table may set beside the target, for some project: the group, and the tags' places. */
export function setByRules(maps: JiraMaps): ReadonlySet<string> {
  const places = Object.values(maps).flatMap(({ fields, tags }) => [
    fields?.group,
    ...Object.values(tags ?? {}),
  ]);
  return new Set(places.flatMap((id) => (id === undefined || id === 'labels' ? [] : [id])));
}

/** Every field id that some project uses for impact, urgency or the group. */
export function mappedFields(maps: JiraMaps): readonly string[] {
  const all = Object.values(maps).flatMap(({ fields }) => Object.values(fields ?? {}));
  return [...new Set(all.filter((id) => id !== undefined))];
}
