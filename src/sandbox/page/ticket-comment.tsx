import { useState } from 'react';
import type { PageComment, PageTicket } from '../demo/demo-state.ts';
import { Avatar } from './avatar.tsx';
import { Composer } from './composer.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import { RichDoc } from './rich-doc.tsx';
import type { TicketActs } from './ticket-acts.ts';
import { type Mirrored, readMirrored } from './ticket-text.ts';
import { clockTime } from './times.ts';
import { typedDoc } from './typed-doc.ts';

export interface TicketCommentProps {
  readonly ticket: PageTicket;
  readonly comment: PageComment;
  readonly acts: TicketActs;
}

function toolsFor({ ticket, comment, acts }: TicketCommentProps, edit: () => void): readonly MenuItem[] {
  // What the bridge wrote belongs to its author in Slack; what stands in a journal stays as it is.
  if (comment.byBridge || ticket.fixedComments) return [];
  return [
    { label: 'Edit comment', run: edit },
    {
      label: comment.internal ? 'Make public' : 'Make internal',
      run: () => acts.setInternal(ticket, comment, !comment.internal),
    },
    { label: 'Delete comment', danger: true, run: () => acts.deleteComment(ticket, comment) },
  ];
}

function Head({ comment, shown }: { readonly comment: PageComment; readonly shown: Mirrored }) {
  return (
    <header>
      <b>{shown.speaker ?? comment.author}</b>
      {shown.speaker !== null && <span className="tag">from Slack</span>}
      {shown.note !== null && <span className="tag">{shown.note}</span>}
      {comment.internal && <span className="tag amber">Internal note</span>}
      <time>{clockTime(new Date(comment.createdAt))}</time>
    </header>
  );
}

/** One comment as agents see it, with what its author can do with it. */
export function TicketComment(props: TicketCommentProps) {
  const { ticket, comment, acts } = props;
  const [editing, setEditing] = useState(false);
  const shown = comment.byBridge
    ? readMirrored(comment.body)
    : { speaker: null, note: null, body: comment.body };
  const name = shown.speaker ?? comment.author;
  const tools = toolsFor(props, () => setEditing(true));
  const save = async (text: string) => {
    const done = await acts.editComment(ticket, comment, text);
    if (done) setEditing(false);
    return done;
  };
  return (
    <article className={comment.internal ? 'comment internal' : 'comment'}>
      <Avatar name={name} isBot={comment.byBridge && shown.speaker === null} />
      <div>
        <Head comment={comment} shown={shown} />
        {editing ? (
          <Composer
            label="Edit the comment"
            placeholder=""
            send="Save"
            initial={typedDoc(comment.body)}
            onCancel={() => setEditing(false)}
            onSend={save}
          />
        ) : (
          <RichDoc doc={shown.body} />
        )}
      </div>
      {tools.length > 0 && !editing && (
        <div className="message-tools">
          <Menu label={`Actions on the comment of ${name}`} items={tools} />
        </div>
      )}
    </article>
  );
}
