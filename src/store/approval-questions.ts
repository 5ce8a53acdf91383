import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { ApprovalId } from '../model/approval.ts';
import { type LinkId, PrincipalId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** What an approver wants to know before he decides. */
export interface ApprovalQuestion {
  readonly id: string;
  readonly by: PrincipalId;
  readonly question: string;
  /** In the words of whoever asked for the approval; null while there is none. */
  readonly answer: string | null;
}

const Row = z.object({
  id: z.string(),
  principal: PrincipalId,
  question: z.instanceof(Buffer),
  answer: z.instanceof(Buffer).nullable(),
});

/** Questions about requests for a decision, and their answers. They are no votes, and change nothing that is bound. */
export function createApprovalQuestions({ db, install, envelope }: Scope) {
  const place = (row: string, column: 'question' | 'answer') => ({
    ...{ install, table: 'approval_question', row, column },
  });
  const sealed = (id: string, column: 'question' | 'answer', text: string) =>
    envelope.seal(place(id, column), Buffer.from(text));
  return {
    async add(approval: ApprovalId, by: PrincipalId, question: string): Promise<void> {
      const id = uuidv7();
      await sql`insert into approval_question (install_id, id, approval_id, principal, question)
        values (${install}, ${id}, ${approval}, ${by}, ${sealed(id, 'question', question)})`.execute(db);
    },

    /** The oldest first. */
    async of(approval: ApprovalId): Promise<readonly ApprovalQuestion[]> {
      const found = await sql`select id, principal, question, answer from approval_question
        where install_id = ${install} and approval_id = ${approval} order by asked_at, id`.execute(db);
      return found.rows.map((row) => {
        const { id, principal: by, question, answer } = Row.parse(row);
        const opened = (column: 'question' | 'answer', bytes: Buffer) =>
          envelope.open(place(id, column), bytes).toString('utf8');
        const answered = answer === null ? null : opened('answer', answer);
        return { id, by, question: opened('question', question), answer: answered };
      });
    },

    /** Approvals of this request that wait for an answer. */
    async waitingOn(link: LinkId): Promise<readonly ApprovalId[]> {
      const found = await sql<{ id: ApprovalId }>`select a.id from approval a where a.install_id = ${install}
        and a.link_id = ${link} and a.status = 'open' and exists (select from approval_question q
          where q.install_id = a.install_id and q.approval_id = a.id and q.answer is null)
        order by a.id`.execute(db);
      return found.rows.map(({ id }) => id);
    },

    async answer(id: string, words: string): Promise<void> {
      await sql`update approval_question set answer = ${sealed(id, 'answer', words)}, answered_at = deskbridge_now()
        where install_id = ${install} and id = ${id} and answer is null`.execute(db);
    },
  };
}
