import { SlackTs, tsMicros } from '../../../src/model/ids.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db, LinkRow, PlaceRow } from './db.ts';

const MINUTE_MS = 60_000;
const LOOK_BACK_MS = 10 * MINUTE_MS;
const OPEN_DAYS_MS = 7 * 86_400_000;

const tsOf = (micros: bigint) =>
  SlackTs.parse(`${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`);

/** Which threads have to be read next, on paper. */
export function createThreads(db: Db): Store['threads'] {
  function firstMessage(link: LinkRow, place: PlaceRow): bigint {
    const known = [...db.items.values()]
      .filter(
        (item) =>
          item.link === link.id &&
          item.kind === 'message' &&
          item.origin === 'slack' &&
          item.channel === place.channel,
      )
      .map((item) => item.atMicros);
    return known.length > 0 ? BigInt(Math.min(...known)) : tsMicros(place.root);
  }

  function fromWhen(link: LinkRow, place: PlaceRow): SlackTs {
    const first = firstMessage(link, place);
    if (link.threadCheckedAt === null) return tsOf(first);
    const looked = BigInt(link.threadCheckedAt - LOOK_BACK_MS) * 1000n;
    return tsOf(looked > first ? looked : first);
  }

  return {
    async toCheck(limit, minutes) {
      const { now } = db.clock;
      const isOpen = (link: LinkRow) =>
        link.state !== 'closed' || (link.closedAt !== null && link.closedAt > now - OPEN_DAYS_MS);
      const lookedAt = (link: LinkRow) => link.threadCheckedAt ?? link.openedAt;
      return [...db.places.values()]
        .filter((place) => place.role !== 'internal')
        .flatMap((place) => {
          const link = db.links.get(place.link);
          return link === undefined || !isOpen(link) ? [] : [{ link, place }];
        })
        .filter(({ link }) => lookedAt(link) < now - minutes * MINUTE_MS)
        .sort((a, b) => lookedAt(a.link) - lookedAt(b.link))
        .slice(0, limit)
        .map(({ link, place: { team, channel, root, ...place } }) => ({
          link: link.id,
          place: { team, channel, root },
          after: fromWhen(link, { team, channel, root, ...place }),
        }));
    },
    async ask(id) {
      const row = db.links.get(id);
      if (row !== undefined) db.change(row, { threadDue: true });
    },
    async checked(id) {
      const row = db.links.get(id);
      if (row !== undefined) db.change(row, { threadCheckedAt: db.clock.now, threadDue: false });
    },
  };
}
