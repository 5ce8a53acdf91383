import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import { encodeQuery, type Query } from './query.ts';
import type { Requests, Wanted } from './requests.ts';
import type { SysId } from './schema.ts';
import type { HttpAnswer } from './transport.ts';

interface ListOptions<Row> {
  readonly query: Query;
  readonly row: z.ZodType<Row>;
  readonly fields: readonly string[];
  readonly limit: number;
  readonly offset?: number;
  /** What is being read, to complete "ServiceNow refused …". */
  readonly doing: string;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows that match on the server, hidden ones included; null when it did not say. */
  readonly total: number | null;
}

interface RecordOptions<Row> {
  readonly row: z.ZodType<Row>;
  readonly fields: readonly string[];
  readonly doing: string;
  /** `all` answers every field in both forms, `false` (default) in the raw one. */
  readonly display?: 'all';
}

interface WriteOptions<Row> extends RecordOptions<Row> {
  readonly values: Readonly<Record<string, string>>;
}

/** The Table API. Every answer is checked against its schema; nothing is repeated but a call that an old token met. */
export interface ServiceNowClient {
  list<Row>(table: string, options: ListOptions<Row>): Promise<Outcome<Page<Row>>>;
  get<Row>(table: string, sysId: SysId, options: RecordOptions<Row>): Promise<Outcome<Row>>;
  insert<Row>(table: string, options: WriteOptions<Row>): Promise<Outcome<Row>>;
  update<Row>(table: string, sysId: SysId, options: WriteOptions<Row>): Promise<Outcome<Row>>;
}

function pathOf(table: string, sysId: SysId | null, params: Readonly<Record<string, string>>): string {
  const record = sysId === null ? '' : `/${sysId}`;
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/api/now/table/${table}${record}?${query.join('&')}`;
}

/** Rows that match on the server, as the answer tells; null when it does not. */
export const totalOf = (answer: HttpAnswer) => {
  const text = answer.header('x-total-count');
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
};

const recordParams = (options: { readonly fields: readonly string[]; readonly display?: 'all' }) => ({
  sysparm_fields: options.fields.join(','),
  sysparm_display_value: options.display ?? 'false',
  sysparm_exclude_reference_link: 'true',
});

const listParams = <Row>(options: ListOptions<Row>) => ({
  sysparm_query: encodeQuery(options.query),
  ...recordParams(options),
  sysparm_limit: String(options.limit),
  sysparm_offset: String(options.offset ?? 0),
});

/** The Table API as the user behind `requests`. */
export function createServiceNowClient({ ask }: Requests): ServiceNowClient {
  async function record<Row>(wanted: Wanted, row: z.ZodType<Row>): Promise<Outcome<Row>> {
    const read = await ask(row, wanted);
    return read.kind === 'ok' ? ok(read.value.value) : read;
  }
  const bodyOf = (values: Readonly<Record<string, string>>) => JSON.stringify(values);

  return {
    async list(table, options) {
      const path = pathOf(table, null, listParams(options));
      const read = await ask(z.array(options.row), { method: 'GET', path, doing: options.doing });
      return read.kind === 'ok' ? ok({ rows: read.value.value, total: totalOf(read.value.answer) }) : read;
    },
    get: (table, sysId, { row, doing, ...options }) =>
      record({ method: 'GET', path: pathOf(table, sysId, recordParams(options)), doing }, row),
    insert: (table, { row, doing, values, ...options }) =>
      record(
        { method: 'POST', path: pathOf(table, null, recordParams(options)), body: bodyOf(values), doing },
        row,
      ),
    update: (table, sysId, { row, doing, values, ...options }) =>
      record(
        { method: 'PATCH', path: pathOf(table, sysId, recordParams(options)), body: bodyOf(values), doing },
        row,
      ),
  };
}
