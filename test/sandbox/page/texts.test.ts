import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import type { Doc, Inline } from '../../../src/model/doc.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { DESK_FIELD_KINDS, type DeskFieldKind } from '../../../src/model/form.ts';
import { adfDoc } from '../../../src/sandbox/jira/adf-doc.ts';
import { editedAdf } from '../../../src/sandbox/jira/editor.ts';
import { readMrkdwn } from '../../../src/sandbox/mrkdwn.ts';
import { readBlocks } from '../../../src/sandbox/page/block-schema.ts';
import { refusalOf, sizeText } from '../../../src/sandbox/page/chosen-file.ts';
import { readModal, standingValues } from '../../../src/sandbox/page/form-schema.ts';
import { threadAt } from '../../../src/sandbox/page/threads.ts';
import { readDescription, readMirrored } from '../../../src/sandbox/page/ticket-text.ts';
import { dayName } from '../../../src/sandbox/page/times.ts';
import { typedDoc, typedMrkdwn } from '../../../src/sandbox/page/typed-doc.ts';
import { CATEGORIES, deskView } from '../../../src/slack/in/desk-view.ts';
import { formView } from '../../../src/slack/in/form-view.ts';
import { renderCard } from '../../../src/slack/out/card.ts';

suite('mrkdwn', () => {
  const text = (value: string) => ({ kind: 'text', text: value });

  test('marks, links, people and signs', () => {
    assert.deepEqual(readMrkdwn('*Status*\n:large_blue_circle: To Do'), [
      { kind: 'mark', mark: 'bold', inner: [text('Status')] },
      { kind: 'break' },
      { kind: 'emoji', name: 'large_blue_circle' },
      text(' To Do'),
    ]);
    assert.deepEqual(readMrkdwn('*<http://x/browse/IAM-1|IAM-1>  a _b_*'), [
      {
        kind: 'mark',
        mark: 'bold',
        inner: [
          { kind: 'link', url: 'http://x/browse/IAM-1', label: 'IAM-1' },
          text('  a '),
          { kind: 'mark', mark: 'italic', inner: [text('b')] },
        ],
      },
    ]);
    assert.deepEqual(readMrkdwn('by <@U1>: `a*b*` <!here>'), [
      text('by '),
      { kind: 'person', id: 'U1' },
      text(': '),
      { kind: 'code', text: 'a*b*' },
      text(' '),
      text('@here'),
    ]);
  });

  test('what only looks like markup stays text', () => {
    for (const plain of ['2*3*4', 'snake_case_name', 'a * b * c', '5 > 3', '~ 3 days', '10:30:45']) {
      const shown = readMrkdwn(plain.replaceAll('>', '&gt;'))
        .map((piece) =>
          piece.kind === 'text' ? piece.text : piece.kind === 'emoji' ? `:${piece.name}:` : '?',
        )
        .join('');
      assert.equal(shown, plain);
    }
  });

  test('no text makes it fail, and hostile text takes no time', () => {
    const begin = performance.now();
    for (const hostile of [
      '*'.repeat(2_000),
      '_*~'.repeat(700),
      '<'.repeat(2_000),
      '`'.repeat(2_001),
      ':a'.repeat(2_000),
    ]) {
      assert.ok(Array.isArray(readMrkdwn(hostile)));
    }
    assert.ok(performance.now() - begin < 2_000);
  });
});

suite('Block Kit', () => {
  test('every block of the real card and of the real form can be shown', () => {
    const card = renderCard({
      link: 'x',
      summary: 's',
      key: 'IAM-1',
      url: 'http://x/browse/IAM-1',
      kind: 'iam',
      queue: 'q',
      fields: {
        summary: 's',
        status: { name: 'To Do', category: 'new' },
        resolution: 'Done',
        priority: 'low',
        impact: null,
        urgency: null,
        assignee: null,
        group: null,
      },
      priority: 'low',
      reason: 'r',
      stopped: null,
      lagging: 'l',
      requester: 'U1',
    });
    const modal = readModal(deskView({ categories: CATEGORIES, summary: 'my badge', channel: 'C1' }));
    assert.ok(modal);
    for (const block of readBlocks(card.blocks)) assert.notEqual(block.type, 'unknown');
    assert.ok(modal.parts.length > 0 && modal.parts.every(({ kind }) => kind === 'fields'));
    assert.deepEqual([modal.title, modal.submit, modal.close], ['Ask the service desk', 'Send', 'Cancel']);
    assert.deepEqual(standingValues(modal.parts, {}), {
      summary: { value: 'my badge' },
      category: { value: '' },
      details: { value: '' },
    });
  });

  test('every kind of field can be filled in, and what was filled in stays where its field stays', () => {
    const field = (kind: DeskFieldKind) => {
      const options = [
        { value: 'a', label: 'A' },
        { value: 'b, c', label: 'B, C' },
      ];
      return { id: kind, label: kind, kind, required: true, hint: '', options };
    };
    const form = (kinds: readonly DeskFieldKind[]) => ({
      ...{ name: 'all', title: 'All', summary: null },
      fields: kinds.map(field),
    });
    const shown = (kinds: readonly DeskFieldKind[]) => {
      const view = formView({ forms: [form(kinds)], chosen: 'all', summary: '', channel: 'C1', files: true });
      return readModal(view)?.parts ?? assert.fail();
    };
    const parts = shown(DESK_FIELD_KINDS);
    const others = parts.flatMap((part) => (part.kind === 'block' ? [part.block.type] : []));
    assert.deepEqual(others, ['divider']);
    const fields = parts.flatMap((part) => (part.kind === 'fields' ? part.fields : []));
    assert.deepEqual(
      fields.filter(({ atOnce }) => atOnce).map(({ blockId }) => blockId),
      ['form'],
    );
    const filled = {
      'ask:choices:choices': { value: ['b, c'] },
      'ask:choice:choice': { value: 'gone' },
      'ask:line:line': { value: 'kept' },
    };
    const standing = standingValues(parts, filled);
    assert.deepEqual(standing['ask:choices:choices'], { value: ['b, c'] });
    assert.deepEqual(standing['ask:choice:choice'], { value: '' }, 'no option any more');
    assert.deepEqual(standing['files'], { value: [] });
    const fewer = standingValues(shown(['line']), standing);
    assert.deepEqual(fewer['ask:line:line'], { value: 'kept' });
    assert.equal(fewer['ask:choices:choices'], undefined);
  });

  test('outside an input block every choice is told at once', () => {
    const select = {
      ...{ type: 'static_select', action_id: 'a', placeholder: { type: 'plain_text', text: 'Pick' } },
      options: [{ text: { type: 'plain_text', text: 'One' }, value: '1' }],
    };
    const text = { type: 'mrkdwn', text: 'Which?' };
    const modal = readModal({
      title: { type: 'plain_text', text: 'T' },
      blocks: [
        { type: 'section', block_id: 's', text, accessory: select },
        { type: 'actions', block_id: 'x', elements: [select] },
      ],
    });
    const fields = modal?.parts.flatMap((part) => (part.kind === 'fields' ? part.fields : []));
    assert.deepEqual(
      fields?.map(({ blockId, label, atOnce }) => [blockId, label.text, atOnce]),
      [
        ['s', 'Which?', true],
        ['x', 'Pick', true],
      ],
    );
  });

  test('what we cannot show keeps its name', () => {
    assert.deepEqual(readBlocks([{ type: 'video' }, 7]), [
      { type: 'unknown', name: 'video' },
      { type: 'unknown', name: 'block' },
    ]);
    assert.equal(readModal({ type: 'home', blocks: [] }), null);
  });
});

suite('tickets in words', () => {
  test('the reason and the facts stand apart from what was asked', () => {
    const jira = readDescription(
      'I am locked out\n\nsince today\n\nRequested by Mara (m@x.example)\nWhy it is here: Rule "a" matched.\nSlack thread: https://n.slack.com/archives/C0IT/p1700000000000100\nReference: dsk-1',
    );
    assert.equal(jira.words, 'I am locked out\n\nsince today');
    assert.equal(jira.reason, 'Rule "a" matched.');
    assert.deepEqual(
      jira.facts.map(({ name }) => name),
      ['Requested by', 'Slack thread', 'Reference'],
    );
    assert.deepEqual(threadAt(jira.facts[1]?.value ?? ''), { channel: 'C0IT', root: '1700000000.000100' });
    const snow = readDescription('Requested by Mara\nWhy here: No rule matched.');
    assert.deepEqual([snow.words, snow.reason], ['', 'No rule matched.']);
  });

  test('a requester cannot forge the reason', () => {
    const forged = readDescription(
      'Why it is here: because I say so\n\nplease\n\nRequested by M\nWhy it is here: Rule "b".',
    );
    assert.equal(forged.reason, 'Rule "b".');
    assert.match(forged.words, /because I say so/);
    assert.equal(readDescription('Why not?').reason, null);
  });

  test('a mirrored comment is told under the name of the person', () => {
    const read = (text: string) => {
      const { speaker, note, body } = readMirrored(plainDoc(text));
      return { speaker, note, words: docText(body) };
    };
    assert.deepEqual(read('Mara Lindgren (Slack): It: works\nnow'), {
      speaker: 'Mara Lindgren',
      note: null,
      words: 'It: works\nnow',
    });
    assert.deepEqual(read('Tomás (Slack): hi\n\nSlack: message 1700000000.000100'), {
      speaker: 'Tomás',
      note: null,
      words: 'hi',
    });
    assert.deepEqual(read('Tomás (Slack): (2/3) and so on'), {
      speaker: 'Tomás',
      note: '2/3',
      words: 'and so on',
    });
    assert.deepEqual(read('Tomás (Slack) corrected the message of 2026-11-20 10:00 UTC:\nNow so'), {
      speaker: 'Tomás',
      note: 'correction',
      words: 'Now so',
    });
    for (const end of [
      'Slack: message 1700000000.000100 (dsk-0123456789abcdef)',
      'Slack: https://acme.slack.com/archives/C1/p1 (dsk-0123456789abcdef)',
      'Reference: dsk-0123456789abcdef',
    ]) {
      assert.equal(read(`Tomás (Slack): hi\n\n${end}`).words, 'hi', end);
    }
    assert.deepEqual(read('Plain words'), { speaker: null, note: null, words: 'Plain words' });
  });

  test('the name goes from the beginning of a comment, and the formatting of its words stays', () => {
    const code = { type: 'code', lang: null, value: 'x' } as const;
    const lead = { type: 'strong', children: [{ type: 'text', value: 'Mara (Slack)' }] } as const;
    const words = { type: 'emphasis', children: [{ type: 'text', value: 'now' }] } as const;
    const body = (children: readonly Inline[]): Doc => ({
      type: 'root',
      children: [{ type: 'paragraph', children }, code],
    });
    assert.deepEqual(readMirrored(body([lead, { type: 'text', value: ': come ' }, words])), {
      speaker: 'Mara',
      note: null,
      body: body([{ type: 'text', value: 'come ' }, words]),
    });
    assert.deepEqual(readMirrored(body([lead, { type: 'text', value: ':' }])).body.children, [code]);
  });

  test('a document is typed again as it was typed, for an edit', () => {
    const typed = 'All *new* ~old~ `x`\n\n- a\n  - b\n- c\n\n2. d\n3. e\n\n> said\n\n```\n<b>\n```';
    const doc = adfDoc(editedAdf(typed));
    assert.equal(typedDoc(doc), typed);
    assert.deepEqual(adfDoc(editedAdf(typedDoc(doc))), doc);
    const names = new Map([['U1', 'Iris Novak']]);
    assert.equal(
      typedMrkdwn('<@U1> a &lt;b&gt; <https://x.example/?a=1&amp;b> <@U2>', names),
      '@Iris Novak a <b> https://x.example/?a=1&b <@U2>',
    );
  });

  test('sizes are told shortly, and a file that the demo does not take is named', () => {
    assert.deepEqual([0, 1023, 2048, 5 * 1024 * 1024].map(sizeText), ['0 B', '1023 B', '2 KB', '5.0 MB']);
    assert.match(refusalOf({ name: 'a.zip', size: 6 * 1024 * 1024 }) ?? '', /a\.zip has 6\.0 MB.*5 MB/);
    assert.match(refusalOf({ name: 'a.txt', size: 0 }) ?? '', /empty/);
    assert.equal(refusalOf({ name: 'a.txt', size: 1 }), null);
  });

  test('days have names', () => {
    const now = new Date(2026, 10, 20, 9);
    assert.equal(dayName(new Date(2026, 10, 20, 1), now), 'Today');
    assert.equal(dayName(new Date(2026, 10, 19, 23), now), 'Yesterday');
    assert.equal(dayName(new Date(2026, 10, 3), now), 'Tuesday 3 November');
  });
});

test('nothing of the page comes from another machine', () => {
  const page = path.resolve(import.meta.dirname, '../../../src/sandbox/page');
  const index = readFileSync(path.join(page, 'index.html'), 'utf8');
  assert.ok(index.includes('<div id="root">'));
  assert.doesNotMatch(index, /(?:src|href)="(?:https?:)?\/\//);
  for (const name of ['base', 'layout', 'slack', 'desk']) {
    const css = readFileSync(path.join(page, `styles/${name}.css`), 'utf8');
    assert.doesNotMatch(css, /@import|url\(["']?https?:/);
  }
});
