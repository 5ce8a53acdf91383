import { type SlackTs, tsMicros } from '../../../src/model/ids.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Db, ReadingRow } from './db.ts';
import { isOpenRequest } from './threads.ts';

const MINUTE_MS = 60_000;
const STALE_MS = 5 * MINUTE_MS;
const PAUSE_MS = 45_000;
const DEEP_PAUSE_MS = 3 * MINUTE_MS;

const newer = (a: SlackTs | null, b: SlackTs | null) =>
  a === null ? b : b === null || tsMicros(a) >= tsMicros(b) ? a : b;

/** How far which channel was read, on paper. */
export function createReadings(db: Db): Store['readings'] {
  type Where = Pick<ReadingRow, 'team' | 'channel'>;
  const keyOf = ({ team, channel }: Where) => `${team}:${channel}`;
  function rowOf(where: Where): ReadingRow {
    const known = db.readings.get(keyOf(where));
    if (known !== undefined) return known;
    const { team, channel } = where;
    const blank = {
      direct: false,
      seenTo: null,
      deepAt: null,
      finishedAt: null,
      beganAt: null,
      current: null,
    };
    const fresh: ReadingRow = { team, channel, ...blank };
    db.put(db.readings, keyOf(where), fresh);
    return fresh;
  }
  function wanted(team: Where['team'], configured: readonly Where['channel'][]) {
    const places = [...db.places.values()].flatMap((place) => {
      const link = db.links.get(place.link);
      if (link === undefined || !isOpenRequest(db, link)) return [];
      return [{ ...place, direct: link.home === 'dm' && place.role === 'primary' }];
    });
    const empty = configured.map((channel) => ({ team, channel, root: null, direct: false }));
    return Map.groupBy([...empty, ...places], keyOf);
  }

  return {
    async due(team, configured) {
      const { now } = db.clock;
      const rows = [...wanted(team, configured).values()].flatMap((group) => {
        const [first] = group;
        if (first === undefined) return [];
        const row = db.readings.get(keyOf(first));
        const finishedAt = row?.finishedAt ?? null;
        const isDue = row?.beganAt != null || finishedAt === null || finishedAt < now - PAUSE_MS;
        if (!isDue) return [];
        const roots = group.flatMap(({ root }) => root ?? []);
        const reading = {
          team: first.team,
          channel: first.channel,
          direct: group.some(({ direct }) => direct) || row?.direct === true,
          seenTo: row?.seenTo ?? null,
          oldestOpen: roots.sort((a, b) => Number(tsMicros(a) - tsMicros(b)))[0] ?? null,
          deepDue: row?.deepAt == null || row.deepAt < now - DEEP_PAUSE_MS,
          current: row?.beganAt != null && row.beganAt > now - STALE_MS ? row.current : null,
        };
        return [{ reading, finishedAt: finishedAt ?? Number.NEGATIVE_INFINITY }];
      });
      return rows.sort((a, b) => a.finishedAt - b.finishedAt).map(({ reading }) => reading);
    },
    async advance(where, current) {
      db.change(rowOf(where), { current, beganAt: db.clock.now });
    },
    async finish(where, { seenTo, deep }) {
      const row = rowOf(where);
      const { now } = db.clock;
      db.change(row, {
        seenTo: newer(row.seenTo, seenTo),
        finishedAt: now,
        deepAt: deep ? now : row.deepAt,
        beganAt: null,
        current: null,
      });
    },
    async stoodStill(minutes) {
      const finished = [...db.readings.values()].flatMap((row) => row.finishedAt ?? []);
      return finished.length > 0 && Math.max(...finished) < db.clock.now - minutes * MINUTE_MS;
    },
    async markDirect(where) {
      db.change(rowOf(where), { direct: true });
    },
  };
}
