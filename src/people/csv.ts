/** One record of a CSV file with the number of the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads CSV as RFC 4180 describes it: quoted cells may hold commas, quotes and line breaks; a byte order mark is passed
 * over, empty lines are no records. Null when a quote is never closed.
 */
export function readCsv(text: string): readonly CsvRecord[] | null {
  const source = text.replace(/^\uFEFF/, '');
  const records: CsvRecord[] = [];
  let [line, begun, at] = [1, 1, 0];
  let cells: string[] = [];
  let cell = '';
  const endRecord = () => {
    if (cells.length > 0 || cell !== '') records.push({ line: begun, cells: [...cells, cell] });
    cells = [];
    cell = '';
    begun = line;
  };
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '"' && cell === '') {
      const quoted = readQuoted(source, at);
      if (quoted === null) return null;
      cell = quoted.value;
      line += quoted.value.split('\n').length - 1;
      at = quoted.end;
      continue;
    }
    at += 1;
    if (char === '\n') {
      line += 1;
      endRecord();
    } else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char !== '\r' || source[at] !== '\n') cell += char;
  }
  endRecord();
  return records;
}

/** A quoted cell that begins at `start`, and where it ends; null when it does not end. */
function readQuoted(source: string, start: number): { readonly value: string; readonly end: number } | null {
  let from = start + 1;
  let value = '';
  for (;;) {
    const quote = source.indexOf('"', from);
    if (quote < 0) return null;
    value += source.slice(from, quote);
    if (source[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}
