import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { playMany } from './ring.ts';

/** So many histories may pass before a planted bug is found. */
const MOST = 1_500;
const SEED = Number(process.env['FC_SEED'] ?? 20261121);

for (const { name, sabotage } of PLANTED_BUGS) {
  test(`found: ${name}`, async (t) => {
    const { histories, broken } = await playMany({
      seed: SEED,
      histories: MOST,
      sabotage: sabotage(),
      shrink: false,
    });
    assert.ok(broken !== null, `${histories} histories did not show that ${name}`);
    t.diagnostic(`after ${histories} histories: ${broken.wrong[0]}`);
  });
}
