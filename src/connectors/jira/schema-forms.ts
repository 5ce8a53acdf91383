import { z } from 'zod';

const digits = z.string().regex(/^\d{1,19}$/);
export const FieldType = z.object({
  type: z.string().default(''),
  items: z.string().nullish(),
  system: z.string().nullish(),
  custom: z.string().nullish(),
});
export type FieldType = z.infer<typeof FieldType>;

const MetaField = z.object({
  fieldId: z.string(),
  name: z.string().default(''),
  required: z.boolean().default(false),
  hasDefaultValue: z.boolean().nullish(),
  schema: FieldType.optional(),
  allowedValues: z
    .array(z.object({ id: z.string().nullish(), name: z.string().nullish(), value: z.string().nullish() }))
    .nullish()
    .catch(null),
});
export const CreateMetaFields = z
  .object({
    fields: z.array(MetaField).optional(),
    results: z.array(MetaField).optional(),
    total: z.number().nullish(),
  })
  .transform(({ fields, results, total }) => ({ fields: fields ?? results ?? [], total: total ?? null }));
export type MetaField = z.infer<typeof MetaField>;

const RequestField = z.object({
  fieldId: z.string(),
  name: z.string().default(''),
  description: z.string().nullish(),
  required: z.boolean().default(false),
  /** False: the form does not show it, its administrator has filled it in. */
  visible: z.boolean().default(true),
  presetValues: z.array(z.unknown()).nullish(),
  defaultValues: z.array(z.unknown()).nullish(),
  jiraSchema: FieldType.optional(),
  validValues: z
    .array(z.object({ value: z.string(), label: z.string().default('') }))
    .nullish()
    .catch(null),
});
export type RequestField = z.infer<typeof RequestField>;

export const RequestTypeFields = z.object({
  requestTypeFields: z.array(RequestField),
  canRaiseOnBehalfOf: z.boolean().default(false),
  canAddRequestParticipants: z.boolean().default(false),
});
export const RequestType = z.object({ name: z.string().default(''), issueTypeId: digits });

/** One page of any list of a service desk. */
export const deskPage = <T>(item: z.ZodType<T>) =>
  z.object({ values: z.array(item), isLastPage: z.boolean().optional() });
export const DeskCustomer = z.object({
  accountId: z.string(),
  displayName: z.string().default(''),
  emailAddress: z.string().nullish(),
  active: z.boolean().default(true),
});
