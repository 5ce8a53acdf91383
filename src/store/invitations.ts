import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';
import type { TokenKey } from './tokens.ts';

/** What goes to the browser and to the vendor when an invitation is taken up. */
export interface Begun {
  readonly state: string;
  readonly browser: string;
}

const secret = () => randomBytes(32).toString('base64url');
const hashOf = (text: string) => createHash('sha256').update(text).digest();
/** How long somebody may take at the vendor, in seconds. */
const CONSENT_S = 600;

interface Row {
  connector: string;
  holder: string;
}
const keyOf = ({ connector, holder }: Row): TokenKey => ({
  connector: ConnectorId.parse(connector),
  holder: holder === 'bridge' ? 'bridge' : SlackUser.parse(holder),
});

/** One-time links to give a sign-in. The link, the state and the browser are known by their hashes only. */
export function createInvitations(scope: Scope) {
  const { db, install } = scope;
  return {
    /** Answers what stands in the link. */
    async create({ connector, holder }: TokenKey, hours: number): Promise<string> {
      const text = secret();
      await sql`delete from invitation where install_id = ${install} and expires_at < deskbridge_now()`.execute(
        db,
      );
      await sql`insert into invitation (install_id, hash, connector, holder, expires_at) values
        (${install}, ${hashOf(text)}, ${connector}, ${holder}, deskbridge_now() + make_interval(hours => ${hours}))`.execute(
        db,
      );
      return text;
    },

    /** Whose it is; null when it is unknown, used or too old. Changes nothing. */
    async look(text: string): Promise<TokenKey | null> {
      const found = await sql<Row>`select connector, holder from invitation where install_id = ${install}
        and hash = ${hashOf(text)} and state_hash is null and expires_at > deskbridge_now()`.execute(db);
      return found.rows[0] === undefined ? null : keyOf(found.rows[0]);
    },

    /** Uses the link up; null when it was. */
    async begin(text: string): Promise<Begun | null> {
      const begun = { state: secret(), browser: secret() };
      const taken = await sql`update invitation set state_hash = ${hashOf(begun.state)},
          browser_hash = ${hashOf(begun.browser)}, expires_at = deskbridge_now() + make_interval(secs => ${CONSENT_S})
        where install_id = ${install} and hash = ${hashOf(text)} and state_hash is null
          and expires_at > deskbridge_now() returning 1`.execute(db);
      return taken.rows.length === 0 ? null : begun;
    },

    /** The way back from the vendor, once and in the browser that began; null for every other. */
    async finish({ state, browser }: Begun, connector: ConnectorId): Promise<TokenKey | null> {
      const taken =
        await sql<Row>`delete from invitation where install_id = ${install} and connector = ${connector}
        and state_hash = ${hashOf(state)} and browser_hash = ${hashOf(browser)} and expires_at > deskbridge_now()
        returning connector, holder`.execute(db);
      return taken.rows[0] === undefined ? null : keyOf(taken.rows[0]);
    },

    /** The same way back, while the vendor is still asked: it counts when it is redeemed, and until then it can be taken back. */
    async take(
      { state, browser }: Begun,
      connector: ConnectorId,
    ): Promise<{ readonly key: TokenKey; readonly receipt: string } | null> {
      const receipt = secret();
      const taken =
        await sql<Row>`update invitation set hash = ${hashOf(receipt)}, state_hash = ${hashOf(secret())},
          browser_hash = null, expires_at = deskbridge_now() + make_interval(secs => ${CONSENT_S})
        where install_id = ${install} and connector = ${connector} and state_hash = ${hashOf(state)}
          and browser_hash = ${hashOf(browser)} and expires_at > deskbridge_now()
        returning connector, holder`.execute(db);
      return taken.rows[0] === undefined ? null : { key: keyOf(taken.rows[0]), receipt };
    },

    /** False when it was taken back meanwhile. Call it in the transaction that saves the sign-in. */
    async redeem(receipt: string): Promise<boolean> {
      const redeemed =
        await sql`delete from invitation where install_id = ${install} and hash = ${hashOf(receipt)}
        returning 1`.execute(db);
      return redeemed.rows.length > 0;
    },

    /** Takes back the links that were given out, to one person or all, at one connector or all; begun ones, too. */
    async forget(which: { readonly connector: ConnectorId | null; readonly person: SlackUser | null }) {
      await sql`delete from invitation where install_id = ${install}
        and (${which.connector}::text is null or connector = ${which.connector})
        and (${which.person}::text is null or holder = ${which.person})`.execute(db);
    },
  };
}
