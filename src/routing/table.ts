import { z } from 'zod';
import { SlackUser } from '../model/ids.ts';
import { FLOWS, RISKS, type RoutingFacts, TAG_NAMES } from '../model/route.ts';
import { PRIORITIES } from '../model/ticket.ts';
import { Conditions, Name, Words } from './conditions.ts';
import { Hours } from './hours.ts';

export { Name } from './conditions.ts';

/** Below this the classifier is not sure. On the rows of `npm run report:routing` a lower one made more confident mistakes. */
export const DEFAULT_THRESHOLD = 0.6;

/** Privacy of a thread, from open to closed. `private` moves the conversation to a direct message. */
export const PRIVACIES = ['thread', 'private'] as const;
export type Privacy = (typeof PRIVACIES)[number];

const TagValue = z
  .string()
  .regex(/^[^\p{Cc}]{1,80}$/u, { error: 'must be 1 to 80 characters without control characters' });

const destination = {
  queue: Name.meta({ description: 'The queue in which the ticket lands; a name below `queues`.' }),
  kind: Name.optional().meta({
    description: "What sort of request it is, e.g. iam; the queue's name when left out.",
  }),
  flow: z.enum(FLOWS).default('ticket').meta({
    description:
      '`ticket`: it lies in its queue. `hand-off`: a person takes over, and the ticket says who solved such things before. `approval`: somebody has to approve. `answer` and `incident` with on-call are not built yet: they hand off, and say so.',
  }),
  target: z.record(z.string(), z.unknown()).optional().meta({
    description:
      "Over the queue's target: another request type, catalogue item or issue type for these requests.",
  }),
  group: z.string().min(1).max(160).optional().meta({
    description: "Assignment group or team of the ticket, by its name; the queue's when left out.",
  }),
  priority: z.enum(PRIORITIES).default('medium').meta({ description: 'Priority of the ticket.' }),
  approval: Name.optional().meta({
    description:
      'What has to be approved: a name below `approvals.kinds`. What people write can add one, never take one away.',
  }),
  risk: z.enum(RISKS).default('low').meta({
    description:
      'How much harm it does when the wrong people read or grant it. What people write can only raise it.',
  }),
  privacy: z.enum(PRIVACIES).default('thread').meta({
    description:
      '`thread` answers where the request was made, `private` in a direct message. What people write can only make it more private.',
  }),
  responders: z.array(SlackUser).max(200).default([]).meta({
    description: 'User ids of people who may act on these requests, beside `slack.responders`.',
  }),
  tags: z.partialRecord(z.enum(TAG_NAMES), TagValue).default({}).meta({
    description:
      'What the ticket carries in fields of its own, over what is known anyhow (area, department, urgency, channel).',
  }),
  examples: z.array(z.string().min(1)).default([]).meta({
    description: 'Sentences that must be routed here; `deskbridge config check` fails when one is not.',
  }),
};

interface Approving {
  readonly flow: string;
  readonly approval?: string | undefined;
}
const namesPolicy = ({ flow, approval }: Approving) => flow !== 'approval' || approval !== undefined;
const POLICY_MISSING = { path: ['approval'], error: 'is needed by the flow `approval`' };

export const Rule = z
  .strictObject({
    name: Name.refine((name) => name !== 'default', {
      error: '"default" is taken by routing.default',
    }).meta({ description: 'Name of the rule; it is shown on the ticket.' }),
    when: Conditions.meta({ description: 'Conditions; all that are written must hold.' }),
    ...destination,
  })
  .refine(namesPolicy, POLICY_MISSING);
export type Rule = z.infer<typeof Rule>;

export const DefaultRule = z.strictObject(destination).refine(namesPolicy, POLICY_MISSING);
export type DefaultRule = z.infer<typeof DefaultRule>;

const Area = z.strictObject({
  title: z.string().min(1).max(80).optional().meta({
    description: 'What the ticket says; the name when left out.',
  }),
  words: Words.optional().meta({ description: 'Words that tell it in a text.' }),
});

const Classifier = z.strictObject({
  model: z.string().min(1).max(500).nullable().default(null).meta({
    description:
      'File of a model that `deskbridge routes train` made, as seen from this file; null: the shipped one.',
  }),
  threshold: z.number().min(0).max(1).default(DEFAULT_THRESHOLD).meta({
    description: 'How sure it must be, from 0 to 1.',
  }),
  ask: z.boolean().default(false).meta({
    description:
      'Whether the person is asked with buttons when neither a rule nor the classifier knows. The ticket waits for the answer for a minute at most, and opens in the default queue then.',
  }),
});

const Duplicates = z.strictObject({
  ask: z.boolean().default(false).meta({
    description:
      'Whether a person whose message reads like an open request of his is asked, alone and with buttons, whether it is the same.',
  }),
  wait_minutes: z.int().min(1).max(120).default(10).meta({
    description: 'How long the new request waits for the answer; then it is opened.',
  }),
});

/** The routing table: the first rule that matches decides, the default when none does. */
export const RoutingTable = z.strictObject({
  hours: z
    .record(Name, Hours)
    .default({})
    .meta({ description: 'Working hours by a name of yours, for the conditions.' }),
  areas: z
    .record(Name, Area)
    .default({})
    .meta({ description: 'Product areas by a name of yours; the first whose words are found is the tag.' }),
  rules: z
    .array(Rule)
    .max(1000)
    .default([])
    .meta({ description: 'Rules in order; the first that matches decides.' }),
  default: DefaultRule.meta({ description: 'Where everything goes that no rule matched.' }),
  duplicates: Duplicates.prefault({}).meta({
    description: 'What happens when a person seems to ask for what he has asked for already; see routing.md.',
  }),
  classifier: Classifier.prefault({}).meta({
    description: 'What says of which kind a text is that no rule knows.',
  }),
});
export type RoutingTable = z.infer<typeof RoutingTable>;

/** What routing may look at. Text comes from people; everything else was validated by the door that took it. */
export interface RoutingRequest extends RoutingFacts {
  readonly text: string;
}

/** A request of which nothing is known but its words. */
export function textAlone(text: string): RoutingRequest {
  return {
    text,
    door: null,
    channel: null,
    form: {},
    requester: null,
    person: null,
    urgent: false,
    at: new Date(0),
    kind: null,
  };
}
