/** One test for each way to be ill: `npm run test:vendors` counts those that pass. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { FAULTS, openWard, type Ward } from './faults.ts';

suite('the doctor names what is wrong, and nothing else', () => {
  let ward: Ward;
  before(async () => {
    ward = await openWard();
  });
  after(() => ward.close());

  for (const fault of FAULTS) {
    test(fault.name, async () => {
      assert.deepEqual(await ward.named(fault), [...fault.codes].toSorted());
    });
  }
});
