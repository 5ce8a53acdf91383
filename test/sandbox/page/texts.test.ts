import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { initialValues, readBlocks, readModal } from '../../../src/sandbox/page/block-schema.ts';
import { readMrkdwn } from '../../../src/sandbox/page/mrkdwn.ts';
import { threadAt } from '../../../src/sandbox/page/threads.ts';
import { readDescription, readMirrored } from '../../../src/sandbox/page/ticket-text.ts';
import { dayName } from '../../../src/sandbox/page/times.ts';
import { CATEGORIES, deskView } from '../../../src/slack/in/desk-view.ts';
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
    for (const block of [...readBlocks(card.blocks), ...modal.blocks]) assert.notEqual(block.type, 'unknown');
    assert.deepEqual([modal.title, modal.submit, modal.close], ['Ask the service desk', 'Send', 'Cancel']);
    assert.deepEqual(initialValues(modal.blocks), {
      summary: { value: 'my badge' },
      category: { value: '' },
      details: { value: '' },
    });
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
    assert.deepEqual(readMirrored('Mara Lindgren (Slack): It: works\nnow'), {
      speaker: 'Mara Lindgren',
      words: 'It: works\nnow',
    });
    assert.deepEqual(readMirrored('Tomás (Slack): hi\n\nSlack: message 1700000000.000100'), {
      speaker: 'Tomás',
      words: 'hi',
    });
    for (const end of [
      'Slack: message 1700000000.000100 (dsk-0123456789abcdef)',
      'Slack: https://acme.slack.com/archives/C1/p1 (dsk-0123456789abcdef)',
      'Reference: dsk-0123456789abcdef',
    ]) {
      assert.equal(readMirrored(`Tomás (Slack): hi\n\n${end}`).words, 'hi', end);
    }
    assert.deepEqual(readMirrored('Plain words'), { speaker: null, words: 'Plain words' });
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
