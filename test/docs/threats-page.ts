/** Makes docs/threats.md from the list beside it: node test/docs/threats-page.ts --write */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Proof, THREATS } from './threats.ts';

const PAGE = new URL('../../docs/threats.md', import.meta.url);

const HEAD = `# Threats, and the test of each

Made by \`test/docs/threats-page.ts\`; a test fails when a threat has no test, when a test that is named here does not exist,
and when this page and the list differ. What is promised beyond it stands in [promises.md](promises.md). What of an
installation is open to attack, \`deskbridge doctor --security\` says: [doctor.md](doctor.md).

`;

const cell = (text: string) => text.replaceAll('|', '\\|');
const nameOf = ({ name }: Proof) => cell(name);

/** A file once, with its tests. */
function proofsOf(proofs: readonly Proof[]): string {
  const files = Map.groupBy(proofs, ({ file }) => file);
  return [...files].map(([file, tests]) => `\`${file}\`: ${tests.map(nameOf).join('; ')}`).join('<br>');
}

function threatsPage(): string {
  const head = ['threat', 'what could happen', 'what Deskbridge does', 'shown by'];
  const rows = THREATS.map(({ id, threat, defence, proofs }) => [
    id,
    cell(threat),
    cell(defence),
    proofsOf(proofs),
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${HEAD}${lines.join('\n')}\n`;
}

/** What is wrong with the page on disk; null when it is fresh. */
export function stalePage(): string | null {
  if (readFileSync(PAGE, 'utf8') === threatsPage()) return null;
  return 'docs/threats.md is stale; run: node test/docs/threats-page.ts --write';
}

function main(flags: readonly string[]): void {
  if (flags.includes('--write')) writeFileSync(PAGE, threatsPage());
  const stale = stalePage();
  if (stale === null) return;
  console.error(stale);
  process.exitCode = 1;
}

if (import.meta.main) main(process.argv.slice(2));
