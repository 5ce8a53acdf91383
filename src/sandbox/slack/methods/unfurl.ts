import { z } from 'zod';
import { withIds } from '../block-ids.ts';
import { checkBlocks } from '../blocks.ts';
import { linksIn } from '../links.ts';
import { JsonObject } from '../message-store.ts';
import { defineMethod, fail, nested, succeed } from '../method.ts';

const Unfurls = nested(z.record(z.string(), z.looseObject({ blocks: z.array(JsonObject).optional() })));

/** Cards below the links of a message, also where the app is no member (docs.slack.dev/reference/methods/chat.unfurl). */
const unfurl = defineMethod({
  tier: 't3',
  scope: 'links:write',
  args: z.object({ channel: z.string(), ts: z.string(), unfurls: Unfurls }),
  run(args, { world, messaging }) {
    const message = world.messages.get(args.channel, args.ts);
    if (!world.channels.has(args.channel)) return fail('cannot_find_channel');
    if (message === null || message.ephemeralFor !== null) return fail('cannot_find_message');
    const links = new Set(linksIn(message));
    const cards = Object.entries(args.unfurls);
    if (cards.length === 0) return fail('missing_unfurls');
    for (const [url, { blocks = [] }] of cards) {
      if (!links.has(url)) return fail('cannot_unfurl_url');
      const problems = checkBlocks(blocks, 'message');
      if (problems.length > 0) return fail('invalid_blocks', problems);
    }
    const attachments = cards.map(([url, { blocks = [] }], id) => ({
      ...{ id: id + 1, from_url: url, app_unfurl_url: url, is_app_unfurl: true, app_id: world.app.appId },
      blocks: withIds(blocks),
    }));
    const others = message.attachments.filter((one) => {
      const known = z.looseObject({ from_url: z.string() }).safeParse(one).data?.from_url;
      return known === undefined || args.unfurls[known] === undefined;
    });
    messaging.change(message, { attachments: [...others, ...attachments] }, null);
    return succeed();
  },
});

export const unfurlMethods = { 'chat.unfurl': unfurl };
