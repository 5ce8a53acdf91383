import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toAdf } from '../../src/connectors/jira/adf-write.ts';
import { commentDoc } from '../../src/connectors/jira/comment-text.ts';
import { escapeWiki, storable } from '../../src/connectors/jira/text.ts';
import { commentText } from '../../src/connectors/servicenow/journal-text.ts';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { docText, mapInlines } from '../../src/model/doc-text.ts';
import { renderMessage } from '../../src/slack/out/rich-text.ts';
import { naughtyStrings } from '../conformance/naughty-strings.ts';
import { dangerousAddress, dangerousWords } from '../support/dangerous-words.ts';
import { docsOf } from '../support/doc-arbitrary.ts';
import { runs } from '../support/seeded.ts';
import { assertSafeAdf, assertSafeEntry, assertSafeLook, hostsShown } from './harmless.ts';
import {
  draftOf,
  fromJira,
  fromServiceNow,
  fromSlack,
  MARKER,
  type SlackSource,
  toJira,
  toServiceNow,
  toSlack,
} from './paths.ts';

const RUNS = runs(2_000);

/** What one person wrote, and the words that he saw when he had written it. */
interface Said<Source> {
  readonly source: Source;
  readonly sees: readonly string[];
}

/** What stays the same however words are laid out. */
const letters = (text: string) => text.toWellFormed().replaceAll(/[^\p{L}\p{N}]+/gu, '');

function assertShown(sees: readonly string[], shown: string, where: string): void {
  const there = letters(shown);
  for (const words of sees.flatMap((one) => one.split(/\r\n?|\n/))) {
    assert.ok(
      there.includes(letters(words)),
      `${JSON.stringify(words)} is not in ${where}: ${JSON.stringify(shown)}`,
    );
  }
}

/** A label that shows an address may be shown by its real one instead. */
const mayBeReplaced = (label: string) =>
  hostsShown(label).length > 0 || /[\p{Cf}\p{Cc}]/u.test(label) || /[@/]/.test(label);

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const element = (text: string, style?: Record<string, true>) => ({
  type: 'text',
  text,
  ...(style === undefined ? {} : { style }),
});
const rich = (...elements: readonly unknown[]): SlackSource => ({
  text: '',
  blocks: [{ type: 'rich_text', block_id: 'b', elements }],
});
const section = (...elements: readonly unknown[]) => ({ type: 'rich_text_section', elements });

const pair = fc.tuple(dangerousWords, dangerousWords);

const inSlack: fc.Arbitrary<Said<SlackSource>> = fc.oneof(
  pair.map(([one, two]) => ({
    source: rich(section(element(one), element(two, { bold: true })), {
      type: 'rich_text_quote',
      elements: [element(two)],
    }),
    sees: [one + two, two],
  })),
  pair.map(([one, two]) => ({
    source: rich(
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [section(element(one)), section(element(two, { code: true }))],
      },
      { type: 'rich_text_preformatted', elements: [element(one)] },
    ),
    sees: [one, two],
  })),
  fc.tuple(dangerousWords, dangerousAddress).map(([label, url]) => ({
    source: rich(section({ type: 'link', url, text: label }, { type: 'link', url })),
    sees: [label],
  })),
  dangerousWords.map((words) => ({
    source: { text: '', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: words }]] }] },
    sees: [words],
  })),
  dangerousWords.map((words) => ({ source: { text: escaped(words) }, sees: [] })),
  dangerousWords.map((words) => ({ source: { text: words }, sees: [] })),
  dangerousWords.map((words) => ({ source: { subtype: 'me_message', text: words }, sees: [] })),
);

const text = (words: string, ...marks: readonly unknown[]) => ({ type: 'text', text: words, marks });
const adf = (...content: readonly unknown[]) => ({ type: 'doc', version: 1, content });
const paragraph = (...content: readonly unknown[]) => ({ type: 'paragraph', content });
const listed = (...items: readonly string[]) => ({
  type: 'bulletList',
  content: items.map((words) => ({ type: 'listItem', content: [paragraph(text(words))] })),
});

const inJira: fc.Arbitrary<Said<unknown>> = fc.oneof(
  pair.map(([one, two]) => ({
    source: adf(
      paragraph(text(one), text(two, { type: 'strong' }), text(one, { type: 'code' })),
      listed(two),
    ),
    sees: [one + two + one, two],
  })),
  pair.map(([one, two]) => ({
    source: adf(
      { type: 'codeBlock', attrs: { language: two }, content: [text(one)] },
      { type: 'heading', attrs: { level: 2 }, content: [text(two)] },
      { type: 'blockquote', content: [paragraph(text(one)), listed(two)] },
    ),
    sees: [one, two],
  })),
  fc.tuple(dangerousWords, dangerousAddress).map(([label, href]) => ({
    source: adf(
      paragraph(text(label, { type: 'link', attrs: { href } })),
      { type: 'blockCard', attrs: { url: href } },
      paragraph({ type: 'inlineCard', attrs: { url: href } }),
    ),
    sees: mayBeReplaced(label) ? [] : [label],
  })),
  pair.map(([one, two]) => ({
    source: adf(
      paragraph(
        { type: 'mention', attrs: { id: one, text: `@${two}x` } },
        { type: 'emoji', attrs: { shortName: `:${one}:`, text: one } },
        { type: 'status', attrs: { text: two } },
      ),
      { type: 'panel', attrs: { title: one }, content: [paragraph(text(two))] },
      { type: one, attrs: { text: two }, content: [text(two)] },
    ),
    sees: [two],
  })),
  dangerousWords.map((words) => ({ source: words, sees: [] })),
);

const html = (words: string) => escaped(words).replaceAll('"', '&quot;').replaceAll('[', '&#91;');
const inServiceNow: fc.Arbitrary<Said<string>> = fc.oneof(
  dangerousWords.map((words) => ({ source: words, sees: /\[code\]/i.test(words) ? [] : [words] })),
  dangerousWords.map((words) => ({ source: `[code]${words}[/code]`, sees: [] })),
  pair.map(([one, two]) => ({
    source: `[code]<p>${html(one)} <b>${html(two)}</b></p><ul><li>${html(two)}</li></ul><pre>${html(one)}</pre>[/code]`,
    sees: [one, two],
  })),
  fc.tuple(dangerousWords, dangerousAddress).map(([label, href]) => ({
    source: `[code]<a href="${html(href)}">${html(label)}</a><img src="x" alt="${html(label)}">[/code]`,
    sees: mayBeReplaced(label) ? [] : [label],
  })),
);

/** In Slack nobody may be called in the name of people who write elsewhere. */
const shownInSlack = (looks: ReturnType<typeof toSlack>['written']) =>
  looks.map(({ blocks }) => allText(blocks)).join('\n');

function allText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const own = 'text' in value && typeof value.text === 'string' ? value.text : '';
  const url = 'url' in value && typeof value.url === 'string' ? ` ${value.url} ` : '';
  const name = 'type' in value && value.type === 'emoji' && 'name' in value ? String(value.name) : '';
  return own + url + name + Object.values(value).map(allText).join('');
}

describe('whatever a person writes on one side, it only says what it says on the other', () => {
  test('Slack → Jira', () => {
    const said = fc.property(inSlack, ({ source, sees }) => {
      const { written, seen } = toJira(fromSlack(source));
      for (const comment of written) assertSafeAdf(comment);
      assertShown(sees, docText(seen), 'Jira');
    });
    fc.assert(said, RUNS);
  });

  test('Slack → ServiceNow', () => {
    const said = fc.property(inSlack, ({ source, sees }) => {
      const { written } = toServiceNow(fromSlack(source));
      for (const entry of written) assertSafeEntry(entry);
      assertShown(sees, written.join('\n'), 'ServiceNow');
    });
    fc.assert(said, RUNS);
  });

  test('Jira → Slack', () => {
    const said = fc.property(inJira, ({ source, sees }) => {
      const { written } = toSlack(fromJira(source));
      for (const look of written) assertSafeLook(look);
      assertShown(sees, shownInSlack(written), 'Slack');
    });
    fc.assert(said, RUNS);
  });

  test('ServiceNow → Slack', () => {
    const said = fc.property(inServiceNow, ({ source, sees }) => {
      const { written } = toSlack(fromServiceNow(source));
      for (const look of written) assertSafeLook(look);
      assertShown(sees, shownInSlack(written), 'Slack');
    });
    fc.assert(said, RUNS);
  });

  const naughty = naughtyStrings();
  test('naughty strings on every path', { skip: naughty === null && 'no ../shared' }, () => {
    for (const words of naughty ?? []) {
      const typed = fromSlack(rich(section(element(words))));
      const { written, seen } = toJira(typed);
      written.forEach(assertSafeAdf);
      assertShown([words], docText(seen), 'Jira');
      const entries = toServiceNow(typed).written;
      entries.forEach(assertSafeEntry);
      assertShown([words], entries.join('\n'), 'ServiceNow');
      for (const read of [fromJira(adf(paragraph(text(words)))), fromServiceNow(words)]) {
        const looks = toSlack(read).written;
        looks.forEach(assertSafeLook);
        assertShown([words], shownInSlack(looks), 'Slack');
      }
    }
  });
});

/** Documents in which nobody of Slack is mentioned, as other systems give them. */
const foreignDoc = docsOf(dangerousWords, dangerousAddress).map(
  (doc): Doc => mapInlines(doc, (node) => (node.type === 'mention' ? { ...node, user: null } : node)),
);

describe('nothing dangerous in any place of a document', () => {
  test('for Jira and ServiceNow', () => {
    const written = fc.property(docsOf(dangerousWords, dangerousAddress), (doc) => {
      toJira(doc).written.forEach(assertSafeAdf);
      toServiceNow(doc).written.forEach(assertSafeEntry);
    });
    fc.assert(written, runs(600));
  });

  test('for Slack', () => {
    const written = fc.property(foreignDoc, (doc) => toSlack(doc).written.forEach(assertSafeLook));
    fc.assert(written, runs(600));
  });

  test('in the name of an author', () => {
    const named = fc.property(dangerousWords, (name) => {
      const draft = { ...draftOf(plainDoc('words'), 0, 2), author: { name, grant: null } };
      const comment: unknown = JSON.parse(JSON.stringify(toAdf(commentDoc(draft, false))));
      assertSafeAdf(comment);
      assertSafeEntry(commentText(draft, MARKER));
      assertSafeLook(renderMessage({ author: name, body: plainDoc('words'), part: null, note: name }));
    });
    fc.assert(named, RUNS);
  });

  test('in the form of a service desk, which is read as wiki markup', () => {
    const written = fc.property(dangerousWords, (words) => {
      const plain = storable(words);
      const read = fromJira(escapeWiki(plain));
      mapInlines(read, (node) => {
        assert.ok(
          ['text', 'break', 'link'].includes(node.type),
          `${JSON.stringify(words)} became ${JSON.stringify(node)}`,
        );
        if (node.type === 'link')
          assert.equal(
            docText({ type: 'root', children: [{ type: 'paragraph', children: node.children }] }),
            node.url,
          );
        return node;
      });
      assertShown([plain], docText(read), 'the form');
    });
    fc.assert(written, RUNS);
  });
});
