import type { TicketDraft } from '../../model/ticket.ts';
import { fieldIsDemanded, formDemands, formHasNoField } from '../../texts/jira.ts';
import { type Accounts, encode, isOurs, namedIn, type ScreenField } from './form-fields.ts';
import type { JiraTarget } from './targets.ts';

/** Values by field id, in the words of a person or of the configuration. */
export type Wanted = ReadonlyMap<string, string | readonly string[]>;

/** What the queue sets on every ticket. Labels have a place of their own. */
function fixedBy(target: JiraTarget): Wanted {
  const { components, fields = {} } = target;
  return new Map([
    ...Object.entries(fields),
    ...(components === undefined ? [] : [['components', components] as const]),
  ]);
}

/** Ids of the fields that a queue sets. */
export function setBy(target: JiraTarget): ReadonlySet<string> {
  return new Set([...fixedBy(target).keys(), ...(target.labels === undefined ? [] : ['labels'])]);
}

/** What is to be filled in beside what every ticket says: the person's answers, and over them what the queue sets. */
export function wantedOf(target: JiraTarget, draft: TicketDraft): Wanted {
  const answered = Object.entries(draft.answers ?? {}).filter(([, answer]) => answer.length > 0);
  return new Map([...answered, ...fixedBy(target)]);
}

/** People whom the answers name, for a look-up. */
export function peopleIn(wanted: Wanted, fields: readonly ScreenField[]): readonly string[] {
  return fields.flatMap((field) => {
    const answer = wanted.get(field.id);
    return answer === undefined ? [] : namedIn(field, answer);
  });
}

export interface Filling {
  /** The fields that may be filled in. */
  readonly fields: readonly ScreenField[];
  /** The fields that must be: a form may demand less than the screen behind it. */
  readonly demands: readonly ScreenField[];
  /** Filled in otherwise. */
  readonly known: ReadonlySet<string>;
  readonly wiki: boolean;
  readonly accounts: Accounts;
}

export type Filled =
  | { readonly values: Readonly<Record<string, unknown>> }
  /** One sentence, for whoever filled in the form or made the queue. */
  | {
      readonly problem: string;
      /** The same by the ids of the fields that it is about. */
      readonly fields: Readonly<Record<string, string>>;
    };

/** The fields of a new ticket as Jira takes them. Nothing is sent that the screen does not have. */
export function fill(wanted: Wanted, { fields, demands, known, wiki, accounts }: Filling): Filled {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  const of: Record<string, string> = {};
  for (const [id, answer] of wanted) {
    const field = fields.find((one) => one.id === id);
    if (field === undefined) {
      problems.push(formHasNoField(id));
      continue;
    }
    const encoded = encode(field, answer, { wiki, accounts });
    if ('problem' in encoded) {
      problems.push(encoded.problem);
      of[id] = encoded.problem;
    } else values[id] = encoded.value;
  }
  const missing = demands.filter(
    (field) => field.required && !isOurs(field) && !known.has(field.id) && !wanted.has(field.id),
  );
  if (missing.length > 0) problems.push(formDemands(missing.map(({ name }) => name).join(', ')));
  for (const { id, name } of missing) of[id] = fieldIsDemanded(name);
  return problems.length === 0 ? { values } : { problem: problems.join('; '), fields: of };
}
