import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every document of the project, by its path from the root. */
export function documents(): readonly string[] {
  return globSync('**/*.md', {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === '.deskbridge' || name === '.git',
  }).sort();
}

export const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Without code blocks, where brackets are no links and # is no heading. */
export const proseOf = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, '');

/** Where links and images point. */
export function targetsOf(text: string): readonly string[] {
  const prose = proseOf(text).replaceAll(/`[^`\n]*`/g, (span) => span.replaceAll(/[[\]()]/g, ''));
  return [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '');
}

/** The anchors that GitHub gives to headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...proseOf(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What stands in code: spans and blocks. */
export function codeOf(text: string): string {
  const blocks = [...text.matchAll(/^```[\s\S]*?^```/gm)].map(([block]) => block);
  const spans = [...proseOf(text).matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  return [...blocks, ...spans].join('\n');
}

/** The cells of the rows of the table whose head begins with these cells. Throws when there is none. */
export function tableOf(text: string, ...head: readonly string[]): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head.join(' | ')} |`));
  if (start === -1) throw new Error(`There is no table with the head ${head.join(', ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end === -1 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
