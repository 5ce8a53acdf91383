import type { Connector, Files } from '../connectors/connector.ts';
import type { Link, SentFile } from '../model/link.ts';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import type { FileDraft, OpenFile } from '../model/ticket.ts';
import { fileDamaged, NOT_FETCHED_WHOLE, staysWhereItIs } from '../texts/files.ts';
import { hashOf, type Spooled, spool } from './spool.ts';
import type { World } from './world.ts';

/** Fetching a file may take this long, in milliseconds. */
export const FETCH_TIMEOUT_MS = 300_000;
/** Larger files are compared by their size alone: reading them back would cost more than it proves. */
const COMPARED_AT_MOST = 25_000_000;

/** Where its files go. What was planned before its system took none any more stays where it is. */
export function filesOf({ files }: Connector, name: string): Outcome<Files> {
  return 'absent' in files ? rejected('invalid', staysWhereItIs(name, files.absent)) : ok(files);
}

/** Looked up only: what is known of it is enough, and its original may be gone or costly to fetch. */
export function sentBefore({ size, sha256 }: SentFile): Spooled {
  return {
    size,
    sha256,
    open: () => {
      throw new Error('A file that is looked up is not sent');
    },
    dispose: async () => {},
  };
}

/** Ids of all other files of this link, on both sides. */
export async function othersOn(world: World, link: Link, itemId: string): Promise<ReadonlySet<string>> {
  const items = await world.store.items.of(link.id);
  return new Set(
    items.flatMap(({ id, kind, nativeId, copies }) =>
      id === itemId || kind !== 'file' ? [] : [nativeId, ...copies.map((copy) => copy.nativeId)],
    ),
  );
}

export const damaged = (name: string) => rejected('invalid', fileDamaged(name));

/** Does the other side hold the very bytes that were sent? What cannot be read back counts as whole, and is counted. */
export async function isWhole(
  world: World,
  sent: Pick<FileDraft, 'size' | 'sha256'>,
  open: () => Promise<Outcome<OpenFile>>,
): Promise<boolean> {
  if (sent.size > COMPARED_AT_MOST) return true;
  const opened = await open();
  if (opened.kind !== 'ok') {
    world.metrics.count('deskbridge_files_unverified', { why: opened.kind });
    return true;
  }
  return (await hashOf(opened.value)) === sent.sha256;
}

export const keep = (world: World, file: OpenFile, largest: number) => (world.spool ?? spool)(file, largest);

/** A stream that breaks half-way has changed nothing: it is fetched again. */
export async function fetched(work: () => Promise<Outcome<Spooled>>): Promise<Outcome<Spooled>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'DeadlinePassed') throw error;
    return retryLater(NOT_FETCHED_WHOLE, 'operation');
  }
}
