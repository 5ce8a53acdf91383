import { z } from 'zod';
import { isWrittenPlainly } from '../../model/inward.ts';
import { ServiceNowMaps } from './maps.ts';

/** What may stand in an encoded query as a value: no `^`, no line break, nothing that the server would evaluate. */
export const QueryValue = z
  .string()
  .min(1)
  .max(1000)
  .refine((value) => !/[\^\p{Cc}\u2028\u2029]/u.test(value), 'must not contain ^ or a line break')
  .refine((value) => !/javascript\s*:/i.test(value), 'must not contain javascript:')
  .refine((value) => value.trim() !== '', 'must not be blank')
  .brand('QueryValue');
export type QueryValue = z.infer<typeof QueryValue>;

/** A record's immutable id: 32 hexadecimal digits. */
export const SysId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand('SysId');
export type SysId = z.infer<typeof SysId>;

/** A name in the owner's configuration that we look up: it must be able to stand in a query. */
const lookedUp = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => QueryValue.safeParse(name).success, 'must not contain ^, line breaks or javascript:');
const level = z.number().int().min(1).max(3);

const sysId = (what: string) => z.string().regex(/^[0-9a-f]{32}$/, `must be the sys_id of ${what}`);
const shared = { assignment_group: lookedUp };
const levels = { impact: level.optional(), urgency: level.optional() };
const category = z.string().min(1).max(40).optional();

/**
 * Where a queue's tickets land. `assignment_group` is the group's name; impact and urgency override the priority. A
 * request item with `cat_item` is ordered through the catalogue, else it is written as a record of its own. A catalogue
 * task is no target: the flow of its request item makes it.
 */
export const ServiceNowTarget = z.discriminatedUnion('table', [
  z.strictObject({ table: z.literal('incident'), ...shared, ...levels, category }),
  z.strictObject({
    table: z.literal('sc_req_item'),
    ...shared,
    /** sys_id of the catalogue item that is ordered. */
    cat_item: sysId('a catalogue item').optional(),
    /** Name of the item's question that carries our marker. */
    reference_variable: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,80}$/, 'must be the name of a variable')
      .default('deskbridge_reference'),
  }),
  z.strictObject({
    table: z.literal('change_request'),
    ...shared,
    ...levels,
    type: z.enum(['normal', 'emergency'], 'must be normal or emergency').default('normal'),
  }),
  z.strictObject({ table: z.literal('sn_si_incident'), ...shared, ...levels, category }),
]);
export type ServiceNowTarget = z.infer<typeof ServiceNowTarget>;

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;

/** https, or http for this machine only: the credentials travel in a header. */
export function isAllowedBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (!isWrittenPlainly(text, url)) return false;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const envName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable');

const text = z.string().min(1).max(255);

const expiresOn = z.iso.date().optional().meta({
  description:
    'The day on which this secret expires, such as 2027-03-31; said in the log once, two weeks before.',
});

/** How Deskbridge signs in. Secrets stay in the environment; the file only names the variables. */
const ServiceNowSignIn = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('basic'), user: text, password_env: envName, expires_on: expiresOn }),
  z.strictObject({
    kind: z.literal('oauth'),
    client_id: text,
    client_secret_env: envName,
    expires_on: expiresOn,
  }),
  z.strictObject({
    kind: z.literal('oauth-password'),
    client_id: text,
    client_secret_env: envName,
    user: text,
    password_env: envName,
    expires_on: expiresOn,
  }),
  z.strictObject({
    kind: z.literal('oauth-jwt'),
    client_id: text,
    client_secret_env: envName.optional().meta({ description: 'Left out for a public client.' }),
    user: text.meta({ description: 'The integration user, by the user field of the OAuth JWT application.' }),
    audience: text.optional().meta({ description: 'Claim `aud`; the client id without it.' }),
    key_id: text.optional().meta({ description: 'Claim `kid` of the verifier map; left out without it.' }),
    private_key_env: envName.meta({ description: 'Variable with the RSA private key in PEM.' }),
    expires_on: expiresOn,
  }),
  z.strictObject({ kind: z.literal('api-key'), key_env: envName, expires_on: expiresOn }),
]);

/** Accounts for some purposes only. */
const SignInFor = z.strictObject({
  reading: ServiceNowSignIn.optional().meta({
    description: 'Reads tickets, comments, files, people and changes; `auth` without it.',
  }),
  approvals: ServiceNowSignIn.optional().meta({ description: 'Reads approvals; `auth` without it.' }),
});

/** One instance in the configuration. Secrets stay in the environment; the file only names the variables. */
export const ServiceNowSettings = z.strictObject({
  system: z.literal('servicenow'),
  base_url: z
    .string()
    .refine(
      isAllowedBaseUrl,
      'must be an https URL (http is allowed for this machine only), without user or query',
    ),
  auth: ServiceNowSignIn,
  auth_for: SignInFor.default({}),
  /** Without it hooks are refused and the poll alone finds changes. */
  hook_secret_env: envName.optional(),
  poll_seconds: z.number().int().min(5).max(3600).default(30),
  maps: ServiceNowMaps.optional(),
  approvals: z
    .strictObject({
      e_signature: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be the name of a table')).meta({
        description:
          'Tables whose approvals demand an electronic signature and are therefore given in ServiceNow; an empty list for none.',
      }),
    })
    .optional()
    .meta({ description: 'Without it the instance is asked whether it demands electronic signatures.' }),
  knowledge: z
    .strictObject({
      bases: z.array(sysId('a knowledge base')).min(1).meta({
        description: 'sys_ids of the knowledge bases that are searched.',
      }),
    })
    .optional()
    .meta({
      description:
        'Without it everything is searched that the caller may read; without a sign-in of his own that is what the integration user may.',
    }),
});
export type ServiceNowSettings = z.infer<typeof ServiceNowSettings>;

/** `sysparm_display_value=all`: both forms of one field. An unreadable field is absent altogether. */
const Cell = z.object({ value: z.string(), display_value: z.string().nullish() });

/** A UTC time as the raw form gives it, e.g. "2026-11-20 09:15:00". */
const UtcTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .transform((text) => new Date(`${text.replace(' ', 'T')}Z`));

export const TicketRecord = z.object({
  sys_id: Cell,
  number: Cell,
  short_description: Cell,
  state: Cell,
  active: Cell.optional(),
  assigned_to: Cell.optional(),
  assignment_group: Cell.optional(),
  priority: Cell.optional(),
  impact: Cell.optional(),
  urgency: Cell.optional(),
  close_code: Cell.optional(),
  hold_reason: Cell.optional(),
  sys_updated_on: Cell,
  correlation_id: Cell.optional(),
  correlation_display: Cell.optional(),
});
export type TicketRecord = z.infer<typeof TicketRecord>;

/** Of any task: which table it lives in. */
export const TaskClass = z.object({ sys_id: SysId, sys_class_name: z.string() });

/** What we compare after a write: every asked field in its raw form. */
export const RawRecord = z.record(z.string(), z.string());

/** A row found by our marker or by a change query, raw. */
export const FoundTicket = z.object({
  sys_id: SysId,
  sys_class_name: z.string(),
  number: z.string().min(1),
  correlation_id: z.string().default(''),
  correlation_display: z.string().default(''),
  sys_updated_on: z.string(),
});
export type FoundTicket = z.infer<typeof FoundTicket>;

export const JournalEntry = z.object({
  sys_id: SysId,
  element: z.string(),
  element_id: z.string(),
  value: z.string(),
  sys_created_on: UtcTime,
  sys_created_by: z.string(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** What the Attachment API says of a file; numbers come as text. */
export const Attachment = z.object({
  sys_id: SysId,
  file_name: z.string(),
  content_type: z.string().default(''),
  size_bytes: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  table_name: z.string(),
  table_sys_id: z.string(),
  /** SHA-256 of the content in hex; an old attachment may have none. */
  hash: z.string().default(''),
  sys_created_on: UtcTime,
  sys_created_by: z.string(),
});
export type Attachment = z.infer<typeof Attachment>;

export const UserRow = z.object({
  sys_id: SysId,
  user_name: z.string().default(''),
  name: z.string().default(''),
  email: z.string().default(''),
  active: z.string().default(''),
  time_zone: z.string().default(''),
  sys_updated_on: z.string().default(''),
});
export type UserRow = z.infer<typeof UserRow>;

export const GroupRow = z.object({ sys_id: SysId, name: z.string() });
export const MemberRow = z.object({ user: SysId, group: SysId });
export const ChoiceRow = z.object({
  name: z.string(),
  element: z.string(),
  value: z.string(),
  label: z.string().default(''),
});
export const PropertyRow = z.object({ name: z.string(), value: z.string().default('') });

/** The body of the hook that our business rule sends. */
export const HookBody = z.object({
  table: z.string(),
  sys_id: SysId,
  number: z.string(),
  event: z.enum(['inserted', 'updated', 'commented', 'attached', 'detached']),
  at: z.string(),
});

export type HookBody = z.infer<typeof HookBody>;

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().min(0),
});
