import type { Link, RequestText, Route } from '../model/link.ts';
import { decide } from '../routing/decide.ts';
import { DefaultRule, type RoutingTable, textAlone } from '../routing/table.ts';
import { kindIn } from './note-move.ts';
import { noLess, targetOf, textOf } from './route-request.ts';
import type { QueueRules, World } from './world.ts';

export interface MovedRequest {
  readonly route: Route;
  /** The queue's target with what its own rule for such a request puts over it. */
  readonly target: unknown;
}

/**
 * What holds for a request in the queue that somebody chose for it. The rules of that queue alone are asked, as if the person
 * had chosen its kind where it has just one: those of the old queue say nothing of what is asked for here. But what had to be
 * approved still has to be, for what somebody wants did not change with the place where it lies: no move there, nor there and
 * back, sheds an approval or a risk. Who answers there and whose group it was ends with the old queue.
 */
export async function routeMoved(
  world: World,
  link: Pick<Link, 'id'> & { readonly route: Route; readonly request: RequestText },
  to: {
    readonly name: string;
    readonly queue: QueueRules;
    readonly priority: Route['priority'];
    readonly reason: string;
  },
): Promise<MovedRequest> {
  const { name, queue, priority, reason } = to;
  const { route: before, request } = link;
  const facts = (await world.store.links.factsOf(link.id)) ?? textAlone('');
  const asked = { ...facts, text: textOf(request) };
  const table = tableOf(world.rules.routing, name);
  const own = decide(table, asked);
  const kind = kindIn(world.rules, [name]);
  const chosen = kind === null ? own : decide(table, { ...asked, kind, form: { ...asked.form, kind } });
  const { risk, policies } = chosen;
  const isPrivate = chosen.privacy === 'private' || isConfidential(table);
  const now: Route = {
    ...before,
    ...{ queue: name, connector: queue.connector, priority, reason, risk, policies },
    ...{ privacy: isPrivate ? 'private' : 'thread', group: null, responders: [] },
  };
  return {
    route: noLess(now, before),
    target: targetOf(queue, own.rule === 'default' ? null : own.target),
  };
}

/** What leads to this queue. */
function tableOf(routing: RoutingTable, queue: string): RoutingTable {
  const rules = routing.rules.filter((rule) => rule.queue === queue);
  return {
    ...routing,
    rules,
    default: routing.default.queue === queue ? routing.default : DefaultRule.parse({ queue }),
  };
}

/** Whatever the table sends there is confidential. */
const isConfidential = ({ rules }: RoutingTable) =>
  rules.length > 0 && rules.every(({ privacy }) => privacy === 'private');
