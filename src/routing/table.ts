import { z } from 'zod';
import { SlackChannel, SlackUser } from '../model/ids.ts';
import { PRIORITIES } from '../model/ticket.ts';
import { readPhrase } from './phrases.ts';

/** Privacy of a thread, from open to closed. `private` moves the conversation to a direct message. */
export const PRIVACIES = ['thread', 'private'] as const;
export type Privacy = (typeof PRIVACIES)[number];

/** Names that the owner gives to queues, rules and kinds. */
export const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, {
  error: 'must begin with a small letter and hold at most 40 small letters, digits and hyphens',
});

function oneOrMore<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item).min(1, { error: 'must not be an empty list' })]);
}

const Word = z
  .string()
  .max(200)
  .superRefine((source, context) => {
    const phrase = readPhrase(source);
    if (typeof phrase === 'string') context.addIssue({ code: 'custom', message: phrase });
  });

const Words = z.array(Word).min(1, { error: 'must not be an empty list' });

/** When a rule matches: every condition that is written must hold. */
export const Conditions = z
  .strictObject({
    channel: oneOrMore(SlackChannel)
      .optional()
      .meta({ description: 'Slack channel id, or a list of them, in which the request was made.' }),
    form: z.record(z.string(), oneOrMore(z.string())).optional().meta({
      description: 'Fields of the /desk form: name to value, or to a list of values. All must agree.',
    }),
    words: Words.optional().meta({
      description:
        'Words or phrases; one of them must stand in the text. Whole words, any case; `reset*` matches every word that begins so.',
    }),
    not_words: Words.optional().meta({
      description: 'Words or phrases; none of them may stand in the text.',
    }),
    requester: z
      .array(SlackUser)
      .min(1, { error: 'must not be an empty list' })
      .optional()
      .meta({ description: 'Slack user ids; the request must come from one of them.' }),
  })
  .refine((conditions) => Object.values(conditions).some((value) => value !== undefined), {
    error: 'has no condition, so it would match everything: that is what routing.default is for',
  });
export type Conditions = z.infer<typeof Conditions>;

const destination = {
  queue: Name.meta({ description: 'The queue in which the ticket lands; a name below `queues`.' }),
  kind: Name.optional().meta({
    description: "What sort of request it is, e.g. iam; the queue's name when left out.",
  }),
  priority: z.enum(PRIORITIES).default('medium').meta({ description: 'Priority of the ticket.' }),
  privacy: z.enum(PRIVACIES).default('thread').meta({
    description:
      '`thread` answers where the request was made, `private` in a direct message. What people write can only make it more private.',
  }),
  examples: z.array(z.string().min(1)).default([]).meta({
    description: 'Sentences that must be routed here; `deskbridge config check` fails when one is not.',
  }),
};

export const Rule = z.strictObject({
  name: Name.refine((name) => name !== 'default', { error: '"default" is taken by routing.default' }).meta({
    description: 'Name of the rule; it is shown on the ticket.',
  }),
  when: Conditions.meta({ description: 'Conditions; all that are written must hold.' }),
  ...destination,
});
export type Rule = z.infer<typeof Rule>;

export const DefaultRule = z.strictObject(destination);
export type DefaultRule = z.infer<typeof DefaultRule>;

/** The routing table: the first rule that matches decides, the default when none does. */
export const RoutingTable = z.strictObject({
  rules: z
    .array(Rule)
    .max(1000)
    .default([])
    .meta({ description: 'Rules in order; the first that matches decides.' }),
  default: DefaultRule.meta({ description: 'Where everything goes that no rule matched.' }),
});
export type RoutingTable = z.infer<typeof RoutingTable>;

/** What routing may look at. Text comes from people; everything else was validated by the door that took it. */
export interface RoutingRequest {
  readonly text: string;
  readonly channel: SlackChannel | null;
  readonly form: Readonly<Record<string, string>>;
  readonly requester: SlackUser | null;
}
