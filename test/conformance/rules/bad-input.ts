import assert from 'node:assert/strict';
import { plainDoc } from '../../../src/model/doc.ts';
import { AttachmentId, CommentId, TicketId } from '../../../src/model/ids.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { takesFiles } from '../bench.ts';
import { type Rule, refused, type Trial, value } from '../trial.ts';

const IDS = [
  '0',
  '-',
  '--',
  'IAM-1',
  'a'.repeat(64),
  '-1',
  '99999999999999999999',
  'null',
  'constructor',
  '__proto__'.replaceAll('_', '-'),
];

/** Whatever is said, it is said as an outcome, and nothing is taken for a short outage that is wrong for good. */
function assertAnswered(outcome: Outcome<unknown>, what: string): void {
  assert.notEqual(outcome.kind, 'retry', `${what}: ${JSON.stringify(outcome)}`);
}

const strangeIds: Rule = {
  name: 'ids of another system are refused, and nothing throws',
  async run({ connector, attempt, words, revision, file, change, ticket }) {
    const { id } = await ticket();
    for (const text of IDS) {
      const stranger = TicketId.parse(text);
      for (const outcome of [
        await connector.read(stranger),
        await connector.comments.read(stranger, CommentId.parse(text)),
        await connector.comments.read(id, CommentId.parse(text)),
        await connector.write.send(change(stranger, { status: 'done' }), attempt()),
        await connector.comments.add.send(words(stranger, 'Hello'), attempt()),
        await connector.comments.revise.send(
          revision(words(id, ''), CommentId.parse(text), 'Hello'),
          attempt(),
        ),
        ...(takesFiles(connector)
          ? [
              await connector.files.add.send(file(stranger, 'Hello'), attempt()),
              await connector.files.open(stranger, AttachmentId.parse(text)),
              await connector.files.open(id, AttachmentId.parse(text)),
            ]
          : []),
      ]) {
        assert.equal(outcome.kind, 'rejected', `"${text}": ${JSON.stringify(outcome)}`);
      }
      assertAnswered(await connector.comments.add.find(words(stranger, 'Hello'), attempt()), text);
      if (!takesFiles(connector)) continue;
      assertAnswered(await connector.files.add.find(file(stranger, 'Hello'), attempt()), text);
      const wanted = { ticket: stranger, file: AttachmentId.parse(text) };
      assertAnswered(await connector.files.remove.send(wanted, attempt()), text);
    }
    assert.equal(value(await connector.read(id)).status.category, 'new');
  },
};

const strangeCursors: Rule = {
  name: 'a cursor that is none of ours is refused, and nothing throws',
  async run({ connector }) {
    for (const cursor of [
      '',
      ' ',
      'x',
      '{}',
      '{"v":1}',
      '[]',
      'null',
      '-1',
      '" OR 1=1',
      '^ORDERBYnumber',
      '🙂',
    ]) {
      refused(await connector.changesSince(cursor), 'invalid');
    }
  },
};

const emptyTexts: Rule = {
  name: 'an empty comment is refused as invalid, an empty summary or description still makes a ticket',
  async run({ connector, attempt, draft, words, ticket, seen }) {
    const { id } = await ticket();
    for (const text of ['', ' ', '\n\t', '\u200b']) {
      refused(await connector.comments.add.send(words(id, text), attempt()), 'invalid');
    }
    assert.deepEqual((await seen(id)).comments, []);
    for (const nothing of ['', ' \n', '\u200b']) {
      const bareDraft = draft({ summary: nothing, description: plainDoc(nothing), permalink: null });
      const created = value(await connector.create.send(bareDraft, attempt()));
      assert.notEqual(value(await connector.read(created.id)).summary.trim(), '');
    }
  },
};

const injected: Rule = {
  name: 'names, addresses and reasons cannot inject into queries or other fields',
  async run({ connector, outside, attempt, draft, ticket }: Trial) {
    const victim = await ticket();
    const hostile = [
      '"; DROP TABLE tickets; --',
      'x^ORDERBYnumber^NQactive=true',
      'javascript:gs.log(1)',
      'x" OR summary ~ "*',
      'a\nb: c',
      '../../admin?x=1#',
      '{{constructor.constructor("x")()}}',
    ];
    const before = (await outside.tickets()).length;
    for (const text of hostile) {
      const requester = { name: text, email: text };
      const input = draft({ requester, reason: text, permalink: text, kind: text });
      const { id } = value(await connector.create.send(input, attempt()));
      assert.notEqual(id, victim.id);
    }
    assert.equal((await outside.tickets()).length, before + hostile.length);
    await outside.settle();
    assert.equal(value(await connector.create.find(draft({ summary: hostile[1] ?? '' }), attempt())), null);
  },
};

const strangeHooks: Rule = {
  name: 'anything posted to the hook address is refused, and nothing throws',
  async run({ bench, connector }) {
    const bodies = [
      '',
      '{}',
      'null',
      '[]',
      '"x"',
      '{"event":',
      '\u0000',
      '<html></html>',
      `{"a":${'['.repeat(20_000)}`,
    ];
    const headerSets: readonly Record<string, string>[] = [
      {},
      { 'content-type': 'application/json' },
      {
        'x-hub-signature': 'sha256=',
        'webhook-signature': 'v1,',
        'webhook-id': '',
        'webhook-timestamp': 'NaN',
      },
      {
        'x-hub-signature': 'toString=abc',
        'webhook-signature': ',',
        'webhook-id': 'x',
        'webhook-timestamp': '1e999',
      },
      {
        'x-hub-signature': '\u00ff'.repeat(5000),
        'webhook-signature': ' '.repeat(5000),
        'webhook-timestamp': '-1',
      },
    ];
    for (const headers of headerSets) {
      for (const text of bodies) {
        const body = new TextEncoder().encode(text);
        const reading = connector.readHook({ headers, body, now: bench.now() });
        assert.equal(reading.kind, 'refused');
      }
    }
  },
};

export const badInputRules: readonly Rule[] = [
  strangeIds,
  strangeCursors,
  emptyTexts,
  injected,
  strangeHooks,
];
