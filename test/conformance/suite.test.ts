import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeBench } from '../connectors/memory/bench.ts';
import type { MakeBench } from './bench.ts';
import { connectorRules, runRule, skipProblems } from './connector.ts';
import { basicMistakes } from './mistakes/basics.ts';
import { capabilityMistakes } from './mistakes/capabilities.ts';
import { fieldMistakes } from './mistakes/fields.ts';
import { fileMistakes } from './mistakes/files.ts';
import type { Bug } from './mistakes/mistake.ts';
import { wordMistakes } from './mistakes/words.ts';

const mistakes = [
  ...basicMistakes,
  ...wordMistakes,
  ...fileMistakes,
  ...fieldMistakes,
  ...capabilityMistakes,
];

function planted(bug: Bug): MakeBench {
  return async () => {
    const bench = await makeBench();
    return { ...bench, connector: bug(bench.connector), stranger: bug(bench.stranger) };
  };
}

describe('the conformance suite can fail', () => {
  for (const { mistake, bug, noticedBy } of mistakes) {
    test(`a connector that ${mistake} is caught`, async () => {
      const rules = connectorRules.filter((rule) => rule.name.includes(noticedBy));
      assert.ok(rules.length > 0, `no rule is called "${noticedBy}"`);
      for (const rule of rules) await assert.rejects(() => runRule(rule, planted(bug)), Error, rule.name);
    });
  }

  test('rules have names of their own', () => {
    const names = connectorRules.map((rule) => rule.name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 100, `only ${names.length} rules are left`);
  });

  test('a skip must name a rule, once, and say why', () => {
    const rule = connectorRules[0]?.name ?? '';
    const reason = 'this system has no such thing';
    assert.deepEqual(skipProblems([{ rule, reason }]), []);
    assert.equal(skipProblems([{ rule: 'a rule that was renamed', reason }]).length, 1);
    assert.equal(skipProblems([{ rule, reason: ' ' }]).length, 1);
    assert.equal(
      skipProblems([
        { rule, reason },
        { rule, reason },
      ]).length,
      1,
    );
  });

  test('a broken connector and a skip of no rule turn the run of node:test red', () => {
    const file = fileURLToPath(new URL('./red-run.ts', import.meta.url));
    // Inside a test run node:test would report to its parent; this one has to stand alone.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'),
    );
    const run = spawnSync(process.execPath, ['--test-reporter=tap', file], { env, encoding: 'utf8' });
    assert.equal(run.status, 1, run.stderr);
    assert.match(run.stdout, /not ok \d+ - every skip names a rule/);
    assert.match(run.stdout, /not ok \d+ - a created ticket is found by its marker/);
    assert.match(
      run.stdout,
      /ok \d+ - an unknown marker .* # SKIP CANNOT: the memory desk is skipped here on purpose/,
    );
  });
});
