import { z } from 'zod';

const projectKey = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,99}$/, 'must be a project key in capital letters, such as IAM');
const digits = z.string().regex(/^\d{1,19}$/, 'must be a number in quotes, such as "10"');
const words = z.string().min(1).max(255);

/** What every ticket of a queue gets: what the JQL of a queue, a board or an automation rule looks at. */
const fixed = {
  labels: z
    .array(z.string().regex(/^\S{1,255}$/, 'a label has no spaces'))
    .max(20)
    .optional(),
  components: z.array(words).max(20).optional(),
  fields: z
    .record(
      z.string().regex(/^customfield_\d{1,19}$/, 'must be a field id, such as customfield_10042'),
      z.union([words, z.array(words).max(50)]),
    )
    .optional()
    .meta({ description: 'Values of custom fields, by field id, in the words that Jira shows.' }),
};

const PlatformTarget = z.strictObject({
  project: projectKey,
  issue_type: z.string().min(1).max(60),
  ...fixed,
});
export type PlatformTarget = z.infer<typeof PlatformTarget>;

const DeskTarget = z.strictObject({
  service_desk: digits,
  request_type: digits,
  project: projectKey,
  ...fixed,
  organizations: z
    .array(digits)
    .max(20)
    .optional()
    .meta({ description: 'Ids of the customer organizations that every request is shared with.' }),
  queue: digits.optional().meta({
    description: 'Id of the queue in which requests should appear; only checked, a queue is a saved search.',
  }),
});
export type DeskTarget = z.infer<typeof DeskTarget>;

/** Where a queue's tickets land: an issue type of a project, or a request type of a service desk. */
export const JiraTarget = z.union([PlatformTarget, DeskTarget]);
export type JiraTarget = z.infer<typeof JiraTarget>;
