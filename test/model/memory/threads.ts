import { tsMicros } from '../../../src/model/ids.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db, LinkRow, PlaceRow } from './db.ts';

const MINUTE_MS = 60_000;
const OPEN_DAYS_MS = 7 * 86_400_000;
const DISMISSED = new Set([
  'thread-without-request',
  'channel-without-requests',
  'responder',
  'bot-message',
  'small-talk',
  'bypassed',
  'bare-mention',
]);

export function isOpenRequest(db: Db, link: LinkRow): boolean {
  return link.state !== 'closed' || (link.closedAt !== null && link.closedAt > db.clock.now - OPEN_DAYS_MS);
}

/** Which threads have to be read next, on paper. */
export function createThreads(db: Db): Store['threads'] {
  const placesOf = (link: string) => [...db.places.values()].filter((place) => place.link === link);
  const isDirect = (link: LinkRow, { role, team, channel }: PlaceRow) =>
    (link.home === 'dm' && role === 'primary') || db.readings.get(`${team}:${channel}`)?.direct === true;
  const lookedAt = (link: LinkRow) => link.threadCheckedAt ?? link.openedAt;
  const open = () => [...db.links.values()].filter((link) => isOpenRequest(db, link));
  const rowsOf = (partition: string) =>
    [...db.deliveries.values()].flatMap((row) => {
      return row.partition === partition && row.told !== null ? [{ ...row.told, row }] : [];
    });

  return {
    async toRead(limit, minutes) {
      const before = db.clock.now - minutes * MINUTE_MS;
      return [...db.links.values()]
        .filter((link) => link.threadDue || (isOpenRequest(db, link) && lookedAt(link) < before))
        .filter((link) => placesOf(link.id).length > 0)
        .sort((a, b) => Number(b.threadDue) - Number(a.threadDue) || lookedAt(a) - lookedAt(b))
        .slice(0, limit)
        .map((link) => ({
          link: link.id,
          places: placesOf(link.id).map((place) => {
            const { team, channel, root } = place;
            return { team, channel, root, direct: isDirect(link, place) };
          }),
        }));
    },
    async ask(id) {
      const row = db.links.get(id);
      if (row !== undefined) db.change(row, { threadDue: true });
    },
    async askAll() {
      const asked = open().filter((link) => placesOf(link.id).length > 0);
      for (const link of asked) db.change(link, { threadDue: true });
      return asked.length;
    },
    async askBehind(id, latest) {
      const row = db.links.get(id);
      if (row === undefined) return;
      const { threadCheckedAt: checked } = row;
      const isNews = (at: number) => latest !== null && Number(latest) * 1000 > at - MINUTE_MS;
      if (checked === null || checked < db.clock.now - 5 * MINUTE_MS || isNews(checked))
        db.change(row, { threadDue: true });
    },
    async forgetChecked() {
      for (const link of open()) db.change(link, { threadCheckedAt: null });
    },
    async checked(id) {
      const row = db.links.get(id);
      if (row !== undefined) db.change(row, { threadCheckedAt: db.clock.now, threadDue: false });
    },
    async stillDue(links) {
      const due = [...db.links.values()].filter((link) => link.threadDue);
      return due.flatMap(({ id }) => (links === null || links.includes(id) ? [id] : []));
    },
    async openIn({ team, channel }, { from, above }) {
      const inside = ({ root }: PlaceRow) =>
        tsMicros(root) >= tsMicros(from) && (above === null || tsMicros(root) < tsMicros(above));
      const links = new Map(open().map((link) => [link.id, link]));
      return [...db.places.values()]
        .filter((place) => place.team === team && place.channel === channel && inside(place))
        .filter(({ link }) => links.has(link))
        .map(({ link, root }) => ({ link, root, stamp: rootStamp(db, { link, channel, root }) }));
    },
    async told(partitions) {
      const known = partitions.flatMap((partition) => {
        const root = partition.split(':')[3] ?? '';
        const rows = rowsOf(partition);
        if (rows.length === 0) return [];
        const gone = new Set(rows.filter((one) => one.gone).map((one) => one.ts));
        const replies = new Set(rows.flatMap(({ ts }) => (ts === root || gone.has(ts) ? [] : [ts])));
        return [[partition, { replies: replies.size, root: rows.some(({ ts }) => ts === root) }] as const];
      });
      return new Map(known);
    },
    async messagesTold(partition) {
      const rows = Map.groupBy(rowsOf(partition), ({ ts }) => ts);
      return [...rows].map(([ts, told]) => ({
        ts,
        gone: told.some(({ gone }) => gone),
        dismissed: told.every(({ row }) => row.state === 'ignored' && DISMISSED.has(row.reason ?? '')),
      }));
    },
  };
}

function rootStamp(db: Db, { link, channel, root }: Pick<PlaceRow, 'link' | 'channel' | 'root'>) {
  const item = [...db.items.values()].find(
    (one) =>
      one.link === link &&
      one.kind === 'message' &&
      one.origin === 'slack' &&
      one.channel === channel &&
      one.nativeId === root,
  );
  return item?.stamp ?? null;
}
