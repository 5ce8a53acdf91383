import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Doc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { adfProblem } from '../../../src/sandbox/jira/adf.ts';
import { adfDoc } from '../../../src/sandbox/jira/adf-doc.ts';
import { editedAdf } from '../../../src/sandbox/jira/editor.ts';
import { journalDoc } from '../../../src/sandbox/servicenow/journal-doc.ts';
import { checkBlocks } from '../../../src/sandbox/slack/blocks.ts';
import { composedParts } from '../../../src/sandbox/slack/composed-text.ts';

const TYPED = 'So *bold _both_*:\n- a `x`\n  - deeper\n- b\n3. three\n> said\n```\na < b *c*\n```\nend';
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const section = (...elements: readonly unknown[]) => ({ type: 'rich_text_section', elements });
const words = (text: string, style?: Record<string, true>) => ({
  type: 'text',
  text,
  ...(style === undefined ? {} : { style }),
});

suite("Slack's editor", () => {
  test('makes rich text of what is typed', () => {
    const list = (indent: number, ...elements: readonly unknown[]) => ({
      ...{ type: 'rich_text_list', style: 'bullet', indent, elements },
    });
    assert.deepEqual(composedParts(escaped(TYPED)), [
      section(
        words('So '),
        words('bold ', { bold: true }),
        words('both', { bold: true, italic: true }),
        words(':'),
      ),
      list(0, section(words('a '), words('x', { code: true }))),
      list(1, section(words('deeper'))),
      list(0, section(words('b'))),
      { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 2, elements: [section(words('three'))] },
      { type: 'rich_text_quote', elements: [words('said')] },
      { type: 'rich_text_preformatted', elements: [words('a < b *c*')] },
      section(words('end')),
    ]);
  });

  test('people and links keep their place, except in code', () => {
    const source = '<@U1> see <https://x.example/?a=1&amp;b=2> :tada:\n```<https://x.example>```';
    assert.deepEqual(composedParts(source), [
      section(
        { type: 'user', user_id: 'U1' },
        words(' see '),
        { type: 'link', url: 'https://x.example/?a=1&b=2' },
        words(' '),
        { type: 'emoji', name: 'tada' },
      ),
      { type: 'rich_text_preformatted', elements: [words('https://x.example')] },
    ]);
  });

  test('whatever is typed, Slack takes it, and it takes no time', () => {
    const begin = performance.now();
    for (const typed of [
      '```',
      '``````',
      '- ',
      '> ',
      '*',
      '**',
      '1. ',
      '\n\n\n',
      '``` ```',
      '`',
      '- - - a',
      '> > b',
      '*'.repeat(2_000),
      '*a* '.repeat(2_000),
      '```'.repeat(3_000),
      '- a\n'.repeat(2_000),
      ' '.repeat(20_000),
      `${' '.repeat(20_000)}- a`,
      ':a:'.repeat(2_000),
    ]) {
      const elements = composedParts(typed);
      if (elements.length === 0) continue;
      assert.deepEqual(checkBlocks([{ type: 'rich_text', elements }], 'message'), [], typed.slice(0, 40));
      const adf = editedAdf(typed);
      if (adf.content.length > 0) assert.equal(adfProblem(adf), null, typed.slice(0, 40));
    }
    assert.ok(performance.now() - begin < 5_000);
  });
});

suite("Jira's editor, and what its reader sees", () => {
  test('a document of what is typed, which Jira would take', () => {
    const adf = editedAdf(`${TYPED} https://x.example/?a=1&b=2.`);
    assert.equal(adfProblem(adf), null);
    assert.equal(
      docText(adfDoc(adf)),
      'So bold both:\n\n- a x\n  - deeper\n- b\n\n3. three\n\n> said\n\na < b *c*\n\nend https://x.example/?a=1&b=2.',
    );
  });

  test('tables, tasks, panels and people are seen', () => {
    const paragraph = (...content: readonly unknown[]) => ({ type: 'paragraph', content });
    const said = (text: string, ...marks: readonly unknown[]) => ({ type: 'text', text, marks });
    const doc = adfDoc({
      type: 'doc',
      version: 1,
      content: [
        { type: 'panel', content: [paragraph(said('careful', { type: 'strong' }))] },
        {
          type: 'table',
          content: [
            { type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(said('cell'))] }] },
          ],
        },
        {
          type: 'taskList',
          content: [{ type: 'taskItem', attrs: { state: 'DONE' }, content: [said('done')] }],
        },
        paragraph({ type: 'mention', attrs: { id: '1', text: '@Iris' } }),
        { type: 'unheardOf', content: [paragraph(said('still read'))] },
      ],
    });
    assert.equal(docText(doc), 'careful\n\ncell\n\n- [x] done\n\n@Iris\n\nstill read');
  });
});

suite("ServiceNow's journal", () => {
  const one = (text: string): Doc['children'] => journalDoc(text).children;

  test('typed words are words, and HTML between [code] is formatting', () => {
    assert.equal(docText(journalDoc('<b>not</b> *bold*\nat all')), '<b>not</b> *bold*\nat all');
    assert.deepEqual(one('[code]<b>yes</b><ul><li>a</li></ul><pre>x</pre>[/code]'), [
      { type: 'paragraph', children: [{ type: 'strong', children: [{ type: 'text', value: 'yes' }] }] },
      {
        type: 'list',
        ordered: false,
        start: null,
        children: [
          {
            type: 'listItem',
            checked: null,
            children: [{ type: 'paragraph', children: [{ type: 'text', value: 'a' }] }],
          },
        ],
      },
      { type: 'code', lang: null, value: 'x' },
    ]);
  });

  test('scripts are not shown, and depth has an end', () => {
    assert.equal(docText(journalDoc('[code]<script>alert(1)</script><img src=x onerror=y>ok[/code]')), 'ok');
    assert.doesNotThrow(() => journalDoc(`[code]${'<blockquote>'.repeat(3_001)}x[/code]`));
  });
});
