import type { DemoState, PageTicket } from '../demo/demo-state.ts';
import { Avatar } from './avatar.tsx';
import { byQueue, type QueueTickets } from './threads.ts';
import type { TicketActs } from './ticket-acts.ts';
import { TicketDetail } from './ticket-detail.tsx';

export interface DeskPaneProps {
  readonly state: DemoState;
  readonly ticket: PageTicket | null;
  readonly agent: string;
  readonly acts: TicketActs;
  readonly say: (text: string) => void;
  readonly onTicket: (key: string) => void;
  readonly onAgent: (name: string) => void;
}

interface QueueProps {
  readonly queue: QueueTickets;
  readonly current: string | null;
  readonly onTicket: (key: string) => void;
}

function Queue({ queue, current, onTicket }: QueueProps) {
  return (
    <section className="queue" aria-label={queue.title}>
      <h4>
        {queue.title} <span className="count">{queue.tickets.length}</span>
      </h4>
      <ul>
        {queue.tickets.map((ticket) => (
          <li key={ticket.key}>
            <button
              type="button"
              className="ticket-row"
              aria-current={ticket.key === current ? 'page' : undefined}
              onClick={() => onTicket(ticket.key)}
            >
              <i className={`dot ${ticket.statusCategory}`} aria-hidden="true" />
              <b>{ticket.key}</b>
              <span className="ticket-row-status">{ticket.status}</span>
              <span className="ticket-row-summary">{ticket.summary}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Queues({ state, ticket, agent, onTicket, onAgent }: DeskPaneProps) {
  return (
    <nav className="queues" aria-label="Queues">
      <div className="rail-lists">
        {byQueue(state.queues, state.tickets).map(({ product, queues }) => (
          <section key={product} aria-label={product}>
            <h3>{product}</h3>
            {queues.map((queue) => (
              <Queue key={queue.title} queue={queue} current={ticket?.key ?? null} onTicket={onTicket} />
            ))}
          </section>
        ))}
      </div>
      <label className="whoami">
        <Avatar name={agent} />
        <span>
          <span className="faint">At the desk you are</span>
          <select value={agent} onChange={(event) => onAgent(event.target.value)}>
            {state.agents.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </span>
      </label>
    </nav>
  );
}

/** The right side: the ticket systems as their agents see them. */
export function DeskPane(props: DeskPaneProps) {
  const { state, ticket, acts, say } = props;
  return (
    <section className="pane desk" aria-label="Ticket systems">
      <Queues {...props} />
      {ticket === null ? (
        <div className="empty centred">
          <h3>{state.tickets.length === 0 ? 'No tickets yet' : 'Choose a ticket'}</h3>
          <p>
            {state.tickets.length === 0
              ? 'Ask something in #it-help. Its ticket appears here, in the queue that the routing table chose, with the reason.'
              : 'Its conversation and its status are the same as in the Slack thread.'}
          </p>
        </div>
      ) : (
        <TicketDetail key={ticket.key} ticket={ticket} agents={state.agents} acts={acts} say={say} />
      )}
    </section>
  );
}
