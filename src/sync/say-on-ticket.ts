import { type Block, type Doc, plainDoc } from '../model/doc.ts';
import { docText, joinDocs, withNames } from '../model/doc-text.ts';
import { SlackTs, type SlackUser, tsMicros } from '../model/ids.ts';
import type { SlackFile, SlackMessage } from '../model/intake.ts';
import type { Item, ItemChange } from '../model/item.ts';
import type { Link, NewOperation, OperationBody } from '../model/link.ts';
import { splitDoc } from '../model/split-doc.ts';
import { AMONG_AGENTS, fileName, staysInSlack } from '../texts/files.ts';
import { SOMEBODY } from '../texts/names.ts';
import {
  botName,
  DELETED_OR_SHORTENED,
  MESSAGE_DELETED,
  REQUEST_DELETED,
  SLACK,
} from '../texts/on-tickets.ts';
import { type FileFate, fileFate } from './file-fate.ts';
import type { Known } from './observed.ts';
import type { Step } from './steps.ts';

type CommentBody = Extract<OperationBody, { kind: 'comment' }>;

/** A name for people to read; never a raw id. */
export function nameOf(known: Pick<Known, 'people'>, user: SlackUser): string {
  return known.people.get(user)?.name ?? SOMEBODY;
}

/** Minutes are enough for people; UTC, because the ticket's readers sit anywhere. */
export function saidAt(ts: SlackTs): string {
  return new Date(Number(tsMicros(ts) / 1000n)).toISOString().slice(0, 16).replace('T', ' ');
}

/** What agents say in their own thread stays among them. */
export function visibilityIn(link: Link, { channel, root }: SlackMessage): 'public' | 'internal' {
  return link.internal?.channel === channel && link.internal.root === root ? 'internal' : 'public';
}

/** The words of a message for the ticket: people by name, and a line for every file. */
export function messageDoc(
  known: Pick<Known, 'people' | 'limits' | 'link'>,
  message: SlackMessage,
  files: readonly SlackFile[],
): Doc {
  const names = new Map([...known.people].map(([user, person]) => [user, person.name]));
  return joinDocs(withNames(message.body, names), {
    type: 'root',
    children: files.flatMap((file) => fileLine(file, fateOnTicket(known, message, file))),
  });
}

/** A ticket's files have no visibility that we could set: what agents show each other stays where it is. */
export function fateOnTicket(
  { limits, link }: Pick<Known, 'limits' | 'link'>,
  message: SlackMessage,
  file: SlackFile,
): FileFate {
  if (visibilityIn(link, message) === 'internal') return { goes: false, why: AMONG_AGENTS };
  return fileFate(limits, 'ticket', file);
}

/** What is said of a file under the words that it came with. */
export function fileLine(file: SlackFile, fate: FileFate): Block[] {
  const link = file.permalink;
  if (fate.goes)
    return [
      {
        type: 'paragraph',
        children: [{ type: 'emphasis', children: [{ type: 'text', value: fileName(file.name) }] }],
      },
    ];
  const text = { type: 'text' as const, value: staysInSlack(file.name, fate.why) };
  if (link === null) return [{ type: 'paragraph', children: [text] }];
  const open = { type: 'link' as const, url: link, children: [{ type: 'text' as const, value: link }] };
  return [{ type: 'paragraph', children: [text, { type: 'text', value: ' ' }, open] }];
}

/** The comments that a message becomes: none when it says nothing, several when it is too long for one. */
export function commentParts(
  known: Known,
  message: SlackMessage,
  { intro, files }: { readonly intro: string | null; readonly files: readonly SlackFile[] },
): readonly CommentBody[] {
  const said = messageDoc(known, message, files);
  if (docText(said).trim() === '') return [];
  const whole = intro === null ? said : joinDocs(plainDoc(intro), said);
  const parts = splitDoc(whole, known.limits.longest.ticket);
  return parts.map((body, index) => ({
    kind: 'comment',
    author: message.bot === null ? nameOf(known, message.user) : botName(message.bot),
    by: message.bot === null ? message.user : null,
    body,
    part: index + 1,
    of: parts.length,
    visibility: visibilityIn(known.link, message),
    channel: message.channel,
    ts: message.ts,
    withdrawn: false,
  }));
}

/** What stands where the words of a deleted message stood. */
export function tombstone(item: Item): CommentBody {
  return {
    ...gravestone(item),
    body: plainDoc(item.opens ? REQUEST_DELETED : MESSAGE_DELETED),
    // The description cannot be taken back by a comment, but everybody should know.
    withdrawn: !item.opens,
  };
}

function gravestone(item: Item): CommentBody {
  const { channel, nativeId } = item;
  if (channel === null) throw new Error(`Item ${item.id} is from Slack and has no channel`);
  return {
    kind: 'comment',
    author: SLACK,
    by: null,
    body: plainDoc(DELETED_OR_SHORTENED),
    part: 1,
    of: 1,
    visibility: item.visibility === 'internal' ? 'internal' : 'public',
    channel,
    ts: SlackTs.parse(nativeId),
    withdrawn: true,
  };
}

/** Brings the comments of a message to these parts: what waits unsent says the new words, what stands is changed. */
export function revise(known: Known, item: Item, parts: readonly CommentBody[], change: ItemChange): Step[] {
  const waiting = new Map(
    known.open.flatMap((operation) =>
      operation.itemId === item.id && operation.body.kind === 'comment' && operation.state === 'ready'
        ? [[operation.body.part, operation] as const]
        : [],
    ),
  );
  // One that stopped in doubt may stand there: what it has become is taken back or changed behind it.
  const doubtful = known.open.flatMap(({ itemId, body, state }) =>
    itemId === item.id && body.kind === 'comment' && state === 'parked' ? [body.part] : [],
  );
  const copied = new Set([...item.copies.map((copy) => copy.part), ...doubtful]);
  const surplus = [...new Set([...copied, ...waiting.keys()])].filter((part) => part > parts.length);
  const wanted = [...parts, ...surplus.map((part) => ({ ...gravestone(item), part, of: part }))];
  const steps: Step[] = [];
  const mirrors: NewOperation[] = [];
  for (const body of wanted) {
    const operation = waiting.get(body.part);
    const nothingThere = body.withdrawn && !copied.has(body.part);
    if (operation !== undefined && nothingThere)
      steps.push({ do: 'drop', operation: operation.id, reason: 'deleted in Slack before it was sent' });
    else if (operation !== undefined) steps.push({ do: 'replace', operation: operation.id, body });
    else if (!nothingThere) mirrors.push({ lane: 'ticket', itemId: item.id, body });
  }
  return [{ do: 'item-change', item: item.id, change, mirrors }, ...steps];
}
