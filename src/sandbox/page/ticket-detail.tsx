import { useId, useState } from 'react';
import type { PageTicket } from '../demo/demo-state.ts';
import { Composer } from './composer.tsx';
import { useNavigation } from './navigation.ts';
import { threadAt } from './threads.ts';
import type { TicketActs } from './ticket-acts.ts';
import { TicketComment } from './ticket-comment.tsx';
import { Summary, TicketFields } from './ticket-fields.tsx';
import { TicketFiles, type TicketFilesProps } from './ticket-files.tsx';
import { readDescription } from './ticket-text.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

export interface TicketDetailProps extends TicketFilesProps {
  readonly agents: readonly string[];
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  const { openThread } = useNavigation();
  const thread = threadAt(value);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {thread === null ? (
          value
        ) : (
          <button type="button" className="textlink" onClick={() => openThread(thread)}>
            Open the thread
          </button>
        )}
      </dd>
    </>
  );
}

function Description({ ticket }: { readonly ticket: PageTicket }) {
  const { words, reason, facts } = readDescription(ticket.description);
  return (
    <>
      {reason !== null && (
        <div className="reason">
          <h4>Why it is here</h4>
          <p>{reason}</p>
        </div>
      )}
      <div className="description">
        <h4>Description</h4>
        <p className="pre">{words === '' ? 'Nothing beside the title.' : words}</p>
        <dl>
          {facts.map(({ name, value }) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
      </div>
    </>
  );
}

interface AudienceProps {
  readonly internal: boolean;
  readonly onChange: (internal: boolean) => void;
}

function Audience({ internal, onChange }: AudienceProps) {
  const name = useId();
  const choice = (label: string, value: boolean) => (
    <label>
      <input type="radio" name={name} checked={internal === value} onChange={() => onChange(value)} />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="audience">
      <legend className="hidden">Who can read it</legend>
      {choice('Public reply', false)}
      {choice('Internal note', true)}
    </fieldset>
  );
}

function Answer({ ticket, acts }: { readonly ticket: PageTicket; readonly acts: TicketActs }) {
  const [internal, setInternal] = useState(false);
  return (
    <div className="pane-foot">
      <Composer
        look={internal ? 'internal' : 'public'}
        label={internal ? 'Internal note' : 'Reply to the requester'}
        placeholder={
          internal ? 'Only agents see this; it never reaches Slack' : 'Reply… it appears in the Slack thread'
        }
        send={internal ? 'Add' : 'Send'}
        tools={<Audience internal={internal} onChange={setInternal} />}
        onSend={(text) => acts.comment(ticket, text, internal)}
      />
    </div>
  );
}

/** One ticket as an agent works on it. */
export function TicketDetail(props: TicketDetailProps) {
  const { ticket, acts, agents } = props;
  const list = useStickToEnd(ticket.comments.length === 0 ? '' : `${ticket.key}:${ticket.comments.length}`);
  return (
    <section className="ticket" aria-label={`Ticket ${ticket.key}`}>
      <header className="pane-head">
        <h2>{ticket.key}</h2>
        <span className="faint">
          {ticket.product} · {ticket.queue}
        </span>
      </header>
      <div className="ticket-body" ref={list}>
        <Summary ticket={ticket} acts={acts} />
        <TicketFields ticket={ticket} acts={acts} agents={agents} />
        <Description ticket={ticket} />
        <TicketFiles {...props} />
        <h4>Conversation</h4>
        {ticket.comments.length === 0 && (
          <p className="faint">Nothing said yet. What is written in the thread appears here.</p>
        )}
        {ticket.comments.map((comment) => (
          <TicketComment key={comment.id} ticket={ticket} comment={comment} acts={acts} />
        ))}
      </div>
      <Answer ticket={ticket} acts={acts} />
    </section>
  );
}
