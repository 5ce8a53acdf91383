import type { JsonObject, StoredMessage } from './message-store.ts';
import type { SlackWorld } from './world.ts';

/** A file as Slack writes it in messages and answers; one that is gone leaves its id and mode only. */
export function wireFile(world: SlackWorld, id: string): JsonObject {
  const file = world.files.get(id);
  const bytes = world.files.bytes(id);
  if (file === null || bytes === null || file.gone) return { id, mode: 'tombstone' };
  const place = `${world.baseUrl() ?? ''}/files-pri/${world.team.id}-${id}`;
  const name = encodeURIComponent(file.name);
  return {
    id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mime,
    filetype: file.name.includes('.')
      ? file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
      : 'binary',
    user: file.user,
    user_team: world.team.id,
    size: bytes.length,
    mode: 'hosted',
    is_external: false,
    is_public: false,
    editable: false,
    url_private: `${place}/${name}`,
    url_private_download: `${place}/download/${name}`,
    permalink: `https://${world.team.domain}.slack.com/files/${file.user}/${id}/${name}`,
    file_access: 'visible',
  };
}

/** In a channel that is shared with another workspace Slack tells the id alone (docs.slack.dev, Slack Connect). */
export function wireFiles(world: SlackWorld, message: StoredMessage): JsonObject {
  if (message.files.length === 0) return {};
  const isShared = world.channels.get(message.channel)?.shared === true;
  const files = message.files.map(({ id, gone }) => {
    if (gone) return { id, mode: 'tombstone' };
    return isShared ? { id, mode: 'file_access', file_access: 'check_file_info' } : wireFile(world, id);
  });
  return { files, upload: false, display_as_bot: message.botId !== null };
}
