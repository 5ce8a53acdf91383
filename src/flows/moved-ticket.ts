/** What is put on the new ticket of a request that moves: it as it was asked, and what was said since. */
import { isDeepStrictEqual } from 'node:util';
import { plainDoc } from '../model/doc.ts';
import { docText, joinDocs } from '../model/doc-text.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { BodyOf, LinkedTicket, NewOperation, Operation, RequestText, Route } from '../model/link.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import { saidAt } from '../sync/say-on-ticket.ts';
import { type MoveStory, pastText, quotedText } from '../texts/move.ts';
import { isDated, writtenAt } from '../texts/on-tickets.ts';
import type { QueueRules } from './world.ts';

type Create = BodyOf<'create'>;

/** What was done on a ticket of the request. */
export type Carried = Pick<Operation, 'itemId' | 'body'>;

export interface NewTicket {
  readonly queue: QueueRules;
  /** The queue's, with what its own rules put over it. */
  readonly target: unknown;
  readonly request: RequestText;
  readonly route: Pick<Route, 'tags'>;
  /** The one that it leaves. */
  readonly ticket: LinkedTicket;
  readonly mover: string;
  readonly requester: { readonly name: string; readonly email: string | null };
}

export function createOf(moving: NewTicket, story: MoveStory, done: readonly Carried[]): NewOperation {
  const { queue, target, route, request, ticket, mover, requester } = moving;
  const creates = done.flatMap(({ body }) => (body.kind === 'create' ? [body] : []));
  const participants = creates.at(-1)?.participants;
  return {
    lane: 'ticket',
    itemId: null,
    body: {
      ...{ kind: 'create', target, summary: request.summary },
      description: joinDocs(request.details, plainDoc(pastText(story))),
      requester,
      ...(participants === undefined ? {} : { participants }),
      ...answersFor(queue.connector, target, creates, ticket),
      tags: route.tags,
      ...(ticket.id === null
        ? {}
        : {
            moved: {
              ...{ connector: ticket.connector, ticket: ticket.id, key: story.key },
              ...{ queue: queue.title, actor: mover },
            },
          }),
    },
  };
}

/**
 * What was filled into a form goes into its fields again where an earlier ticket of the request was made with the same form of
 * the same system; anywhere else the fields are others, and the answers stand in the description alone.
 */
function answersFor(
  connector: ConnectorId,
  target: unknown,
  creates: readonly Create[],
  { connector: last }: LinkedTicket,
): Pick<Create, 'answers' | 'peopleIn'> {
  const same = creates.findLast(
    (create, nth) =>
      (creates[nth + 1]?.moved?.connector ?? last) === connector && isDeepStrictEqual(create.target, target),
  );
  const { answers, peopleIn } = same ?? {};
  return { ...(answers === undefined ? {} : { answers }), ...(peopleIn === undefined ? {} : { peopleIn }) };
}

/** Files that we did not put there: people find them on the old ticket. */
export function agentFiles({ files }: TicketSnapshot, ours: ReadonlySet<string>): readonly string[] {
  return files.flatMap(({ id, name, visibility }) =>
    visibility === 'public' && !ours.has(id) ? [name] : [],
  );
}

/** What agents answered in public, with their names and times. */
export function answersOf(
  { key, comments }: TicketSnapshot,
  said: ReadonlySet<string>,
  longest: number,
): readonly NewOperation[] {
  const quoted = comments.flatMap(({ id, author, createdAt, body, visibility }) =>
    said.has(id) && visibility === 'public' ? [{ author, at: createdAt, text: docText(body) }] : [],
  );
  if (quoted.length === 0) return [];
  return splitDoc(plainDoc(quotedText(key, quoted)), longest).map((part) => ({
    lane: 'ticket' as const,
    itemId: null,
    body: { kind: 'note' as const, text: docText(part), visibility: 'public' as const },
  }));
}

/** What people of Slack had said and put there, as it stood at the end, each with its own time. */
export function again(done: readonly Carried[], gone: ReadonlySet<string>): readonly NewOperation[] {
  const latest = new Map<string, Carried>();
  for (const one of done) {
    const { itemId, body } = one;
    if (itemId === null || gone.has(itemId)) continue;
    if (body.kind === 'comment') {
      // A message that became shorter has lost its last parts.
      for (let part = body.of + 1; latest.delete(`${itemId}:${part}`); ) part += 1;
      latest.set(`${itemId}:${body.part}`, one);
    }
    if (body.kind === 'attach') latest.set(itemId, one);
  }
  return [...latest.values()].flatMap(({ itemId, body }): NewOperation[] => {
    if (body.kind === 'attach' && !body.withdrawn) {
      const { sent, ...rest } = body;
      return [{ lane: 'ticket', itemId, body: rest }];
    }
    if (body.kind !== 'comment' || body.withdrawn) return [];
    const already = isDated(docText(body.body));
    const dated = already ? body.body : joinDocs(plainDoc(writtenAt(saidAt(body.ts))), body.body);
    return [{ lane: 'ticket', itemId, body: { ...body, body: dated } }];
  });
}
