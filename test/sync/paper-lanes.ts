import { docText } from '../../src/model/doc-text.ts';
import type { SlackTs } from '../../src/model/ids.ts';
import type { Copy, Item } from '../../src/model/item.ts';
import type { Lane, NewOperation, OperationBody } from '../../src/model/link.ts';
import { splitDoc } from '../../src/model/split-doc.ts';
import type { TicketComment } from '../../src/model/ticket.ts';
import type { Known, Observed } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import type { Step } from '../../src/sync/steps.ts';
import { CHANNEL, tsAt, uuid, waiting } from './paper-world.ts';

/**
 * Both lanes on paper: plans are written down, operations run when a test says so, and each side shows what reached it.
 * The rules of a run are those of the flows, told in a few lines.
 */
export interface Paper {
  readonly known: Known;
  /** What the bridge wrote on the ticket, by comment id. */
  readonly ticket: ReadonlyMap<string, string>;
  /** What the bridge wrote in the thread, by ts. */
  readonly thread: ReadonlyMap<SlackTs, string>;
  /** Files of Slack on the ticket, files of the ticket in Slack, by their ids at home. */
  readonly files: ReadonlySet<string>;
  /** How many things were ever made, on both sides. */
  readonly made: number;
}

export const paper = (known: Known): Paper => ({
  known,
  ticket: new Map(),
  thread: new Map(),
  files: new Set(),
  made: 0,
});

/** The true words of the ticket's own comments at this moment. */
export type Truth = ReadonlyMap<string, TicketComment>;

/** The world after a plan was written down. */
export function write(before: Known, steps: readonly Step[]): Known {
  let { link, items, open } = before;
  const append = (operations: readonly NewOperation[], itemId: string | null) => {
    for (const operation of operations) {
      const n = 1 + Math.max(0, ...open.map(({ seq }) => seq));
      open = [...open, { ...waiting(n, operation.body, operation.itemId ?? itemId), lane: operation.lane }];
    }
  };
  for (const step of steps) {
    switch (step.do) {
      case 'item': {
        const id = uuid(10_000 + items.length);
        items = [...items, { ...step.item, id, copies: [] }];
        append(step.mirrors, id);
        break;
      }
      case 'item-change':
        items = items.map((item) => (item.id === step.item ? { ...item, ...step.change } : item));
        append(step.mirrors, step.item);
        break;
      case 'operate':
        append([step.operation], null);
        break;
      case 'replace':
        open = open.map((one) => (one.id === step.operation ? { ...one, body: step.body } : one));
        break;
      case 'drop':
        open = open.filter((one) => one.id !== step.operation);
        break;
      case 'adopt':
        break;
      case 'ticket':
        link = { ...link, ticket: step.ticket };
        break;
      case 'own-change-over':
        link = { ...link, ownChange: null };
        break;
      case 'status': {
        const parked = step.status === 'parked' ? link.closedAt : null;
        const closedAt = step.status === 'closed' ? (link.closedAt ?? before.now) : parked;
        link = { ...link, status: step.status, parkedReason: step.parkedReason, closedAt };
        break;
      }
      default:
        break;
    }
  }
  return { ...before, link, items, open };
}

/** Runs the first operation of a lane; nothing changes when the lane is empty. */
export function runOne(before: Paper, lane: Lane, truth: Truth = new Map()): Paper {
  const head = before.known.open.find((operation) => operation.lane === lane);
  if (head === undefined) return before;
  const open = before.known.open.filter((operation) => operation !== head);
  const after = { ...before, known: { ...before.known, open } };
  const item = after.known.items.find(({ id }) => id === head.itemId);
  if (item === undefined) return after;
  switch (head.body.kind) {
    case 'comment':
      return runComment(after, item, head.body);
    case 'attach':
      return runFile(after, item, !head.body.withdrawn);
    case 'share':
      return runFile(after, item, !item.gone && item.visibility === 'public');
    case 'say':
      return runSay(after, item, { part: head.body.part, comment: truth.get(head.body.comment) });
    default:
      return after;
  }
}

/** Runs all that waits in both lanes. */
export function runAll(before: Paper, truth: Truth = new Map()): Paper {
  let now = before;
  while (now.known.open.length > 0) now = runOne(runOne(now, 'ticket', truth), 'slack', truth);
  return now;
}

/** A paper plan: planned, written down, not run. */
export function planned(before: Paper, observed: Observed): Paper {
  return { ...before, known: write(before.known, plan(before.known, observed)) };
}

/** Makes plan after plan, running everything in between; answers the steps of each, and what is known in the end. */
export function planAll(
  first: Known,
  observations: readonly Observed[],
  truth: Truth = new Map(),
): { readonly plans: readonly (readonly Step[])[]; readonly last: Paper } {
  const plans: (readonly Step[])[] = [];
  let last = paper(first);
  for (const observed of observations) {
    const steps = plan(last.known, observed);
    plans.push(steps);
    last = runAll({ ...last, known: write(last.known, steps) }, truth);
  }
  return { plans, last };
}

function withCopies(before: Paper, item: Item, change: (copies: readonly Copy[]) => readonly Copy[]): Paper {
  const items = before.known.items.map((one) =>
    one.id === item.id ? { ...one, copies: change(one.copies) } : one,
  );
  return { ...before, known: { ...before.known, items } };
}

function runComment(before: Paper, item: Item, body: Extract<OperationBody, { kind: 'comment' }>): Paper {
  const copy = item.copies.find(({ part }) => part === body.part);
  if (copy === undefined && body.withdrawn) return before;
  const made = before.made + (copy === undefined ? 1 : 0);
  const id = copy?.nativeId ?? `made-${made}`;
  const ticket = new Map(before.ticket).set(id, docText(body.body));
  const copied = copy === undefined ? [{ part: body.part, nativeId: id, channel: null }] : [];
  return withCopies({ ...before, made, ticket }, item, (copies) => [...copies, ...copied]);
}

function runFile(before: Paper, item: Item, shows: boolean): Paper {
  const files = new Set(before.files);
  const copied = item.copies.length > 0;
  if (shows === copied) return before;
  if (shows) files.add(item.nativeId);
  else files.delete(item.nativeId);
  const made = before.made + (shows ? 1 : 0);
  const copy = { part: 1, nativeId: `made-${made}`, channel: item.origin === 'ticket' ? CHANNEL : null };
  return withCopies({ ...before, files, made }, item, () => (shows ? [copy] : []));
}

/** What a comment shows in Slack is decided when it is shown. */
function runSay(
  before: Paper,
  item: Item,
  { part, comment }: { readonly part: number; readonly comment: TicketComment | undefined },
): Paper {
  const copy = item.copies.find((one) => one.part === part);
  const shown =
    comment?.visibility === 'public' ? splitDoc(comment.body, before.known.limits.longest.slack) : [];
  const now = comment === undefined && part === 1 && copy !== undefined ? TOMBSTONE : textOf(shown, part);
  const thread = new Map(before.thread);
  if (copy !== undefined) {
    const ts = [...thread.keys()].find((one) => one === copy.nativeId);
    if (ts === undefined) return before;
    if (now !== null) return { ...before, thread: thread.set(ts, now) };
    thread.delete(ts);
    return withCopies({ ...before, thread }, item, (copies) => copies.filter((one) => one.part !== part));
  }
  if (now === null) return before;
  const made = before.made + 1;
  const ts = tsAt(5_000_000_000 + made);
  const added = { part, nativeId: ts, channel: CHANNEL };
  return withCopies({ ...before, made, thread: thread.set(ts, now) }, item, (copies) => [...copies, added]);
}

/** What stands where a deleted comment stood. */
export const TOMBSTONE = '(deleted on the ticket)';

function textOf(parts: ReturnType<typeof splitDoc>, part: number): string | null {
  const shown = parts[part - 1];
  const text = shown === undefined ? '' : docText(shown);
  return text.trim() === '' ? null : text;
}
