import type { Agreement, PageTicket } from '../demo/demo-state.ts';
import { useNavigation } from './navigation.ts';

interface CheckProps {
  readonly holds: boolean;
  readonly yes: string;
  readonly notYet: string;
}

function Check({ holds, yes, notYet }: CheckProps) {
  return (
    <span className={holds ? 'check yes' : 'check'}>
      <i aria-hidden="true">{holds ? '✓' : '…'}</i>
      {holds ? yes : notYet}
    </span>
  );
}

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

function messagesText({ messages, mirrored }: Agreement): string {
  if (messages === 0) return 'No replies yet';
  if (mirrored === messages) return `${many(messages, 'reply', 'replies')} on both sides`;
  return `${mirrored} of ${messages} replies on both sides`;
}

function Checks({ agreement }: { readonly agreement: Agreement }) {
  const { statusAgrees, ticketStatus, cardStatus, messages, mirrored, leaked, internalNotes } = agreement;
  const { files, filesMirrored, outdated } = agreement;
  return (
    <>
      <Check
        holds={statusAgrees}
        yes={`“${ticketStatus}” on both sides`}
        notYet={`Ticket: “${ticketStatus}”, card: “${cardStatus ?? 'none yet'}”`}
      />
      <Check holds={mirrored === messages} yes={messagesText(agreement)} notYet={messagesText(agreement)} />
      {internalNotes > 0 && (
        <Check
          holds={leaked === 0}
          yes={`${many(internalNotes, 'internal note stays', 'internal notes stay')} on the ticket`}
          notYet={`${leaked} internal notes are in Slack`}
        />
      )}
      {files > 0 && (
        <Check
          holds={filesMirrored === files}
          yes={`${many(files, 'file', 'files')} on both sides`}
          notYet={`${filesMirrored} of ${files} files on both sides`}
        />
      )}
      {outdated > 0 && (
        <Check
          holds={false}
          yes=""
          notYet={`${many(outdated, 'copy shows', 'copies show')} what was changed or deleted since`}
        />
      )}
    </>
  );
}

/** Says whether the thread and its ticket show the same, from what people see on either side. */
export function AgreementStrip({ ticket }: { readonly ticket: PageTicket | null }) {
  const { openThread } = useNavigation();
  const thread = ticket?.thread ?? null;
  const agrees = thread?.agreement.agrees === true;
  return (
    <section className={agrees ? 'strip agrees' : 'strip'} aria-label="Both sides">
      {ticket === null ? (
        <span className="faint">One thread, one ticket. Here you see whether both sides agree.</span>
      ) : thread === null ? (
        <span className="faint">{ticket.key} is on its way into Slack.</span>
      ) : (
        <>
          <b role="status">{agrees ? 'Both sides agree' : 'Catching up'}</b>
          <span className="pair">
            <button type="button" className="textlink" onClick={() => openThread(thread)}>
              {thread.place}
            </button>
            <span aria-hidden="true">⇄</span>
            <span className="hidden">and</span>
            {ticket.key}
          </span>
          <Checks agreement={thread.agreement} />
        </>
      )}
    </section>
  );
}
