import { z } from 'zod';
import { StoredFile } from './file-store.ts';
import { StoredMessage } from './message-store.ts';
import { StoredView } from './view-store.ts';
import { Channel, type SlackWorld } from './world.ts';

const Snapshot = z.object({
  v: z.literal(1),
  channels: z.array(Channel),
  messages: z.array(StoredMessage),
  views: z.array(StoredView),
  files: z.array(StoredFile).default([]),
});
type Snapshot = z.infer<typeof Snapshot>;

export function snapshotWorld(world: SlackWorld): Snapshot {
  const { channels, messages, views, files } = world;
  return {
    v: 1,
    channels: [...channels.values()],
    messages: messages.dump(),
    views: views.dump(),
    files: files.dump(),
  };
}

/** Replaces channels, messages, views and files by those of a snapshot; throws when it is none. */
export function restoreWorld(world: SlackWorld, json: unknown): void {
  const snapshot = Snapshot.parse(json);
  world.channels.clear();
  for (const channel of snapshot.channels) world.channels.set(channel.id, channel);
  world.messages.load(snapshot.messages);
  world.views.load(snapshot.views);
  world.files.load(snapshot.files);
  world.changed();
}
