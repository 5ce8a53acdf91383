import { type Asked, type Judgement, judge, mismatches } from './judge.ts';
import type { Policies } from './policy.ts';
import { type Rated, rate } from './risk.ts';

export interface PolicyExplanation {
  readonly rule: string;
  /** `late`: it would have decided, but another stands above it. */
  readonly result: 'decided' | 'late' | 'no match';
  readonly why: string;
}

export interface Explanation {
  readonly judgement: Judgement;
  readonly rated: Rated;
  /** Every rule in its order; none when the request is not classified. */
  readonly rules: readonly PolicyExplanation[];
}

/** Why it is judged so: what `judge` looked at, told in full. */
export function explain(policies: Policies, asked: Asked, before: number): Explanation {
  const judgement = judge(policies, asked, before);
  const rated = rate(policies.matrix, asked.classification, before);
  const decided = judgement.kind === 'ruled' ? judgement.rule.name : judgement.rule;
  const rules = rated.kind === 'unclassified' ? [] : policies.rules;
  return {
    judgement,
    rated,
    rules: rules.map((rule): PolicyExplanation => {
      const { name, verdict } = rule;
      if (name === decided)
        return {
          ...{ rule: name, result: 'decided' },
          why:
            verdict === 'block'
              ? 'it matches, and a block stands above all others'
              : 'it is the first that matches',
        };
      const why = rated.kind === 'rated' ? mismatches(rule, asked, rated.risk) : [];
      return why.length > 0
        ? { rule: name, result: 'no match', why: `it ${why.join(' and ')}` }
        : { rule: name, result: 'late', why: `it matches, but "${decided}" stands above it` };
    }),
  };
}
