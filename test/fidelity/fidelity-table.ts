/**
 * Makes docs/fidelity.md from the goldens: node test/fidelity/fidelity-table.ts --write
 * With --accept what the converters write now is first taken over into the goldens.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type NamedGolden, PATHS, passagesOf, readGoldens, writeResults } from './goldens.ts';
import { verdict } from './verdict.ts';

export const TABLE_FILE = new URL('../../docs/fidelity.md', import.meta.url);

/** The rows in the order of the table; a golden that is missing here, or has no file, is an error. */
const ORDER = `bold italic strike nested-marks underline inline-code code-block code-block-with-language
link bare-link lying-link script-link
bullet-list nested-list ordered-list ordered-list-from-four task-list
quote quote-with-list nested-quote table heading rule
emoji custom-emoji mention unknown-person broadcast typed-broadcast channel user-group me-message forwarded
date status panel picture line-break blank-line hard-text hard-lines long-text`.split(/\s+/);

const HEAD = `# What becomes of formatting

Made by \`test/fidelity/fidelity-table.ts\` from the files in \`test/fidelity/goldens\`; a test fails when the two differ.
Every cell is measured: the words of a person go through the converters, what they write is read again as the other side
shows it, and the two trees are compared.

- **kept**: the other side shows the same.
- **kept as** …: every word is there, in another dress.
- **lost:** what is named is lost, the words stay. **LOST** in capitals would be words, and no cell says it.
- –: people cannot write that there.

Nothing that came from one side ever pings, unfurls or runs on the other: people are named, not mentioned, and a link
whose label reads like another address shows where it leads.

`;

const FOOT = `
Beside the table:

- A journal of ServiceNow gets plain words with signs, never HTML: an instance may show that to anybody as it stands.
- In a list, a quote or a cell, Jira holds fewer kinds of blocks and Slack only words: what does not fit keeps its words.
- Slack shows one table in a message; with more of them, or a larger one, all are text in columns. A message whose formatting
  weighs more than 60,000 characters is shown as words.
- Marks of a link's label are kept in Slack when they lie over all of it. Jira knows no marks over code.
- An invisible character takes the meaning of \`[code\` away, which ServiceNow would show as HTML.
`;

/** The document as it should be. Throws when a golden has no row or a row no golden. */
export function fidelityTable(goldens: readonly NamedGolden[]): string {
  const byName = new Map(goldens.map((golden) => [golden.name, golden]));
  const unknown = goldens.filter(({ name }) => !ORDER.includes(name)).map(({ name }) => name);
  if (unknown.length > 0)
    throw new Error(`These goldens have no row in fidelity-table.ts: ${unknown.join(', ')}`);
  const rows = ORDER.map((name) => {
    const golden = byName.get(name);
    if (golden === undefined) throw new Error(`The row ${name} has no file in test/fidelity/goldens`);
    const passages = passagesOf(golden);
    const cells = PATHS.map((path) => {
      const passage = passages.get(path.name);
      return passage === undefined ? '–' : verdict(golden, passage);
    });
    return [golden.row, ...cells];
  });
  const head = ['construct', ...PATHS.map(({ title }) => title)];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${HEAD}${lines.join('\n')}\n${FOOT}`;
}

function run(flags: readonly string[]): void {
  if (flags.includes('--accept')) {
    for (const golden of readGoldens()) writeResults(golden);
    const goldens = new URL('goldens', import.meta.url).pathname;
    spawnSync('npx', ['biome', 'format', '--write', goldens], { stdio: 'inherit' });
  }
  const table = fidelityTable(readGoldens());
  if (flags.includes('--write')) writeFileSync(TABLE_FILE, table);
  else if (readFileSync(TABLE_FILE, 'utf8') !== table) {
    console.error(
      'docs/fidelity.md is not what the goldens give; run this with --write and look at the difference.',
    );
    process.exitCode = 1;
  }
}

if (import.meta.main) run(process.argv.slice(2));
