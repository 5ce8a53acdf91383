import { z } from 'zod';
import {
  ACTIONS,
  type Classification,
  LIKELIHOODS,
  REVERSIBILITIES,
  RISK_CLASSES,
  SEVERITIES,
  STAKES,
} from '../model/approval.ts';
import { SlackChannel, SlackTeam, SlackUser } from '../model/ids.ts';
import { Keeper } from '../model/keeper.ts';
import { LEVELS, PRIORITIES, WANTED_STATUSES } from '../model/ticket.ts';
import { KindName, Policies } from './policy.ts';

/** What a request may be bound to of its ticket: a change of it voids every vote. */
const BOUND_FIELDS = ['summary', 'priority', 'impact', 'urgency', 'assignee', 'group'] as const;

/** What may be done to the ticket when it was decided. */
export const KindWork = z
  .strictObject({
    status: z.enum(WANTED_STATUSES).optional().meta({
      description: '`active`: work begins. `done`: it is solved. `new`, `open`: as they say.',
    }),
    priority: z.enum(PRIORITIES).optional().meta({ description: 'Priority.' }),
    impact: z.enum(LEVELS).optional().meta({ description: 'Impact.' }),
    urgency: z.enum(LEVELS).optional().meta({ description: 'Urgency.' }),
    group: z.string().min(1).max(160).optional().meta({ description: 'Assignment group or team.' }),
  })
  .refine((work) => Object.values(work).some((value) => value !== undefined), {
    error: 'must change something',
  });
export type KindWork = z.infer<typeof KindWork>;

/** A change of the status is a transition, whatever else changes with it. */
export const actionOf = ({ status }: KindWork): (typeof ACTIONS)[number] =>
  status === undefined ? 'ticket.fields' : 'ticket.transition';

const Service = z
  .union([
    z.strictObject({ name: z.string().min(1).max(160).meta({ description: 'Always this one.' }) }),
    z.strictObject({
      field: z.string().min(1).max(80).meta({ description: 'The field of the form that names it.' }),
    }),
  ])
  .nullable()
  .default(null)
  .meta({ description: 'Which service it is about, for the approver `service-owner`. Null: none.' });

const OutcomeName = z.string().trim().min(1).max(40).nullable().default(null);

const Outcomes = z
  .strictObject({
    approve: OutcomeName.meta({ description: 'The word on the button that approves. Null: Approve.' }),
    deny: OutcomeName.meta({ description: 'The word on the button that denies. Null: Deny.' }),
  })
  .refine(({ approve, deny }) => approve === null || approve.toLowerCase() !== deny?.toLowerCase(), {
    error: 'must be two words that differ',
  });

/** One class of request: what is at stake, and what is done when it was decided. */
export const ApprovalKind = z.strictObject({
  title: z.string().trim().min(1).max(80).meta({ description: 'What people read.' }),
  domain: z.string().trim().min(1).max(40).default('other').meta({
    description: 'Lists show and filter by it, such as iam or finance.',
  }),
  stakes: z.record(z.enum(STAKES), z.boolean()).meta({
    description:
      'What is at stake, each said: people outside, money, access, regulated data, production. Nothing is guessed.',
  }),
  likelihood: z.enum(LIKELIHOODS).meta({ description: 'How likely it is that it goes wrong.' }),
  severity: z.enum(SEVERITIES).meta({ description: 'How bad that would be.' }),
  reversible: z.enum(REVERSIBILITIES).meta({ description: 'How it can be undone.' }),
  if_wrong: z.string().trim().min(1).max(500).meta({
    description: 'One sentence for approvers: what happens if this is wrong.',
  }),
  blocks_person: z.boolean().default(false).meta({
    description: 'Whether somebody cannot work until it is decided; it comes first in lists then.',
  }),
  environment: z.string().min(1).max(80).default('none').meta({
    description: 'Where it takes effect, such as production.',
  }),
  production_data: z.boolean().default(false).meta({ description: 'Whether it touches production data.' }),
  external_vendor: z.boolean().default(false).meta({
    description: 'Whether it reaches a company outside.',
  }),
  outcomes: Outcomes.prefault({}).meta({
    description:
      'What the two decisions are called where other words are clearer, such as Resolve and Keep open for an alert. Which one approves stays as it is.',
  }),
  service: Service,
  bound: z
    .array(z.enum(BOUND_FIELDS))
    .default(['summary', 'priority', 'group'])
    .meta({ description: 'Fields of the ticket whose change voids every vote and asks again.' }),
  work: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,79}$/), KindWork).meta({
    description:
      'What is done to the ticket, by the step after which it is done; `main` after the last one. Nothing else is ever done.',
  }),
});
export type ApprovalKind = z.infer<typeof ApprovalKind>;

export const classificationOf = ({
  stakes,
  likelihood,
  severity,
  reversible,
}: ApprovalKind): Classification => ({ stakes, likelihood, severity, reversible });

/** From nothing to everything. */
export const MODES = ['off', 'simulate', 'on'] as const;
export type Mode = (typeof MODES)[number];

const Enabling = z.strictObject({
  mode: z.enum(MODES).meta({
    description:
      '`off`: nobody is asked; the ticket says which approval it needs. `simulate`: people are asked and everything is recorded, and instead of the work stands what would have run. `on`: it runs.',
  }),
  channels: z.array(SlackChannel).min(1).optional().meta({
    description: 'Only requests made in these channels; from everywhere when left out.',
  }),
  kinds: z.array(KindName).min(1).optional().meta({
    description: 'Only these, names below `approvals.kinds`; all when left out.',
  }),
  groups: z.array(z.string().min(1).max(256)).min(1).optional().meta({
    description: 'Only requesters in one of these groups of the directory; everybody when left out.',
  }),
  actions: z.array(z.enum(ACTIONS)).min(1).optional().meta({
    description: 'Only where nothing but these would run; whatever would when left out.',
  }),
});

const Reviewers = z.strictObject({
  users: z.array(SlackUser).default([]).meta({ description: 'User ids.' }),
  groups: z.array(z.string().min(1).max(256)).default([]).meta({
    description: 'Groups of the directory, by exact name.',
  }),
});
export type Reviewers = z.infer<typeof Reviewers>;

const People = z.strictObject({
  senior: Reviewers.prefault({}).meta({
    description: 'Senior reviewers: who is asked when a rule escalates.',
  }),
  auditors: Reviewers.prefault({}).meta({
    description: 'Who keeps the keys of the audit log. They approve nothing.',
  }),
  service_owners: z
    .record(z.string().min(1).max(160), Reviewers)
    .default({})
    .meta({ description: 'Who owns each service, by its name as forms give it; in any case.' }),
  on_call: z
    .record(z.string().min(1).max(160), Reviewers)
    .default({})
    .meta({ description: 'Lists for the approver `on-call:<name>`.' }),
});

/** Delegations are never longer; a delegate cannot pass it on. */
const LONGEST_DELEGATION_DAYS = 14;

const Delegates = z.strictObject({
  allowed: z.boolean().default(true).meta({ description: 'Whether anybody can name a delegate.' }),
  longest_days: z.int().min(1).max(LONGEST_DELEGATION_DAYS).default(LONGEST_DELEGATION_DAYS).meta({
    description: 'The longest delegation, in days.',
  }),
  to: z.enum(RISK_CLASSES).default('critical').meta({
    description: 'The highest risk that a delegate decides; above it only the person himself.',
  }),
});

const Reminders = z.strictObject({
  every_minutes: z.int().min(15).max(10_080).default(240).meta({
    description: 'Minutes between reminders of a step that waits.',
  }),
  most: z.int().min(0).max(20).default(3).meta({ description: 'How many at most for each step; 0: none.' }),
  hours: z.string().min(1).max(40).nullable().default(null).meta({
    description: 'A name below `routing.hours`: reminders wait for these hours. Null: at any time.',
  }),
});

const Cards = z.strictObject({
  channel: SlackChannel.nullable().default(null).meta({
    description:
      'A private channel in which approvers are asked. Null: each in his direct messages. A public channel is refused.',
  }),
  workspace: SlackTeam.optional().meta({
    description: 'Id of the workspace that has it; needed beside `slack.oauth`.',
  }),
});

const differ = (keepers: readonly Keeper[], key: keyof Keeper): boolean =>
  new Set(keepers.map((one) => one[key])).size === keepers.length;

const Keepers = z
  .array(Keeper)
  .min(2, { error: 'must be two people at least, or be left out' })
  .max(50)
  .refine((keepers) => differ(keepers, 'person') && differ(keepers, 'public_key'), {
    error: 'must be different people with different keys',
  });

/** The section `approvals` of the configuration. It is also the policies that a request is judged by. */
export const Approvals = z.strictObject({
  enable: z.array(Enabling).max(500).default([]).meta({
    description: 'Where approvals work; the first entry that fits decides. What none fits is off.',
  }),
  kinds: z
    .record(KindName, ApprovalKind)
    .default({})
    .meta({ description: 'What can be asked for, by a name of yours; `approval` of a route names it.' }),
  ...Policies.shape,
  people: People.prefault({}).meta({ description: 'People beside managers and groups.' }),
  delegates: Delegates.prefault({}).meta({ description: 'Who may stand in for whom.' }),
  reminders: Reminders.prefault({}).meta({ description: 'How people are reminded.' }),
  cards: Cards.prefault({}).meta({ description: 'Where people are asked.' }),
  step_up: z.enum(RISK_CLASSES).nullable().default('high').meta({
    description:
      'From this risk on nobody decides in Slack alone: the card leads to a page on which he signs in afresh. Needs `slack.sign_in` and `server.public_url`; without them Slack is enough. Null: never.',
  }),
  keepers: Keepers.optional().meta({
    description:
      'People who look after the policies. With them nothing in this section counts before two of them have signed it; see approvals.md.',
  }),
  signatures: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.json$/, {
      error: 'must be the name of a file beside this one that ends in .json',
    })
    .optional()
    .meta({ description: 'File beside this one that holds their signatures; needed with `keepers`.' }),
});
export type Approvals = z.infer<typeof Approvals>;

/** Where a request comes from, for the question whether approvals work there. */
export interface Origin {
  /** Null: from no channel, such as Home. */
  readonly channel: SlackChannel | null;
  readonly kind: string;
  /** Groups of the requester. */
  readonly groups: readonly string[];
  /** All that would run. */
  readonly actions: readonly (typeof ACTIONS)[number][];
}

/** Whether anybody is asked here, and whether it runs. What nobody enabled is off. */
export function modeOf({ enable }: Pick<Approvals, 'enable'>, origin: Origin): Mode {
  const { channel, kind, groups, actions } = origin;
  return (
    enable.find(
      (one) =>
        (one.channels === undefined || (channel !== null && one.channels.includes(channel))) &&
        (one.kinds === undefined || one.kinds.includes(kind)) &&
        (one.groups === undefined || one.groups.some((group) => groups.includes(group))) &&
        (one.actions === undefined || actions.every((action) => one.actions?.includes(action) === true)),
    )?.mode ?? 'off'
  );
}

const folded = (name: string) => name.normalize('NFC').trim().toLowerCase();

/** Who owns the service that a request of this kind is about; null when nobody is known. */
export function serviceOwners(
  { people }: Pick<Approvals, 'people'>,
  { service }: Pick<ApprovalKind, 'service'>,
  fields: Readonly<Record<string, string>>,
): Reviewers | null {
  if (service === null) return null;
  const name = folded('name' in service ? service.name : (fields[service.field] ?? ''));
  return Object.entries(people.service_owners).find(([known]) => folded(known) === name)?.[1] ?? null;
}
