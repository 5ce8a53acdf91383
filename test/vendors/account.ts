import type { Verdict } from './judge.ts';
import { isProvenBy, type RuleBook, testName } from './rule-book.ts';
import type { Passed, SuiteRun } from './suite-run.ts';

export interface Account {
  /** The last line of the run: key=value pairs. */
  readonly line: string;
  /** Conformance rules that were not kept by somebody, each with the reason. */
  readonly skips: readonly string[];
  /** Why the run is red; empty when it is green. */
  readonly problems: readonly string[];
}

type Book = Pick<RuleBook<never>, 'vendor' | 'rules'>;

/** Where each connector's conformance to the contract is tested. */
const CONFORMANCE = /^test\/conformance\/(?!suite|live)[^/]+\.(?:test|wide)\.ts$/;
const DOCTOR = 'test/doctor/faults.wide.ts';

/** Rules that no test of this run has proven. */
function unproven(books: readonly Book[], passed: readonly Passed[]): readonly string[] {
  const kept = new Set(
    passed.filter(({ without }) => without === null).map(({ file, name }) => `${file}: ${name}`),
  );
  return books.flatMap(({ vendor, rules }) =>
    rules.flatMap((rule) => {
      const { prove } = rule;
      const test = isProvenBy(prove)
        ? `${prove.file}: ${prove.test}`
        : `test/vendors/${vendor}-rules.test.ts: ${testName(rule)}`;
      return kept.has(test) ? [] : [`nothing has proven ${rule.id}: ${rule.sentence}`];
    }),
  );
}

/** What a whole run amounts to; `contract` names the rules that connectors keep. Nothing counts that did not happen, and a run that did nothing is red. */
export function accountOf(
  run: SuiteRun,
  verdict: Verdict,
  { books, contract }: { readonly books: readonly Book[]; readonly contract: ReadonlySet<string> },
): Account {
  const missing = unproven(books, run.passed);
  const conformance = run.passed.filter(({ file, name }) => CONFORMANCE.test(file) && contract.has(name));
  const left = conformance.filter(({ without }) => without !== null);
  const counts = {
    rules: books.reduce((sum, { rules }) => sum + rules.length, 0) - missing.length,
    requests_validated: verdict.requestsValidated,
    responses_validated: verdict.responsesValidated,
    adf_validated: verdict.adfValidated,
    unexplained: verdict.unexplained.length,
    conformance_passed: conformance.length - left.length,
    conformance_skipped: left.length,
    doctor_faults_named: run.passed.filter(({ file, without }) => file === DOCTOR && without === null).length,
  };
  const zeros = Object.entries(counts).flatMap(([key, count]) =>
    count === 0 && key !== 'unexplained' && key !== 'conformance_skipped' ? [`${key} is 0`] : [],
  );
  return {
    line: Object.entries(counts)
      .map(([key, count]) => `${key}=${count}`)
      .join(' '),
    skips: left.map(({ suite, name, without }) => `SKIPPED ${suite}: ${name}: ${without}`),
    problems: [
      ...run.failed.map((test) => `failed: ${test}`),
      ...missing,
      ...verdict.unexplained.map((told) => `unexplained: ${told}`),
      ...verdict.unused.map(
        ({ operation, side, status }) => `explains nothing any more: ${operation} ${side} ${status ?? ''}`,
      ),
      ...zeros,
    ],
  };
}
