import type { Classification, RiskClass } from '../model/approval.ts';
import type { Policies, Policy } from './policy.ts';
import { isAtLeast, rate } from './risk.ts';

/** What a policy looks at; every request is one. */
export interface Asked {
  readonly kind: string;
  readonly proposer:
    | { readonly kind: 'person'; readonly own_rights: boolean }
    | { readonly kind: 'bot' | 'model' };
  readonly classification: Classification;
  readonly evidence: {
    readonly fields: Readonly<Record<string, string>>;
    readonly files: readonly unknown[];
  };
}

export type Judgement =
  | {
      readonly kind: 'ruled';
      readonly verdict: Policy['verdict'];
      readonly rule: Policy;
      readonly risk: RiskClass;
      /** How the risk came about. */
      readonly why: readonly string[];
    }
  /** Nobody is asked, and nothing is done. `missing`: what has to be said or brought first. */
  | {
      readonly kind: 'refused';
      readonly because: 'unclassified' | 'no-rule' | 'evidence';
      readonly rule: string | null;
      readonly missing: readonly string[];
    };

/**
 * What becomes of an action. A rule that blocks stands above all others; of the rest the first that matches decides. What no
 * rule knows is refused. `before`: how often the same identity did the same within the matrix's time.
 */
export function judge(policies: Policies, asked: Asked, before: number): Judgement {
  const rated = rate(policies.matrix, asked.classification, before);
  if (rated.kind === 'unclassified')
    return { kind: 'refused', because: 'unclassified', rule: null, missing: rated.missing };
  const matching = policies.rules.filter((rule) => mismatches(rule, asked, rated.risk).length === 0);
  const rule = matching.find(({ verdict }) => verdict === 'block') ?? matching[0];
  if (rule === undefined) return { kind: 'refused', because: 'no-rule', rule: null, missing: [asked.kind] };
  const missing = rule.verdict === 'block' ? [] : missingEvidence(rule, asked);
  if (missing.length > 0) return { kind: 'refused', because: 'evidence', rule: rule.name, missing };
  return { kind: 'ruled', verdict: rule.verdict, rule, risk: rated.risk, why: rated.why };
}

/** Why a rule does not match, one sentence's end each; none when it does. */
export function mismatches({ when }: Policy, { kind, proposer }: Asked, risk: RiskClass): readonly string[] {
  const ownRights = proposer.kind === 'person' && proposer.own_rights;
  return [
    ...(when.kinds.includes(kind) ? [] : [`is for ${when.kinds.join(', ')}`]),
    ...(isAtLeast(risk, when.from) && isAtLeast(when.to, risk)
      ? []
      : [`is for risk ${when.from === when.to ? when.from : `${when.from} to ${when.to}`}`]),
    ...(when.by === 'anyone' || (when.by === 'own-rights') === ownRights
      ? []
      : [
          ownRights
            ? 'is not for a person through his own rights'
            : 'is for a person through his own rights alone',
        ]),
  ];
}

function missingEvidence({ evidence: demanded }: Policy, { evidence }: Asked): readonly string[] {
  const fields = demanded.fields.filter((field) => (evidence.fields[field] ?? '').trim() === '');
  const files = demanded.files - evidence.files.length;
  return [...fields, ...(files > 0 ? [`${files} more ${files === 1 ? 'file' : 'files'}`] : [])];
}
