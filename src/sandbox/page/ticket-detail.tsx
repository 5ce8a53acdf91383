import { useId, useState } from 'react';
import type { PageComment, PageTicket } from '../demo/demo-state.ts';
import { Avatar } from './avatar.tsx';
import { Composer } from './composer.tsx';
import { useNavigation } from './navigation.ts';
import { threadAt } from './threads.ts';
import { readDescription, readMirrored } from './ticket-text.ts';
import { clockTime } from './times.ts';
import { useStickToEnd } from './use-stick-to-end.ts';

/** What the visitor can do with a ticket, as the agent that he is. */
export interface TicketActs {
  comment(ticket: PageTicket, text: string, internal: boolean): Promise<boolean>;
  setStatus(ticket: PageTicket, status: string): void;
  assign(ticket: PageTicket, assigned: boolean): void;
}

export interface TicketDetailProps {
  readonly ticket: PageTicket;
  readonly agent: string;
  readonly acts: TicketActs;
}

function Status({ ticket, acts }: Pick<TicketDetailProps, 'ticket' | 'acts'>) {
  const id = useId();
  return (
    <div className="fact">
      <label htmlFor={id}>Status</label>
      <select
        id={id}
        className={`status ${ticket.statusCategory}`}
        value={ticket.status}
        onChange={(event) => acts.setStatus(ticket, event.target.value)}
      >
        <option>{ticket.status}</option>
        {ticket.nextStatuses
          .filter((name) => name !== ticket.status)
          .map((name) => (
            <option key={name}>{name}</option>
          ))}
      </select>
    </div>
  );
}

function Assignee({ ticket, agent, acts }: TicketDetailProps) {
  const mine = ticket.assignee === agent;
  return (
    <div className="fact">
      <span>Assignee</span>
      <p>
        {ticket.assignee ?? 'Nobody yet'}
        <button type="button" className="textlink" onClick={() => acts.assign(ticket, !mine)}>
          {mine ? 'Give back' : 'Assign to me'}
        </button>
      </p>
    </div>
  );
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

function Comment({ comment }: { readonly comment: PageComment }) {
  const { speaker, words } = comment.byBridge
    ? readMirrored(comment.text)
    : { speaker: null, words: comment.text };
  const name = speaker ?? comment.author;
  return (
    <article className={comment.internal ? 'comment internal' : 'comment'}>
      <Avatar name={name} isBot={comment.byBridge && speaker === null} />
      <div>
        <header>
          <b>{name}</b>
          {speaker !== null && <span className="tag">from Slack</span>}
          {comment.internal && <span className="tag amber">Internal note</span>}
          <time>{clockTime(new Date(comment.createdAt))}</time>
        </header>
        <p className="pre">{words}</p>
      </div>
    </article>
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

function Answer({ ticket, acts }: Pick<TicketDetailProps, 'ticket' | 'acts'>) {
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
export function TicketDetail({ ticket, agent, acts }: TicketDetailProps) {
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
        <h3 className="summary">{ticket.summary}</h3>
        <div className="facts">
          <Status ticket={ticket} acts={acts} />
          <Assignee ticket={ticket} agent={agent} acts={acts} />
          <div className="fact">
            <span>Priority</span>
            <p>{ticket.priority ?? 'None'}</p>
          </div>
        </div>
        <Description ticket={ticket} />
        <h4>Conversation</h4>
        {ticket.comments.length === 0 && (
          <p className="faint">Nothing said yet. What is written in the thread appears here.</p>
        )}
        {ticket.comments.map((comment) => (
          <Comment key={comment.id} comment={comment} />
        ))}
      </div>
      <Answer ticket={ticket} acts={acts} />
    </section>
  );
}
