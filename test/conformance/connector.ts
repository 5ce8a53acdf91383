import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MakeBench, NotApplicable, type Skip } from './bench.ts';
import { agentRules } from './rules/agents.ts';
import { badInputRules } from './rules/bad-input.ts';
import { capabilityRules } from './rules/capabilities.ts';
import { changesRules } from './rules/changes.ts';
import { commentRules } from './rules/comment.ts';
import { createRules } from './rules/create.ts';
import { failureRules } from './rules/failure.ts';
import { fieldRules } from './rules/fields.ts';
import { fileRules } from './rules/files.ts';
import { formatRules } from './rules/format.ts';
import { hookRules } from './rules/hook.ts';
import { peopleRules } from './rules/people.ts';
import { reviseRules } from './rules/revise.ts';
import { textRules } from './rules/text.ts';
import { writeRules } from './rules/write.ts';
import { assertDiscreet, createTrial, type Rule } from './trial.ts';

export type { ConnectorBench, MakeBench, Skip } from './bench.ts';

/** What every connector keeps, whichever system it speaks to. */
export const connectorRules: readonly Rule[] = [
  ...createRules,
  ...commentRules,
  ...reviseRules,
  ...agentRules,
  ...fileRules,
  ...writeRules,
  ...fieldRules,
  ...peopleRules,
  ...failureRules,
  ...hookRules,
  ...changesRules,
  ...textRules,
  ...formatRules,
  ...badInputRules,
  ...capabilityRules,
];

/**
 * Runs one rule on a fresh bench. Whatever the rule is about, no reason may hold a secret. Answers why the rule does not
 * apply to this system, or null when it was kept.
 */
export async function runRule(rule: Rule, makeBench: MakeBench): Promise<string | null> {
  const bench = await makeBench();
  try {
    const trial = createTrial(bench);
    await rule.run(trial);
    assertDiscreet(trial.reasons, bench.secrets);
    return null;
  } catch (problem) {
    if (problem instanceof NotApplicable) return problem.message;
    throw problem;
  } finally {
    await bench.close();
  }
}

/** What is wrong with the skips themselves: one must name a rule that exists, once, and say why. */
export function skipProblems(skips: readonly Skip[]): readonly string[] {
  const names = new Set(connectorRules.map((rule) => rule.name));
  return skips.flatMap((skip, index) => [
    ...(names.has(skip.rule) ? [] : [`the skip "${skip.rule}" names no rule`]),
    ...(skip.reason.trim().length >= 10 ? [] : [`the skip "${skip.rule}" gives no reason`]),
    ...(skips.findIndex((other) => other.rule === skip.rule) === index
      ? []
      : [`"${skip.rule}" is skipped twice`]),
  ]);
}

/** At most one rule in so many may be about something that a system does not have. */
const FEW = 5;

/** Registers the suite with node:test: one test per rule, each on a bench of its own. */
export function connectorConformance(label: string, makeBench: MakeBench, skips: readonly Skip[] = []): void {
  describe(`connector conformance: ${label}`, () => {
    const notApplicable: string[] = [];
    /** Of those, rules about what every system should have; capabilities are free. */
    let core = 0;
    test('every skip names a rule and says why', () => {
      assert.deepEqual(skipProblems(skips), []);
    });
    for (const rule of connectorRules) {
      const skip = skips.find((candidate) => candidate.rule === rule.name);
      test(rule.name, skip === undefined ? {} : { skip: `CANNOT: ${skip.reason}` }, async (context) => {
        const absent = await runRule(rule, makeBench);
        if (absent === null) return;
        assert.ok(absent.trim().length >= 10, 'a rule that does not apply needs a reason');
        notApplicable.push(`${rule.name} (${absent})`);
        if (!capabilityRules.includes(rule)) core += 1;
        context.diagnostic(`NOT APPLICABLE: ${absent}`);
      });
    }
    test('rules that do not apply are few, and told', (context) => {
      const count = `${label}: ${connectorRules.length - notApplicable.length} rules apply, ${notApplicable.length} do not`;
      context.diagnostic(count);
      for (const absent of notApplicable) console.error(`NOT APPLICABLE to ${label}: ${absent}`);
      assert.ok(core * FEW <= connectorRules.length - capabilityRules.length, count);
    });
  });
}
