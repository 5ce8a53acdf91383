import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { createRedactor, patternFault, withoutPieces } from '../../src/privacy/redact.ts';
import { redactDoc } from '../../src/privacy/redact-doc.ts';
import { leaks, secretSamples } from './secret-samples.ts';

const redactor = createRedactor({ patterns: [], keep: [] });
const redacted = (text: string) => withoutPieces(text, redactor(text));

test('two hundred secrets, as vendors issue them and people type them, are taken out', () => {
  const samples = secretSamples();
  assert.ok(samples.length >= 200, `${samples.length} samples`);
  const left = samples.filter((sample) => leaks(redacted(sample.typed), sample));
  assert.deepEqual(
    left.map(({ name, typed }) => `${name}: ${typed} -> ${redacted(typed)}`),
    [],
  );
  for (const { typed } of samples) assert.match(redacted(typed), /\[an? .* was removed\]/);
  // The check sees what it looks for: nothing taken out is a leak each time.
  assert.equal(samples.filter((sample) => leaks(sample.typed, sample)).length, samples.length);
});

test('what people write of passwords, keys and numbers without telling one stays as it is', () => {
  const harmless = [
    'My password is not working',
    'my password is expired, please reset it',
    'The password was wrong twice and now it is locked',
    'password reset needed',
    'password: reset needed',
    'I forgot my password',
    'Please change my password to something else',
    'the token is invalid',
    'The API key is missing from the vault',
    'our secret is out of date',
    'PIN is blocked',
    'Passwort vergessen',
    'Mein Passwort ist abgelaufen',
    'I need access to the secret manager and to key-value storage',
    'Call me at +1 555 123 4567 or 0049 30 123456 78',
    'INC0010023 and CHG0030045, asset 352099001761481, serial C02XK0AAJGH5',
    'order 4111 of 2026-11-21 10:15:30, 192.168.100.200, total 1,234,567.89',
    'ticket 1234567890123456 was closed',
    'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
    'uuid 0191d9c0-7c4b-7d3e-9a53-0d5c9a1b2c3d',
    'https://example.com/path?id=42&sort=asc',
    'see https://alma@example.com/ or ask desk@example.com',
    'the basic authentication of the printer fails',
    'bearer of bad news',
    'NO12 has no network, nor has DE20',
    'task-management-and-risk-assessment-of-the-whole-department',
    'skip this: sk-SK locale',
  ];
  assert.deepEqual(harmless.map(redacted), harmless);
});

test('a secret is found as a reader sees it: bold, in code, in a link, over two lines', () => {
  const text = (value: string) => ({ type: 'text' as const, value });
  const docs: readonly Doc[] = [
    {
      type: 'root',
      children: [
        {
          type: 'paragraph',
          children: [
            text('my pass'),
            { type: 'strong', children: [text('word is ')] },
            { type: 'inlineCode', value: 'hunter2Horse' },
          ],
        },
      ],
    },
    {
      type: 'root',
      children: [
        { type: 'paragraph', children: [text('Password:')] },
        { type: 'code', lang: null, value: 'hunter2Horse' },
      ],
    },
    {
      type: 'root',
      children: [
        {
          type: 'paragraph',
          children: [
            text('password: '),
            { type: 'link', url: 'http://hunter2Horse.com', children: [text('hunter2Horse.com')] },
          ],
        },
      ],
    },
    {
      type: 'root',
      children: [
        {
          type: 'paragraph',
          children: [
            { type: 'link', url: 'https://a.example/?password=hunter2Horse', children: [text('here')] },
          ],
        },
      ],
    },
    {
      type: 'root',
      children: [
        {
          type: 'list',
          ordered: false,
          start: null,
          children: [
            {
              type: 'listItem',
              checked: null,
              children: [
                {
                  type: 'paragraph',
                  children: [text('pwd: hunter2'), { type: 'emphasis', children: [text('Horse')] }],
                },
              ],
            },
          ],
        },
      ],
    },
    {
      type: 'root',
      children: [
        {
          type: 'table',
          children: [
            {
              type: 'tableRow',
              children: [
                { type: 'tableCell', children: [text('PASSWORD=hunter2Horse')] },
                { type: 'tableCell', children: [text('kept')] },
              ],
            },
          ],
        },
      ],
    },
  ];
  for (const doc of docs) {
    const { doc: left, found } = redactDoc(redactor, doc);
    assert.ok(!JSON.stringify(left).includes('hunter2'), JSON.stringify(left));
    assert.deepEqual(found, ['a password']);
  }
});

test('a document without a secret is the same document', () => {
  const doc = plainDoc('The printer on floor 3 is jammed.\n\nSince this morning.');
  assert.equal(redactDoc(redactor, doc).doc, doc);
});

test('what surrounds a secret stays, and is in order', () => {
  const key = `gh${'p_'}${'a1B2'.repeat(9)}`;
  const { doc } = redactDoc(redactor, plainDoc(`before ${key} between\nmy password is Xy12!Zz and after`));
  assert.equal(
    docText(doc),
    'before [a GitHub token was removed] between\nmy password is [a password was removed] and after',
  );
});

test('an owner adds patterns and keeps what his desk needs', () => {
  const own = createRedactor({
    patterns: [{ name: 'a badge number', pattern: '(?i)badge\\s+\\d{6}' }],
    keep: ['iban'],
  });
  const text = 'Badge 123456, account DE89370400440532013000';
  assert.equal(
    withoutPieces(text, own(text)),
    '[a badge number was removed], account DE89370400440532013000',
  );
  assert.equal(patternFault('badge\\d+'), null);
  assert.notEqual(patternFault('(unclosed'), null);
  assert.notEqual(patternFault('(a)\\1'), null, 'a back reference is no regular language');
  assert.notEqual(patternFault('x*'), null, 'it would match everywhere');
});

test('hostile text takes time in proportion to its length', () => {
  const own = createRedactor({ patterns: [{ name: 'mine', pattern: '(a+)+$' }], keep: [] });
  // The longest message that Slack takes.
  const size = 40_000;
  const hostile = [
    'a'.repeat(size),
    'password '.repeat(size / 9),
    'password is '.repeat(size / 12),
    'password_'.repeat(size / 9),
    'eyJaaaaaaaaa.'.repeat(size / 13),
    'eyJ'.repeat(size / 3),
    '4 '.repeat(size / 2),
    '4111 '.repeat(size / 5),
    'AKIA'.repeat(size / 4),
    'xoxb-'.repeat(size / 5),
    '-----BEGIN PRIVATE KEY-----'.repeat(size / 27),
    'DE89 '.repeat(size / 5),
    'token:'.repeat(size / 6),
    '://:'.repeat(size / 4),
    'secret_key_id='.repeat(size / 14),
    '"'.repeat(size),
    ' '.repeat(size),
    'SG.aaaaaaaaaaaaaaaaaaaa.'.repeat(size / 24),
  ];
  for (const text of hostile) {
    const time = (words: string) => {
      const from = process.cpuUsage();
      own(words);
      const { user } = process.cpuUsage(from);
      return user / 1000;
    };
    time(text.slice(0, 2_000));
    const ms = Math.min(time(text), time(text));
    // Ten times what was measured; one that backtracks takes minutes.
    assert.ok(ms < 1_000, `${ms} ms for ${text.slice(0, 20)}…`);
  }
});
