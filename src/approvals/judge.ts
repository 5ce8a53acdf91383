import type { ApprovalRequest, RiskClass } from '../model/approval.ts';
import type { Policies, Policy } from './policy.ts';
import { isAtLeast, rate } from './risk.ts';

/** What a policy looks at. */
export type Asked = Pick<ApprovalRequest, 'kind' | 'proposer' | 'classification' | 'evidence'>;

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
  const matching = policies.rules.filter((rule) => matches(rule, asked, rated.risk));
  const rule = matching.find(({ verdict }) => verdict === 'block') ?? matching[0];
  if (rule === undefined) return { kind: 'refused', because: 'no-rule', rule: null, missing: [asked.kind] };
  const missing = rule.verdict === 'block' ? [] : missingEvidence(rule, asked);
  if (missing.length > 0) return { kind: 'refused', because: 'evidence', rule: rule.name, missing };
  return { kind: 'ruled', verdict: rule.verdict, rule, risk: rated.risk, why: rated.why };
}

function matches({ when }: Policy, { kind, proposer }: Asked, risk: RiskClass): boolean {
  const ownRights = proposer.kind === 'person' && proposer.own_rights;
  return (
    when.kinds.includes(kind) &&
    isAtLeast(risk, when.from) &&
    isAtLeast(when.to, risk) &&
    (when.by === 'anyone' || (when.by === 'own-rights') === ownRights)
  );
}

function missingEvidence({ evidence: demanded }: Policy, { evidence }: Asked): readonly string[] {
  const fields = demanded.fields.filter((field) => (evidence.fields[field] ?? '').trim() === '');
  const files = demanded.files - evidence.files.length;
  return [...fields, ...(files > 0 ? [`${files} more ${files === 1 ? 'file' : 'files'}`] : [])];
}
