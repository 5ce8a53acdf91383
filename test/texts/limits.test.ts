/** Every text of the catalogue is drawn with the longest that it can be filled with, and held against what Slack takes. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { docText } from '../../src/model/doc-text.ts';
import { argumentsOf, isDoc, parametersOf } from './longest-values.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'src/texts');

/** Characters of the text of a section (docs.slack.dev/reference/block-kit/blocks/section-block). */
const SECTION = 3_000;
/**
 * Smaller places, with the characters that Slack takes there: docs.slack.dev/reference/views/modal-views,
 * reference/block-kit/block-elements/button-element, composition-objects/option-object, composition-objects/confirmation-dialog-object,
 * blocks/header-block, block-elements/plain-text-input-element, reference/app-manifest.
 */
const PLACES: readonly (readonly [number, Readonly<Record<string, readonly string[]>>])[] = [
  [
    24,
    {
      alarms: ['ESCALATE_TITLE', 'ESCALATE_SUBMIT'],
      'app-manifest': ['OPEN_WORDS.0', 'ESCALATE_WORDS.0', 'HUMAN_WORDS.0', 'ASK_WORDS.0'],
      'change-form': ['CHANGE_TITLE', 'CHANGE_SUBMIT'],
      'desk-forms': ['FORM_TITLE', 'SEND', 'CANCEL'],
      move: ['MOVE_TITLE', 'MOVE_SUBMIT'],
    },
  ],
  [30, { home: ['CANCEL', 'DISCONNECT'] }],
  [
    75,
    {
      alarms: ['ESCALATE'],
      'ask-kind': ['SOMETHING_ELSE'],
      card: ['IN_SYNC', 'CHANGE', 'REOPEN', 'SOLVED'],
      'card-answers': ['TAKE', 'WATCH', 'MOVE', 'WHY', 'WHO', 'OPEN_THREAD'],
      'change-form': ['STATUS_SOLVED', 'STATUS_OPEN'],
      'desk-forms': ['ACCESS', 'DEVICE', 'POLICY', 'OUTAGE', 'SOMETHING_ELSE', 'URGENT', 'YES', 'NO'],
      doors: ['OPEN_ANYWAY'],
      files: ['openTicket'],
      home: ['CONNECT', 'CONNECT_AGAIN', 'DISCONNECT', 'GO_CONNECT', 'NEW_REQUEST', 'noticeLabel'],
    },
  ],
  [140, { 'app-manifest': ['APP_DESCRIPTION'] }],
  [
    150,
    {
      'change-form': ['LEAVE'],
      'desk-forms': ['PICK', 'PICK_PERSON', 'PICK_DATE'],
      home: ['ASK_HINT', 'MINE', 'WAITING', 'APPROVALS', 'QUEUES', 'ACCOUNTS', 'NOTICES'],
    },
  ],
  [300, { home: ['disconnectSure'] }],
];

/** What grows with a list: it is drawn in parts, up to LONGEST_SAID of slack/out/rich-text.ts, or stands on a ticket alone. */
const LONG = 10_000;
const LISTS: Readonly<Record<string, readonly string[]>> = {
  carrying: ['notAllChanged'],
  'in-sync': ['apart', 'lagging'],
  move: ['pastText', 'quotedText'],
};

/** Words of an approval are drawn from whole approvals, with the longest of everything, by tests of their own. */
const DRAWN_BY: Readonly<Record<string, string>> = {
  approvals: 'test/slack/out/approval-card.test.ts',
  'pending-approvals': 'test/slack/out/approval-list.test.ts',
  'approval-notes': 'test/approvals/notes.test.ts',
};

interface Drawn {
  readonly file: string;
  readonly name: string;
  readonly texts: readonly string[];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isDoc(value)) return value.children.map((block) => docText({ type: 'root', children: [block] }));
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value instanceof Map) return [...value.values()].flatMap(textsIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}

/** What an export says; each entry of a pair stands for itself, too. */
function draw(file: string, name: string, value: unknown): readonly Drawn[] {
  const source = readFileSync(path.join(folder, `${file}.ts`), 'utf8');
  if (typeof value !== 'function') {
    const parts = Array.isArray(value)
      ? value.map((part, at) => ({ file, name: `${name}.${at}`, texts: textsIn(part) }))
      : [];
    return [{ file, name, texts: textsIn(value) }, ...parts];
  }
  const parameters = parametersOf(source, name);
  assert.ok(parameters !== null && parameters.length === value.length, `${file}: ${name} cannot be read`);
  const texts = argumentsOf(parameters, source).flatMap((args) => textsIn(value(...args)));
  return [{ file, name, texts }];
}

const files = globSync('*.ts', { cwd: folder })
  .map((file) => path.basename(file, '.ts'))
  .filter((file) => DRAWN_BY[file] === undefined);
const catalogue: readonly Drawn[] = (
  await Promise.all(
    files.map(async (file) => {
      const texts: Record<string, unknown> = await import(
        pathToFileURL(path.join(folder, `${file}.ts`)).href
      );
      return Object.entries(texts).flatMap(([name, value]) => draw(file, name, value));
    }),
  )
).flat();

test('what others draw is there, and so is who draws it', () => {
  for (const [file, by] of Object.entries(DRAWN_BY)) {
    assert.ok(existsSync(path.join(folder, `${file}.ts`)), file);
    assert.match(readFileSync(path.join(root, by), 'utf8'), /limit|fits|Slack takes/i, by);
  }
});

test('every text says something and fits into a section of Slack', () => {
  assert.ok(files.length >= 25 && catalogue.length > 250, `${files.length} files, ${catalogue.length} texts`);
  const silent = catalogue
    .filter(({ texts }) => texts.some((text) => text.trim() === ''))
    .map(({ file, name }) => `${file}: ${name}`);
  assert.deepEqual(silent, []);
  const long = catalogue.flatMap(({ file, name, texts }) => {
    const most = LISTS[file]?.includes(name) === true ? LONG : SECTION;
    const longest = Math.max(0, ...texts.map(({ length }) => length));
    return longest > most ? [`${file}: ${name} has ${longest} characters`] : [];
  });
  assert.deepEqual(long, []);
});

test('what stands on buttons, in titles, menus and fields fits there', () => {
  const faults = PLACES.flatMap(([most, places]) =>
    Object.entries(places).flatMap(([file, names]) =>
      names.flatMap((name) => {
        const drawn = catalogue.find((one) => one.file === file && one.name === name);
        if (drawn === undefined) return [`${file}: ${name} is not in the catalogue`];
        const longest = Math.max(...drawn.texts.map(({ length }) => length));
        return longest > most ? [`${file}: ${name} has ${longest} characters, and ${most} fit`] : [];
      }),
    ),
  );
  assert.deepEqual(faults, []);
});

test('texts are whole: nothing unknown shows, and no blank is doubled', () => {
  const faults = catalogue.flatMap(({ file, name, texts }) =>
    texts
      .filter((text) => /undefined|\[object|NaN|Invalid Date| {2}|\s$/.test(text))
      .map((text) => `${file}: ${name} says ${JSON.stringify(text.slice(0, 120))}`),
  );
  assert.deepEqual([...new Set(faults)], []);
});
