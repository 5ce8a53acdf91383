import type { Act, ChosenFile } from '../demo/act.ts';
import type { PageComment, PageTicket, PageTicketFile } from '../demo/demo-state.ts';

export type FieldName = Extract<Act, { readonly act: 'set-field' }>['field'];

/** What the visitor can do with a ticket, as the agent that he is. */
export interface TicketActs {
  comment(ticket: PageTicket, text: string, internal: boolean): Promise<boolean>;
  editComment(ticket: PageTicket, comment: PageComment, text: string): Promise<boolean>;
  deleteComment(ticket: PageTicket, comment: PageComment): void;
  setInternal(ticket: PageTicket, comment: PageComment, internal: boolean): void;
  setStatus(ticket: PageTicket, status: string): void;
  /** By the name of an agent; null takes it from everybody. */
  assign(ticket: PageTicket, assignee: string | null): void;
  setField(ticket: PageTicket, field: FieldName, value: string): Promise<boolean>;
  attach(ticket: PageTicket, file: ChosenFile): void;
  removeFile(ticket: PageTicket, file: PageTicketFile): void;
}

/** Does an act; answers false when it was not possible, which the visitor has been told. */
export type Do = (act: Act) => Promise<string | null | false>;

export function createTicketActs(agent: string, run: Do): TicketActs {
  const on = ({ system, id }: PageTicket) => ({ agent, system, ticket: id });
  const done = async (act: Act) => (await run(act)) !== false;
  return {
    comment: (ticket, text, internal) => done({ act: 'comment', ...on(ticket), text, internal }),
    editComment: (ticket, { id }, text) => done({ act: 'edit-comment', ...on(ticket), comment: id, text }),
    deleteComment: (ticket, { id }) => void run({ act: 'delete-comment', ...on(ticket), comment: id }),
    setInternal: (ticket, { id }, internal) =>
      void run({ act: 'set-internal', ...on(ticket), comment: id, internal }),
    setStatus: (ticket, status) => void run({ act: 'set-status', ...on(ticket), status }),
    assign: (ticket, assignee) => void run({ act: 'assign', ...on(ticket), assignee }),
    setField: (ticket, field, value) => done({ act: 'set-field', ...on(ticket), field, value }),
    attach: (ticket, file) => void run({ act: 'attach', ...on(ticket), file }),
    removeFile: (ticket, { id }) => void run({ act: 'remove-file', ...on(ticket), file: id }),
  };
}
