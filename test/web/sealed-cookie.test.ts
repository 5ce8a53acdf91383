import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import { createSealing } from '../../src/web/sealed-cookie.ts';

const Value = z.strictObject({ user: z.string() });
const [first, second] = [randomBytes(32), randomBytes(32)];

test('what was sealed opens until its end, with every key that is known, and may stand in a cookie', () => {
  const text = createSealing([first], 'session').seal({ user: 'U0BEN' }, 1_000);
  assert.match(text, /^[A-Za-z0-9_-]+$/);
  const now = createSealing([second, first], 'session');
  assert.deepEqual(now.open(Value, text, 999), { user: 'U0BEN' });
  assert.equal(now.open(Value, text, 1_000), null);
});

test('another purpose, another key, another shape, and any changed sign open nothing', () => {
  const own = createSealing([first], 'session');
  const text = own.seal({ user: 'U0BEN' }, 1_000);
  assert.equal(createSealing([first], 'leaving').open(Value, text, 0), null);
  assert.equal(createSealing([second], 'session').open(Value, text, 0), null);
  assert.equal(own.open(z.strictObject({ team: z.string() }), text, 0), null);
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] === 'A' ? 'B' : 'A';
    assert.equal(own.open(Value, text.slice(0, at) + sign + text.slice(at + 1), 0), null, `at ${at}`);
  }
  for (const odd of ['', '-', '--', 'e30-', `${text}-00`, 'x'.repeat(10_000)])
    assert.equal(own.open(Value, odd, 0), null);
});
