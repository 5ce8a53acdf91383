import { z } from 'zod';
import type { SlackBody } from './body.ts';

/**
 * What Bolt 5.1 looks into before any listener runs, without checking (its App.processEvent): a null in one of these
 * places throws a TypeError there. A body that does not fit is bad input; after this check, a throw is a bug.
 */
const Named = z.looseObject({ id: z.string() });
const Common = {
  channel: Named.optional(),
  enterprise: Named.nullish(),
  team: Named.nullish(),
  response_urls: z.array(z.looseObject({ response_url: z.string() })).optional(),
};
const Interactive = z.looseObject({ ...Common, type: z.string(), user: Named });
const BoltReadable = z.union([
  z.looseObject({
    event: z.looseObject({
      type: z.literal('message'),
      channel: z.string().optional(),
      user: z.string().optional(),
      item: z.undefined().optional(),
    }),
    authorizations: z.array(z.looseObject({})).optional(),
  }),
  z.looseObject({
    event: z.looseObject({
      type: z.enum([
        'app_mention',
        'reaction_added',
        'reaction_removed',
        'function_executed',
        'channel_shared',
        'channel_unshared',
        'app_home_opened',
        'link_shared',
      ]),
      channel: z.string().optional(),
      user: z.string().optional(),
      item: z.looseObject({ channel: z.string() }).optional(),
    }),
    authorizations: z.array(z.looseObject({})).optional(),
  }),
  z.looseObject({ command: z.string(), event: z.undefined().optional() }),
  Interactive.extend({
    type: z.enum(['block_actions', 'block_suggestion', 'message_action', 'shortcut']),
    event: z.undefined().optional(),
    actions: z.array(z.looseObject({})).min(1).optional(),
  }),
  Interactive.extend({
    type: z.enum(['view_submission', 'view_closed']),
    event: z.undefined().optional(),
    view: z.looseObject({}),
  }),
]);

export function isBoltReadable(body: SlackBody): boolean {
  return BoltReadable.safeParse(body).success;
}
