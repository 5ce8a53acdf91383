import type { SlackMessage } from '../../model/intake.ts';
import { messageDoc } from './message-doc.ts';
import { type MessageFields, tsOrNull } from './schema.ts';
import { readFiles } from './slack-file.ts';

type Where = Pick<SlackMessage, 'team' | 'channel' | 'ts' | 'root' | 'user' | 'bot'>;

export function toMessage(fields: MessageFields, where: Where): SlackMessage {
  return {
    ...where,
    body: messageDoc(fields),
    files: readFiles(fields.files ?? []),
    edited: tsOrNull(fields.edited?.ts),
  };
}
