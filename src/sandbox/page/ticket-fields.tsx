import { type FormEvent, useId, useState } from 'react';
import type { PageTicket } from '../demo/demo-state.ts';
import type { FieldName, TicketActs } from './ticket-acts.ts';

interface TicketProps {
  readonly ticket: PageTicket;
  readonly acts: TicketActs;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly choices: readonly string[];
  /** Shown while there is no value. */
  readonly none: string;
  readonly look?: string;
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, choices, none, look, onChoose }: ChoiceProps) {
  const id = useId();
  const others = choices.filter((one) => one !== value);
  return (
    <div className="fact">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={look ?? 'plain'}
        value={value ?? ''}
        onChange={(event) => onChoose(event.target.value)}
      >
        {value === null ? <option value="">{none}</option> : <option>{value}</option>}
        {others.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </div>
  );
}

const NOBODY = 'Nobody yet';

const FIELDS = [
  ['priority', 'Priority'],
  ['impact', 'Impact'],
  ['urgency', 'Urgency'],
  ['group', 'Group'],
  ['resolution', 'Resolution'],
] as const satisfies readonly (readonly [Exclude<FieldName, 'summary'>, string])[];

/** The fields of a ticket; those that cannot be chosen here are shown. */
export function TicketFields({ ticket, acts, agents }: TicketProps & { readonly agents: readonly string[] }) {
  const { assignee } = ticket;
  return (
    <div className="facts">
      <Choice
        label="Status"
        value={ticket.status}
        choices={ticket.nextStatuses}
        none=""
        look={`status ${ticket.statusCategory}`}
        onChoose={(status) => acts.setStatus(ticket, status)}
      />
      <Choice
        label="Assignee"
        value={assignee ?? NOBODY}
        choices={assignee === null ? agents : [...agents, NOBODY]}
        none={NOBODY}
        onChoose={(name) => acts.assign(ticket, name === NOBODY ? null : name)}
      />
      {FIELDS.map(([field, label]) => {
        const choices = ticket.choices[field];
        const value = ticket[field];
        if (choices !== undefined) {
          return (
            <Choice
              key={field}
              {...{ label, value, choices }}
              none="None"
              onChoose={(chosen) => void acts.setField(ticket, field, chosen)}
            />
          );
        }
        return value === null ? null : (
          <div key={field} className="fact">
            <span>{label}</span>
            <p>{value}</p>
          </div>
        );
      })}
    </div>
  );
}

/** The title of a ticket, which its agent can rewrite. */
export function Summary({ ticket, acts }: TicketProps) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <h3 className="summary">
        {ticket.summary}{' '}
        <button type="button" className="textlink" onClick={() => setDraft(ticket.summary)}>
          Edit<span className="hidden"> the summary</span>
        </button>
      </h3>
    );
  }
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const text = draft.trim();
    const kept = text === ticket.summary || (text !== '' && (await acts.setField(ticket, 'summary', text)));
    if (kept) setDraft(null);
  };
  return (
    <form className="summary-form" onSubmit={(event) => void save(event)}>
      <label className="hidden" htmlFor={id}>
        Summary
      </label>
      <input
        id={id}
        type="text"
        maxLength={250}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
      />
      <button type="submit" className="button primary small" disabled={draft.trim() === ''}>
        Save
      </button>
      <button type="button" className="button small" onClick={() => setDraft(null)}>
        Cancel
      </button>
    </form>
  );
}
