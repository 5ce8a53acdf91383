import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { z } from 'zod';
import { configCommands } from '../../src/cli/config-commands.ts';
import { demoCommand } from '../../src/cli/demo-command.ts';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { formsCommands } from '../../src/cli/forms-commands.ts';
import { jiraCommands } from '../../src/cli/jira-commands.ts';
import { operateCommands } from '../../src/cli/operate-commands.ts';
import { policyCommands } from '../../src/cli/policy-commands.ts';
import { routesCommands } from '../../src/cli/routes-commands.ts';
import { serviceNowCommands } from '../../src/cli/servicenow-commands.ts';
import { slackCommands } from '../../src/cli/slack-commands.ts';
import { anchorsOf, codeOf, documents, proseOf, root, tableOf, targetsOf, textOf } from './markdown.ts';

const isOutside = (target: string) => /^[a-z]+:/.test(target);

/** What is wrong with a link; null when it leads somewhere. */
function brokenLink(from: string, target: string): string | null {
  const [place = '', anchor] = target.split('#');
  const file = place === '' ? from : path.join(path.dirname(from), place);
  if (!existsSync(path.join(root, file))) return `${from}: ${target} is not there`;
  if (anchor === undefined) return null;
  if (statSync(path.join(root, file)).isDirectory()) return `${from}: ${target} names an anchor of a folder`;
  return anchorsOf(textOf(file)).has(anchor) ? null : `${from}: ${target} names no heading`;
}

test('every link and image leads somewhere', () => {
  const links = documents().flatMap((file) =>
    targetsOf(textOf(file))
      .filter((target) => !isOutside(target))
      .map((target) => ({ file, target })),
  );
  assert.ok(links.length >= 40, `only ${links.length} links were looked at`);
  assert.deepEqual(
    links.map(({ file, target }) => brokenLink(file, target)).filter((fault) => fault !== null),
    [],
  );
});

test('a broken link, a broken anchor and a missing picture are noticed', () => {
  const text =
    '[a](LICENSE) [`b`](README.md#try-it) ![c](gone.png) [d](README.md#gone) `[e](gone.md)`\n```\n[f](gone)\n```\n';
  const faults = targetsOf(text).map((target) => brokenLink('README.md', target));
  assert.deepEqual(faults, [
    null,
    null,
    'README.md: gone.png is not there',
    'README.md: README.md#gone names no heading',
  ]);
});

test('every promise names tests that exist', () => {
  const rows = tableOf(textOf('docs/promises.md'), 'promise', 'proven by');
  const headings = [...textOf('docs/promises.md').matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');
  const named = rows.map(([promise]) => promise ?? '');
  assert.ok(named.length >= 10);
  assert.deepEqual(
    named.filter((promise) => !headings.includes(promise)),
    [],
    'every promise of the table has its chapter',
  );
  const files = rows.flatMap(([, tests]) => [...(tests ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''));
  assert.ok(files.length >= named.length, 'every promise has a test');
  assert.deepEqual(
    files.filter((file) => !existsSync(path.join(root, file))),
    [],
  );
});

const Package = z.object({ scripts: z.record(z.string(), z.string()) });

test('every npm script that documents name exists', () => {
  const { scripts } = Package.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const named = documents().flatMap((file) =>
    [...codeOf(textOf(file)).matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] ?? ''),
  );
  assert.ok(named.length >= 5);
  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
});

/** The commands as main.ts puts them together. */
function program(): Command {
  const commands = new Command('deskbridge');
  demoCommand(commands);
  configCommands(commands);
  operateCommands(commands);
  doctorCommand(commands);
  routesCommands(commands);
  formsCommands(commands);
  policyCommands(commands);
  slackCommands(commands);
  jiraCommands(commands);
  serviceNowCommands(commands);
  return commands;
}

/** What is wrong with a command line; null when there is such a command with such options. */
function unknownCommand(line: string): string | null {
  let command = program();
  for (const word of line.split(/\s+/).filter((part) => part !== '')) {
    if (word.startsWith('--') || /^-[a-zA-Z]$/.test(word)) {
      const known = command.options.some(({ long, short }) => long === word || short === word);
      if (!known && word !== '--help') return `${line}: there is no option ${word}`;
      continue;
    }
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next !== undefined) command = next;
    else if (command.commands.length > 0) return `${line}: there is no command ${word}`;
    else break;
  }
  return null;
}

test('every deskbridge command and option that documents name exists', () => {
  const lines = documents()
    .flatMap((file) => codeOf(textOf(file)).split('\n'))
    .map((line) => line.replace(/\s#.*$/, '').trim())
    .flatMap((line) => {
      const match = /^(?:npx )?(?:node --env-file=\S+ )?(?:bin\/)?deskbridge(?:\.js)? +(.+)$/.exec(line);
      return match?.[1] === undefined ? [] : [match[1]];
    });
  assert.ok(lines.length >= 20, `only ${lines.length} commands were looked at`);
  assert.deepEqual(
    lines.map(unknownCommand).filter((fault) => fault !== null),
    [],
  );
  assert.match(unknownCommand('parked forget') ?? '', /no command forget/);
  assert.match(unknownCommand('start --rolle web') ?? '', /no option --rolle/);
});

test('the program offers exactly these commands', () => {
  const help = spawnSync(process.execPath, [path.join(root, 'bin/deskbridge.js'), '--help'], {
    encoding: 'utf8',
  });
  assert.equal(help.status, 0, help.stderr);
  const listed = help.stdout.slice(help.stdout.indexOf('Commands:'));
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1] ?? '');
  assert.deepEqual(
    names.filter((name) => name !== 'help').sort(),
    program()
      .commands.map((command) => command.name())
      .sort(),
  );
});

test('the list of decisions names every record, in order, by its title', () => {
  const records = documents().filter((file) => /^docs\/decisions\/\d{4}-/.test(file));
  const list = textOf('docs/decisions/README.md');
  const wanted = records.map((file) => {
    const title = /^# (.+)$/m.exec(textOf(file))?.[1] ?? '';
    return `- [${title}](${path.basename(file)})`;
  });
  assert.ok(records.length >= 10);
  assert.deepEqual(
    list.split('\n').filter((line) => line.startsWith('- [')),
    wanted,
  );
  for (const [index, file] of records.entries()) {
    assert.ok(path.basename(file).startsWith(String(index + 1).padStart(4, '0')), file);
    assert.deepEqual(
      [...textOf(file).matchAll(/^## (.+)$/gm)].map((match) => match[1]),
      ['Context', 'Decision', 'Consequences'],
      file,
    );
  }
});

/** The project speaks of itself: not of how it was written, not in praise, not of work that is left. */
const UNSAID = [
  /\b(claude|anthropic|openai|chatgpt|copilot|gpt-\d|llm)\b/i,
  /\b(sub-?agents?|ai[- ](generated|assistant|written))\b/i,
  /\b(this|previous|next|last|other) session\b/i,
  /\/work\/|\/tmp\/|\bDESIGN\.md\b/,
  /\b(todo|fixme|lorem ipsum|coming soon)\b/i,
  /\b(trusted by|customers (say|love)|award-winning|world-class|blazing|seamless(ly)?|enterprise-grade)\b/i,
];

const unsaidIn = (text: string) => UNSAID.flatMap((words) => words.exec(text)?.[0] ?? []);

test('documents speak of the project alone', () => {
  const files = documents();
  assert.ok(files.length >= 20, `only ${files.length} documents were looked at`);
  assert.deepEqual(
    files.flatMap((file) => unsaidIn(textOf(file)).map((words) => `${file}: ${words}`)),
    [],
  );
  assert.equal(unsaidIn('A seamless bridge, with a TODO left').length, 2);
});

test('the README is short, and shows the two commands that a newcomer needs', () => {
  const readme = textOf('README.md');
  assert.ok(readme.split('\n').length <= 120);
  assert.match(readme, /^npm install && npm run demo$/m);
  assert.match(readme, /^npm install && npm test$/m);
  assert.match(proseOf(readme), /!\[[^\]]+\]\(docs\/images\/demo\.png\)/);
});
