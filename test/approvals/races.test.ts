import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { installNamed } from '../../src/store/store.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { createLot } from '../support/lot.ts';
import { gather } from './crowd.ts';
import { FORGERIES, forge, target } from './forgeries.ts';
import { race } from './races.ts';

after(dropCopies);

const ROUNDS = 3;
const AT_ONCE = 40;
const EACH = 12;

test('many decisions at once are one decision, and its work is done once', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: AT_ONCE });
  const lot = createLot(11);
  const ends = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { counted, writes, status } = await race(crowd, lot);
    assert.equal(counted, 1);
    assert.equal(writes, status === 'executed' ? 1 : 0);
    assert.ok(status === 'executed' || status === 'denied', status);
    ends.add(status);
  }
  assert.ok(ends.size > 0);
});

test('nothing that is forged, used, bent, of others or too late counts', async (t) => {
  const { db, install, pass } = await openStore(t);
  const own = await gather(db, install, { approvers: 4 });
  const other = await gather(db, await installNamed(db, 'other'), { approvers: 4 });
  const lot = createLot(12);
  const scene = { own, other, lot, pass };
  for (const sort of FORGERIES) {
    let accepted = 0;
    let at = await target(own, lot);
    for (let nth = 0; nth < EACH; nth += 1) {
      // What uses a token up, or lets time go on, needs another one.
      if (sort === 'used before' || sort === 'too late' || sort === 'in words' || sort === 'by the requester')
        at = await target(own, lot);
      if (await forge(scene, at, sort)) accepted += 1;
      if (sort === 'too late') await pass(-2 * 3_600_000);
    }
    assert.equal(accepted, 0, sort);
    assert.equal(
      await forge(scene, await target(own, lot), 'nothing'),
      true,
      `an honest one after "${sort}"`,
    );
  }
});
