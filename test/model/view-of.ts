import { createHash } from 'node:crypto';
import type {
  CommentView,
  LinkView,
  MessageView,
  OperationView,
  TicketView,
  WorldView,
} from '../../src/census/view.ts';
import { docText } from '../../src/model/doc-text.ts';
import { tsMicros } from '../../src/model/ids.ts';
import type { Item } from '../../src/model/item.ts';
import type { Link } from '../../src/model/link.ts';
import { fileFate } from '../../src/sync/file-fate.ts';
import type { LinkRow } from './memory/db.ts';
import { rules } from './paper/rules.ts';
import type { PaperMessage } from './paper/slack-state.ts';
import { LARGEST_FILE } from './paper-desk.ts';
import type { Stage } from './stage.ts';
import type { Truth } from './truth.ts';

const { largest, refusedTypes } = rules.files;
const limits = {
  longest: { slack: 0, ticket: 0 },
  largest: { slack: largest, ticket: Math.min(largest, LARGEST_FILE) },
  noFiles: null,
  refusedTypes,
};
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The world of a stage as the checker sees it. */
export async function viewOf(stage: Stage, truth: Truth): Promise<WorldView> {
  const { db, slack, desks } = stage;
  const links: LinkView[] = [];
  for (const row of db.links.values()) {
    const link = await stage.process().world.store.links.get(row.id);
    if (link !== null) links.push(viewOfLink(stage, row, link));
  }
  const known = new Set([...db.links.values()].flatMap(({ ticket }) => ticket?.id ?? []));
  const opening = new Set(
    links.flatMap(({ items }) =>
      items.flatMap((item) => (item.opens ? [`${item.channel}:${item.nativeId}`] : [])),
    ),
  );
  return {
    now: new Date(db.clock.now),
    links,
    undone: [...db.deliveries.values()].flatMap((one) =>
      one.state === 'new' || one.state === 'waiting' || one.state === 'sorted'
        ? [
            {
              id: one.id,
              link: one.link,
              state: one.state,
              reason: one.reason,
              receivedAt: new Date(one.receivedAt),
            },
          ]
        : [],
    ),
    strayTickets: desks.flatMap((desk) => desk.all().flatMap(({ id }) => (known.has(id) ? [] : [id]))),
    truth: {
      shown: slack.shown,
      secrets: [...truth.secrets],
      // The words of the opening message are the description, which no comment takes back.
      retracted: [...truth.retracted].flatMap(([word, of]) => (opening.has(of) ? [] : [word])),
    },
  };
}

function viewOfLink(stage: Stage, row: LinkRow, link: Link): LinkView {
  const { db } = stage;
  const items: Item[] = [...db.items.values()].filter((item) => item.link === row.id);
  const operations = [...db.operations.values()].filter((one) => one.link === row.id);
  const audit = new Map<string, number>();
  const parked = new Set(
    db.audit.flatMap(({ kind, data }) => (kind.endsWith('.parked') ? [data['operation']] : [])),
  );
  for (const { kind, link: of } of db.audit) if (of === row.id) audit.set(kind, (audit.get(kind) ?? 0) + 1);
  return {
    link,
    items,
    operations: operations.map(
      ({ id, lane, seq, body, itemId, marker, state, blocks, reason, remoteId, nextAt }): OperationView => ({
        id,
        lane,
        seq,
        kind: body.kind,
        itemId,
        marker,
        state,
        blocks,
        reason,
        remoteId,
        stopped: parked.has(id),
        nextAt: new Date(nextAt),
      }),
    ),
    audit,
    messages: messagesOf(stage, row),
    ticket: ticketOf(stage, link),
    asked: askedOf(stage, row),
    readings: db.savedAt.get(row.id) ?? [],
  };
}

function messagesOf({ db, slack }: Stage, row: LinkRow): readonly MessageView[] {
  const places = [...db.places.values()].filter((place) => place.link === row.id);
  return places
    .flatMap((place) => {
      const inside = slack
        .messages(place.channel)
        .now()
        .filter((message) => message.root === place.root);
      return inside.map((message) => messageView(message, place.role === 'internal'));
    })
    .sort((a, b) => Number(tsMicros(a.ts) - tsMicros(b.ts)));
}

function messageView(message: PaperMessage, internal: boolean): MessageView {
  const { channel, ts, by, marker, gone, files } = message;
  return {
    channel,
    ts,
    by,
    internal,
    text: by === 'us' ? message.text : docText(message.body),
    marker,
    gone,
    files: files.map((file) => ({
      id: file.id,
      sha256: sha(file.bytes),
      mayGo: fileFate(limits, 'ticket', file).goes,
    })),
  };
}

function ticketOf({ desks }: Stage, link: Link): TicketView | 'gone' | null {
  const { ticket: known } = link;
  if (known === null || known.id === null) return null;
  const desk = desks.find(({ id }) => id === known.connector);
  const ticket = desk?.ticket(known.id) ?? null;
  if (desk === undefined || ticket === null) return 'gone';
  const { comments, files, fields, updatedAt } = ticket;
  const corrected = new Set(comments.flatMap(({ corrects }) => corrects ?? []));
  return {
    comments: comments.map(({ id, ours, body, visibility, marker, corrects }): CommentView => {
      // A journal keeps what was corrected; only the last entry speaks for the message.
      const text = corrected.has(id) ? '' : docText(body);
      return { id, ours, text, visibility, marker, corrects };
    }),
    files: files.map(({ id, ours, visibility, bytes, name }) => ({
      id,
      ours,
      visibility,
      sha256: sha(bytes),
      mayGo: fileFate(limits, 'slack', { name, size: bytes.length }).goes,
    })),
    fields,
    updatedAt,
  };
}

/** By what people did, however often it came in. */
function askedOf({ db, slack }: Stage, row: LinkRow): LinkView['asked'] {
  const bodies = new Set(
    [...db.deliveries.values()].flatMap((one) =>
      one.link === row.id && one.body !== null ? [Buffer.from(one.body).toString('utf8')] : [],
    ),
  );
  const intakes = [...bodies].flatMap((body) => slack.intakeOf(/intake-\d+/.exec(body)?.[0] ?? '') ?? []);
  const count = (kind: string) => intakes.filter((intake) => intake.kind === kind).length;
  const whispers = [...db.operations.values()].filter(
    ({ link, body, state }) => link === row.id && body.kind === 'whisper' && state !== 'skipped',
  ).length;
  return { changes: count('change'), receipts: count('ask-receipt'), messages: count('message'), whispers };
}
