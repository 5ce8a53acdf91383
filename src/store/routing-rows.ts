import { z } from 'zod';
import { SlackChannel, SlackUser } from '../model/ids.ts';
import { DOORS, FLOWS, RISKS, type RouteYields, type RoutingFacts } from '../model/route.ts';
import { StoredTags } from './operation-bodies.ts';

/** What a rule asked for, as the link keeps it. */
export const StoredYields: z.ZodType<RouteYields> = z.object({
  flow: z.enum(FLOWS),
  risk: z.enum(RISKS),
  policies: z.array(z.string()),
  responders: z.array(SlackUser),
  tags: StoredTags,
  group: z.string().nullable(),
});

/** What routing looked at, as it is sealed. */
export const StoredFacts: z.ZodType<RoutingFacts> = z.object({
  door: z.enum(DOORS).nullable(),
  channel: SlackChannel.nullable(),
  form: z.record(z.string(), z.string()),
  requester: SlackUser.nullable(),
  sentBy: SlackUser.exactOptional(),
  person: z
    .object({
      department: z.string().nullable(),
      groups: z.array(z.string()),
      tier: z.string().nullable(),
    })
    .nullable(),
  urgent: z.boolean(),
  at: z.coerce.date(),
  kind: z.string().nullable(),
});
