import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { playMany } from './ring.ts';

/** So many histories may pass before a planted bug is found. */
const MOST = 1_500;

for (const { name, seed, sabotage } of PLANTED_BUGS) {
  test(`found: ${name}`, async (t) => {
    const { histories, broken } = await playMany({
      seed,
      histories: MOST,
      sabotage: sabotage(),
      shrink: false,
    });
    assert.ok(broken !== null, `${histories} histories did not show that ${name}`);
    t.diagnostic(`after ${histories} histories: ${broken.wrong[0]}`);
  });
}
