import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { Errand } from '../model/errand.ts';
import type { Scope } from './scope.ts';

/** An errand that somebody has taken up; `attempt` is his number, and nobody with an older one writes anything. */
export interface HeldErrand {
  readonly id: string;
  readonly attempt: number;
  /** Something was sent before, and nobody has written down what became of it. */
  readonly sending: boolean;
  readonly errand: Errand;
}

type Held = Pick<HeldErrand, 'id' | 'attempt'>;

interface Row {
  readonly id: string;
  readonly attempt: number;
  readonly sending: boolean;
  readonly payload: Buffer;
}

/** What has to be done beside the links. */
export function createErrands({ db, install, envelope }: Scope) {
  const place = (id: string) => ({ install, table: 'errand', row: id, column: 'payload' });
  return {
    /** It is not taken up before `afterMs` have passed. */
    async add(errand: Errand, afterMs = 0): Promise<void> {
      const id = uuidv7();
      const sealed = envelope.seal(place(id), Buffer.from(JSON.stringify(errand)));
      await sql`insert into errand (install_id, id, payload, due_at) values (${install}, ${id}, ${sealed},
        deskbridge_now() + make_interval(secs => ${afterMs / 1000}))`.execute(db);
    },

    /**
     * The one that stands for this subject is due now, or becomes it. Whoever is at it meanwhile does not finish it: something
     * may have happened behind his back.
     */
    async wake(subject: string, errand: Errand, afterMs = 0): Promise<void> {
      const id = uuidv7();
      const sealed = envelope.seal(place(id), Buffer.from(JSON.stringify(errand)));
      await sql`insert into errand (install_id, id, payload, due_at, subject) values (${install}, ${id}, ${sealed},
          deskbridge_now() + make_interval(secs => ${afterMs / 1000}), ${subject})
        on conflict (install_id, subject) where subject is not null do update
          set due_at = least(errand.due_at, excluded.due_at), attempt = errand.attempt + 1, held_until = null`.execute(
        db,
      );
    },

    /** Takes up what is due, oldest first, for `leaseMs` of real time: what is not finished by then is anybody's again. */
    async claim(limit: number, leaseMs: number): Promise<readonly HeldErrand[]> {
      // Materialized, so that what is chosen is chosen once: a plan that asks again for each row would take up more.
      const found = await sql<Row>`with due as materialized (select id from errand
          where install_id = ${install} and due_at <= deskbridge_now() and v <= 1
            and (held_until is null or held_until < clock_timestamp())
          order by due_at, id limit ${limit} for update skip locked)
        update errand e set attempt = attempt + 1,
          held_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
        from due where e.install_id = ${install} and e.id = due.id
        returning e.id, e.attempt, e.sending, e.payload`.execute(db);
      return found.rows
        .map(({ payload, ...row }) => ({
          ...row,
          errand: Errand.parse(JSON.parse(envelope.open(place(row.id), payload).toString('utf8'))),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    /** Write this down before anything leaves. False when somebody else has taken it up since. */
    async startSending({ id, attempt }: Held): Promise<boolean> {
      const held = await sql`update errand set sending = true
        where install_id = ${install} and id = ${id} and attempt = ${attempt} returning 1`.execute(db);
      return held.rows.length > 0;
    },

    /** Nothing happened: again after `afterMs`. */
    async again({ id, attempt }: Held, afterMs: number): Promise<void> {
      await sql`update errand set sending = false, held_until = null, due_at = deskbridge_now() + make_interval(secs => ${afterMs / 1000})
        where install_id = ${install} and id = ${id} and attempt = ${attempt}`.execute(db);
    },

    /** It is done, or has lost its reason. False when somebody else has taken it up since. */
    async finish({ id, attempt }: Held): Promise<boolean> {
      const done = await sql`delete from errand
        where install_id = ${install} and id = ${id} and attempt = ${attempt} returning 1`.execute(db);
      return done.rows.length > 0;
    },
  };
}
