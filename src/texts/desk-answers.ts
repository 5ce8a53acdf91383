import type { Block, Doc, Inline } from '../model/doc.ts';

/** One request as its own people may see it. */
export interface ShownRequest {
  /** Null until the ticket system has answered. */
  readonly key: string | null;
  readonly url: string | null;
  readonly summary: string;
  /** In the words of the ticket system; null while there is no ticket. */
  readonly status: string | null;
  readonly assignee: string | null;
  readonly queue: string;
}

/** What is asked of a request that does not exist, or that is somebody else's: the same words, so that nobody learns which. */
export function notFound(id: string): Doc {
  return lines([
    [text(`There is no request ${id} that you may see. Check its key, or list your own with mine.`)],
  ]);
}

export function requestDoc(requests: readonly ShownRequest[]): Doc {
  return lines(requests.map(lineOf));
}

/** `more`: there are others beside those. */
export function mineDoc(requests: readonly ShownRequest[], more: boolean): Doc {
  if (requests.length === 0) return lines([[text('You have no open requests.')]]);
  const head = more ? `Your latest ${requests.length} open requests:` : 'Your open requests:';
  return lines([[text(head)], ...requests.map(lineOf)]);
}

export interface PendingRequest {
  readonly request: ShownRequest;
  /** Who has to decide; may be empty where the ticket system does not say. */
  readonly approvers: readonly string[];
}

/** `unknown`: keys of tickets whose system could not be asked, or knows no approvals that we can read. */
export function pendingDoc(pending: readonly PendingRequest[], unknown: readonly string[]): Doc {
  const head =
    pending.length === 0
      ? 'None of your open requests is known to wait for an approval.'
      : 'These requests of yours wait for an approval. It is decided in the ticket system:';
  const rows = pending.map(({ request, approvers }) => [
    ...lineOf(request),
    ...(approvers.length === 0 ? [] : [text(` Waits for ${approvers.join(', ')}.`)]),
  ]);
  const rest =
    unknown.length === 0 ? [] : [[text(`Approvals of ${unknown.join(', ')} cannot be seen from here.`)]];
  return lines([[text(head)], ...rows, ...rest]);
}

function lineOf({ key, url, summary, status, assignee, queue }: ShownRequest): readonly Inline[] {
  const name = key ?? 'No ticket yet';
  const shown: Inline =
    url === null || key === null
      ? text(name)
      : { type: 'link', url, children: [{ type: 'text', value: key }] };
  const who = assignee === null ? `with ${queue}` : `with ${assignee} (${queue})`;
  const state = status ?? 'the ticket is being opened';
  return [{ type: 'strong', children: [shown] }, text(` ${summary}: ${state}, ${who}.`)];
}

const text = (value: string): Inline => ({ type: 'text', value });

function lines(all: readonly (readonly Inline[])[]): Doc {
  return { type: 'root', children: all.map((children): Block => ({ type: 'paragraph', children })) };
}
