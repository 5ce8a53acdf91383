import { SlackFileId, type SlackUser, tsMicros } from '../model/ids.ts';
import type { SlackFile, SlackMessage } from '../model/intake.ts';
import type { Item } from '../model/item.ts';
import type { OperationBody } from '../model/link.ts';
import { fileFate } from './file-fate.ts';
import type { Known } from './observed.ts';
import { fateOnTicket, nameOf, visibilityIn } from './say-on-ticket.ts';
import type { Step } from './steps.ts';

/** New files of a message go onto the ticket; those that a later version of it lacks come off again. */
export function planFiles(known: Known, message: SlackMessage, files: readonly SlackFile[]): Step[] {
  const before = filesOf(known, message.channel, message.ts);
  const now = new Set<string>(files.map((file) => file.id));
  const fresh = [...new Map(files.map((file) => [file.id, file])).values()].filter(
    (file) => !isOnLink(known, message, file),
  );
  const left = before.filter((item) => !now.has(item.nativeId) && !item.gone);
  return [
    ...fresh.map((file) => planNewFile(known, message, file)),
    ...left.flatMap((item) => planFileAway(known, item)),
  ];
}

/** By its id alone: a file that is shown in a second message too is on the ticket already. */
function isOnLink({ items }: Known, { channel }: SlackMessage, file: SlackFile): boolean {
  return items.some(
    (item) =>
      item.kind === 'file' &&
      item.origin === 'slack' &&
      item.channel === channel &&
      item.nativeId === file.id,
  );
}

/** The files of a form: they hang on no message, so nothing takes them away again. */
export function planFormFiles(known: Known, by: SlackUser, files: readonly SlackFile[]): Step[] {
  const author = nameOf(known, by);
  return [...new Map(files.map((file) => [file.id, file])).values()].map((file) => ({
    do: 'item',
    item: {
      kind: 'file',
      origin: 'slack',
      nativeId: file.id,
      channel: null,
      parent: null,
      opens: false,
      atMicros: known.now.getTime() * 1000,
      late: false,
      visibility: 'public',
      stamp: null,
      gone: false,
    },
    mirrors: fileFate(known.limits, 'ticket', file).goes
      ? [{ lane: 'ticket', itemId: null, body: { kind: 'attach', author, by, file, withdrawn: false } }]
      : [],
  }));
}

function planNewFile(known: Known, message: SlackMessage, file: SlackFile): Step {
  const visibility = visibilityIn(known.link, message);
  const body: OperationBody = {
    kind: 'attach',
    author: message.bot ?? nameOf(known, message.user),
    by: message.bot === null ? message.user : null,
    file,
    withdrawn: false,
  };
  return {
    do: 'item',
    item: {
      kind: 'file',
      origin: 'slack',
      nativeId: file.id,
      channel: message.channel,
      parent: message.ts,
      opens: false,
      atMicros: Number(tsMicros(message.ts)),
      late: false,
      visibility,
      stamp: null,
      gone: false,
    },
    mirrors: fateOnTicket(known, message, file).goes ? [{ lane: 'ticket', itemId: null, body }] : [],
  };
}

/** The files of a message that is gone. */
export function planFilesAway(known: Known, message: Item): Step[] {
  if (message.channel === null) return [];
  return filesOf(known, message.channel, message.nativeId)
    .filter((item) => !item.gone)
    .flatMap((item) => planFileAway(known, item));
}

function planFileAway(known: Known, item: Item): Step[] {
  const change = { visibility: item.visibility, stamp: item.stamp, gone: true };
  const waiting = known.open.find(
    ({ itemId, body, state }) => itemId === item.id && body.kind === 'attach' && state === 'ready',
  );
  // One that stopped in doubt may hang on the ticket: it is taken off behind it.
  const doubtful = known.open.some(
    ({ itemId, body, state }) => itemId === item.id && body.kind === 'attach' && state === 'parked',
  );
  const copied = item.copies.length > 0 || doubtful;
  const { channel, nativeId } = item;
  if (channel === null) return [];
  const file = {
    id: SlackFileId.parse(nativeId),
    name: 'file',
    mime: 'application/octet-stream',
    size: null,
    permalink: null,
  };
  const body: OperationBody = { kind: 'attach', author: 'Slack', by: null, file, withdrawn: true };
  const steps: Step[] = [
    {
      do: 'item-change',
      item: item.id,
      change,
      mirrors: copied ? [{ lane: 'ticket', itemId: item.id, body }] : [],
    },
  ];
  if (waiting !== undefined && !copied) {
    steps.push({ do: 'drop', operation: waiting.id, reason: 'deleted in Slack before it was sent' });
  }
  return steps;
}

function filesOf(known: Known, channel: string, ts: string): readonly Item[] {
  return known.items.filter(
    (item) =>
      item.kind === 'file' && item.origin === 'slack' && item.channel === channel && item.parent === ts,
  );
}
