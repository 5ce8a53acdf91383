import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { TextModel } from '../routing/classify/model.ts';
import type { RoutingTable } from '../routing/table.ts';

/** Trained on the sentences beside it: see docs/models/it-help.md. */
const SHIPPED_MODEL = path.resolve(import.meta.dirname, '../../models/it-help/model.json');

/**
 * Reads a model; the shipped one when no file is named.
 * @throws Error that says what is wrong with the file
 */
export function readModel(file: string = SHIPPED_MODEL): TextModel {
  const read = TextModel.safeParse(parsed(content(file), file));
  if (read.success) return read.data;
  throw new Error(
    `${file} is no model: ${z.prettifyError(read.error)}. Make one with "deskbridge routes train".`,
  );
}

/** The model that a configuration names, as seen from its file; one sentence when it cannot be used. */
export function configuredModel(file: string, { classifier: { model } }: RoutingTable): TextModel | string {
  try {
    return model === null ? readModel() : readModel(path.resolve(path.dirname(file), model));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A model as its file holds it: one feature a line, so that two versions can be compared. */
export function modelText({ weights, ...rest }: TextModel): string {
  const lines = Object.entries(weights).map(
    ([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`,
  );
  return `${JSON.stringify(rest).slice(0, -1)},"weights":{\n${lines.join(',\n')}\n}}\n`;
}

/**
 * The rows of a file with one JSON object a line.
 * @throws Error that names the first line that cannot be used
 */
export function readRows<T>(file: string, row: z.ZodType<T>): readonly T[] {
  const lines = content(file).split('\n');
  const rows = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const read = row.safeParse(parsed(line, `${file}, line ${index + 1},`));
    if (read.success) return [read.data];
    throw new Error(`${file}, line ${index + 1}: ${z.prettifyError(read.error)}. Nothing was done.`);
  });
  if (rows.length === 0) throw new Error(`${file} holds no row. Nothing was done.`);
  return rows;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${where} is not JSON. Nothing was done.`);
  }
}

function content(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`${file} cannot be read${why}. Nothing was done.`);
  }
}
