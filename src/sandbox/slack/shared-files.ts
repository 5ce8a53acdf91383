import type { StoredMessage } from './message-store.ts';
import type { Messaging } from './messaging.ts';
import type { SlackWorld } from './world.ts';

export interface SharedFileDeps {
  readonly world: SlackWorld;
  readonly messaging: Messaging;
}

/** Where a file was shared. */
export function messagesWith(world: SlackWorld, id: string): readonly StoredMessage[] {
  return [...world.channels.keys()]
    .flatMap((channel) => world.messages.list(channel))
    .filter((message) => message.files.some((file) => file.id === id));
}

/** Deletes a file wherever it was shared: a message that was nothing but the file goes with it. */
export function deleteFile({ world, messaging }: SharedFileDeps, id: string): void {
  const messages = messagesWith(world, id);
  for (const message of messages) {
    const files = message.files.map((file) => (file.id === id ? { ...file, gone: true } : file));
    if (message.text === '' && files.every(({ gone }) => gone)) messaging.remove(message);
    else messaging.change(message, { files }, null);
  }
  world.files.remove(id);
}
