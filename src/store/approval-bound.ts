import { sql } from 'kysely';
import type { LinkId } from '../model/ids.ts';
import { APART, SLOWED } from './deliveries.ts';
import type { Scope } from './scope.ts';

/** What approvals are bound to that stands nowhere else: the words of who asked, as they are now. */
export function createApprovalBound({ db, install, envelope }: Scope) {
  const place = (link: LinkId) => ({ install, table: 'link', row: link, column: 'words' });
  return {
    /** What the request's first message says since somebody changed it; null when nobody did. */
    async words(link: LinkId): Promise<string | null> {
      const found = await sql<{ words: Buffer | null }>`select words from link
        where install_id = ${install} and id = ${link}`.execute(db);
      const sealed = found.rows[0]?.words ?? null;
      return sealed === null ? null : envelope.open(place(link), sealed).toString('utf8');
    },

    /** It says this from now on; empty when it was deleted. */
    async say(link: LinkId, words: string): Promise<void> {
      const sealed = envelope.seal(place(link), Buffer.from(words));
      await sql`update link set words = ${sealed} where install_id = ${install} and id = ${link}`.execute(db);
    },

    /**
     * Has somebody changed or deleted the first message, and nobody has looked yet what it says now? What came in is known by
     * its identity: `channel:ts:`, and behind that what happened to the message or when it was edited. What made us fail
     * waits for an operator and stops nobody.
     */
    async isEdited(link: LinkId): Promise<boolean> {
      const isEdit = sql`d.install_id = ${install} and d.source = 'slack'
        and starts_with(d.identity, i.channel || ':' || i.native_id || ':')
        and split_part(d.identity, ':', 3) not in ('', 'bypass', 'mention')`;
      const found = await sql<{ edited: boolean }>`select exists (select from item i
        where i.install_id = ${install} and i.link_id = ${link} and i.opens and i.channel is not null and (
          exists (select from delivery d where d.state = 'new' and ${isEdit})
          or exists (select from delivery d where d.state = 'waiting' and d.reason = ${SLOWED} and ${isEdit})
          or exists (select from delivery d where d.state = 'sorted' and d.link_id = ${link}
            and d.reason is distinct from ${APART} and ${isEdit}))) as edited`.execute(db);
      return found.rows[0]?.edited === true;
    },
  };
}
