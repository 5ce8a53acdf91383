import { z } from 'zod';
import { FieldType } from './schema-forms.ts';

const digits = z.string().regex(/^\d{1,19}$/, 'must be a number in quotes, such as "10"');

/** Jira's own ids are numbers; everything else is some other system's and never put into a path. */
export const NumericId = digits;

/** "2026-11-20T10:00:00.000+0000": a numeric zone without its colon. */
export const JiraTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/)
  .transform((text) => new Date(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  .refine((date) => !Number.isNaN(date.getTime()), 'is no time');

const Person = z.object({ accountId: z.string().nullish(), displayName: z.string().nullish() });
const Named = Person.nullish();

export const Myself = z.object({
  accountId: z.string(),
  displayName: z.string().default(''),
  emailAddress: z.string().nullish(),
});

/** Keys are `new`, `indeterminate`, `done` and, rarely, `undefined`; names are translated and renamed. */
export const Status = z.object({
  name: z.string(),
  statusCategory: z.object({ key: z.string() }),
});
export type Status = z.infer<typeof Status>;

export const Attachment = z.object({
  id: z.union([digits, z.number().int().transform(String)]),
  filename: z.string().default('file'),
  mimeType: z.string().default('application/octet-stream'),
  size: z.number().int().nonnegative(),
  created: JiraTime,
  author: Named,
});
export type Attachment = z.infer<typeof Attachment>;
/** Jira answers a list also for one file. */
export const AddedAttachment = z
  .tuple([z.object({ id: Attachment.shape.id })])
  .rest(z.unknown())
  .transform(([first]) => first);
export const AttachmentLimits = z.object({ enabled: z.boolean(), uploadLimit: z.number().nonnegative() });

/** Which attachments customers see. The address is all that names the attachment. */
export const RequestAttachments = z.object({
  isLastPage: z.boolean().optional(),
  values: z.array(
    z.object({ _links: z.object({ jiraRest: z.string().nullish(), content: z.string().nullish() }) }),
  ),
});

const NameOf = z.object({ name: z.string().nullish() }).nullish();
export const Issue = z.object({
  id: digits,
  key: z.string().min(1),
  fields: z.looseObject({
    summary: z.string().nullish(),
    status: Status,
    resolution: NameOf,
    assignee: Named,
    priority: NameOf,
    updated: JiraTime,
    project: z.object({ key: z.string().default(''), projectTypeKey: z.string().nullish() }),
    /** A security level: whoever has not this level does not see the issue. */
    security: z.unknown().optional(),
    attachment: z.array(Attachment).nullish(),
  }),
});
export type Issue = z.infer<typeof Issue>;
export const ISSUE_FIELDS: readonly string[] = Object.keys(Issue.shape.fields.shape);

export const IssueHome = z.object({
  fields: z.object(Issue.shape.fields.shape).pick({ project: true, security: true }),
});
export const IssueFiles = z.object({ fields: z.object({ attachment: Issue.shape.fields.shape.attachment }) });

/** Users as every search of them answers. Addresses are missing where a profile hides them. */
const FoundUser = z.object({
  accountId: z.string(),
  displayName: z.string().default(''),
  emailAddress: z.string().nullish(),
  active: z.boolean().default(true),
  accountType: z.string().nullish(),
});
export const FoundUsers = z.array(FoundUser);
export type FoundUsers = z.infer<typeof FoundUsers>;
export const UserPage = z.object({ values: FoundUsers });

const Property = z.object({ key: z.string(), value: z.unknown().optional() });

export const Comment = z.object({
  id: digits,
  author: Named,
  /** A document; read leniently by adf-read.ts. */
  body: z.unknown().optional(),
  created: JiraTime,
  updated: JiraTime.nullish(),
  jsdPublic: z.boolean().nullish(),
  visibility: z.object({ type: z.string().nullish() }).nullish(),
});
export type Comment = z.infer<typeof Comment>;

export const CommentPage = z.object({ total: z.number().nullish(), comments: z.array(Comment) });
export const CommentProperties = z.object({
  values: z.array(z.object({ id: digits, properties: z.array(Property).nullish() })),
});
export const CreatedComment = z.object({ id: digits });

/** The value of our own property on a comment. */
export const OwnProperty = z.object({ marker: z.string() });
export const InternalProperty = z.object({ internal: z.boolean() });

export const CreatedIssue = z.object({ id: digits, key: z.string().min(1) });
export const CreatedRequest = z.object({ issueId: digits, issueKey: z.string().min(1) });

/** The one that names the issue that this one was cloned from has it as the outward end. */
const IssueLink = z.object({
  type: z.object({ name: z.string().default(''), outward: z.string().default('') }),
  outwardIssue: z.unknown().optional(),
});

/** A hit of a search; which fields it has depends on what was asked for. */
export const SearchPage = z.object({
  issues: z.array(
    z.object({
      id: digits,
      key: z.string().default(''),
      fields: z
        .object({
          updated: JiraTime.optional(),
          labels: z.array(z.string()).nullish(),
          description: z.unknown().optional(),
          created: JiraTime.optional(),
          creator: Named,
          issuelinks: z.array(IssueLink).nullish().catch(null),
        })
        .optional(),
    }),
  ),
  isLast: z.boolean().optional(),
  nextPageToken: z.string().nullish(),
});
export type SearchPage = z.infer<typeof SearchPage>;

const AllowedValue = z.object({
  id: z.string().nullish(),
  name: z.string().nullish(),
  value: z.string().nullish(),
});
export type AllowedValue = z.infer<typeof AllowedValue>;

export const Transition = z.object({
  id: z.string(),
  name: z.string().default(''),
  to: Status,
  isAvailable: z.boolean().nullish(),
  fields: z
    .record(
      z.string(),
      z.object({
        required: z.boolean(),
        name: z.string().default(''),
        hasDefaultValue: z.boolean().nullish(),
        schema: FieldType.optional(),
        allowedValues: z.array(AllowedValue).nullish().catch(null),
      }),
    )
    .nullish(),
});
export type Transition = z.infer<typeof Transition>;
export const Transitions = z.object({ transitions: z.array(Transition) });

const IssueType = z.object({ id: digits, name: z.string() });
/** The array is called `issueTypes`; the specification also knows the older `createMetaIssueType`. */
export const CreateMetaTypes = z
  .object({ issueTypes: z.array(IssueType).optional(), createMetaIssueType: z.array(IssueType).optional() })
  .transform((page) => page.issueTypes ?? page.createMetaIssueType ?? []);

/** What an issue's edit screen offers, by field id. */
export const EditMeta = z.object({
  fields: z.record(
    z.string(),
    z.object({
      name: z.string().default(''),
      schema: z.object({ type: z.string().default(''), items: z.string().nullish() }).optional(),
      allowedValues: z
        .array(
          z.object({ id: z.string().nullish(), name: z.string().nullish(), value: z.string().nullish() }),
        )
        .nullish()
        .catch(null),
    }),
  ),
});
export type EditMeta = z.infer<typeof EditMeta>;

/** Both error shapes: the platform's ErrorCollection and the one of Jira Service Management. */
export const ErrorBody = z.object({
  errorMessages: z.array(z.string()).optional().catch(undefined),
  errors: z.record(z.string(), z.string()).optional().catch(undefined),
  errorMessage: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** What we read of a webhook; the rest is a hint to read the ticket again. */
export const HookBody = z.object({
  webhookEvent: z.string().min(1).max(200),
  timestamp: z.number().optional(),
  issue: z.object({ id: z.union([digits, z.number().int().transform(String)]) }).nullish(),
});

/** A success without a body. */
export const Nothing = z.undefined();
