import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTime, type WeekDay } from '../../src/routing/hours.ts';

const WORK: readonly WeekDay[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const at = (zone: string, after: string, days = WORK) =>
  nextTime({ zone, days, at: '09:00' }, new Date(after)).toISOString();

test('the next morning is that of the zone, on a working day, and later than now', () => {
  assert.equal(at('UTC', '2026-05-04T08:59:00Z'), '2026-05-04T09:00:00.000Z');
  assert.equal(at('UTC', '2026-05-04T09:00:00Z'), '2026-05-05T09:00:00.000Z');
  assert.equal(at('UTC', '2026-05-08T09:00:01Z'), '2026-05-11T09:00:00.000Z', 'a weekend lies between');
  assert.equal(at('Asia/Tokyo', '2026-05-04T00:30:00Z'), '2026-05-05T00:00:00.000Z');
  assert.equal(at('America/Los_Angeles', '2026-05-04T02:00:00Z'), '2026-05-04T16:00:00.000Z');
  assert.equal(at('UTC', '2026-05-05T10:00:00Z', ['tue']), '2026-05-12T09:00:00.000Z', 'one day a week');
});

test('summer time moves it with the clock on the wall', () => {
  assert.equal(at('Europe/Berlin', '2026-03-27T09:00:00Z'), '2026-03-30T07:00:00.000Z');
  assert.equal(at('Europe/Berlin', '2026-10-23T08:00:00Z'), '2026-10-26T08:00:00.000Z');
});
