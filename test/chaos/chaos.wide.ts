/** A few disasters that befall real processes; `npm run chaos` plays all of them with all systems. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { bundleBridge } from '../crash/bundle-bridge.ts';
import { serviceNow } from '../crash/systems.ts';
import { emptyTally } from '../model/tally.ts';
import { createLot } from '../support/lot.ts';
import { DISASTERS } from './disasters.ts';
import { PLANTED } from './planted.ts';
import { startRig } from './rig.ts';
import { playPlanted, playRounds } from './rounds.ts';

const seed = Number(process.env['CHAOS_SEED'] ?? 20261121);
const only = process.env['CHAOS_ONLY'] ?? 'Postgres is killed|stands still';
const bundle = await bundleBridge();
after(() => bundle.remove());

test(`what befalls one install leaves both sides in agreement (CHAOS_SEED=${seed})`, async (t) => {
  const lot = createLot(seed);
  const rig = await startRig({ kind: serviceNow, program: bundle.program, lot, redis: false });
  t.after(() => rig.close());
  const tally = emptyTally();
  const wanted = new RegExp(only);
  const disasters = DISASTERS.filter(({ name }) => wanted.test(name));
  await playRounds({ rig, tally, disasters, say: (line) => t.diagnostic(line), isOver: () => false });
  assert.equal(tally.violations, 0);
  assert.equal(tally.histories, disasters.length);
  assert.ok(tally.faults > 0);
  assert.deepEqual(
    await playPlanted(rig, (line) => t.diagnostic(line)),
    PLANTED.map(({ name }) => name),
  );
});
