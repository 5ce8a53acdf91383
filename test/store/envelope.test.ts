import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { createEnvelope, type SealedPlace } from '../../src/store/envelope.ts';

const place: SealedPlace = { install: 'i', table: 't', row: 'r', column: 'c' };
const keys = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
const envelope = createEnvelope([keys[0]]);

test('what is sealed opens again, whatever it is, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
      const [one, two] = [envelope.seal(place, plain), envelope.seal(place, plain)];
      assert.ok(!one.equals(two));
      assert.deepEqual(new Uint8Array(envelope.open(place, one)), plain);
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('every changed byte, every missing byte and every byte too many is refused', () => {
  for (const plain of [Buffer.from('hunter2'), Buffer.alloc(0)]) {
    const sealed = envelope.seal(place, plain);
    for (let at = 0; at < sealed.length; at += 1) {
      for (const mask of [1, 0x80, 0xff]) {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        assert.throws(() => envelope.open(place, changed), `byte ${at} ^ ${mask}`);
      }
      assert.throws(() => envelope.open(place, sealed.subarray(0, at)), `cut at ${at} of ${sealed.length}`);
    }
    assert.throws(() => envelope.open(place, Buffer.concat([sealed, Buffer.from([0])])));
    assert.deepEqual(envelope.open(place, sealed), plain);
  }
});

test('a value opens in its own place only, and places cannot be mistaken for each other', () => {
  const sealed = envelope.seal(place, Buffer.from('x'));
  for (const moved of [
    { ...place, install: 'other' },
    { ...place, table: 'other' },
    { ...place, row: 'other' },
    { ...place, column: 'other' },
    { install: 'i', table: 't', row: '', column: 'rc' },
    { install: 'i","t', table: '', row: 'r', column: 'c' },
  ])
    assert.throws(() => envelope.open(moved, sealed), JSON.stringify(moved));
});

test('keys rotate: the newest seals, the old ones still open, and without them nothing does', () => {
  const old = envelope.seal(place, Buffer.from('old'));
  const rotated = createEnvelope([keys[1], keys[0]]);
  const fresh = rotated.seal(place, Buffer.from('fresh'));
  assert.equal(rotated.open(place, old).toString(), 'old');
  assert.equal(rotated.open(place, fresh).toString(), 'fresh');
  const unknown = /The key that sealed this content is not configured/;
  assert.throws(() => envelope.open(place, fresh), unknown);
  assert.throws(() => createEnvelope([keys[2]]).open(place, old), unknown);
});

test('errors hold neither key nor content, and a newer seal says so', () => {
  const sealed = envelope.seal(place, Buffer.from('hunter2'));
  const newer = Buffer.from(sealed);
  newer.writeUInt8(2, 0);
  assert.throws(() => envelope.open(place, newer), /sealed by a newer Deskbridge/);
  const broken = Buffer.from(sealed);
  broken.writeUInt8(broken.readUInt8(25) ^ 1, 25);
  assert.throws(
    () => envelope.open(place, broken),
    (error) =>
      error instanceof Error &&
      [keys[0].toString('hex'), keys[0].toString('base64'), 'hunter2'].every(
        (secret) => !String(error.stack).includes(secret),
      ),
  );
});

test('a key of another length is refused', () => {
  for (const length of [0, 16, 31, 33, 64])
    assert.throws(() => createEnvelope([randomBytes(length)]), /32 bytes/, `${length}`);
});
