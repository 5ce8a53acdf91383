import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { checkConfigText } from '../../src/config/read-config-file.ts';
import { MINIMAL } from '../config/installation.ts';
import { root, textOf } from './markdown.ts';

const GUIDE = 'docs/add-a-connector.md';
const README = 'examples/github-issues/README.md';
const blocksOf = (file: string, lang: string) =>
  [...textOf(file).matchAll(new RegExp(`^\`\`\`${lang}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) =>
    code.trimEnd(),
  );

const code = [
  ...globSync('examples/github-issues/*.ts', { cwd: root }),
  'test/conformance/github.test.ts',
].map(textOf);

test('every excerpt of the guide stands in the example, letter by letter', () => {
  const excerpts = blocksOf(GUIDE, 'ts');
  assert.ok(excerpts.length >= 8, `only ${excerpts.length} excerpts were found`);
  assert.deepEqual(
    excerpts.filter((excerpt) => !code.some((file) => file.includes(excerpt))),
    [],
  );
});

test('every name of the kit that the guide speaks of is in the kit', () => {
  const kit = textOf('src/connectors/kit.ts');
  const calls = [
    'createJsonClient',
    'segment',
    'writeMarkdown',
    'readMarkdown',
    'bylineOf',
    'writeByPlan',
    'planFields',
    'readSignedHook',
    'pollByTime',
    'defineConnector',
  ];
  for (const name of calls) {
    assert.ok(
      textOf(GUIDE).includes(`\`${name}\``) || textOf(GUIDE).includes(`${name}(`),
      `the guide says nothing of ${name}`,
    );
    assert.match(kit, new RegExp(`\\b${name}\\b`), name);
  }
});

test('the configuration that the guide and the example show is one', () => {
  for (const file of [GUIDE, README]) {
    const [shown, ...others] = blocksOf(file, 'yaml');
    assert.ok(shown !== undefined && others.length === 0, file);
    const head = MINIMAL.slice(0, MINIMAL.indexOf('connectors:'));
    const text = `${head}${shown}\nrouting:\n  default: { queue: support }\n`;
    const { problems, settings } = checkConfigText(`${root}/deskbridge.yaml`, text);
    assert.deepEqual([problems, settings === null], [[], false], file);
  }
});
