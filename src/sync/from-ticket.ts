import { docText } from '../model/doc-text.ts';
import { AttachmentId, type CommentId } from '../model/ids.ts';
import type { Item } from '../model/item.ts';
import type { NewOperation, OperationBody } from '../model/link.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { TicketComment, TicketFile, TicketSnapshot } from '../model/ticket.ts';
import { answerNews } from '../texts/card-answers.ts';
import { openTicket, staysOnTicket } from '../texts/files.ts';
import { fileFate } from './file-fate.ts';
import type { GivenUpFile, Known, TicketReading } from './observed.ts';
import { notice, type Step, tellWatchers } from './steps.ts';
import { planGone, planState } from './ticket-state.ts';

/** What a fresh reading of the ticket asks for. A re-read is the only source: hooks are hints. */
export function planTicket(known: Known, reading: TicketReading | 'gone'): Step[] {
  const ticket = known.link.ticket;
  if (ticket === null) return [];
  if (reading === 'gone') return planGone(known);
  const { snapshot } = reading;
  // A reading that is older than what we know (a lagging replica) changes nothing: status never moves backwards.
  const older = ticket.updatedAt !== null && snapshot.updatedAt < ticket.updatedAt;
  const said = planComments(known, snapshot, older);
  // What an older reading lacks may be younger than it.
  const gone = older ? [] : [...reading.gone].flatMap((id) => planGoneComment(known, id));
  const files = planFiles(known, snapshot, older);
  return [...said, ...gone, ...files, ...(older ? [] : planState(known, ticket, snapshot))];
}

function planComments(known: Known, snapshot: TicketSnapshot, older: boolean): Step[] {
  const items = new Map(
    known.items.flatMap((item) =>
      item.origin === 'ticket' && item.kind === 'message' ? [[item.nativeId, item] as const] : [],
    ),
  );
  // By id: pages that shift while they are read show a comment twice.
  const read = new Map(snapshot.comments.map((comment) => [comment.id, comment]));
  return [...read.values()].flatMap((comment) => {
    const item = items.get(comment.id);
    if (item !== undefined) return older ? [] : planSaidAgain(known, item, comment);
    const isOurs = known.ours.has(comment.id) || (comment.marker !== null && known.ours.has(comment.marker));
    if (isOurs) return [];
    const news = sayable(comment) ? tellWatchers(known.watchers, answerNews(snapshot.key)) : [];
    return [planNewComment(known, comment), ...news];
  });
}

const sayable = (comment: TicketComment) =>
  comment.visibility === 'public' && docText(comment.body).trim() !== '';

/** Only public crosses. Internal and unknown ones are remembered, so that nobody takes them for new later. */
function planNewComment(known: Known, comment: TicketComment): Step {
  const item = {
    kind: 'message' as const,
    origin: 'ticket' as const,
    nativeId: comment.id,
    channel: null,
    parent: null,
    opens: false,
    atMicros: comment.createdAt.getTime() * 1000,
    late: false,
    visibility: comment.visibility,
    stamp: comment.updatedAt.toISOString(),
    gone: false,
  };
  return { do: 'item', item, mirrors: sayable(comment) ? says(known, comment, null) : [] };
}

/** One operation for every part that the comment has or had; each shows what the comment says when it runs. */
function says(known: Known, comment: TicketComment, item: Item | null): readonly NewOperation[] {
  const now = sayable(comment) ? splitDoc(comment.body, known.limits.longest.slack).length : 0;
  const before = item === null ? 0 : Math.max(0, ...partsThere(known, item));
  const itemId = item?.id ?? null;
  const wanted = Array.from({ length: Math.max(now, before) }, (_, index) => index + 1);
  return wanted
    .filter((part) => item === null || !isWaiting(known, item, part))
    .map((part) => ({ lane: 'slack', itemId, body: { kind: 'say', comment: comment.id, part } }));
}

/** Parts that stand in Slack, and those that may: one that stopped in doubt is made true by what comes behind it. */
function partsThere(known: Known, item: Item): readonly number[] {
  const doubtful = known.open.flatMap(({ itemId, body, state }) =>
    itemId === item.id && body.kind === 'say' && state === 'parked' ? [body.part] : [],
  );
  return [...new Set([...item.copies.map((copy) => copy.part), ...doubtful])];
}

/** Unsent: it will show what is true when it runs. */
function isWaiting(known: Known, item: Item, part: number): boolean {
  return known.open.some(
    ({ itemId, body, state }) =>
      itemId === item.id && body.kind === 'say' && body.part === part && state === 'ready',
  );
}

function planSaidAgain(known: Known, item: Item, comment: TicketComment): Step[] {
  const stamp = comment.updatedAt.toISOString();
  const { visibility } = comment;
  if (!item.gone && item.visibility === visibility && item.stamp === stamp) return [];
  // What an earlier version of this program saw has no stamp: it is taken as it stands.
  const unseen = item.stamp !== null || item.visibility !== visibility;
  const mirrors = unseen ? says(known, comment, item) : [];
  const steps: Step[] = [
    { do: 'item-change', item: item.id, change: { visibility, stamp, gone: false }, mirrors },
  ];
  if (item.visibility === 'public' && visibility !== 'public') {
    const data = { comment: comment.id, visibility };
    steps.push({ do: 'record', kind: 'comment.withdrawn', actor: 'ticket', data });
  }
  return steps;
}

function planGoneComment(known: Known, id: CommentId): Step[] {
  const item = known.items.find(
    (one) => one.origin === 'ticket' && one.kind === 'message' && one.nativeId === id,
  );
  if (item === undefined || item.gone) return [];
  const change = { visibility: item.visibility, stamp: item.stamp, gone: true };
  const mirrors = partsThere(known, item)
    .filter((part) => !isWaiting(known, item, part))
    .map(
      (part): NewOperation => ({
        lane: 'slack',
        itemId: item.id,
        body: { kind: 'say', comment: id, part },
      }),
    );
  return [{ do: 'item-change', item: item.id, change, mirrors }];
}

/** Public files go into the conversation; those that are gone or no longer public come out of it. */
function planFiles(known: Known, snapshot: TicketSnapshot, older: boolean): Step[] {
  const items = known.items.filter((item) => item.origin === 'ticket' && item.kind === 'file');
  const read = new Map<string, TicketFile>(snapshot.files.map((file) => [file.id, file]));
  const lost = [...known.givenUp];
  const fresh = [...read.values()].flatMap((file): Step[] => {
    const isKnown =
      items.some((item) => item.nativeId === file.id) || known.ours.has(file.id) || known.fileInDoubt;
    if (isKnown) return [];
    const at = lost.findIndex((one) => looksLike(one, file));
    const [found] = at < 0 ? [] : lost.splice(at, 1);
    if (found !== undefined) return [{ do: 'adopt', operation: found.operation, remote: file.id }];
    return planNewFile(known, file, snapshot.key);
  });
  if (older) return fresh;
  const again = items.flatMap((item) =>
    planKnownFile(known, item, { file: read.get(item.nativeId), key: snapshot.key }),
  );
  return [...fresh, ...again];
}

/** Clocks of two systems may differ by so much. */
const CLOCKS_MS = 3_600_000;
/** Systems keep letters and digits of a name, whatever they do to the rest. */
const plainName = (name: string) => name.replaceAll(/[^\p{L}\p{N}]/gu, '');

function looksLike({ name, size, from, to }: GivenUpFile, file: TicketFile): boolean {
  const at = file.createdAt.getTime();
  const inTime = at >= from.getTime() - CLOCKS_MS && at <= to.getTime() + CLOCKS_MS;
  return inTime && file.size === size && plainName(file.name) === plainName(name);
}

function shareOf(file: TicketFile): OperationBody {
  const { id, name, mime, size } = file;
  return { kind: 'share', file: id, name, mime, size };
}

function planNewFile(known: Known, file: TicketFile, key: string): Step[] {
  const item = {
    kind: 'file' as const,
    origin: 'ticket' as const,
    nativeId: file.id,
    channel: null,
    parent: null,
    opens: false,
    atMicros: file.createdAt.getTime() * 1000,
    late: false,
    visibility: file.visibility,
    stamp: null,
    gone: false,
  };
  if (file.visibility !== 'public') return [{ do: 'item', item, mirrors: [] }];
  const stays = staysThere(known, file, key);
  if (stays !== null) return [{ do: 'item', item, mirrors: [] }, stays];
  return [{ do: 'item', item, mirrors: [{ lane: 'slack', itemId: null, body: shareOf(file) }] }];
}

/** What is said in the thread instead of a file that may not be copied; null for one that may. */
function staysThere(known: Known, file: TicketFile, key: string): Step | null {
  const fate = fileFate(known.limits, 'slack', file);
  if (fate.goes) return null;
  const url = known.link.ticket?.url ?? null;
  return notice(
    staysOnTicket(file.author, file.name, { key, why: fate.why }),
    url === null ? null : { label: openTicket(key), url },
  );
}

function planKnownFile(
  known: Known,
  item: Item,
  { file, key }: { readonly file: TicketFile | undefined; readonly key: string },
): Step[] {
  const visibility = file?.visibility ?? item.visibility;
  const gone = file === undefined;
  if (gone === item.gone && visibility === item.visibility) return [];
  const change = { visibility, stamp: item.stamp, gone };
  const waits = known.open.some(
    ({ itemId, body, state }) => itemId === item.id && body.kind === 'share' && state === 'ready',
  );
  const copied = item.copies.length > 0 || isInDoubt(known, item);
  const shows = !gone && visibility === 'public';
  const stays = file !== undefined && shows && !copied && !waits ? staysThere(known, file, key) : null;
  if (stays !== null) return [{ do: 'item-change', item: item.id, change, mirrors: [] }, stays];
  // One that shows and should, or neither, needs nothing; one that waits unsent looks again when it runs.
  const mirrors: NewOperation[] =
    waits || shows === copied ? [] : [{ lane: 'slack', itemId: item.id, body: goneOrShown(item, file) }];
  return [{ do: 'item-change', item: item.id, change, mirrors }];
}

/** One that stopped in doubt may stand in Slack: what it has become since is done behind it. */
function isInDoubt(known: Known, item: Item): boolean {
  return known.open.some(
    ({ itemId, body, state }) => itemId === item.id && body.kind === 'share' && state === 'parked',
  );
}

function goneOrShown(item: Item, file: TicketFile | undefined): OperationBody {
  if (file !== undefined) return shareOf(file);
  return {
    kind: 'share',
    file: AttachmentId.parse(item.nativeId),
    name: 'file',
    mime: 'application/octet-stream',
    size: 0,
  };
}
