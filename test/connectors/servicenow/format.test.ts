import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { htmlDoc } from '../../../src/connectors/servicenow/html.ts';
import { commentText, journalDoc, markerIn } from '../../../src/connectors/servicenow/journal-text.ts';
import { type Block, DEEPEST, Doc, plainDoc } from '../../../src/model/doc.ts';
import { Marker, TicketId } from '../../../src/model/ids.ts';
import { words } from './scene.ts';

/** `journal` and `html` are read into `doc`; `written` is what a document becomes in the journal. */
const Golden = z.strictObject({
  name: z.string(),
  journal: z.string().optional(),
  html: z.string().optional(),
  written: z.string().optional(),
  doc: Doc,
});

const folder = path.resolve(import.meta.dirname, '../../fidelity/servicenow');
const MARKER = Marker.parse('dsk-0123456789abcdef');
const TICKET = TicketId.parse('0'.repeat(32));

const written = (doc: Doc) =>
  commentText(words(TICKET, { author: null, body: doc }), MARKER).replace(`\n\nReference: ${MARKER}`, '');

describe('golden pairs', () => {
  const files = globSync('*.json', { cwd: folder });
  test('there are some', () => assert.ok(files.length >= 20, `${files.length} in ${folder}`));
  for (const name of files) {
    test(name, () => {
      const golden = Golden.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
      const { journal, html, doc } = golden;
      assert.ok(
        [journal, html, golden.written].some((form) => form !== undefined),
        'it compares nothing',
      );
      if (journal !== undefined) assert.deepEqual(journalDoc(journal), doc);
      if (html !== undefined) assert.deepEqual(htmlDoc(html), doc);
      if (golden.written !== undefined) assert.equal(written(doc), golden.written);
    });
  }
});

function depthOf(blocks: readonly Block[]): number {
  return Math.max(
    0,
    ...blocks.map((block) => {
      if (block.type === 'blockquote') return 1 + depthOf(block.children);
      return block.type === 'list'
        ? 1 + Math.max(...block.children.map((item) => depthOf(item.children)))
        : 0;
    }),
  );
}

const LONG = 200_000;
const fill = (piece: string) => piece.repeat(Math.ceil(LONG / piece.length));

describe('hostile input of two hundred thousand signs is read in time, and nothing of it runs', () => {
  for (const [name, html] of Object.entries({
    'nested quotes': fill('<blockquote>'),
    'nested lists': fill('<ul><li>'),
    'nested marks': fill('<b><i><s>'),
    'marks that cross': fill('<b><p></b><i></p></i>'),
    'paragraphs in marks': fill('<p><a href="x"><b>'),
    'unknown tags': fill('<x-y><z>'),
    'closing tags only': fill('</p></b></table>'),
    'tables in tables': fill('<table><tr><td>'),
    'cells without a table': fill('<td>x'),
    'lone angles': fill('<'),
    'tags that never end': fill('<a '),
    'quotes that never end': fill('<a href="'),
    'one tag of many attributes': `<a${fill(' b=c')}>`,
    comments: fill('<!--'),
    scripts: fill('<script>'),
    'script ends': fill('<script></scrip'),
    entities: fill('&amp;&#x41;&'),
    'spaces and breaks': fill(' <br>\n'),
    addresses: fill('https://a.example/)))'),
    brackets: `https://${fill(')')}a`,
    mentions: fill('@['),
  })) {
    test(name, () => {
      const started = performance.now();
      const read = htmlDoc(html);
      const took = performance.now() - started;
      assert.deepEqual(Doc.parse(read), read);
      assert.ok(depthOf(read.children) <= DEEPEST, `${depthOf(read.children)} deep`);
      journalDoc(html);
      journalDoc(`[code]${html}[/code]`);
      // Many times what it takes: what grows faster than its input takes minutes.
      assert.ok(took < 30_000, `took ${Math.round(took)} ms`);
    });
  }

  test('an entry that is too long to be read is cut, and says so', () => {
    const last = journalDoc('word '.repeat(50_000)).children.at(-1);
    assert.match(JSON.stringify(last), /cut here: the full text is in ServiceNow/);
  });

  test('a journal of nothing but code tags', () => {
    journalDoc(fill('[code]'));
    journalDoc(fill('[code][/code]'));
    assert.deepEqual(journalDoc(fill('[/code]')).children.length, 1);
  });
});

describe('markers', () => {
  test('only the last line tells', () => {
    const text = commentText(
      words(TICKET, { body: plainDoc(`Reference: ${MARKER.replace('0', '9')}`) }),
      MARKER,
    );
    assert.equal(markerIn(text), MARKER);
    assert.equal(markerIn(`${text}\nThanks`), null);
    assert.equal(markerIn('Slack: message (dsk-short)'), null);
    assert.equal(markerIn('Reference: '), null);
  });
});
