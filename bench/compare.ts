/**
 * Runs one bench here and in another checkout by turns and prints the ratio of their medians, because a figure alone says
 * little on a machine that others use, too.
 * Run: npx node bench/compare.ts <other checkout> <bench file> <field> [rounds] [arguments of the bench]
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const [other, file, field, rounds = '3', ...rest] = process.argv.slice(2);
if (other === undefined || file === undefined || field === undefined) {
  console.error(
    'Say which checkout, which bench and which field of its answer: see the first lines of this file.',
  );
  process.exit(1);
}
const here = path.resolve(import.meta.dirname, '..');

function measure(checkout: string, bench: string, wanted: string): number {
  const ran = spawnSync(process.execPath, [bench, ...rest], { cwd: checkout, encoding: 'utf8' });
  const last = ran.stdout.trim().split('\n').at(-1) ?? '';
  const answer: unknown = ran.status === 0 ? JSON.parse(last) : null;
  const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, wanted) : null;
  if (typeof value !== 'number') throw new Error(`${bench} in ${checkout} gave no ${wanted}: ${ran.stderr}`);
  return value;
}

const values: { readonly here: number[]; readonly other: number[] } = { here: [], other: [] };
for (let round = 0; round < Number(rounds); round += 1) {
  values.other.push(measure(path.resolve(other), file, field));
  values.here.push(measure(here, file, field));
}
const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const ratio = Math.round((median(values.here) / median(values.other)) * 100) / 100;
console.log(JSON.stringify({ bench: path.basename(file), field, ...values, ratio }));
