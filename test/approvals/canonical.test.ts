/** The one text of a value, against the values that RFC 8785 publishes (https://www.rfc-editor.org/rfc/rfc8785). */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { z } from 'zod';
import { canonical, type Json } from '../../src/approvals/canonical.ts';
import { fingerprint, payloadHash, policyHash } from '../../src/approvals/payload.ts';
import { ApprovalRequest } from '../../src/model/approval.ts';
import { createLot, type Lot } from '../support/lot.ts';
import { drawnRequest, POLICIES } from './world.ts';

/** Appendix B: the bits of a number, and how it is written; null where it must be refused. */
const NUMBERS: readonly (readonly [bits: string, written: string | null])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['7fffffffffffffff', null],
  ['7ff0000000000000', null],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

suite('numbers of appendix B', () => {
  for (const [bits, written] of NUMBERS)
    test(`${bits}: ${written ?? 'refused'}`, () => {
      const value = Buffer.from(bits, 'hex').readDoubleBE();
      if (written === null) assert.throws(() => canonical(value), TypeError);
      else assert.equal(canonical(value), written);
    });
});

const AnyJson = z.json();
const anyRequest = (lot: Lot) => drawnRequest(lot, lot.pick(POLICIES.rules));
const parsed = (text: string): Json => AnyJson.parse(JSON.parse(text));

test('the sample of section 3.2.2: literals, numbers and what is escaped in a string', () => {
  const sample = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  assert.equal(
    canonical(parsed(sample)),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('keys stand in the order of their UTF-16 units, not of their characters (section 3.2.3)', () => {
  const sample = String.raw`{
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  }`;
  const text = canonical(parsed(sample));
  assert.deepEqual(
    [...text.matchAll(/:"([^"]+)"/g)].map(([, value]) => value),
    [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ],
  );
  assert.ok(text.startsWith(String.raw`{"\r":`), 'a control character is escaped in a key, too');
  assert.ok(text.includes('"\u0080":'), 'what JSON need not escape is written as it is');
});

test('half a character has no text', () => {
  for (const broken of ['\ud800', 'a\udc00b', { '\ud83d': 1 }, ['x', '\udfff']])
    assert.throws(() => canonical(broken), TypeError);
});

const AnyValue = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).map((value) => AnyJson.parse(value));

/** The same value, its keys put in the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
}

test('the text says the value, whole, and is the same in whatever order it was put together', () => {
  fc.assert(
    fc.property(AnyValue, (value) => {
      const text = canonical(value);
      assert.equal(canonical(parsed(text)), text);
      assert.equal(canonical(turned(value)), text);
      assert.deepEqual(parsed(text), parsed(JSON.stringify(value)));
    }),
  );
});

const Leaf = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Every way to a single value in it. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (Leaf.safeParse(value).success) return [path];
  return Object.entries(Object(value)).flatMap(([key, part]) => leaves(part, [...path, key]));
}

function changed(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return typeof value === 'string' ? `${value}.` : value === null ? 'x' : null;
  if (Array.isArray(value))
    return value.map((part: Json, index) => (String(index) === key ? changed(part, rest) : part));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, part]) => {
      const own = AnyJson.parse(part);
      return [name, name === key ? changed(own, rest) : own];
    }),
  );
}

test('a change of any single part of a request is another text, and so another hash', () => {
  const lot = createLot(7);
  let looked = 0;
  for (let n = 0; n < 20; n += 1) {
    const request = anyRequest(lot);
    const whole = AnyJson.parse(request);
    for (const path of leaves(request)) {
      assert.notEqual(canonical(changed(whole, path)), canonical(request), path.join('.'));
      looked += 1;
    }
    const later = ApprovalRequest.parse({ ...request, expires_at: request.expires_at + 1 });
    assert.notEqual(payloadHash(later), payloadHash(request));
    assert.equal(payloadHash(ApprovalRequest.parse(turned(whole))), payloadHash(request));
    assert.equal(fingerprint(payloadHash(request)), payloadHash(request).slice(0, 8));
  }
  assert.ok(looked > 400, `only ${looked} parts were changed`);
});

test('a policy and a request of the same text have different hashes', () => {
  const request = anyRequest(createLot(1));
  assert.notEqual(policyHash(AnyJson.parse(request)), String(payloadHash(request)));
});
