/**
 * A small stand-in for an instance on which the update set was committed: it runs the scripts of the XML in a context
 * that has what a scoped script has there, and nothing of Node.
 */
import { createHmac } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { type ParsedSet, recordsOf } from './parsed-set.ts';

export type Row = Record<string, string>;

/** One call that left. */
export interface SentCall {
  readonly url: string;
  readonly method: string;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Instance {
  readonly properties: Map<string, string>;
  rows(table: string): readonly Row[];
  /** As a person or an integration changes a record: its rules run in the same transaction. */
  write(
    table: string,
    operation: 'insert' | 'update' | 'delete',
    row: Row,
    changed?: readonly string[],
  ): void;
  /** Runs what was queued as events; answers how many there were. */
  runEvents(): number;
  runJob(): void;
  /** What the REST resource answers. */
  get(ticket: string): { status: number; body: unknown };
  readonly logged: readonly string[];
  pass(seconds: number): void;
  now(): Date;
}

export interface InstanceOptions {
  readonly set: ParsedSet;
  /** Answers the status; throws when nobody answers. */
  readonly answer: (call: SentCall) => number;
  /** Which records the caller of the REST resource may read. */
  readonly mayRead?: (table: string, row: Row) => boolean;
}

const utc = (at: Date) => at.toISOString().replace('T', ' ').slice(0, 19);

type Compare = (field: string) => boolean;
const COMPARE: Readonly<Record<string, (value: string) => Compare>> = {
  '=': (value) => (field) => field === value,
  '<': (value) => (field) => field < value,
  IN: (value) => (field) => value.split(',').includes(field),
};

/** The classes of a scoped script; only what ServiceNow documents for scoped applications. */
function glideClasses(tables: Map<string, Row[]>, clock: { ms: number }, nextId: () => string) {
  class GlideDateTime {
    ms = Math.floor(clock.ms / 1000) * 1000;
    readonly exact = clock.ms;
    getValue() {
      return utc(new Date(this.ms));
    }
    getNumericValue() {
      return this.ms === Math.floor(this.exact / 1000) * 1000 ? this.exact : this.ms;
    }
    addSeconds(seconds: number) {
      this.ms += seconds * 1000;
    }
    toString() {
      return this.getValue();
    }
  }
  class GlideRecord {
    readonly table: string;
    readonly tests: ((row: Row) => boolean)[] = [];
    order: string | null = null;
    limit = Number.POSITIVE_INFINITY;
    found: Row[] = [];
    row: Row = {};
    constructor(table: string) {
      this.table = table;
    }
    all() {
      const rows = tables.get(this.table) ?? [];
      tables.set(this.table, rows);
      return rows;
    }
    initialize() {
      this.row = { sys_id: nextId() };
    }
    insert() {
      const now = utc(new Date(clock.ms));
      this.all().push({ ...this.row, sys_created_on: now, sys_updated_on: now });
      return this.row['sys_id'];
    }
    get(id: string) {
      this.row = { ...this.all().find((row) => row['sys_id'] === id) };
      return this.row['sys_id'] !== undefined;
    }
    addQuery(field: string, ...rest: unknown[]) {
      const [operator, value] = rest.length === 1 ? ['=', rest[0]] : rest;
      const compare = COMPARE[String(operator)];
      if (compare === undefined) throw new Error(`Operator ${String(operator)}`);
      const test = compare(String(value));
      this.tests.push((row) => test(row[field] ?? ''));
    }
    orderBy(field: string) {
      this.order = field;
    }
    setLimit(limit: number) {
      this.limit = limit;
    }
    query() {
      const { order } = this;
      const found = this.all().filter((row) => this.tests.every((test) => test(row)));
      if (order !== null) found.sort((a, b) => ((a[order] ?? '') < (b[order] ?? '') ? -1 : 1));
      this.found = found.slice(0, this.limit);
    }
    next() {
      const row = this.found.shift();
      if (row === undefined) return false;
      this.row = { ...row };
      return true;
    }
    getValue(field: string) {
      return this.row[field] ?? null;
    }
    setValue(field: string, value: unknown) {
      this.row[field] = String(value);
    }
    update() {
      const rows = this.all();
      const at = rows.findIndex((row) => row['sys_id'] === this.row['sys_id']);
      if (at >= 0) rows[at] = { ...this.row, sys_updated_on: utc(new Date(clock.ms)) };
    }
    deleteRecord() {
      const rows = this.all();
      rows.splice(
        rows.findIndex((row) => row['sys_id'] === this.row['sys_id']),
        1,
      );
    }
    deleteMultiple() {
      tables.set(
        this.table,
        this.all().filter((row) => !this.tests.every((test) => test(row))),
      );
    }
    getUniqueValue() {
      return this.row['sys_id'];
    }
    getTableName() {
      return this.table;
    }
  }
  return { GlideDateTime, GlideRecord };
}

function restMessage(answer: (call: SentCall) => number) {
  return class RESTMessageV2 {
    url = '';
    method = '';
    timeoutMs = 0;
    body = '';
    readonly headers: Record<string, string> = {};
    setEndpoint(url: string) {
      this.url = url;
    }
    setHttpMethod(method: string) {
      this.method = method;
    }
    setHttpTimeout(ms: number) {
      this.timeoutMs = ms;
    }
    setRequestHeader(name: string, value: string) {
      // On the wire names have no case.
      this.headers[name.toLowerCase()] = value;
    }
    setRequestBody(body: string) {
      this.body = body;
    }
    execute() {
      const { url, method, timeoutMs, headers, body } = this;
      const status = answer({ url, method, timeoutMs, headers, body });
      return { getStatusCode: () => status };
    }
  };
}

/** The instance's signing: the key in base64, the digest in base64. */
class CertificateEncryption {
  generateMac(key: string, algorithm: string, data: string) {
    if (algorithm !== 'HmacSHA256') throw new Error(`No such algorithm: ${algorithm}`);
    return createHmac('sha256', Buffer.from(key, 'base64')).update(data).digest('base64');
  }
}

/** The condition of a rule, as far as ours use it. */
function holds(condition: string, row: Row): boolean {
  return condition
    .replace(/\^EQ$/, '')
    .split('^')
    .every((term) => {
      const [, field = '', operator, value = ''] = /^([a-z_]+)(STARTSWITH|IN)(.*)$/.exec(term) ?? [];
      if (operator === undefined) throw new Error(`Condition ${term}`);
      const own = row[field] ?? '';
      return operator === 'IN' ? value.split(',').includes(own) : own.startsWith(value);
    });
}

export function createInstance({ set, answer, mayRead = () => true }: InstanceOptions): Instance {
  const tables = new Map<string, Row[]>();
  const properties = new Map(
    recordsOf(set, 'sys_properties').map((each) => [each.get('name') ?? '', each.get('value') ?? '']),
  );
  const clock = { ms: Date.parse('2026-11-21T09:00:00Z') };
  const events: string[] = [];
  const logged: string[] = [];
  let ids = 0;
  const nextId = () => (++ids).toString(16).padStart(32, '0');
  const { GlideDateTime, GlideRecord } = glideClasses(tables, clock, nextId);
  class GlideRecordSecure extends GlideRecord {
    override get(id: string) {
      return super.get(id) && mayRead(this.table, this.row);
    }
  }
  const scope: Record<string, unknown> = {};
  const context = createContext({
    x_deskbridge: scope,
    GlideDateTime,
    GlideRecord,
    GlideRecordSecure,
    CertificateEncryption,
    sn_ws: { RESTMessageV2: restMessage(answer) },
    sn_ws_err: {
      NotFoundError: class {
        readonly message: string;
        constructor(message: string) {
          this.message = message;
        }
      },
    },
    gs: {
      getProperty: (name: string, fallback: string) => properties.get(name) || fallback,
      generateGUID: nextId,
      base64Encode: (text: string) => Buffer.from(text, 'utf8').toString('base64'),
      eventQueue: (name: string) => void events.push(name),
      warn: (text: string) => void logged.push(text),
      error: (text: string) => void logged.push(text),
    },
  });
  const run = (script: string | undefined, globals: Record<string, unknown> = {}) => {
    Object.assign(context, globals);
    return runInContext(script ?? '', context, { timeout: 1_000 });
  };
  // A script include is there by its name within its scope.
  for (const include of recordsOf(set, 'sys_script_include')) {
    const name = include.get('name') ?? '';
    scope[name] = run(`${include.get('script')}\n${name}`);
  }
  const registered = new Set(recordsOf(set, 'sysevent_register').map((each) => each.get('event_name')));

  return {
    properties,
    logged,
    rows: (table) => tables.get(table) ?? [],
    write(table, operation, row, changed = []) {
      const rows = (tables.get(table) ?? []).filter((each) => each['sys_id'] !== row['sys_id']);
      tables.set(table, operation === 'delete' ? rows : [...rows, row]);
      const current = Object.assign(new GlideRecord(table), {
        row,
        operation: () => operation,
        comments: { changes: () => changed.includes('comments') },
        work_notes: { changes: () => changed.includes('work_notes') },
      });
      for (const rule of recordsOf(set, 'sys_script')) {
        const fires = rule.get('collection') === table && rule.get(`action_${operation}`) === 'true';
        if (fires && holds(rule.get('filter_condition') ?? '', row))
          run(rule.get('script'), { current, previous: null });
      }
    },
    runEvents() {
      const due = events.splice(0);
      for (const name of due) {
        if (!registered.has(name)) throw new Error(`The event ${name} is not registered`);
        for (const action of recordsOf(set, 'sysevent_script_action')) {
          if (action.get('event_name') === name) run(action.get('script'));
        }
      }
      return due.length;
    },
    runJob() {
      for (const job of recordsOf(set, 'sysauto_script')) run(job.get('script'));
    },
    get(ticket) {
      const answered: { status: number; body: unknown } = { status: 0, body: null };
      const response = {
        setStatus(status: number) {
          answered.status = status;
        },
        setBody(body: unknown) {
          answered.body = JSON.parse(JSON.stringify(body));
        },
        setError(error: { message: string }) {
          answered.status = 404;
          answered.body = error.message;
        },
      };
      const [operation] = recordsOf(set, 'sys_ws_operation');
      run(operation?.get('operation_script'), { request: { pathParams: { ticket } }, response });
      return answered;
    },
    pass(seconds) {
      clock.ms += seconds * 1000;
    },
    now: () => new Date(clock.ms),
  };
}
