import type { MessageView, TicketView } from '../census/view.ts';
import { docText } from '../model/doc-text.ts';
import { tsMicros } from '../model/ids.ts';
import type { SlackFile } from '../model/intake.ts';
import type { Conversation, Link } from '../model/link.ts';
import type { LinkPlace } from '../model/place.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import type { ReadMessage } from '../slack/out/slack-out.ts';
import { fileFate } from '../sync/file-fate.ts';
import { limitsOf } from './known.ts';
import { type PageRead, readPage } from './read-slack.ts';
import { bodyOf } from './take-in.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 20_000;
/** People's words that are younger may be on their way. */
const FRESH_MS = 120_000;
/** A census leaves most of what a ticket system allows to the work. */
const READS_PER_SECOND = 2;
const LONGEST_WAIT_MS = 60_000;
const PAUSE_MS = 1_500;
const MOST_PAGES = 50;

type Unseen = { readonly unseen: string };
interface Waits {
  readonly wait: (ms: number) => Promise<void>;
}

/** Everything that stands in the places of a link, as a reader sees it. */
export async function lookAtSlack(
  world: World,
  link: Link,
  { wait }: Waits,
): Promise<Unseen | { readonly messages: readonly MessageView[] }> {
  const places = await world.store.links.placesOf(link.id);
  const now = (await world.store.now()).getTime();
  const messages: MessageView[] = [];
  for (const place of places) {
    const read = await wholePlace(world, place, wait);
    if ('unseen' in read) return read;
    for (const one of read.seen) {
      const view = await messageView(world, link, { place, one });
      const isFresh = view?.by !== 'us' && now - Number(tsMicros(one.ts) / 1000n) < FRESH_MS;
      if (view !== null && !isFresh) messages.push(view);
    }
  }
  return { messages: messages.sort((a, b) => Number(tsMicros(a.ts) - tsMicros(b.ts))) };
}

async function wholePlace(
  world: World,
  place: Conversation,
  wait: Waits['wait'],
): Promise<Unseen | { readonly seen: readonly ReadMessage[] }> {
  const seen: ReadMessage[] = [];
  let cursor: string | null = null;
  let waited = 0;
  for (let page = 0; page < MOST_PAGES; ) {
    const wanted = { ...place, direct: false, after: null, before: null, cursor };
    const read: PageRead = await readPage(world, wanted);
    if (read.kind === 'wait' || read.kind === 'retry') {
      if (waited >= LONGEST_WAIT_MS) return { unseen: 'Slack did not answer, or allowed no more reads.' };
      await wait(PAUSE_MS);
      waited += PAUSE_MS;
      continue;
    }
    if (read.kind === 'rejected') return { unseen: read.reason };
    if (read.value === 'gone') return { seen: [] };
    seen.push(...read.value.messages);
    cursor = read.value.next;
    if (cursor === null) return { seen };
    page += 1;
  }
  return { unseen: 'its thread is too long to be looked at.' };
}

/** Null for what is nobody's words: joins, other bots, Slack's own bookkeeping. */
async function messageView(
  world: World,
  link: Link,
  { place, one }: { readonly place: LinkPlace; readonly one: ReadMessage },
): Promise<MessageView | null> {
  const { channel } = place;
  const common = { channel, ts: one.ts, internal: place.role === 'internal', marker: null, gone: false };
  const intake = await world.interpret(bodyOf(place, one.event));
  const limits = limitsOf(world, link);
  const fileView = (file: SlackFile) => ({
    id: file.id,
    sha256: null,
    mayGo: fileFate(limits, 'ticket', file).goes,
  });
  switch (intake.kind) {
    case 'message':
    case 'edited': {
      const { bot, body, files } = intake.message;
      return {
        ...common,
        by: bot === null ? 'person' : 'bot',
        text: docText(body),
        files: files.map(fileView),
      };
    }
    case 'own-message':
      return { ...common, by: 'us', text: wordsIn(one.event).join('\n'), marker: intake.marker, files: [] };
    case 'deleted':
      return { ...common, by: 'person', text: '', files: [], gone: true };
    default:
      return null;
  }
}

/** Whatever a reader sees of a post of ours, wherever its blocks hold it. */
function wordsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'text' && typeof inner === 'string' ? [inner] : wordsIn(inner),
  );
}

/** The ticket as it is now; null before there is one. */
export async function lookAtTicket(
  world: World,
  link: Link,
  { wait }: Waits,
): Promise<Unseen | { readonly ticket: TicketView | 'gone' | null }> {
  const id = link.ticket?.id ?? null;
  if (link.ticket === null || id === null) return { ticket: null };
  const connector = world.connectors.get(link.ticket.connector);
  if (connector === undefined)
    return { unseen: `its connector "${link.ticket.connector}" is not configured.` };
  const limit = { destination: `${connector.id}:census`, burst: 2, perSecond: READS_PER_SECOND };
  for (let waited = 0; ; ) {
    const waitMs = Math.max(
      await world.store.budgets.take([limit]),
      await world.store.budgets.pausedForMs(connector.id),
    );
    if (waitMs === 0) break;
    if (waited >= LONGEST_WAIT_MS) return { unseen: `"${connector.id}" is not asked at the moment.` };
    await wait(Math.min(waitMs, PAUSE_MS));
    waited += Math.min(waitMs, PAUSE_MS);
  }
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => connector.read(id));
  if (read.kind === 'rejected' && read.code === 'not-found') return { ticket: 'gone' };
  if (read.kind !== 'ok') return { unseen: read.reason };
  return { ticket: await ticketView(world, link, read.value) };
}

async function ticketView(world: World, link: Link, snapshot: TicketSnapshot): Promise<TicketView> {
  const known = await world.store.operations.ours(link.id);
  const limits = limitsOf(world, link);
  const now = (await world.store.now()).getTime();
  const settled = (at: Date) => now - at.getTime() > FRESH_MS;
  const comments = snapshot.comments.map((comment) => ({
    id: comment.id,
    ours: known.has(comment.id) || (comment.marker !== null && known.has(comment.marker)),
    text: docText(comment.body),
    visibility: comment.visibility,
    marker: comment.marker,
    corrects: null,
    at: comment.updatedAt,
  }));
  const files = snapshot.files.map((file) => ({
    id: file.id,
    ours: known.has(file.id),
    visibility: file.visibility,
    sha256: null,
    mayGo: fileFate(limits, 'slack', file).goes,
    at: file.createdAt,
  }));
  const { summary, status, resolution, priority, impact, urgency, assignee, group } = snapshot;
  return {
    comments: comments.filter(({ ours, at }) => ours || settled(at)),
    files: files.filter(({ ours, at }) => ours || settled(at)),
    fields: { summary, status, resolution, priority, impact, urgency, assignee, group },
    updatedAt: snapshot.updatedAt,
  };
}
