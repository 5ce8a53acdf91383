import { z } from 'zod';
import type {
  SlackChannelView,
  SlackFileView,
  SlackMessageView,
  SlackPeople,
  SlackViewForPerson,
} from '../worlds.ts';
import type { StoredMessage } from './message-store.ts';
import type { StoredView } from './view-store.ts';
import type { Channel, SlackWorld } from './world.ts';

/** What an app put below a link (docs.slack.dev/reference/methods/chat.unfurl). */
const Unfurled = z.object({ app_unfurl_url: z.string(), blocks: z.array(z.unknown()) });

function fileViews(world: SlackWorld, message: StoredMessage): readonly SlackFileView[] {
  return message.files.flatMap(({ id, gone }) => {
    const file = gone ? null : world.files.get(id);
    const size = world.files.bytes(id)?.length ?? 0;
    return file === null ? [] : [{ id, name: file.name, mime: file.mime, size }];
  });
}

function messageView(world: SlackWorld, message: StoredMessage): SlackMessageView {
  const { ts, threadTs, text, blocks, metadata, ephemeralFor } = message;
  const userId = message.user ?? message.botId ?? '';
  const isBot = message.botId !== null;
  const name = world.people.get(userId)?.name ?? (isBot ? world.app.name : userId);
  return {
    ts,
    threadTs: threadTs === ts ? null : threadTs,
    userId,
    userName: message.username ?? name,
    isBot,
    text,
    blocks,
    metadata,
    files: fileViews(world, message),
    unfurled: message.attachments.flatMap((one) => {
      const card = Unfurled.safeParse(one).data;
      return card === undefined ? [] : [{ url: card.app_unfurl_url, blocks: card.blocks }];
    }),
    edited: message.edited !== null,
    ephemeralFor,
  };
}

function viewForPerson(view: StoredView): SlackViewForPerson {
  return { viewId: view.id, userId: view.userId, view: view.definition, errors: view.errors };
}

function channelView({ id, name, kind, members }: Channel): SlackChannelView {
  return { id, name, isIm: kind === 'im', members };
}

/** What people see. */
export function createSight(
  world: SlackWorld,
): Pick<SlackPeople, 'people' | 'channels' | 'messages' | 'views' | 'fileBytes'> {
  return {
    people: () => [...world.people.values()],
    channels: () => [...world.channels.values()].map(channelView),
    messages: (channelId) => world.messages.list(channelId).map((message) => messageView(world, message)),
    fileBytes: (fileId) => world.files.bytes(fileId),
    views: (userId) => world.views.stack(userId).map(viewForPerson),
  };
}
