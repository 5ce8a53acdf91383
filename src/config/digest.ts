import { z } from 'zod';
import { DAYS, Zone } from '../routing/hours.ts';

/** When people who chose so hear of their news, once a day. */
export const Digest = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day such as 09:00' })
    .default('09:00')
    .meta({ description: 'Time of day, on the clock of each person.' }),
  days: z
    .array(z.enum(DAYS))
    .min(1, { error: 'must not be an empty list' })
    .default(['mon', 'tue', 'wed', 'thu', 'fri'])
    .meta({ description: 'Days of the week.' }),
  zone: Zone.default('UTC').meta({
    description: 'Time zone of people whose own Slack does not tell, by its IANA name.',
  }),
});
