import { AttachmentId, type TicketId } from '../../../src/model/ids.ts';
import { ok, rejected } from '../../../src/model/outcome.ts';
import type { FileDraft } from '../../../src/model/ticket.ts';
import { bytesOf, chunked, sha256 } from '../trial.ts';
import { attaching, type Mistake, opening, reading } from './mistake.ts';

/** Whatever can be read of it, announced as what it is. */
async function asItIs(draft: FileDraft): Promise<FileDraft> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of draft.open()) chunks.push(chunk);
  } catch {
    // What has come so far is taken for the whole: the mistake.
  }
  const bytes = Buffer.concat(chunks);
  return { ...draft, size: bytes.length, sha256: sha256(bytes), open: () => chunked(bytes) };
}

/** Mistakes about files. */
export const fileMistakes: readonly Mistake[] = [
  {
    mistake: 'loses the last byte of a file',
    noticedBy: 'a file that we attach is on the ticket',
    bug: (right) =>
      opening(right, async (ticket, file) => {
        const outcome = await right.files.open(ticket, file);
        if (outcome.kind !== 'ok') return outcome;
        const bytes = await bytesOf(outcome.value);
        return ok({ ...outcome.value, bytes: chunked(bytes.subarray(0, -1)) });
      }),
  },
  {
    mistake: 'calls every file a stream of bytes',
    noticedBy: 'a file that an agent attached is read',
    bug: (right) =>
      reading(right, (ticket) => ({
        ...ticket,
        files: ticket.files.map((file) => ({ ...file, mime: 'application/octet-stream' })),
      })),
  },
  {
    mistake: 'opens files of other tickets',
    noticedBy: 'a file of another ticket',
    bug: (right) => {
      const owners = new Map<AttachmentId, TicketId>();
      const adding = attaching(right, {
        async send(draft, attempt) {
          const outcome = await right.files.add.send(draft, attempt);
          if (outcome.kind === 'ok') owners.set(outcome.value.id, draft.ticket);
          return outcome;
        },
      });
      return opening(adding, (ticket, file) => right.files.open(owners.get(file) ?? ticket, file));
    },
  },
  {
    mistake: 'stumbles over a file that is gone already',
    noticedBy: 'taking it off again is fine',
    bug: (right) => {
      const gone = new Set<AttachmentId>();
      const remove: typeof right.files.remove = {
        ...right.files.remove,
        async send(wanted, attempt) {
          if (gone.has(wanted.file)) return rejected('not-found', 'The file is gone already');
          gone.add(wanted.file);
          return right.files.remove.send(wanted, attempt);
        },
      };
      return { ...right, files: { ...right.files, remove } };
    },
  },
  {
    mistake: 'attaches again what got no answer',
    noticedBy: 'a file whose answer is lost',
    bug: (right) =>
      attaching(right, {
        async send(draft, attempt) {
          const first = await right.files.add.send(draft, attempt);
          if (first.kind === 'retry' && first.effect === 'unknown')
            await right.files.add.send(draft, attempt);
          return first;
        },
      }),
  },
  {
    mistake: 'finds files that were never attached',
    noticedBy: 'a file that met a web page',
    bug: (right) => attaching(right, { find: async () => ok({ id: AttachmentId.parse('made-up') }) }),
  },
  {
    mistake: 'finds a file by its name',
    noticedBy: 'two files of one name',
    bug: (right) =>
      attaching(right, {
        async find(draft) {
          const read = await right.read(draft.ticket);
          if (read.kind !== 'ok') return read;
          const found = read.value.files.find(({ name }) => name === draft.name);
          return ok(found === undefined ? null : { id: found.id });
        },
      }),
  },
  {
    mistake: 'reads a file before it looks at its size',
    noticedBy: 'refused before its first byte is read',
    bug: (right) =>
      attaching(right, {
        async send(draft, attempt) {
          for await (const chunk of draft.open()) if (chunk.length === 0) break;
          return right.files.add.send(draft, attempt);
        },
      }),
  },
  {
    mistake: 'attaches whatever comes',
    noticedBy: 'a file that broke off, grew, shrank or changed',
    bug: (right) =>
      attaching(right, {
        send: async (draft, attempt) => right.files.add.send(await asItIs(draft), attempt),
      }),
  },
  {
    mistake: 'hands over a login page',
    noticedBy: 'a web page instead of a file',
    bug: (right) =>
      opening(right, async (ticket, file) => {
        const outcome = await right.files.open(ticket, file);
        if (outcome.kind === 'ok') return outcome;
        return ok({ mime: 'text/html', size: null, bytes: chunked(Buffer.from('<form>Log in</form>')) });
      }),
  },
  {
    mistake: 'calls every file the same',
    noticedBy: 'names of files arrive as words',
    bug: (right) =>
      attaching(right, {
        send: (draft, attempt) => right.files.add.send({ ...draft, name: 'file' }, attempt),
      }),
  },
];
