import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MakeBench, Skip } from './bench.ts';
import { badInputRules } from './rules/bad-input.ts';
import { changesRules } from './rules/changes.ts';
import { commentRules } from './rules/comment.ts';
import { createRules } from './rules/create.ts';
import { failureRules } from './rules/failure.ts';
import { hookRules } from './rules/hook.ts';
import { textRules } from './rules/text.ts';
import { writeRules } from './rules/write.ts';
import { assertDiscreet, createTrial, type Rule } from './trial.ts';

export type { ConnectorBench, MakeBench, Skip } from './bench.ts';

/** What every connector keeps, whichever system it speaks to. */
export const connectorRules: readonly Rule[] = [
  ...createRules,
  ...commentRules,
  ...writeRules,
  ...failureRules,
  ...hookRules,
  ...changesRules,
  ...textRules,
  ...badInputRules,
];

/** Runs one rule on a fresh bench. Whatever the rule is about, no reason may hold a secret. */
export async function runRule(rule: Rule, makeBench: MakeBench): Promise<void> {
  const bench = await makeBench();
  try {
    const trial = createTrial(bench);
    await rule.run(trial);
    assertDiscreet(trial.reasons, bench.secrets);
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

/** Registers the suite with node:test: one test per rule, each on a bench of its own. */
export function connectorConformance(label: string, makeBench: MakeBench, skips: readonly Skip[] = []): void {
  describe(`connector conformance: ${label}`, () => {
    test('every skip names a rule and says why', () => {
      assert.deepEqual(skipProblems(skips), []);
    });
    for (const rule of connectorRules) {
      const skip = skips.find((candidate) => candidate.rule === rule.name);
      test(rule.name, skip === undefined ? {} : { skip: skip.reason }, () => runRule(rule, makeBench));
    }
  });
}
