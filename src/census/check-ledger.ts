import type { Item } from '../model/item.ts';
import type { LinkView, Violation } from './view.ts';

/** What must hold at every moment, also in the middle of the work: no doubles, no echo, order, nothing internal. */
export function checkLedger(view: LinkView): Violation[] {
  return [
    ...checkUnique(view),
    ...checkEcho(view),
    ...checkUnknownPosts(view),
    ...checkUnknownComments(view),
    ...checkOrder(view),
    ...checkInternal(view),
  ];
}

const about = (view: LinkView, invariant: Violation['invariant'], what: string): Violation => ({
  invariant,
  link: view.link.id,
  what,
});

function checkUnique(view: LinkView): Violation[] {
  const found: Violation[] = [];
  const seen = new Set<string>();
  const once = (key: string, what: string) => {
    if (seen.has(key)) found.push(about(view, 'I2', what));
    seen.add(key);
  };
  for (const item of view.items) {
    const { origin, kind, channel, nativeId, copies } = item;
    once(`item:${origin}:${kind}:${channel}:${nativeId}`, `${kind} ${nativeId} is in the ledger twice.`);
    for (const copy of copies) {
      const side = copy.channel === null ? 'ticket' : 'slack';
      once(
        `copy:${side}:${kind}:${copy.channel}:${copy.nativeId}`,
        `${copy.nativeId} is the copy of two things.`,
      );
    }
  }
  const markers = [
    ...(view.messages ?? []),
    ...(view.ticket === null || view.ticket === 'gone'
      ? []
      : view.ticket.comments.filter((comment) => comment.corrects === null)),
  ].flatMap(({ marker }) => (marker === null ? [] : [marker]));
  for (const marker of markers) once(`marker:${marker}`, `Two things carry the marker ${marker}.`);
  return found;
}

/** Our own words came back and were taken for somebody's. */
function checkEcho(view: LinkView): Violation[] {
  const { ticket } = view;
  const ours = new Set<string>();
  for (const message of view.messages ?? []) if (message.by === 'us') ours.add(message.ts);
  if (ticket !== null && ticket !== 'gone')
    for (const one of [...ticket.comments, ...ticket.files]) if (one.ours) ours.add(one.id);
  return view.items
    .filter((item) => ours.has(item.nativeId))
    .map((item) => about(view, 'I5', `${item.nativeId} is ours, and was taken for somebody's ${item.kind}.`));
}

const remoteIds = (view: LinkView): ReadonlySet<string> =>
  new Set([
    ...view.operations.flatMap(({ remoteId }) => (remoteId === null ? [] : [remoteId])),
    ...view.items.flatMap((item) => item.copies.map((copy) => copy.nativeId)),
  ]);

/** While something is looked up, or stopped in doubt, it may stand there without our knowing its id. */
const inDoubt = (view: LinkView, lane: 'slack' | 'ticket') =>
  view.operations.some(
    (operation) => operation.lane === lane && (operation.state === 'sending' || operation.state === 'parked'),
  );

/**
 * A post of ours that the database does not know is a doubled one. What was told to one person alone, or by another link, is
 * neither, though somebody may have made its thread a request.
 */
function checkUnknownPosts(view: LinkView): Violation[] {
  if (view.messages === null || inDoubt(view, 'slack')) return [];
  const known = remoteIds(view);
  const files = view.messages.filter(({ by }) => by === 'us').flatMap((message) => message.files);
  const doubled = files
    .filter(({ id }) => !known.has(id))
    .map(({ id }) =>
      about(view, 'I2', `File ${id} is ours, and nothing in the ledger knows it: a doubled one.`),
    );
  const markers = new Set(
    view.operations.flatMap(({ kind, marker }) => (kind === 'whisper' || kind === 'tell' ? [] : [marker])),
  );
  const posts = view.messages
    .filter(({ by, ts, marker }) => by === 'us' && marker !== null && markers.has(marker) && !known.has(ts))
    .filter(({ ts }) => view.link.card?.ts !== ts)
    .map(({ ts }) =>
      about(view, 'I2', `Message ${ts} is ours, and nothing in the ledger knows it: a doubled post.`),
    );
  return [...doubled, ...posts];
}

function checkUnknownComments(view: LinkView): Violation[] {
  const { ticket } = view;
  if (ticket === null || ticket === 'gone' || inDoubt(view, 'ticket')) return [];
  const known = remoteIds(view);
  return [...ticket.comments, ...ticket.files]
    .filter(({ ours, id }) => ours && !known.has(id))
    .map(({ id }) =>
      about(view, 'I2', `${id} on the ticket is ours, and nothing in the ledger knows it: a doubled one.`),
    );
}

/** It was never edited, taken back or shown to others later, so its place among the others is the one that it was said in. */
function keepsItsPlace(item: Item): boolean {
  const { kind, late, opens, gone, stamp, atMicros } = item;
  if (kind !== 'message' || late || opens || gone) return false;
  return stamp === null || stamp === new Date(atMicros / 1000).toISOString();
}

function checkOrder(view: LinkView): Violation[] {
  return [
    ...ordered(
      view,
      'ticket',
      (view.messages ?? []).map(({ ts }) => ts),
    ),
    ...(view.ticket === null || view.ticket === 'gone'
      ? []
      : ordered(
          view,
          'slack',
          view.ticket.comments.map(({ id }) => id),
        )),
  ];
}

/** `shown`: what stands on the other side, in its order there. */
function ordered(view: LinkView, origin: Item['origin'], shown: readonly string[]): Violation[] {
  const places = new Map(shown.map((id, index) => [id, index]));
  const stopped = new Set(view.operations.flatMap((one) => (one.stopped ? [one.itemId] : [])));
  const firsts = view.items
    .filter((item) => item.origin === origin && keepsItsPlace(item) && !stopped.has(item.id))
    .flatMap((item) => {
      const place = places.get(item.copies.find((copy) => copy.part === 1)?.nativeId ?? '');
      return place === undefined ? [] : [{ place, said: item.atMicros, id: item.nativeId }];
    })
    .sort((a, b) => a.place - b.place);
  return firsts.flatMap((one, index) => {
    const before = firsts[index - 1];
    if (before === undefined || before.said <= one.said) return [];
    return [about(view, 'I3', `${one.id} was said before ${before.id} and stands behind it.`)];
  });
}

/** What is known to be internal has no copy in Slack, except one that is just being taken away; a deleted one may have its tombstone. */
function checkInternal(view: LinkView): Violation[] {
  if (view.messages === null) return [];
  const standing = new Set(view.messages.filter(({ gone }) => !gone).map(({ ts }) => `${ts}`));
  const leaving = new Set(
    view.operations
      .filter(({ state }) => state !== 'done' && state !== 'skipped')
      .map(({ itemId }) => itemId),
  );
  return view.items
    .filter(({ origin, gone, visibility }) => origin === 'ticket' && !gone && visibility !== 'public')
    .filter((item) => !leaving.has(item.id))
    .flatMap((item) => item.copies.filter((copy) => standing.has(copy.nativeId)))
    .map(({ nativeId }) => about(view, 'I8', `Message ${nativeId} shows a comment that is not public.`));
}
