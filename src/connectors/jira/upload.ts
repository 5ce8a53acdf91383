import { createHash, randomUUID } from 'node:crypto';
import type { Attempt, Effect } from '../../model/effect.ts';
import { AttachmentId } from '../../model/ids.ts';
import { type Outcome, ok, rejected, retryLater } from '../../model/outcome.ts';
import type { FileDraft } from '../../model/ticket.ts';
import { FILE_NOT_READ_BACK, fileNotSent, fileTooLarge, NO_ATTACHMENTS } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import type { JiraClients } from './clients.ts';
import { foreignId } from './comments.ts';
import { listAttachments, openFile } from './files.ts';
import { formBody } from './multipart.ts';
import { AddedAttachment, AttachmentLimits } from './schema.ts';
import { storable } from './text.ts';

/** Long enough for a large file on a slow line. */
const TIMEOUT_MS = 5 * 60_000;
const SETTLE_MS = 60_000;
/** How far our clock and Jira's may be apart: what is known to be another file is left out, so this may be long. */
const SKEW_MS = 3_600_000;
/** One that is no older than this is taken by its name and size; of an older one the content is compared. */
const FRESH_MS = 5_000;
/** What Jira Cloud takes where nobody has changed it; the site's own limit replaces it at the first upload. */
const USUAL_LIMIT = 1024 * 1024 * 1024;
const REMEMBER_MS = 10 * 60_000;
const MAX_NAME = 200;

export interface UploadLimit {
  /** In bytes. */
  largest(): number;
  read(): Promise<Outcome<{ readonly enabled: boolean; readonly bytes: number }>>;
}

export function createUploadLimit(client: JiraClient): UploadLimit {
  let known: { readonly enabled: boolean; readonly bytes: number; readonly until: number } | null = null;
  return {
    largest: () => known?.bytes ?? USUAL_LIMIT,
    async read() {
      if (known !== null && performance.now() < known.until) return ok(known);
      const limits = await client.read(AttachmentLimits, ({ cloud }) =>
        cloud.issueAttachments.getAttachmentMeta(),
      );
      if (limits.kind !== 'ok') return limits;
      const { enabled, uploadLimit: bytes } = limits.value;
      known = { enabled, bytes, until: performance.now() + REMEMBER_MS };
      return ok(known);
    },
  };
}

/** The name as Jira and every file system take it, its ending kept. */
export function fileName(name: string): string {
  const clean = storable(name)
    .replaceAll(/[\\/:*?"<>|\t\n]/g, '_')
    .replace(/^[.\s]+|\s+$/g, '');
  if (clean === '') return 'file';
  const characters = [...clean];
  if (characters.length <= MAX_NAME) return clean;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? '';
  return characters.slice(0, MAX_NAME - ending.length).join('') + ending;
}

type Added = { readonly id: AttachmentId };

async function send(
  { clients, limit }: { readonly clients: JiraClients; readonly limit: UploadLimit },
  draft: FileDraft,
): Promise<Outcome<Added>> {
  const foreign = foreignId(draft.ticket);
  if (foreign !== null) return foreign;
  const allowed = await limit.read();
  if (allowed.kind !== 'ok') return allowed;
  if (!allowed.value.enabled) {
    return rejected('forbidden', NO_ATTACHMENTS);
  }
  if (draft.size > allowed.value.bytes) {
    return rejected('invalid', fileTooLarge(draft.size, allowed.value.bytes));
  }
  const voice = clients.voiceOf(draft.author);
  const form = formBody('file', { ...draft, name: fileName(draft.name) }, `deskbridge-${randomUUID()}`);
  const added = await voice.client.upload(AddedAttachment, {
    url: `/rest/api/3/issue/${draft.ticket}/attachments`,
    ...form,
  });
  const failure = form.failure();
  if (failure !== null) {
    return retryLater(fileNotSent(failure.message), 'operation');
  }
  if (added.kind !== 'ok') return voice.explain(added);
  return ok({ id: AttachmentId.parse(added.value.id) });
}

async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of bytes) hash.update(piece);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

/**
 * The attachment with this name and size that the same account put there since the attempt began and that is no other
 * file of ours. Where there are several, or the clocks disagree, the content is read back and compared.
 */
async function find(
  clients: JiraClients,
  draft: FileDraft,
  { startedAt }: Attempt,
): Promise<Outcome<Added | null>> {
  const foreign = foreignId(draft.ticket);
  if (foreign !== null) return foreign;
  const voice = clients.voiceOf(draft.author);
  const account = voice.explain(await clients.accountOf(voice.client));
  if (account.kind !== 'ok') return account;
  const all = await listAttachments(clients.bridge, draft.ticket);
  if (all.kind !== 'ok') return all;
  const name = fileName(draft.name);
  const alike = all.value.filter(
    (one) =>
      draft.others?.has(one.id) !== true &&
      one.filename === name &&
      one.size === draft.size &&
      one.author?.accountId === account.value &&
      one.created.getTime() >= startedAt.getTime() - SKEW_MS,
  );
  const [first, second] = alike;
  if (first === undefined) return ok(null);
  const isFresh = first.created.getTime() >= startedAt.getTime() - FRESH_MS;
  if (second === undefined && isFresh) return ok({ id: AttachmentId.parse(first.id) });
  for (const one of alike) {
    const id = AttachmentId.parse(one.id);
    const content = await openFile(clients.bridge, draft.ticket, id);
    if (content.kind === 'retry') return content;
    if (content.kind === 'rejected') continue;
    const sha256 = await sha256Of(content.value.bytes);
    if (sha256 === null) return retryLater(FILE_NOT_READ_BACK, 'operation');
    if (sha256 === draft.sha256) return ok({ id });
  }
  return ok(null);
}

/** Putting a file on a ticket. */
export function addFile(clients: JiraClients, limit: UploadLimit): Effect<FileDraft, Added> {
  return {
    proof: 'content',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (draft) => send({ clients, limit }, draft),
    find: (draft, attempt) => find(clients, draft, attempt),
  };
}
