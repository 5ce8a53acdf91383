import { createHash } from 'node:crypto';
import type { Attempt, Effect } from '../../model/effect.ts';
import { AttachmentId, type TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { FileDraft, OpenFile, TicketFile } from '../../model/ticket.ts';
import {
  ATTACHMENTS_HIDDEN,
  checkSignIn,
  FILE_NOT_READ,
  fileTooLarge,
  HELD_BACK,
  NO_SUCH_ATTACHMENT,
  NO_SUCH_TICKET,
  notHandedOver,
  nothingAttached,
  OTHER_FILE_STORED,
  pageForFile,
  TO_READ_PROPERTIES,
} from '../../texts/servicenow-talk.ts';
import type { Files } from '../connector.ts';
import { checkedBytes, OtherContent } from './checked-bytes.ts';
import type { ServiceNowClient } from './client.ts';
import { type CommentParts, userNameOf } from './comment.ts';
import type { Directory } from './directory.ts';
import { fileName } from './fields.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { queryValue } from './query.ts';
import { type Attachment, PropertyRow, SysId } from './schema.ts';
import { toldOf } from './sign-ins.ts';
import type { TicketTable } from './tables.ts';

export interface FileParts extends Pick<CommentParts, 'signIns' | 'directory' | 'people' | 'tickets'> {
  readonly names: Directory['names'];
}

/** Attachments of tickets, also for whoever reads a whole ticket. */
export interface TicketFiles extends Files {
  /** Oldest first, with the names of those who attached them. */
  of(ticket: { readonly table: TicketTable; readonly sysId: SysId }): Promise<Outcome<readonly TicketFile[]>>;
  /** Asks the instance again how large a file may be. */
  learnLargest(): Promise<Outcome<null>>;
}

type Added = { readonly id: AttachmentId };

const PAGE = 200;
const PAGES_AT_MOST = 50;
/** How far the instance's clock may be behind ours: the content tells, and what is known to be another file is left out. */
const CLOCK_SLACK_MS = 3_600_000;
const SIZE_PROPERTY = 'com.glide.attachment.max_size';
const MEGABYTE = 1024 * 1024;
/** The base system's limit. */
const LARGEST_MB = 1024;

const hidden = () => rejected('forbidden', ATTACHMENTS_HIDDEN);

const notThere = () => rejected('not-found', NO_SUCH_ATTACHMENT);

async function readAttachments(
  { signIns }: FileParts,
  ticket: SysId,
): Promise<Outcome<readonly Attachment[]>> {
  const value = queryValue(ticket);
  const query = {
    all: value === null ? [] : [{ field: 'table_sys_id', is: '=', value } as const],
    orderBy: [{ field: 'sys_created_on' }, { field: 'sys_id' }],
  };
  const found = new Map<SysId, Attachment>();
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const offset = page * PAGE;
    const read = await signIns.reader.attachments.list(query, { limit: PAGE, offset });
    if (read.kind === 'rejected' && read.code === 'forbidden') return hidden();
    if (read.kind !== 'ok') return read;
    const { rows, total } = read.value;
    const expected = total === null ? rows.length : Math.min(PAGE, Math.max(0, total - offset));
    // A hidden file would look like one that was taken away, and a dropped filter shows files of others.
    if (rows.length < expected || rows.some((row) => row.table_sys_id !== ticket)) return hidden();
    for (const row of rows) found.set(row.sys_id, row);
    if (rows.length < PAGE) break;
  }
  return ok([...found.values()]);
}

/** Customers see in the portal what hangs on their own record; what is kept under another name is somebody's secret. */
function asFile(file: Attachment, table: TicketTable, author: string): TicketFile {
  return {
    id: AttachmentId.parse(file.sys_id),
    name: file.file_name,
    mime: file.content_type === '' ? 'application/octet-stream' : file.content_type,
    size: file.size_bytes,
    author,
    createdAt: file.sys_created_on,
    visibility: file.table_name === table && file.content_type !== '' ? 'public' : 'unknown',
  };
}

const hashOf = ({ hash }: Attachment) => (/^[0-9a-f]{64}$/i.test(hash) ? hash.toLowerCase() : null);

const isHtml = (mime: string) => /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(mime);

/** About one attachment of a ticket; another ticket's is not found. */
async function aboutFile(parts: FileParts, ticket: TicketId, file: string): Promise<Outcome<Attachment>> {
  const sysId = SysId.safeParse(file);
  if (!sysId.success) return notThere();
  const read = await parts.signIns.reader.attachments.get(sysId.data);
  if (read.kind === 'rejected' && read.code === 'not-found') return notThere();
  if (read.kind !== 'ok') return read;
  return read.value.sys_id === sysId.data && read.value.table_sys_id === ticket ? read : notThere();
}

async function openFile(parts: FileParts, ticket: TicketId, file: string): Promise<Outcome<OpenFile>> {
  const about = await aboutFile(parts, ticket, file);
  if (about.kind !== 'ok') return about;
  const opened = await parts.signIns.reader.attachments.open(about.value.sys_id);
  if (opened.kind === 'rejected' && opened.code === 'forbidden') {
    const advice = HELD_BACK;
    return rejected('forbidden', notHandedOver(about.value.file_name, advice));
  }
  if (opened.kind !== 'ok') return opened;
  const { content_type: mime, size_bytes: size } = about.value;
  if (isHtml(opened.value.mime) && !isHtml(mime)) {
    for await (const _ of opened.value.bytes) break;
    const what = pageForFile(about.value.file_name);
    return rejected('auth', checkSignIn(what));
  }
  const bytes = checkedBytes(opened.value.bytes, { size, sha256: hashOf(about.value) });
  return ok({ mime: mime === '' ? 'application/octet-stream' : mime, size, bytes });
}

/** Is this the content? By the instance's own hash, else by reading it. */
async function holds(parts: FileParts, draft: FileDraft, file: Attachment): Promise<Outcome<boolean>> {
  const known = hashOf(file);
  if (known !== null) return ok(known === draft.sha256);
  const opened = await openFile(parts, draft.ticket, file.sys_id);
  if (opened.kind !== 'ok') return opened;
  const hash = createHash('sha256');
  for await (const chunk of opened.value.bytes) hash.update(chunk);
  return ok(hash.digest('hex') === draft.sha256);
}

async function findAdded(
  parts: FileParts,
  draft: FileDraft,
  attempt: Attempt,
): Promise<Outcome<Added | null>> {
  const sysId = SysId.safeParse(draft.ticket);
  if (!sysId.success) return rejected('not-found', NO_SUCH_TICKET);
  const user = await userNameOf(parts, draft);
  if (user.kind !== 'ok') return user;
  const files = await readAttachments(parts, sysId.data);
  if (files.kind !== 'ok') return files;
  const since = attempt.startedAt.getTime() - CLOCK_SLACK_MS;
  for (const file of files.value) {
    const isCandidate =
      draft.others?.has(file.sys_id) !== true &&
      file.file_name === fileName(draft.name) &&
      file.size_bytes === draft.size &&
      file.sys_created_by.toLowerCase() === user.value.toLowerCase() &&
      file.sys_created_on.getTime() >= since;
    if (!isCandidate) continue;
    const same = await holds(parts, draft, file);
    if (same.kind !== 'ok') return same;
    if (same.value) return ok({ id: AttachmentId.parse(file.sys_id) });
  }
  return ok(null);
}

async function sendFile(parts: FileParts, draft: FileDraft, largest: number): Promise<Outcome<Added>> {
  if (draft.size > largest) {
    const most = `${Math.floor(largest / MEGABYTE)} MB`;
    return rejected('invalid', fileTooLarge(most, SIZE_PROPERTY));
  }
  const located = await parts.tickets.locate(draft.ticket);
  if (located.kind !== 'ok') return located;
  const source: Source = { failure: null };
  const added = await parts.signIns.of(draft.author).attachments.add({
    table: located.value.table,
    record: located.value.sysId,
    name: fileName(draft.name),
    mime: /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(draft.mime) ? draft.mime : 'application/octet-stream',
    body: { size: draft.size, bytes: remembering(draft, source) },
  });
  // A body that ends too early is no request: nothing can have been attached.
  if (source.failure instanceof OtherContent) {
    return rejected('conflict', nothingAttached(source.failure.message));
  }
  if (source.failure !== null && added.kind !== 'ok') {
    const reason = FILE_NOT_READ;
    return { kind: 'retry', reason, scope: 'operation', effect: 'unknown' };
  }
  if (added.kind !== 'ok') return toldOf(draft.author, added);
  const { sys_id, size_bytes, table_sys_id } = added.value;
  const isIt = size_bytes === draft.size && table_sys_id === draft.ticket;
  const hash = hashOf(added.value);
  if (!isIt || (hash !== null && hash !== draft.sha256)) {
    return unknownEffect(OTHER_FILE_STORED);
  }
  return ok({ id: AttachmentId.parse(sys_id) });
}

interface Source {
  /** Why the content could not be read; null while all is well. */
  failure: Error | null;
}

/** The content, checked while it leaves; what goes wrong with it is kept apart from what goes wrong with the instance. */
async function* remembering(draft: FileDraft, source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* checkedBytes(draft.open(), draft);
  } catch (error) {
    source.failure = error instanceof Error ? error : new Error('The file could not be read.');
    throw error;
  }
}

async function removeFile(parts: FileParts, ticket: TicketId, file: string): Promise<Outcome<null>> {
  const about = await aboutFile(parts, ticket, file);
  if (about.kind === 'rejected' && about.code === 'not-found') return ok(null);
  if (about.kind !== 'ok') return about;
  const removed = await parts.signIns.bridge.attachments.remove(about.value.sys_id);
  return removed.kind === 'rejected' && removed.code === 'not-found' ? ok(null) : removed;
}

async function readLargest(client: ServiceNowClient): Promise<Outcome<number>> {
  const name = queryValue(SIZE_PROPERTY);
  if (name === null) return ok(LARGEST_MB * MEGABYTE);
  const page = await client.list('sys_properties', {
    query: { all: [{ field: 'name', is: '=', value: name }] },
    row: PropertyRow,
    fields: ['name', 'value'],
    limit: 2,
    doing: TO_READ_PROPERTIES,
  });
  if (page.kind === 'retry') return page;
  const rows = page.kind === 'ok' ? page.value.rows : [];
  const text = rows.find((row) => row.name === SIZE_PROPERTY)?.value.trim() ?? '';
  return ok((/^[1-9]\d{0,5}$/.test(text) ? Number(text) : LARGEST_MB) * MEGABYTE);
}

/**
 * Attachments. Proof of an added one: the same name, size and SHA-256, by the user who added it, since the attempt began.
 */
export function createFiles(parts: FileParts): TicketFiles {
  let known: number | null = null;

  async function learnLargest(): Promise<Outcome<null>> {
    const read = await readLargest(parts.signIns.bridge.client);
    if (read.kind !== 'ok') return read;
    known = read.value;
    return ok(null);
  }

  const effect = { timeoutMs: WRITE_TIMEOUT_MS, settleMs: SETTLE_MS } as const;
  const add: Effect<FileDraft, Added> = {
    ...effect,
    proof: 'content',
    async send(draft) {
      const learned = known === null ? await learnLargest() : ok(null);
      if (learned.kind !== 'ok') return learned;
      return sendFile(parts, draft, known ?? LARGEST_MB * MEGABYTE);
    },
    find: (draft, attempt) => findAdded(parts, draft, attempt),
  };
  return {
    get largest() {
      return known ?? LARGEST_MB * MEGABYTE;
    },
    learnLargest,
    add,
    remove: {
      ...effect,
      proof: 'compare-and-set',
      send: ({ ticket, file }) => removeFile(parts, ticket, file),
      // Taking away what is gone already is harmless, so nothing has to be looked up.
      find: async () => ok(null),
    },
    open: (ticket, file) => openFile(parts, ticket, file),
    async of({ table, sysId }) {
      const files = await readAttachments(parts, sysId);
      if (files.kind !== 'ok') return files;
      const names = await parts.names(files.value.map((file) => file.sys_created_by));
      if (names.kind !== 'ok') return names;
      return ok(
        files.value.map((file) =>
          asFile(file, table, names.value.get(file.sys_created_by) ?? file.sys_created_by),
        ),
      );
    },
  };
}
