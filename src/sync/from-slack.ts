import { docText } from '../model/doc-text.ts';
import { type DeliveryId, type SlackTs, tsMicros } from '../model/ids.ts';
import type { SlackMessage } from '../model/intake.ts';
import type { Item } from '../model/item.ts';
import { arrivedLate, REQUEST_EDITED, writtenAt } from '../texts/on-tickets.ts';
import { planAsked, planReopening } from './asked.ts';
import { planFiles, planFilesAway } from './files-from-slack.ts';
import type { Known, Observed } from './observed.ts';
import { commentParts, messageDoc, revise, saidAt, tombstone, visibilityIn } from './say-on-ticket.ts';
import { type Step, warnOfSecrets } from './steps.ts';
import { summaryOf, TAKEN_BACK } from './summary.ts';

/** A ticket shows when a comment was added; a message older than this shows its own time. */
const OLD_MS = 15 * 60_000;

/** Everything that the new deliveries tell of one message: its latest words, or that it is gone. */
interface Told {
  readonly key: string;
  readonly ts: SlackTs;
  readonly channel: Item['channel'];
  message: SlackMessage | null;
  gone: boolean;
  /** A repair found it. */
  found: boolean;
  readonly deliveries: DeliveryId[];
}

/** What the new Slack deliveries of a link ask for, messages in the order of their ts. */
export function planSlack(known: Known, deliveries: Observed['deliveries']): Step[] {
  const items = new Map<string, Item>(
    known.items.flatMap((item) =>
      item.origin === 'slack' && item.kind === 'message' ? [[`${item.channel}:${item.nativeId}`, item]] : [],
    ),
  );
  // The ticket says first what opened it, whenever that was written.
  let newest = Math.max(0, ...[...items.values()].flatMap((item) => (item.opens ? [] : [item.atMicros])));
  const steps: Step[] = [];
  const fresh: SlackMessage[] = [];
  for (const told of foldMessages(deliveries)) {
    const item = items.get(told.key);
    const at = Number(tsMicros(told.ts));
    const planned = item === undefined ? planNew(known, told, at < newest) : planAgain(known, item, told);
    newest = Math.max(newest, at);
    if (item === undefined && told.message !== null && !told.gone && !isBeforeClosing(known, told))
      fresh.push(told.message);
    steps.push(...planned);
    const reason = planned.length > 0 ? 'planned' : 'seen-before';
    steps.push(...told.deliveries.map((delivery): Step => ({ do: 'close', delivery, reason })));
  }
  // First, because a ticket that is closed may take neither comments nor files.
  return eachFileOnce([...planReopening(known, fresh), ...steps, ...planAsked(known, deliveries)]);
}

/** Said before the ticket was closed, and come late: no answer to that. */
function isBeforeClosing({ link }: Known, { ts }: Told): boolean {
  return link.closedAt !== null && Number(tsMicros(ts)) / 1000 < link.closedAt.getTime();
}

/** One item for one file, however many of these messages show it. */
function eachFileOnce(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    if (step.do !== 'item' || step.item.kind !== 'file') return true;
    const key = `${step.item.channel}:${step.item.nativeId}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** The deliveries by the message that they are about, oldest message first. Their own order means nothing. */
function foldMessages(deliveries: Observed['deliveries']): readonly Told[] {
  const told = new Map<string, Told>();
  for (const { id, intake, found = false } of deliveries) {
    if (intake.kind !== 'message' && intake.kind !== 'edited' && intake.kind !== 'deleted') continue;
    const { channel, ts } = intake.kind === 'deleted' ? intake : intake.message;
    const key = `${channel}:${ts}`;
    const entry = told.get(key) ?? { key, ts, channel, message: null, gone: false, found, deliveries: [] };
    entry.deliveries.push(id);
    entry.found &&= found;
    if (intake.kind === 'deleted') entry.gone = true;
    else if (entry.message === null || isNewer(intake.message.edited, entry.message.edited)) {
      entry.message = intake.message;
    }
    told.set(key, entry);
  }
  return [...told.values()].sort((a, b) => Number(tsMicros(a.ts) - tsMicros(b.ts)));
}

/** Slack's stamps of edits are timestamps; a message without one is the oldest version. */
function isNewer(stamp: string | null, than: string | null): boolean {
  if (stamp === null) return false;
  return than === null || Number(stamp) > Number(than);
}

function planNew(known: Known, told: Told, late: boolean): Step[] {
  const { message } = told;
  if (message === null) {
    // Gone before it came: remembered, so that the words do not appear when they come after all.
    if (told.channel === null) return [];
    return [
      {
        do: 'item',
        item: newItem(told, { late, stamp: null, gone: true, visibility: 'internal' }),
        mirrors: [],
      },
    ];
  }
  const visibility = visibilityIn(known.link, message);
  const item = newItem(told, { late, stamp: message.edited, gone: told.gone, visibility });
  if (told.gone) return [{ do: 'item', item, mirrors: [] }];
  const intro = introOf(known, message, { late, found: told.found });
  const parts = commentParts(known, message, { intro, files: message.files });
  const mirrors = parts.map((body) => ({ lane: 'ticket' as const, itemId: null, body }));
  const files = planFiles(known, message, message.files);
  const steps: Step[] = [{ do: 'item', item, mirrors }, ...files, ...warnOfSecrets(message)];
  if (late && !isBeforeOpening(known, message)) {
    const data = { ts: message.ts };
    steps.push({ do: 'record', kind: 'message.late', actor: `slack:${message.user}`, data });
  }
  return steps;
}

const lateIntro = ({ ts }: SlackMessage) => arrivedLate(saidAt(ts));
const writtenIntro = ({ ts }: SlackMessage) => writtenAt(saidAt(ts));

/** It stood in the thread before somebody made one of its replies a request: it follows that one, and came first. */
function isBeforeOpening({ items }: Known, { channel, ts }: SlackMessage): boolean {
  const at = Number(tsMicros(ts));
  return items.some((item) => item.opens && item.channel === channel && at < item.atMicros);
}

function introOf(
  known: Known,
  message: SlackMessage,
  { late, found }: { readonly late: boolean; readonly found: boolean },
): string | null {
  if (isBeforeOpening(known, message)) return writtenIntro(message);
  if (late) return lateIntro(message);
  return found ? foundIntro(known, message) : null;
}

/** What repair brings over carries its time, once that is not about now. */
function foundIntro({ now }: Known, message: SlackMessage): string | null {
  const ageMs = now.getTime() - Number(tsMicros(message.ts)) / 1000;
  return ageMs < OLD_MS ? null : writtenIntro(message);
}

function newItem(
  told: Told,
  rest: { late: boolean; stamp: string | null; gone: boolean; visibility: Item['visibility'] },
): Extract<Step, { do: 'item' }>['item'] {
  const { channel, ts } = told;
  const atMicros = Number(tsMicros(ts));
  return {
    kind: 'message',
    origin: 'slack',
    nativeId: ts,
    channel,
    parent: null,
    opens: false,
    atMicros,
    ...rest,
  };
}

/** A message that is known: other words than before, or gone. Nothing when it is what it was. */
function planAgain(known: Known, item: Item, told: Told): Step[] {
  if (item.gone) return [];
  if (told.gone) return planGone(known, item);
  const { message } = told;
  if (message === null || !isNewer(message.edited, item.stamp)) return [];
  const change = { visibility: item.visibility, stamp: message.edited, gone: false };
  const unsent = item.opens ? unsentRequest(known, message) : null;
  const files = [...planFiles(known, message, message.files), ...warnOfSecrets(message)];
  if (unsent !== null) return [{ do: 'item-change', item: item.id, change, mirrors: [] }, unsent, ...files];
  const opens = item.opens ? REQUEST_EDITED : null;
  const intro = introOf(known, message, { late: item.late, found: false }) ?? opens;
  const parts = commentParts(known, message, { intro, files: message.files });
  return [...revise(known, item, parts, change), ...files];
}

/** While the ticket is not there yet, its summary and description simply say the new words. */
function unsentRequest(known: Known, message: SlackMessage): Step | null {
  for (const { id, body, state } of known.open) {
    if (body.kind !== 'create' || state !== 'ready') continue;
    const description = messageDoc(known, message, message.files);
    const summary = summaryOf(docText(description));
    return { do: 'replace', operation: id, body: { ...body, summary, description } };
  }
  return null;
}

/** Words that were taken back before the ticket was there never get onto it. */
function withdrawnRequest(known: Known): Step | null {
  for (const { id, body, state } of known.open) {
    if (body.kind !== 'create' || state !== 'ready') continue;
    return { do: 'replace', operation: id, body: { ...body, ...TAKEN_BACK } };
  }
  return null;
}

function planGone(known: Known, item: Item): Step[] {
  const change = { visibility: item.visibility, stamp: item.stamp, gone: true };
  const away = planFilesAway(known, item);
  const unsent = item.opens ? withdrawnRequest(known) : null;
  if (unsent !== null) return [{ do: 'item-change', item: item.id, change, mirrors: [] }, unsent, ...away];
  return [...revise(known, item, [tombstone(item)], change), ...away];
}
