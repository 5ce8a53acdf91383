import { z } from 'zod';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import { readAnswer } from './answers.ts';
import { createCredentials, type ServiceNowAuth } from './credentials.ts';
import { encodeQuery, type Query } from './query.ts';
import type { SysId } from './schema.ts';
import { createTransport, type HttpAnswer, type HttpCall } from './transport.ts';

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

export interface ServiceNowClientDeps {
  readonly baseUrl: string;
  readonly auth: ServiceNowAuth;
  readonly io: Io;
}

function pathOf(table: string, sysId: SysId | null, params: Readonly<Record<string, string>>): string {
  const record = sysId === null ? '' : `/${sysId}`;
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/api/now/table/${table}${record}?${query.join('&')}`;
}

function shaped<T>(
  schema: z.ZodType<T>,
  result: unknown,
  call: { effect: HttpCall['effect']; doing: string },
) {
  const parsed = schema.safeParse(result);
  if (parsed.success) return ok(parsed.data);
  const paths = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].slice(0, 5).join(', ');
  const what = `ServiceNow answered ${call.doing} in a form that we do not know (${paths})`;
  if (call.effect === 'write') return unknownEffect(`${what}; whether it was done is looked up.`);
  return rejected('invalid', `${what}. An access rule may hide these fields from the integration user.`);
}

const totalOf = (answer: HttpAnswer) => {
  const text = answer.header('x-total-count');
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
};

/** Sends with credentials; a 401 that an expired token may explain is tried once more with a fresh one. */
function createSender(deps: ServiceNowClientDeps) {
  const transport = createTransport(deps);
  const credentials = createCredentials(deps.auth, transport);

  async function send(call: Omit<HttpCall, 'headers'>, isFirst = true): Promise<Outcome<HttpAnswer>> {
    const authorization = await credentials.header();
    if (authorization.kind !== 'ok') return authorization;
    const headers: Record<string, string> = {
      accept: 'application/json',
      authorization: authorization.value,
    };
    if (call.body !== null) headers['content-type'] = 'application/json';
    const answer = await transport.send({ ...call, headers });
    if (answer.kind === 'retry') return answer;
    if (answer.status === 401 && isFirst && credentials.renew()) return send(call, false);
    return ok(answer);
  }
  return send;
}

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

interface Request {
  readonly method: HttpCall['method'];
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly doing: string;
}

interface Read<T> {
  readonly value: T;
  readonly answer: HttpAnswer;
}

export function createServiceNowClient(deps: ServiceNowClientDeps): ServiceNowClient {
  const send = createSender(deps);

  async function request<T>(schema: z.ZodType<T>, wanted: Request): Promise<Outcome<Read<T>>> {
    const { method, path, values, doing } = wanted;
    const body = values === undefined ? null : JSON.stringify(values);
    const call = { method, path, body, effect: method === 'GET' ? 'read' : 'write', doing } as const;
    const sent = await send(call);
    if (sent.kind !== 'ok') return sent;
    const result = readAnswer(sent.value, call, doing);
    if (result.kind !== 'ok') return result;
    const parsed = shaped(schema, result.value, call);
    return parsed.kind === 'ok' ? ok({ value: parsed.value, answer: sent.value }) : parsed;
  }

  async function record<Row>(wanted: Request, row: z.ZodType<Row>): Promise<Outcome<Row>> {
    const read = await request(row, wanted);
    return read.kind === 'ok' ? ok(read.value.value) : read;
  }

  return {
    async list(table, options) {
      const path = pathOf(table, null, listParams(options));
      const read = await request(z.array(options.row), { method: 'GET', path, doing: options.doing });
      return read.kind === 'ok' ? ok({ rows: read.value.value, total: totalOf(read.value.answer) }) : read;
    },
    get: (table, sysId, { row, doing, ...options }) =>
      record({ method: 'GET', path: pathOf(table, sysId, recordParams(options)), doing }, row),
    insert: (table, { row, doing, values, ...options }) =>
      record({ method: 'POST', path: pathOf(table, null, recordParams(options)), values, doing }, row),
    update: (table, sysId, { row, doing, values, ...options }) =>
      record({ method: 'PATCH', path: pathOf(table, sysId, recordParams(options)), values, doing }, row),
  };
}
