import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { encodeQuery, listValues, type Query, queryValue } from '../../../src/connectors/servicenow/query.ts';
import { lowerBound } from '../../../src/connectors/servicenow/wall-time.ts';
import { parseEncodedQuery } from '../../../src/sandbox/servicenow/encoded-query.ts';
import { fromZone, utcText } from '../../../src/sandbox/servicenow/wall-time.ts';

const hostile = fc.constantFrom(
  '^',
  '^NQ',
  '^OR',
  'ORDERBY',
  'javascript:',
  '\n',
  '=',
  '>=',
  'IN',
  'LIKE',
  ',',
  'active',
);
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.array(fc.oneof(hostile, fc.string()), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
);
const field = fc.constantFrom('correlation_id', 'short_description', 'caller_id.email', 'state');
const operator = fc.constantFrom('=', '!=', '>=', '<=', 'LIKE', 'STARTSWITH');

describe('query builder', () => {
  test('what it writes means exactly what was asked, or the value is refused', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(field, operator, text), { minLength: 1, maxLength: 4 }), (parts) => {
        const conditions = parts.flatMap(([name, is, raw]) => {
          const value = queryValue(raw);
          return value === null ? [] : [{ field: name, is, value } as const];
        });
        accepted += conditions.length;
        const query: Query = { all: conditions, orderBy: [{ field: 'number', descending: true }] };
        assert.deepEqual(parseEncodedQuery(encodeQuery(query)), {
          groups: [conditions.map(({ field, is, value }) => [{ field, operator: is, value }])],
          order: [{ field: 'number', descending: true }],
          malformed: [],
        });
      }),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 500, `only ${accepted} values were accepted: the property saw too little`);
  });

  test('text that could change a query is no value', () => {
    for (const bad of [
      'a^NQactive=true',
      'a^b',
      'a\nb',
      'a\u2028b',
      '\u0000',
      'javascript:gs.log()',
      'JavaScript :x',
      '',
      ' ',
    ]) {
      assert.equal(queryValue(bad), null, JSON.stringify(bad));
    }
    assert.equal(queryValue("O'Neill & Söhne <x@y.z>"), "O'Neill & Söhne <x@y.z>");
    assert.deepEqual(listValues(['a', 'b,c', 'd^e']), ['a']);
  });

  test('our own mistakes in names and times throw', () => {
    const value = queryValue('x');
    assert.ok(value !== null);
    assert.throws(() => encodeQuery({ all: [{ field: 'a^b', is: '=', value }] }));
    const script = { kind: 'time', wallTime: "2026-01-01','x" } as const;
    assert.throws(() => encodeQuery({ all: [{ field: 'a', is: '>=', script }] }));
  });
});

describe('times in queries', () => {
  const zones = [
    'GMT',
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'US/Pacific',
  ];

  test('a lower bound never means a later moment than was asked, and at most two hours earlier', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2025, 0, 1) / 1000, max: Date.UTC(2028, 0, 1) / 1000 }),
        (zone, seconds) => {
          const time = new Date(seconds * 1000);
          const read = fromZone(lowerBound(time, zone), zone) ?? '';
          assert.ok(read <= utcText(time), `${zone}: ${utcText(time)} is read as ${read}`);
          assert.ok(
            read >= utcText(new Date((seconds - 7200) * 1000)),
            `${zone}: ${utcText(time)} → ${read}`,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('where clocks go back the earlier moment is asked for', () => {
    // Berlin, 2026-10-25: 02:30 happens at 00:30 and again at 01:30 UTC.
    assert.equal(lowerBound(new Date('2026-10-25T00:30:00Z'), 'Europe/Berlin'), '2026-10-25 01:30:00');
    assert.equal(lowerBound(new Date('2026-10-25T01:30:00Z'), 'Europe/Berlin'), '2026-10-25 02:30:00');
    assert.equal(lowerBound(new Date('2026-07-01T10:00:00Z'), 'GMT'), '2026-07-01 10:00:00');
  });
});
