import { z } from 'zod';
import { SlackChannel, SlackUser } from '../model/ids.ts';
import { DOORS } from '../model/route.ts';
import { readPhrase } from './phrases.ts';

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

export const Words = z.array(Word).min(1, { error: 'must not be an empty list' });
const Fact = z.string().min(1).max(200);

/** When a rule matches: every condition that is written must hold. */
export const Conditions = z
  .strictObject({
    door: oneOrMore(z.enum(DOORS)).optional().meta({
      description:
        'Where the request came in: written in a channel or direct message, made of a message (by its menu, an emoji, a mention), or a form.',
    }),
    channel: oneOrMore(SlackChannel)
      .optional()
      .meta({ description: 'Slack channel id, or a list of them, in which the request was made.' }),
    form: z.record(z.string(), oneOrMore(z.string())).optional().meta({
      description: 'Fields of the form: name to value, or to a list of values. All must agree.',
    }),
    words: Words.optional().meta({
      description:
        'Words or phrases; one of them must stand in the text. Whole words, any case; `reset*` matches every word that begins so.',
    }),
    not_words: Words.optional().meta({
      description: 'Words or phrases; none of them may stand in the text.',
    }),
    kind: oneOrMore(Name).optional().meta({
      description:
        'What the classifier is sure that the request is. It reads text, so it never lowers the privacy or an approval that a rule behind it asks for.',
    }),
    area: oneOrMore(Name).optional().meta({
      description:
        'Product area, a name below `routing.areas`: chosen in the form field `area`, or told by its words.',
    }),
    requester: z
      .array(SlackUser)
      .min(1, { error: 'must not be an empty list' })
      .optional()
      .meta({ description: 'Slack user ids; the request must come from one of them.' }),
    department: oneOrMore(Fact).optional().meta({ description: "The requester's department, in any case." }),
    groups: oneOrMore(Fact).optional().meta({
      description: 'Groups of the directory; the requester must be in one of them.',
    }),
    tier: oneOrMore(Fact).optional().meta({ description: "The requester's tier, e.g. vip." }),
    hours: Name.optional().meta({
      description: 'A name below `routing.hours`: the request was made in these hours.',
    }),
    outside_hours: Name.optional().meta({
      description: 'A name below `routing.hours`: the request was made at another time.',
    }),
    urgent: z.boolean().optional().meta({ description: 'Whether the person marked it as urgent.' }),
  })
  .refine((conditions) => Object.values(conditions).some((value) => value !== undefined), {
    error: 'has no condition, so it would match everything: that is what routing.default is for',
  });
export type Conditions = z.infer<typeof Conditions>;
export type ConditionName = keyof Conditions;

/** Conditions that look at what people write. */
const ON_TEXT: ReadonlySet<ConditionName> = new Set<ConditionName>(['words', 'not_words', 'kind', 'area']);

/** A condition that more text can end: whoever writes more must not get past a rule by it. */
export const ENDED_BY_TEXT: ReadonlySet<ConditionName> = new Set<ConditionName>(['not_words', 'kind']);

export function looksAtText(when: Conditions): boolean {
  return [...ON_TEXT].some((name) => when[name] !== undefined);
}

export function listOf<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value;
}
