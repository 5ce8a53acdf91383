import { consider } from './consider.ts';
import { type Decision, decideAmong } from './decide.ts';
import type { RoutingRequest, RoutingTable } from './table.ts';

export interface RuleExplanation {
  readonly rule: string;
  /** `decided`: the first that matched. `late`: would have matched, but an earlier one decided. */
  readonly result: 'decided' | 'late' | 'no match';
  readonly why: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** Every rule in the order of the table, the default last. */
  readonly rules: readonly RuleExplanation[];
}

/** Why a request goes where it goes: the same evaluation as `decide`, told in full. */
export function explain(table: RoutingTable, request: RoutingRequest): Explanation {
  const considered = consider(table, request);
  const decision = decideAmong(table, request, considered);
  const rules = considered.map(({ rule, findings, matched }): RuleExplanation => {
    if (!matched && rule.name === decision.rule)
      return { rule: rule.name, result: 'decided', why: 'the person chose its kind' };
    if (!matched) {
      const missing = findings.filter(({ met }) => !met).map(({ detail }) => detail);
      return { rule: rule.name, result: 'no match', why: `it ${missing.join(' and ')}` };
    }
    const why = `it matched ${findings.map(({ detail }) => detail).join(' and ')}`;
    return rule.name === decision.rule
      ? { rule: rule.name, result: 'decided', why }
      : { rule: rule.name, result: 'late', why: `${why}, but "${decision.rule}" comes first` };
  });
  const byDefault = decision.rule === 'default';
  rules.push({
    rule: 'default',
    result: byDefault ? 'decided' : 'late',
    why: byDefault ? 'no rule matched' : `"${decision.rule}" comes first`,
  });
  return { decision, rules };
}
