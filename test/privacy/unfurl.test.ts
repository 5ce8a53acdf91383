import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { decideUnfurl, type Verdict } from '../../src/privacy/audience.ts';

const verdict = fc.constantFrom<Verdict>(
  { kind: 'go' },
  { kind: 'link' },
  { kind: 'ephemeral' },
  { kind: 'block', why: 'shared' },
);
const Asked = fc.record({
  card: verdict,
  internal: fc.option(verdict, { nil: null }),
  isOwnThread: fc.boolean(),
  isDirect: fc.boolean(),
  isHis: fc.boolean(),
  confidential: fc.boolean(),
  restricted: fc.boolean(),
});

test('a card never shows more than a message would, and never where others read', () => {
  let shown = 0;
  fc.assert(
    fc.property(Asked, (asked) => {
      if (!decideUnfurl(asked)) return;
      shown += 1;
      assert.equal(asked.card.kind, 'go');
      assert.equal(asked.restricted, false);
      if (asked.isDirect) assert.ok(asked.isHis);
      else {
        assert.equal(asked.confidential, false);
        assert.ok(asked.isOwnThread || asked.internal?.kind === 'go');
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(shown > 50, 'some of them were shown');
});

test('its own thread, the agents and his direct message get one', () => {
  const asked = { isOwnThread: false, isDirect: false, isHis: false, confidential: false, restricted: false };
  const go = { kind: 'go' } as const;
  assert.equal(decideUnfurl({ ...asked, card: go, internal: null }), false);
  assert.equal(decideUnfurl({ ...asked, card: go, internal: null, isOwnThread: true }), true);
  assert.equal(decideUnfurl({ ...asked, card: go, internal: go }), true);
  assert.equal(decideUnfurl({ ...asked, card: go, internal: null, isDirect: true, isHis: true }), true);
});
