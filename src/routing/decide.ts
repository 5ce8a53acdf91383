import type { Priority } from '../model/ticket.ts';
import { type Considered, consider } from './consider.ts';
import type { Privacy, RoutingRequest, RoutingTable } from './table.ts';

export interface Decision {
  /** The rule that decided, or `default`. */
  readonly rule: string;
  readonly kind: string;
  readonly queue: string;
  readonly priority: Priority;
  readonly privacy: Privacy;
  /** One sentence for the ticket. It quotes the table, never the request. */
  readonly reason: string;
}

/** Routes one request: the first rule whose conditions all hold decides, the default when none does. */
export function decide(table: RoutingTable, request: RoutingRequest): Decision {
  return decideAmong(table, consider(table, request));
}

export function decideAmong(table: RoutingTable, considered: readonly Considered[]): Decision {
  const winner = considered.find(({ matched }) => matched);
  const chosen = winner?.rule ?? table.default;
  const name = winner?.rule.name ?? 'default';
  const insistsOnPrivate = chosen.privacy === 'private' ? null : privateRule(table, considered);
  const why =
    winner === undefined
      ? 'No rule matched, so the default applies'
      : `Rule "${name}" matched ${because(winner)}`;
  return {
    rule: name,
    kind: chosen.kind ?? chosen.queue,
    queue: chosen.queue,
    priority: chosen.priority,
    privacy: insistsOnPrivate === null ? chosen.privacy : 'private',
    reason:
      insistsOnPrivate === null ? `${why}.` : `${why}; kept private as "${insistsOnPrivate}" asks for it.`,
  };
}

/**
 * Words come from people, so they may only make a thread more private. More text can let an earlier, open rule win or
 * let `not_words` stop a private one; therefore every rule that the text could have led to has its say: those suspected
 * up to the first one that does not look at the text, else the default as well.
 */
function privateRule(table: RoutingTable, considered: readonly Considered[]): string | null {
  for (const { rule, suspected, textFree } of considered) {
    if (suspected && rule.privacy === 'private') return rule.name;
    if (suspected && textFree) return null;
  }
  return table.default.privacy === 'private' ? 'default' : null;
}

function because({ findings }: Considered): string {
  const positive = findings.filter(({ condition }) => condition !== 'not_words');
  return (positive.length > 0 ? positive : findings).map(({ detail }) => detail).join(' and ');
}
