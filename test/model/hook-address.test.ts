import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hookAddress } from '../../src/model/hook-address.ts';

test('hooks arrive below the public address, also below a path of it', () => {
  for (const base of ['https://desk.example.com', 'https://desk.example.com/', 'https://example.com/desk/'])
    assert.equal(hookAddress(base, 'snow'), `${base.replace(/\/$/, '')}/hooks/snow`);
});
