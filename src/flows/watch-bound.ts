import { docText } from '../model/doc-text.ts';
import type { StoreTx } from '../store/store.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { messageDoc } from '../sync/say-on-ticket.ts';
import { summaryOf } from '../sync/summary.ts';
import { renewCards } from './approval-cards.ts';
import { boundNow } from './build-approval.ts';
import { textOf } from './route-request.ts';
import { isRestricted } from './shown-approval.ts';
import type { World } from './world.ts';

/**
 * Asks for what the route demands as soon as the ticket has been read, and looks from then on whether an approval is bound to
 * something that has changed: on the ticket, or in the message that the request began with. Call it in the transaction that
 * writes the reading down, after it.
 */
export async function watchBound(world: World, tx: StoreTx, known: Known, observed: Observed): Promise<void> {
  if (world.approvals === undefined) return;
  const { id, ticket: before, route } = known.link;
  const isRead = observed.ticket !== null && observed.ticket !== 'gone';
  // The first reading of its ticket: now it is known what exactly has to be approved.
  if (isRead && before?.fields === null && (route?.policies.length ?? 0) > 0)
    await tx.errands.add({ kind: 'open-approval', link: id });
  const standing = (await tx.approvals.ofLink(id)).filter(({ closedAt }) => closedAt === null);
  const open = standing.filter(({ native }) => native === null);
  // What nobody but some may read any more is taken off the cards.
  const isHidden = isRead && observed.ticket.snapshot.restricted === true;
  if (isRead && isHidden !== isRestricted(known.link))
    for (const record of standing) await renewCards(tx, record);
  const link = open.length === 0 ? null : await tx.links.get(id);
  if (link === null || link.ticket?.fields?.status.category === 'done') return;
  const words = await wordsNow(tx, known, observed);
  const hasChanged = open.some((record) => {
    const now = boundNow(record, link, words);
    return now !== null && now.hash !== record.approval.hash;
  });
  if (hasChanged) await tx.errands.add({ kind: 'review-approval', link: id, words });
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
