import { RISKS, type Risk, type RouteYields, type Tags } from '../model/route.ts';
import type { Priority } from '../model/ticket.ts';
import {
  DEFAULT_APPLIES,
  keptPrivate,
  needsApproval,
  personChose,
  ruleMatched,
  whyText,
} from '../texts/why-here.ts';
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
  const matched = considered.find((one) => one.matched);
  const wished = ruleOfKind(table, request);
  const winner: Say = matched?.rule ?? wished ?? { name: 'default', ...table.default };
  const others = [...havingTheirSay(table, considered), ...(wished === null ? [] : [wished])].filter(
    ({ name }) => name !== winner.name,
  );
  const all = [winner, ...others];
  const policies = [...new Set(all.flatMap(({ approval }) => approval ?? []))];
  const why =
    matched !== undefined
      ? ruleMatched(winner.name, because(matched))
      : wished !== null
        ? personChose(kindOf(wished), wished.name)
        : DEFAULT_APPLIES;
  return {
    rule: winner.name,
    kind: kindOf(winner),
    queue: winner.queue,
    // An incident waits for nobody; everything else waits where somebody has to approve.
    flow: policies.length > 0 && winner.flow !== 'incident' ? 'approval' : winner.flow,
    target: winner.target ?? null,
    group: winner.group ?? null,
    priority: winner.priority,
    privacy: all.some(({ privacy }) => privacy === 'private') ? 'private' : 'thread',
    risk: highest(all.map(({ risk }) => risk)),
    policies,
    responders: winner.responders,
    tags: { ...knownTags(table, request), ...winner.tags },
    reason: reasonOf(why, winner, others),
  };
}

export const kindOf = ({ kind, queue }: Pick<DefaultRule, 'kind' | 'queue'>): string => kind ?? queue;

/** The first rule for the kind that the person chose in a form or by a button; null when he chose none that there is. */
function ruleOfKind({ rules }: RoutingTable, { form }: RoutingRequest): Rule | null {
  const chosen = Object.hasOwn(form, 'kind') ? form['kind'] : undefined;
  return rules.find((rule) => kindOf(rule) === chosen) ?? null;
}

/** A rule, or the default under its name. */
type Say = DefaultRule & Pick<Rule, 'name'>;

/**
 * Words come from people, so they may only make a request more private, riskier, or in need of more approvals. More text
 * can let an earlier, easier rule win or end a condition of a stricter one; therefore every rule that the text could have
 * led to has its say: those suspected up to the first one that does not look at the text, else the default as well.
 */
function havingTheirSay(table: RoutingTable, considered: readonly Considered[]): readonly Say[] {
  const heard: Say[] = [];
  for (const { rule, suspected, textFree } of considered) {
    if (!suspected) continue;
    heard.push(rule);
    if (textFree) return heard;
  }
  return [...heard, { name: 'default', ...table.default }];
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

function reasonOf(why: string, winner: Say, others: readonly Say[]): string {
  const byPrivacy =
    winner.privacy === 'private' ? undefined : others.find(({ privacy }) => privacy === 'private');
  const byPolicy = new Map(
    others.flatMap(({ approval, name }) =>
      approval === undefined || approval === winner.approval ? [] : [[approval, name] as const],
    ),
  );
  const also = [
    ...(byPrivacy === undefined ? [] : [keptPrivate(byPrivacy.name)]),
    ...[...byPolicy].map(([approval, name]) => needsApproval(approval, name)),
  ];
  return whyText([why, ...also]);
}

function because({ findings }: Considered): readonly string[] {
  const positive = findings.filter(({ condition }) => condition !== 'not_words');
  return (positive.length > 0 ? positive : findings).map(({ detail }) => detail);
}
