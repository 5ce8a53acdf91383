import { z } from 'zod';
import { SlackFileId } from '../../model/ids.ts';
import type { SlackFile } from '../../model/intake.ts';
import { isLinkable } from './atoms.ts';
import { storable } from './storable.ts';

const LONGEST_NAME = 255;
const text = z.string().catch('');
const File = z.object({
  id: SlackFileId,
  mode: text,
  name: text,
  title: text,
  mimetype: text,
  size: z.number().int().min(0).nullable().catch(null),
  permalink: text,
});

/**
 * The files of a message (docs.slack.dev/reference/objects/file-object). In shared channels there may be only an id, with
 * `file_access: check_file_info`; a deleted file leaves a tombstone, which is none. Without an id there is no file to ask for.
 */
export function readFiles(files: readonly unknown[]): readonly SlackFile[] {
  const found = new Map<SlackFileId, SlackFile>();
  for (const file of files) {
    const parsed = File.safeParse(file);
    if (!parsed.success || parsed.data.mode === 'tombstone') continue;
    const { id, name, title, mimetype, size, permalink } = parsed.data;
    found.set(id, {
      id,
      name: plainName(name) || plainName(title) || 'file',
      mime: mimeOf(mimetype),
      size,
      permalink: isLinkable(permalink) ? permalink : null,
    });
  }
  return [...found.values()];
}

/** One line of visible characters. */
function plainName(name: string): string {
  const visible = storable(name)
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return visible.slice(0, LONGEST_NAME).toWellFormed();
}

function mimeOf(type: string): string {
  return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type) ? type.toLowerCase() : 'application/octet-stream';
}
