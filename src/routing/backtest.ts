import { type Classifier, routeRequest } from './route-request.ts';
import { PRIVACIES, type Privacy, type RoutingRequest, type RoutingTable } from './table.ts';

/** A request as it was, and what was decided then. */
export interface PastRequest {
  /** Of the ticket, for people. */
  readonly name: string;
  readonly request: RoutingRequest;
  readonly was: Outcome;
}

interface Outcome {
  readonly rule: string;
  readonly queue: string;
  readonly privacy: Privacy;
  readonly policies: readonly string[];
}

export interface Replayed {
  readonly name: string;
  readonly was: Outcome;
  readonly now: Outcome;
  readonly isMoved: boolean;
  /** Approval policies. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly isOpened: boolean;
}

/** What another table makes of what came in before. What a person chose counts again; what a classifier said is asked anew. */
export function replay(
  table: RoutingTable,
  classifier: Classifier | null,
  past: readonly PastRequest[],
): readonly Replayed[] {
  return past.map(({ name, request, was }) => {
    const kind = request.form['kind'] ?? null;
    const { rule, queue, privacy, policies } = routeRequest(table, { ...request, kind }, classifier).decision;
    return {
      ...{ name, was, now: { rule, queue, privacy, policies } },
      isMoved: queue !== was.queue,
      gained: policies.filter((policy) => !was.policies.includes(policy)),
      lost: was.policies.filter((policy) => !policies.includes(policy)),
      isOpened: PRIVACIES.indexOf(privacy) < PRIVACIES.indexOf(was.privacy),
    };
  });
}
