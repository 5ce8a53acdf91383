import type { Connector, Files, WithFiles } from '../../../src/connectors/connector.ts';
import type { Doc } from '../../../src/model/doc.ts';
import { ok } from '../../../src/model/outcome.ts';
import type { CommentDraft, TicketComment, TicketSnapshot } from '../../../src/model/ticket.ts';

/** A connector that is right but for one mistake. */
export type Bug = (right: WithFiles) => Connector;

export interface Mistake {
  readonly mistake: string;
  readonly bug: Bug;
  /** Part of the names of the rules that have to notice: every one of them. */
  readonly noticedBy: string;
}

export function sending(right: Connector, send: Connector['create']['send']): Connector {
  return { ...right, create: { ...right.create, send } };
}

export function adding(right: Connector, change: Partial<Connector['comments']['add']>): Connector {
  return { ...right, comments: { ...right.comments, add: { ...right.comments.add, ...change } } };
}

export function revising(right: Connector, change: Partial<Connector['comments']['revise']>): Connector {
  return { ...right, comments: { ...right.comments, revise: { ...right.comments.revise, ...change } } };
}

export function attaching(right: WithFiles, change: Partial<Files['add']>): WithFiles {
  return { ...right, files: { ...right.files, add: { ...right.files.add, ...change } } };
}

export function writing(right: Connector, change: Partial<Connector['write']>): Connector {
  return { ...right, write: { ...right.write, ...change } };
}

/** What the ticket shows is changed on its way to us. */
export function reading(right: Connector, change: (ticket: TicketSnapshot) => TicketSnapshot): Connector {
  return {
    ...right,
    async read(ticket) {
      const outcome = await right.read(ticket);
      return outcome.kind === 'ok' ? ok(change(outcome.value)) : outcome;
    },
  };
}

/** The bodies of our comments are changed before they leave. */
export function wording(right: Connector, change: (draft: CommentDraft) => Doc): Connector {
  return adding(right, {
    send: (draft, attempt) => right.comments.add.send({ ...draft, body: change(draft) }, attempt),
  });
}

/** What a comment shows is changed on its way to us, wherever it is read. */
export function listening(right: Connector, change: (comment: TicketComment) => TicketComment): Connector {
  const whole = reading(right, (ticket) => ({ ...ticket, comments: ticket.comments.map(change) }));
  return {
    ...whole,
    comments: {
      ...right.comments,
      async read(ticket, comment) {
        const outcome = await right.comments.read(ticket, comment);
        return outcome.kind === 'ok' ? ok(change(outcome.value)) : outcome;
      },
    },
  };
}

/** Files are opened in another way. */
export function opening(right: WithFiles, open: Files['open']): WithFiles {
  return { ...right, files: { ...right.files, open } };
}
