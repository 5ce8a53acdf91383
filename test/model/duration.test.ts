import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endDate, readDuration } from '../../src/model/duration.ts';

const end = (duration: string, from: string, zone = 'UTC') =>
  endDate(readDuration(duration) ?? assert.fail(duration), new Date(from), zone);

test('the last day is counted on the calendar of whoever asks', () => {
  assert.equal(end('P1D', '2026-02-28T12:00:00Z'), '2026-03-01');
  assert.equal(end('P2W', '2026-12-20T12:00:00Z'), '2027-01-03');
  assert.equal(end('P1M', '2026-01-31T12:00:00Z'), '2026-02-28', 'a short month ends sooner');
  assert.equal(end('P13M', '2027-01-31T12:00:00Z'), '2028-02-29');
  assert.equal(end('P1Y', '2028-02-29T12:00:00Z'), '2029-02-28');
  assert.equal(end('P1D', '2026-06-01T12:30:00Z', 'Pacific/Auckland'), '2026-06-03', 'it is tomorrow there');
  assert.equal(
    end('P1D', '2026-06-01T02:30:00Z', 'America/Los_Angeles'),
    '2026-06-01',
    'it is yesterday there',
  );
  assert.equal(end('P1D', '2026-06-01T02:30:00Z', 'Nowhere/Land'), '2026-06-02', 'an unknown zone is UTC');
});

test('what is no duration of days, weeks, months or years is none', () => {
  for (const text of ['', 'P', 'P0D', 'PT4H', 'P1.5M', '1M', 'P1M2D', 'P1000D', '-P1D'])
    assert.equal(readDuration(text), null, text);
});
