import { RISKS, type Risk, type RouteYields, type Tags } from '../model/route.ts';
import type { Priority } from '../model/ticket.ts';
import { areasOf, type Considered, consider } from './consider.ts';
import type { DefaultRule, Privacy, RoutingRequest, RoutingTable, Rule } from './table.ts';

export interface Decision extends RouteYields {
  /** The rule that decided, or `default`. */
  readonly rule: string;
  readonly kind: string;
  readonly queue: string;
  /** Over the queue's own target; null: that one. */
  readonly target: Readonly<Record<string, unknown>> | null;
  readonly priority: Priority;
  readonly privacy: Privacy;
  /** One sentence for the ticket. It quotes the table, never the request. */
  readonly reason: string;
}

/** Routes one request: the first rule whose conditions all hold decides, the default when none does. */
export function decide(table: RoutingTable, request: RoutingRequest): Decision {
  return decideAmong(table, request, consider(table, request));
}

export function decideAmong(
  table: RoutingTable,
  request: RoutingRequest,
  considered: readonly Considered[],
): Decision {
  const winner = considered.find(({ matched }) => matched);
  const chosen = winner?.rule ?? table.default;
  const name = winner?.rule.name ?? 'default';
  const others = havingTheirSay(table, considered).filter((one) => one.name !== name);
  const all = [{ name, asks: chosen }, ...others];
  const policies = [...new Set(all.flatMap(({ asks: { approval } }) => approval ?? []))];
  return {
    rule: name,
    kind: chosen.kind ?? chosen.queue,
    queue: chosen.queue,
    // An incident waits for nobody; everything else waits where somebody has to approve.
    flow: policies.length > 0 && chosen.flow !== 'incident' ? 'approval' : chosen.flow,
    target: chosen.target ?? null,
    group: chosen.group ?? null,
    priority: chosen.priority,
    privacy: all.some(({ asks }) => asks.privacy === 'private') ? 'private' : 'thread',
    risk: highest(all.map(({ asks }) => asks.risk)),
    policies,
    responders: chosen.responders,
    tags: { ...knownTags(table, request), ...chosen.tags },
    reason: reasonOf(winner, chosen, others),
  };
}

interface Say {
  readonly name: string;
  readonly asks: DefaultRule | Rule;
}

/**
 * Words come from people, so they may only make a request more private, riskier, or in need of more approvals. More text
 * can let an earlier, easier rule win or end a condition of a stricter one; therefore every rule that the text could have
 * led to has its say: those suspected up to the first one that does not look at the text, else the default as well.
 */
function havingTheirSay(table: RoutingTable, considered: readonly Considered[]): readonly Say[] {
  const heard: Say[] = [];
  for (const { rule, suspected, textFree } of considered) {
    if (!suspected) continue;
    heard.push({ name: rule.name, asks: rule });
    if (textFree) return heard;
  }
  return [...heard, { name: 'default', asks: table.default }];
}

const highest = (risks: readonly Risk[]): Risk => RISKS.findLast((risk) => risks.includes(risk)) ?? 'low';

function knownTags(table: RoutingTable, request: RoutingRequest): Tags {
  const [area] = areasOf(table, request);
  const { person, channel, urgent } = request;
  return {
    ...(area === undefined ? {} : { area: table.areas[area]?.title ?? area }),
    ...(person?.department == null ? {} : { department: person.department }),
    ...(urgent ? { urgency: 'urgent' } : {}),
    ...(channel === null ? {} : { channel }),
  };
}

function reasonOf(
  winner: Considered | undefined,
  chosen: DefaultRule | Rule,
  others: readonly Say[],
): string {
  const why =
    winner === undefined
      ? 'No rule matched, so the default applies'
      : `Rule "${winner.rule.name}" matched ${because(winner)}`;
  const byPrivacy = others.find(({ asks }) => asks.privacy === 'private' && chosen.privacy !== 'private');
  const byPolicy = others.filter(
    ({ asks: { approval } }) => approval !== undefined && approval !== chosen.approval,
  );
  const also = [
    ...(byPrivacy === undefined ? [] : [`kept private as "${byPrivacy.name}" asks for it`]),
    ...byPolicy.map(({ name, asks }) => `approval "${asks.approval}" as "${name}" asks for it`),
  ];
  return `${[why, ...also].join('; ')}.`;
}

function because({ findings }: Considered): string {
  const positive = findings.filter(({ condition }) => condition !== 'not_words');
  return (positive.length > 0 ? positive : findings).map(({ detail }) => detail).join(' and ');
}
