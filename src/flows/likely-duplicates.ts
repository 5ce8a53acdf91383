import type { Errand } from '../model/errand.ts';
import type { DeliveryId, LinkId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, RequestText } from '../model/link.ts';
import { LIKELY_THE_SAME, likenessOf } from '../routing/likeness.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import {
  ANOTHER_ONE,
  addedTo,
  isItTheSame,
  NOT_YOURS,
  OPENED_MEANWHILE,
  THE_SAME,
} from '../texts/duplicates.ts';
import { permalinkOf } from './prepared.ts';
import { type RoutedRequest, textOf } from './route-request.ts';
import type { World } from './world.ts';

/** Nobody has so many open requests that he would know all of them. */
const MOST_COMPARED = 20;

type PickSame = Extract<Intake, { kind: 'pick-same' }>;
export type SamePicks = readonly { readonly id: DeliveryId; readonly intake: PickSame }[];

interface NewRequest {
  readonly lease: Lease;
  readonly link: Link;
  readonly intake: Intake;
  readonly request: RequestText;
  readonly routing: RoutedRequest;
}

/**
 * How long a new request still waits because its person is asked whether it is another one of his, in milliseconds; null when
 * it waits for nothing. Through whichever door he came, he is asked where he alone reads it.
 */
export async function waitsForAnswer(world: World, asked: NewRequest): Promise<number | null> {
  const { lease, link, intake, request, routing } = asked;
  const { ask, wait_minutes: minutes } = world.rules.routing.duplicates;
  const where = ask && routing.route.flow !== 'incident' ? askedIn(intake, link) : null;
  if (where === null) return null;
  const known = await world.store.duplicates.of(link.id);
  if (known !== null) return known.leftMs > 0 ? known.leftMs : null;
  const like = await likelyTheSame(world, asked);
  if (like === null) return null;
  const button = (label: string, n: number, same: string) => ({
    ...{ action: `desk_same_${n}`, label, value: `${same}:${link.id}` },
  });
  await world.store.fenced(lease, async (tx) => {
    await tx.duplicates.ask(link.id, like.id, minutes * 60_000);
    await tx.errands.add({
      ...{ kind: 'say', user: link.requester, ...where },
      text: isItTheSame(like.ticket?.key ?? null, like.request?.summary ?? '', {
        minutes,
        asked: where.channel === null ? request.summary : null,
      }),
      button: button(THE_SAME, 0, like.id),
      other: button(ANOTHER_ONE, 1, ''),
    });
  });
  world.metrics.count('deskbridge_duplicates_asked');
  return minutes * 60_000;
}

type Place = Pick<Extract<Errand, { kind: 'say' }>, 'channel' | 'root'>;

/**
 * Below what he wrote; in a direct message where that is a form, or stands where the app may be no member. Null: nobody is
 * asked, because somebody else opened it, or it can wait for no answer.
 */
function askedIn(intake: Intake, { requester }: Link): Place | null {
  if (intake.kind === 'message')
    return { channel: intake.message.channel, root: intake.direct ? null : intake.message.root };
  if (intake.kind !== 'open-from-message' && intake.kind !== 'open-from-form') return null;
  const isPressing = intake.kind === 'open-from-form' ? intake.urgent : intake.human === true;
  if (intake.by !== requester || intake.execution !== undefined || isPressing) return null;
  return { channel: null, root: null };
}

/** The open request of the same person, of the same kind and in the same queue, that reads most like it. */
async function likelyTheSame({ store }: World, { link, request, routing }: NewRequest): Promise<Link | null> {
  const text = textOf(request);
  let found: { readonly link: Link; readonly likeness: number } | null = null;
  for (const id of await store.requests.openOf(link.requester, MOST_COMPARED)) {
    const other = id === link.id ? null : await store.links.get(id);
    if (other?.route == null || other.request === null || !isOpen(other)) continue;
    if (other.route.kind !== routing.route.kind || other.route.queue !== routing.route.queue) continue;
    const likeness = likenessOf(text, textOf(other.request));
    if (likeness >= LIKELY_THE_SAME && likeness > (found?.likeness ?? 0)) found = { link: other, likeness };
  }
  return found?.link ?? null;
}

/** What stopped takes nothing in: whose words went there would be on no ticket. */
const isOpen = ({ status, closedAt }: Link) =>
  status !== 'closed' && status !== 'parked' && closedAt === null;

/**
 * The person said whether it is the same. Then what he wrote belongs to that request, in its order, with files and edits; else
 * it is opened at once.
 */
export async function takeSame(
  world: World,
  lease: Lease,
  { link, picks }: { readonly link: Link; readonly picks: SamePicks },
): Promise<void> {
  const say = (tx: StoreTx, { by, channel }: PickSame, text: string) =>
    channel === null
      ? Promise.resolve()
      : tx.errands.add({ kind: 'say', channel, user: by, root: null, text, button: null });
  const pick = picks.find(({ intake }) => intake.by === link.requester)?.intake;
  const offered = link.route === null ? await world.store.duplicates.of(link.id) : null;
  const into =
    pick?.same != null && offered?.same === pick.same ? await openLink(world, link, pick.same) : null;
  const url = into === null ? null : await permalinkOf(world, into.conversation);
  await world.store.fenced(lease, async (tx) => {
    await tx.deliveries.closeAll(
      picks.map(({ id }) => id),
      'planned',
    );
    for (const { intake } of picks) if (intake.by !== link.requester) await say(tx, intake, NOT_YOURS);
    if (pick === undefined) return;
    if (into !== null && (await tx.links.merge(link.id, into.id))) {
      await tx.links.wake(into.id, false);
      await tx.audit.record({ kind: 'request.merged', actor: `slack:${pick.by}`, link: into.id, data: {} });
      // Its thread is read whole: what stood there before it was opened belongs to that request, too.
      if (link.conversation !== null) await tx.threads.ask(into.id);
      const thread = link.conversation !== null;
      return say(tx, pick, addedTo(into.ticket?.key ?? null, { url, thread }));
    }
    if (pick.same !== null || link.route !== null) await say(tx, pick, OPENED_MEANWHILE);
    if (link.route === null) await tx.duplicates.isAnother(link.id);
  });
  world.metrics.count('deskbridge_duplicates_answered', { same: String(into !== null) });
}

/** Never somebody else's, and none that ended meanwhile. */
async function openLink(world: World, link: Link, same: LinkId): Promise<Link | null> {
  const other = await world.store.links.get(same);
  return other !== null && other.requester === link.requester && isOpen(other) ? other : null;
}
