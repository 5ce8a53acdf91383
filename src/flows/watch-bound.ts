import { docText } from '../model/doc-text.ts';
import type { LinkId } from '../model/ids.ts';
import type { StoreTx } from '../store/store.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { messageDoc } from '../sync/say-on-ticket.ts';
import { summaryOf } from '../sync/summary.ts';
import { renewCards } from './approval-cards.ts';
import { boundNow } from './build-approval.ts';
import { askedAnew } from './review-approval.ts';
import { textOf } from './route-request.ts';
import { isRestricted } from './shown-approval.ts';
import type { World } from './world.ts';

/**
 * Asks for what the route demands as soon as the ticket has been read, and looks from then on whether an approval is bound to
 * something that has changed: on the ticket, in the message that the request began with, or among its files. Call it in the
 * transaction that writes the reading down, after it.
 */
export async function watchBound(world: World, tx: StoreTx, known: Known, observed: Observed): Promise<void> {
  if (world.approvals === undefined) return;
  const { id, ticket: before, route } = known.link;
  const isRead = observed.ticket !== null && observed.ticket !== 'gone';
  // The first reading of its ticket: now it is known what exactly has to be approved.
  if (isRead && before?.fields === null && (route?.policies.length ?? 0) > 0)
    await tx.errands.add({ kind: 'open-approval', link: id });
  const all = await tx.approvals.ofLink(id);
  const wasDone = before?.fields?.status.category === 'done';
  // What ended with its ticket is asked again when that is opened again.
  if (isRead && wasDone && observed.ticket.snapshot.status.category !== 'done')
    for (const record of all.filter(({ approval, native }) => native === null && approval.status === 'void'))
      await tx.errands.add({ kind: 'open-approval', link: id, asked: askedAnew(record) });
  const standing = all.filter(({ closedAt }) => closedAt === null);
  // What nobody but some may read any more is taken off the cards.
  const isHidden = isRead && observed.ticket.snapshot.restricted === true;
  if (isRead && isHidden !== isRestricted(known.link))
    for (const record of standing) await renewCards(tx, record);
  const words = await wordsNow(tx, known, observed);
  // From now on no vote counts, and nothing runs, that was asked for in other words.
  if (words !== null) await tx.approvals.bound.say(id, words);
  await lookAtBound(world, tx, id);
}

/** Has what an approval of this request is bound to changed? Then it is looked at next, by one errand however often it changes. */
export async function lookAtBound(world: World, tx: StoreTx, id: LinkId): Promise<void> {
  if (world.approvals === undefined) return;
  const standing = (await tx.approvals.ofLink(id)).filter(
    ({ closedAt, native }) => closedAt === null && native === null,
  );
  const link = standing.length === 0 ? null : await tx.links.get(id);
  if (link === null) return;
  for (const record of standing) {
    const now = await boundNow(tx, record, link);
    if (now === null || (now.hash === record.approval.hash && !now.isClosed)) continue;
    return tx.errands.wake(`review:${id}`, { kind: 'review-approval', link: id });
  }
}

/** What the first message says since somebody changed it; null when nobody did. */
async function wordsNow(tx: StoreTx, known: Known, { deliveries }: Observed): Promise<string | null> {
  const changes = deliveries.flatMap(({ intake }) =>
    intake.kind === 'edited' || intake.kind === 'deleted' ? [intake] : [],
  );
  if (changes.length === 0) return null;
  const opening = (await tx.items.of(known.link.id)).find(({ opens }) => opens)?.nativeId;
  const last = changes.findLast((one) => (one.kind === 'edited' ? one.message.ts : one.ts) === opening);
  if (last === undefined) return null;
  if (last.kind === 'deleted') return '';
  const details = messageDoc(known, last.message, last.message.files);
  return textOf({ summary: summaryOf(docText(details)), details });
}
