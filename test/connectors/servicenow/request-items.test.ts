import { describe, test } from 'node:test';
import { connectorRules, runRule } from '../../conformance/connector.ts';
import { changesRules } from '../../conformance/rules/changes.ts';
import { textRules } from '../../conformance/rules/text.ts';
import { makeRequestItemBench } from './bench.ts';

/** Texts and paging do not depend on the table; they run with incidents in the conformance folder. */
const elsewhere = new Set([...textRules, ...changesRules]);

describe('request items keep the rules of every connector', () => {
  for (const rule of connectorRules.filter((candidate) => !elsewhere.has(candidate))) {
    test(rule.name, () => runRule(rule, makeRequestItemBench));
  }
});
