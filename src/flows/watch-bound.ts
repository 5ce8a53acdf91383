import { docText } from '../model/doc-text.ts';
import type { StoreTx } from '../store/store.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { messageDoc } from '../sync/say-on-ticket.ts';
import { summaryOf } from '../sync/summary.ts';
import { boundNow } from './build-approval.ts';
import { textOf } from './route-request.ts';
import type { World } from './world.ts';

/**
 * Looks, in the transaction that writes down a reading, whether an approval is bound to something that has changed: on the
 * ticket, or in the message that the request began with. Call it after what was read has been saved.
 */
export async function watchBound(world: World, tx: StoreTx, known: Known, observed: Observed): Promise<void> {
  if (world.approvals === undefined) return;
  const { id } = known.link;
  const open = (await tx.approvals.ofLink(id)).filter(({ closedAt }) => closedAt === null);
  const link = open.length === 0 ? null : await tx.links.get(id);
  if (link === null) return;
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
