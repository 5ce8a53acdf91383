import { z } from 'zod';
import { readDuration } from '../model/duration.ts';
import { DESK_FIELD_KINDS, type DeskForm, PLACE, ticketFieldOf } from '../model/form.ts';
import { Name } from '../routing/table.ts';
import { durationText } from '../texts/desk-forms.ts';

const label = (longest: number) => z.string().trim().min(1).max(longest);

/** A word, or a value with the words that people see. */
const Option = z.union([
  label(75),
  z.strictObject({
    value: label(150).meta({ description: 'What the routing table and the ticket system get.' }),
    label: label(75).meta({ description: 'What people see.' }),
  }),
]);

const DURATIONS = ['P1D', 'P1W', 'P2W', 'P1M', 'P3M', 'P6M', 'P1Y'];

const Field = z.strictObject({
  label: label(150).meta({ description: 'The question.' }),
  kind: z.enum(DESK_FIELD_KINDS).default('line').meta({
    description:
      'What is filled in: a line, a text, a number, a date, a time, one choice or several, a person of Slack, a duration (the ticket gets its end date), or yes or no.',
  }),
  required: z.boolean().default(false).meta({ description: 'Whether the form can be sent without it.' }),
  hint: z.string().max(150).default('').meta({ description: 'Help below the field.' }),
  options: z.array(Option).min(1).max(100).optional().meta({
    description:
      'What can be chosen, for `choice` and `choices`; for `duration` ISO 8601 durations such as P30D, P2W, P6M or P1Y.',
  }),
  ticket_field: z.string().min(1).max(200).optional().meta({
    description:
      "The ticket system's own field or catalogue question that gets the answer, by its id (customfield_10050, duedate). Every answer stands in the description anyhow.",
  }),
});

const TicketField = label(200);

/** The ticket system's own questions. */
const From = z.strictObject({
  queue: Name.meta({
    description:
      'The queue whose request type, issue type or catalogue item asks them. The routing table has to send the form there; a target of its own in that rule counts.',
  }),
  order: z.array(TicketField).default([]).meta({
    description: 'Ids of the questions that come first; the others follow as the ticket system has them.',
  }),
  hidden: z.array(TicketField).default([]).meta({
    description: 'Ids of questions that nobody is asked.',
  }),
  preset: z
    .record(TicketField, z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]))
    .default({})
    .meta({ description: 'Answers that are always the same, by the id of their question; nobody is asked.' }),
});

/** One form of Slack. */
export const FormSettings = z
  .strictObject({
    title: label(75).meta({ description: 'What people choose it by.' }),
    summary: label(150).optional().meta({
      description:
        'Summary of the ticket, with answers by the names of their fields: "Access to {system}". People write a line themselves when it is left out.',
    }),
    from: From.optional().meta({
      description:
        'The questions are those of the ticket system, read there while Deskbridge runs; your own come before them. See forms.md.',
    }),
    fields: z.record(Name, Field).default({}).meta({
      description:
        'Its questions by a name of yours, in their order. The routing table sees each as a field of the form.',
    }),
  })
  .superRefine((form, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const { fields, from } = form;
    if (from === undefined && Object.keys(fields).length === 0)
      fault(['fields'], 'is needed: the questions of the form, or `from` for those of the ticket system');
    for (const [, name = ''] of form.summary?.matchAll(PLACE) ?? [])
      if (ticketFieldOf(name) === null ? !(name in fields) : from === undefined)
        fault(['summary'], `names the field "${name}", which the form does not have`);
    for (const [name, { kind, options }] of Object.entries(fields)) {
      const isChoice = kind === 'choice' || kind === 'choices';
      if (isChoice && options === undefined)
        fault(['fields', name, 'options'], `is needed by the kind \`${kind}\``);
      if (!isChoice && kind !== 'duration' && options !== undefined)
        fault(['fields', name, 'options'], `is for choices and durations, not for the kind \`${kind}\``);
      const wrong =
        kind === 'duration' ? listed(options).find(({ value }) => readDuration(value) === null) : undefined;
      if (wrong !== undefined)
        fault(['fields', name, 'options'], `"${wrong.value}" is no duration such as P30D, P2W, P6M or P1Y`);
    }
  });
export type FormSettings = z.infer<typeof FormSettings>;

export const Forms = z.record(
  Name.refine((name) => name !== 'new', { error: '"new" is a word of the command' }),
  FormSettings,
);
export type Forms = z.infer<typeof Forms>;

function listed(options: readonly z.infer<typeof Option>[] | undefined) {
  return (options ?? []).map((one) => (typeof one === 'string' ? { value: one, label: one } : one));
}

function durations(options: readonly z.infer<typeof Option>[] | undefined) {
  return listed(options ?? DURATIONS).map(({ value, label: words }) => {
    const duration = readDuration(value);
    return { value, label: duration === null || words !== value ? words : durationText(duration) };
  });
}

/** A form as people see it. */
export function ownForm(name: string, { title, summary, fields }: FormSettings): DeskForm {
  return {
    name,
    title,
    summary: summary ?? null,
    fields: Object.entries(fields).map(([id, { options, label: question, kind, required, hint }]) => ({
      id,
      label: question,
      kind,
      required,
      hint,
      options: kind === 'duration' ? durations(options) : listed(options),
    })),
  };
}
