import { type Outcome, ok, rejected, retryLater } from '../../model/outcome.ts';
import type { FileDraft, TicketFile } from '../../model/ticket.ts';
import { announced, OtherContent } from '../announced-content.ts';
import type { Files } from '../connector.ts';
import { DeadlinePassed } from '../io.ts';
import { isBlank } from '../storable-text.ts';
import { type Ask, TIMEOUT_MS } from './ask.ts';
import type { DeskFile } from './records.ts';
import { storableWords } from './text.ts';
import { error, value } from './wire.ts';

/** In bytes: nobody keeps more in memory for a trial. */
const LARGEST = 20 * 1024 * 1024;
/** How much of a file leaves the desk at once, in bytes. */
const CHUNK = 64 * 1024;

export function fileOf(file: DeskFile): TicketFile {
  const { id, name, mime, author, createdAt, internal, bytes } = file;
  return {
    id,
    name,
    mime,
    size: bytes.length,
    author,
    createdAt,
    visibility: internal ? 'internal' : 'public',
  };
}

/** The content, as it was announced. Where it breaks off, or is another one by now, nothing has been sent yet. */
async function contentOf(draft: FileDraft): Promise<Outcome<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of announced(draft)) chunks.push(chunk);
  } catch (problem) {
    if (problem instanceof DeadlinePassed) throw problem;
    if (problem instanceof OtherContent) return rejected('conflict', problem.message);
    return retryLater(
      'The file could not be read to its end; nothing was attached, we try again',
      'operation',
    );
  }
  return ok(Buffer.concat(chunks));
}

function addEffect(ask: Ask, settleMs: number): Files['add'] {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    async send(draft, { marker }) {
      if (draft.size > LARGEST)
        return rejected('invalid', `The file is larger than the ${LARGEST} bytes that the desk takes`);
      const content = await contentOf(draft);
      if (content.kind !== 'ok') return content;
      const { value: bytes } = content;
      const name = isBlank(draft.name) ? 'file' : storableWords(draft.name).replace(/[\s/\\]+/g, ' ');
      return ask.as(draft.author, (records, author) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        const file = { name, mime: draft.mime, bytes, author, internal: false, marker };
        return value({ id: records.addFile(ticket, file).id });
      });
    },
    find: (draft, { marker }) =>
      ask('reads', (records) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        const found = records.searchFile(ticket, marker);
        return value(found === null ? null : { id: found.id });
      }),
  };
}

function removeEffect(ask: Ask, settleMs: number): Files['remove'] {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    send: (wanted) =>
      ask('writes', (records) => {
        const ticket = records.byId(wanted.ticket);
        if (ticket?.files.some(({ id }) => id === wanted.file)) records.removeFile(ticket, wanted.file);
        return value(null);
      }),
    // The result carries nothing, so "gone" and "not gone" look alike; the next send is harmless either way.
    find: () => ask('reads', () => value(null)),
  };
}

async function* inChunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

export function createFiles(ask: Ask, settleMs: number): Files {
  return {
    largest: LARGEST,
    add: addEffect(ask, settleMs),
    remove: removeEffect(ask, settleMs),
    open: (ticket, file) =>
      ask('content', (records) => {
        const found = records.byId(ticket)?.files.find(({ id }) => id === file);
        if (found === undefined) return error(404);
        const { mime, bytes } = found;
        return value({ mime, size: bytes.length, bytes: inChunks(bytes) });
      }),
  };
}
