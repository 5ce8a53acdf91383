import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import { randomId } from './random-id.ts';

/** A file of the workspace. `content` is base64, so that a snapshot is JSON. */
export const StoredFile = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  mime: z.string(),
  /** Who uploaded it. */
  user: z.string(),
  /** Seconds since 1970. */
  created: z.number(),
  content: z.base64(),
  gone: z.boolean(),
  /** Put into a form of the app, which may read it. */
  given: z.boolean().default(false),
});
export type StoredFile = z.infer<typeof StoredFile>;

/** A two-step upload: reserved, then received, then completed. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  /** In bytes, as announced. */
  readonly size: number;
  bytes: Buffer | null;
}

export interface FileStore {
  /** Announces an upload; answers it with the last part of its address. */
  reserve(file: { readonly name: string; readonly size: number }): Upload & { readonly ticket: string };
  upload(ticket: string): Upload | null;
  /** The upload of this file when its bytes are here; it is used up. */
  take(id: string): Upload | null;
  add(file: {
    readonly id?: string;
    readonly name: string;
    readonly title?: string;
    readonly mime: string;
    readonly user: string;
    readonly given?: boolean;
    readonly bytes: Uint8Array;
  }): StoredFile;
  /** Also one that is gone. */
  get(id: string): StoredFile | null;
  bytes(id: string): Buffer | null;
  remove(id: string): void;
  dump(): StoredFile[];
  load(files: readonly StoredFile[]): void;
}

const MIME: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  log: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  zip: 'application/zip',
};

/** Slack tells a type from the name when nobody says it. */
export function mimeOf(name: string): string {
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return (Object.hasOwn(MIME, end) ? MIME[end] : undefined) ?? 'application/octet-stream';
}

export function createFileStore(clock: SandboxClock): FileStore {
  const files = new Map<
    string,
    { readonly file: Omit<StoredFile, 'content' | 'gone'>; readonly bytes: Buffer; gone: boolean }
  >();
  const uploads = new Map<string, Upload>();

  function get(id: string): StoredFile | null {
    const found = files.get(id);
    return found === undefined
      ? null
      : { ...found.file, content: found.bytes.toString('base64'), gone: found.gone };
  }

  return {
    reserve({ name, size }) {
      const ticket = randomId('', 24);
      const upload: Upload = { id: randomId('F'), name, size, bytes: null };
      uploads.set(ticket, upload);
      return { ...upload, ticket };
    },
    upload: (ticket) => uploads.get(ticket) ?? null,
    take(id) {
      const entry = [...uploads].find(([, upload]) => upload.id === id && upload.bytes !== null);
      if (entry === undefined) return null;
      uploads.delete(entry[0]);
      return entry[1];
    },
    add({ id = randomId('F'), name, title = name, mime, user, given = false, bytes }) {
      const created = Math.floor(clock.now().getTime() / 1000);
      files.set(id, {
        file: { id, name, title, mime, user, created, given },
        bytes: Buffer.from(bytes),
        gone: false,
      });
      return {
        id,
        name,
        title,
        mime,
        user,
        created,
        given,
        content: Buffer.from(bytes).toString('base64'),
        gone: false,
      };
    },
    get,
    bytes: (id) => files.get(id)?.bytes ?? null,
    remove(id) {
      const found = files.get(id);
      if (found !== undefined) found.gone = true;
    },
    dump: () => [...files.keys()].flatMap((id) => get(id) ?? []),
    load(stored) {
      files.clear();
      uploads.clear();
      for (const { content, gone, ...file } of stored) {
        files.set(file.id, { file, bytes: Buffer.from(content, 'base64'), gone });
      }
    },
  };
}
