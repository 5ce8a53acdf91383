/**
 * How well the shipped table and model tell the rows of ../shared/data/routing-dev.ndjson apart. Each row is judged by a
 * model that had not seen it (five folds, the shipped sentences always among what is learned), and by the shipped model.
 * The words of the shipped table were chosen with these rows in view, so the figures flatter it a little. Ends with one
 * line of key=value pairs, and fails where the rows are absent.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readSettings } from '../../src/cli/config-commands.ts';
import { readModel, readRows } from '../../src/config/routing-model.ts';
import { kindByWords, weigh } from '../../src/routing/classify/classify.ts';
import { guess } from '../../src/routing/classify/model.ts';
import { figuresOf, type Judged, judge, reliability } from '../../src/routing/classify/report.ts';
import { FOLDS } from '../../src/routing/classify/train.ts';
import { DEFAULT_THRESHOLD } from '../../src/routing/table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const DATA = path.resolve(root, '../shared/data/routing-dev.ndjson');
const DevRow = z.object({ text: z.string(), label: z.string(), source: z.string(), trust: z.string() });
const Sentence = z.object({ text: z.string(), kind: z.string() });

if (!existsSync(DATA)) {
  console.error(`NOT RUN: ${DATA} is not there, so nothing was measured.`);
  process.exit(1);
}
const { routing } = readSettings(path.join(root, 'deskbridge.example.yaml'));
const byWords = (text: string) => kindByWords(routing, text);
const rows = readRows(DATA, DevRow).map(({ text, label, source, trust }) => ({
  text,
  kind: label.toLowerCase(),
  byWords: byWords(text),
  group: `${source} (${trust} trust)`,
}));
const always = readRows(path.join(root, 'models/it-help/sentences.ndjson'), Sentence).map((row) => ({
  ...row,
  byWords: byWords(row.text),
}));

const percent = (share: number) => `${(share * 100).toFixed(1).padStart(5)} %`;
const groupOf = new Map(rows.map((row) => [row.text, row.group]));
const groups = [...new Set(rows.map(({ group }) => group))].sort();

function say(title: string, judgements: readonly Judged[]): void {
  console.log(`\n${title}`);
  for (const group of [...groups, 'all']) {
    const inside = judgements.filter(({ row }) => group === 'all' || groupOf.get(row.text) === group);
    const { accuracy, abstained, confidentWrong } = figuresOf(inside);
    console.log(
      `  ${group.padEnd(26)} rows ${String(inside.length).padStart(4)}  right ${percent(accuracy)}  would ask ${String(abstained).padStart(4)}  sure and wrong ${String(confidentWrong).padStart(4)}`,
    );
  }
}

const model = readModel();
say(
  'The shipped model:',
  rows.map((row) => ({ row, ...weigh(row.byWords, guess(model, row), DEFAULT_THRESHOLD) })),
);
const crossed = judge(rows, { always, folds: FOLDS, threshold: DEFAULT_THRESHOLD });
say(`Cross-validated in ${FOLDS} folds:`, crossed);
console.log('\nHow far a confidence can be believed (cross-validated):');
for (const band of reliability(crossed)) {
  const bar = '#'.repeat(Math.round(band.right * 40));
  console.log(
    `  ${band.from.toFixed(1)}-${(band.from + 0.1).toFixed(1)}  rows ${String(band.rows).padStart(4)}  said ${percent(band.said)}  right ${percent(band.right)}  ${bar}`,
  );
}
const { accuracy, abstained, confidentWrong } = figuresOf(crossed);
console.log(
  `\nrows=${crossed.length} accuracy=${accuracy.toFixed(4)} abstained=${abstained} confident_wrong=${confidentWrong}`,
);
