import { docText } from '../model/doc-text.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, NewOperation, RequestText, Route } from '../model/link.ts';
import { type Door, RISKS, type RoutingFacts } from '../model/route.ts';
import { type Routed, routeRequest } from '../routing/route-request.ts';
import { handedText, nextStepText } from '../texts/hand-over.ts';
import { stillNeeds } from '../texts/why-here.ts';
import { modeFor } from './approval-mode.ts';
import { queueTitle } from './queue-title.ts';
import type { QueueRules, World } from './world.ts';

/** Where a request goes, and what the table had looked at. */
export interface RoutedRequest {
  readonly route: Route;
  readonly facts: RoutingFacts;
  /** The queue's target with what the rule puts over it. */
  readonly target: unknown;
  readonly isUnsure: boolean;
  readonly guesses: readonly { readonly kind: string }[];
}

/** Asks the routing table, with everything that is known of the request. */
export async function routeNew(
  world: World,
  link: Link,
  { intake, request }: { readonly intake: Intake; readonly request: RequestText },
): Promise<RoutedRequest> {
  const { requester } = link;
  const form = intake.kind === 'open-from-form' ? intake.fields : {};
  const facts: RoutingFacts = {
    door: doorOf(intake),
    channel: channelOf(intake),
    form,
    requester,
    ...(intake.kind === 'open-from-form' && intake.by !== requester ? { sentBy: intake.by } : {}),
    person: await world.store.principals.factsOf(requester),
    urgent: intake.kind === 'open-from-form' && intake.urgent,
    at: await world.store.now(),
    kind: null,
  };
  return routed(world, facts, request);
}

/** The same for what somebody has chosen since. */
export function routed(world: World, facts: RoutingFacts, request: RequestText): RoutedRequest {
  const asked = routeRequest(
    world.rules.routing,
    { ...facts, text: textOf(request) },
    world.rules.classifier ?? null,
  );
  const { text, ...known } = asked.request;
  return { ...routeOf(world, asked), facts: known, guesses: asked.classification?.guesses ?? [] };
}

function routeOf(
  world: World,
  { decision, isUnsure }: Routed,
): Pick<RoutedRequest, 'route' | 'target' | 'isUnsure'> {
  const { target, tags, ...rest } = decision;
  const queue = world.rules.queues.get(decision.queue);
  if (queue === undefined)
    throw new Error(`The routing table names the queue "${decision.queue}", which does not exist`);
  const { channel } = tags;
  const name = channel === undefined ? undefined : world.rules.channelNames?.get(channel);
  const named = name === undefined ? tags : { ...tags, channel: name };
  return {
    route: { ...rest, tags: named, connector: queue.connector },
    target: targetOf(queue, target),
    isUnsure,
  };
}

/** A queue's target with what a rule puts over it. */
export function targetOf(
  queue: Pick<QueueRules, 'target'>,
  over: Readonly<Record<string, unknown>> | null,
): unknown {
  return over === null ? queue.target : { ...recordOf(queue.target), ...over };
}

const recordOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {});

/** What was asked for as routing reads it: the summary only where the details do not begin with it. */
export function textOf({ summary, details }: RequestText): string {
  const text = docText(details);
  return text.startsWith(summary) ? text : `${summary}\n${text}`;
}

function doorOf(intake: Intake): Door | null {
  switch (intake.kind) {
    case 'message':
      return intake.direct ? 'direct-message' : 'channel';
    case 'open-from-message':
      return intake.door ?? 'message-shortcut';
    case 'open-from-form':
      return intake.execution === undefined ? 'form' : 'workflow';
    default:
      return null;
  }
}

function channelOf(intake: Intake): RoutingFacts['channel'] {
  if (intake.kind === 'open-from-form') return intake.channel;
  if (intake.kind === 'message' || intake.kind === 'open-from-message') return intake.message.channel;
  return null;
}

/** Routed anew, a request is never less risky or confidential than before, and needs no fewer approvals. */
export function noLess(now: Route, before: Route): Route {
  const policies = [...new Set([...before.policies, ...now.policies])];
  const kept = before.policies.filter((policy) => !now.policies.includes(policy));
  return {
    ...now,
    policies,
    risk: RISKS.findLast((risk) => risk === now.risk || risk === before.risk) ?? now.risk,
    privacy: before.privacy === 'private' ? 'private' : now.privacy,
    // As in the table itself: an incident waits for nobody.
    flow: policies.length > 0 && now.flow !== 'incident' ? 'approval' : now.flow,
    reason: kept.length === 0 ? now.reason : `${now.reason} ${stillNeeds(kept)}`,
  };
}

/** Whoever looks after approvals, and the person who asked, have read what still holds. */
export const asksNothingNew = ({ flow, policies }: Route, before: Route) =>
  flow === before.flow && policies.length === before.policies.length;

/** For whoever wants a person: what the table asks for beyond that (an approval, an incident) stays. */
export function handedOn(route: Route): Route {
  return route.flow === 'ticket' || route.flow === 'answer' ? { ...route, flow: 'hand-off' } : route;
}

/** What is said to the person and to the agents about what happens next. `facts` null: those that are stored hold. */
export async function handOver(
  world: World,
  link: Link,
  { route, facts }: { readonly route: Route; readonly facts: RoutingFacts | null },
): Promise<readonly NewOperation[]> {
  const { flow, policies, tags } = route;
  const title = queueTitle(world.rules, route.queue);
  const { approvals } = world;
  const modes =
    approvals === undefined
      ? []
      : await Promise.all(policies.map((kind) => modeFor(world.store, approvals, link, kind, facts)));
  const asks = modes.some((mode) => mode !== 'off');
  const toPerson = nextStepText(flow, title, asks);
  const isHanded = flow === 'hand-off' || flow === 'answer' || flow === 'incident';
  const { routing } = world.store;
  const note = handedText({
    flow,
    // What is switched off for this one alone the agents read when its ticket is there.
    policies: approvals === undefined ? policies : [],
    forPerson: isHanded ? await routing.solvers({ requester: link.requester }) : [],
    service: tags.area ?? null,
    forService: isHanded && tags.area !== undefined ? await routing.solvers({ area: tags.area }) : [],
    forQueue: isHanded ? await routing.solvers({ queue: route.queue }) : [],
  });
  return [
    ...(toPerson === null
      ? []
      : [
          {
            lane: 'slack' as const,
            itemId: null,
            body: { kind: 'post' as const, text: toPerson, where: 'conversation' as const },
          },
        ]),
    ...(note === null
      ? []
      : [{ lane: 'ticket' as const, itemId: null, body: { kind: 'note' as const, text: note } }]),
  ];
}
