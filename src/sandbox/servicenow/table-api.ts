import { Hono } from 'hono';
import { z } from 'zod';
import type { Approvals } from './approvals.ts';
import type { Actor, Desk, ServiceNowPolicy, Written } from './desk.ts';
import { parseEncodedQuery, type QueryContext, selectRows } from './encoded-query.ts';
import { type Entrance, isVisible, type Visit } from './entrance.ts';
import { failure, type SandboxContext, type SandboxEnv } from './gate.ts';
import type { Presenter, PresentOptions } from './present.ts';
import type { Row, Rows } from './rows.ts';
import { isTaskTable, type TableDefinition, tableNamed } from './tables.ts';

export interface TableApiParts {
  readonly rows: Rows;
  readonly desk: Desk;
  readonly presenter: Presenter;
  readonly enter: Entrance;
  readonly policy: () => ServiceNowPolicy;
  readonly zone: (actor: Actor) => string;
  readonly hasRole: (actor: Actor, role: string) => boolean;
  readonly approvals: Approvals;
}

const Body = z.record(z.string(), z.unknown());
type Status = 200 | 201 | 400 | 401 | 403 | 404 | 405 | 415 | 429;
interface Target extends Visit {
  readonly table: TableDefinition;
}

const noRecord = failure('No Record found', "Record doesn't exist or ACL restricts the record retrieval");
const noAccess = failure('User Not Authorized', 'Failed API level ACL Validation');

/** Values arrive as JSON of any type; records hold strings. */
function asValues(body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const text = (value: unknown) =>
    value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, text(value)]));
}

/** Names under which faults can be planned for a call, the most specific first. */
function faultNames(method: string, table: string, isRecord: boolean): readonly string[] {
  const tail = isRecord ? '/{sys_id}' : '';
  const named = [`${method} /api/now/table/${table}${tail}`, `${method} /api/now/table/{table}${tail}`];
  return named;
}

function readPresentOptions(c: SandboxContext, zone: string): PresentOptions {
  const display = c.req.query('sysparm_display_value');
  const fields = c.req.query('sysparm_fields');
  return {
    display: display === 'true' || display === 'all' ? display : 'false',
    excludeLinks: c.req.query('sysparm_exclude_reference_link') === 'true',
    fields: fields === undefined || fields === '' ? null : fields.split(',').map((field) => field.trim()),
    zone,
    origin: new URL(c.req.url).origin,
  };
}

/** Journals are open to the role audit_viewer alone; the bytes of attachments are nobody's records. */
function isForbidden(parts: TableApiParts, { table, actor }: Target): boolean {
  if (table.name === 'sys_attachment_doc') return true;
  if (table.name === 'v_plugin') return parts.policy().plugins === 'forbidden';
  const isClosed = parts.policy().journal === 'forbidden' || !parts.hasRole(actor, 'audit_viewer');
  return table.name === 'sys_journal_field' && isClosed;
}

function createReads(parts: TableApiParts) {
  const presentOptions = (c: SandboxContext, actor: Actor) => readPresentOptions(c, parts.zone(actor));

  function isReadable({ table, actor }: Target, row: Row): boolean {
    if (table.name === 'sys_journal_field' && parts.policy().journal !== 'open') return false;
    return isVisible(row, actor, parts.policy().unreadable);
  }

  function context({ table, actor }: Target): QueryContext {
    return {
      user: actor,
      zone: parts.zone(actor),
      column: (field) =>
        parts.policy().ignoredInQueries.includes(`${table.name}.${field}`)
          ? null
          : parts.presenter.column(table, field),
      value: (row, field) => parts.presenter.value(table, row, field),
      invalidReturnsNoRows: parts.policy().invalidQueryReturnsNoRows,
    };
  }

  return {
    presentOptions,
    isReadable,
    list(c: SandboxContext, target: Target): Response {
      const { table, at, actor } = target;
      if (isForbidden(parts, target)) return c.json(noAccess, 403);
      const query = parseEncodedQuery(c.req.query('sysparm_query') ?? '');
      const isEmptied = table.name === 'sys_journal_field' && parts.policy().journal === 'empty';
      const rows = isEmptied ? [] : parts.rows.list(table.name, at);
      const found = selectRows(rows, query, context(target));
      const offset = Number(c.req.query('sysparm_offset') ?? '0') || 0;
      const limit = Number(c.req.query('sysparm_limit') ?? '10000') || 10_000;
      // The limit counts before the ACLs: a page can be short while more rows wait behind it.
      const page = found.slice(offset, offset + limit).filter((row) => isReadable(target, row));
      c.header('X-Total-Count', String(found.length));
      const options = presentOptions(c, actor);
      return c.json({ result: page.map((row) => parts.presenter.record(table, row, options)) });
    },
    one(c: SandboxContext, target: Target): Response {
      const { table, at, actor } = target;
      if (isForbidden(parts, target)) return c.json(noAccess, 403);
      const row = parts.rows.get(table.name, c.req.param('sysId') ?? '', at);
      if (row === null || !isReadable(target, row)) return c.json(noRecord, 404);
      return c.json({ result: parts.presenter.record(table, row, presentOptions(c, actor)) });
    },
  };
}

function createWrites(parts: TableApiParts, reads: ReturnType<typeof createReads>) {
  function answer(c: SandboxContext, target: Target, written: Written, status: 200 | 201): Response {
    if (written.kind === 'refused') return c.json(failure('Operation Failed', written.detail), 403);
    if (status === 201) {
      c.header(
        'Location',
        `${new URL(c.req.url).origin}/api/now/table/${target.table.name}/${written.row['sys_id']}`,
      );
    }
    return c.json(
      { result: parts.presenter.record(target.table, written.row, reads.presentOptions(c, target.actor)) },
      status,
    );
  }

  return (c: SandboxContext, target: Target, body: unknown): Response => {
    const parsed = Body.safeParse(body);
    if (!parsed.success)
      return c.json(failure('Exception while reading request', 'The body is no JSON object'), 400);
    const values = asValues(parsed.data);
    const { actor } = target;
    const asked = parts.rows.get('sysapproval_approver', c.req.param('sysId') ?? '');
    if (target.table.name === 'sysapproval_approver' && asked !== null)
      return answer(c, target, parts.approvals.update(asked, values, actor), 200);
    if (!isTaskTable(target.table.name)) return c.json(noAccess, 403);
    if (c.req.method === 'POST')
      return answer(c, target, parts.desk.insert(target.table, values, actor), 201);
    const row = parts.rows.get(target.table.name, c.req.param('sysId') ?? '');
    if (row === null || !reads.isReadable(target, row)) return c.json(noRecord, 404);
    return answer(c, target, parts.desk.update(target.table, row, { values, actor }), 200);
  };
}

/** GET, POST, PATCH and PUT of /api/now/table, answering as the contract describes. DELETE is denied to the API user. */
export function createTableApi(parts: TableApiParts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();
  const reads = createReads(parts);
  const write = createWrites(parts, reads);
  const refuse = (c: SandboxContext, status: Status, body: Record<string, unknown>) => c.json(body, status);

  async function handle(c: SandboxContext): Promise<Response> {
    const { method } = c.req;
    const name = c.req.param('table') ?? '';
    const isRecord = c.req.param('sysId') !== undefined;
    const body = method === 'GET' ? null : parseJson(await c.req.text());
    return parts.enter(c, { names: faultNames(method, name, isRecord), body }, (visit) => {
      const isAbsent = name === 'sn_si_incident' && !parts.policy().securityIncidents;
      const table = isAbsent ? null : tableNamed(name);
      if (table === null) return refuse(c, 400, failure(`Invalid table ${name}`));
      const target = { ...visit, table };
      if (method === 'GET') return isRecord ? reads.one(c, target) : reads.list(c, target);
      const isAllowed = isRecord ? method === 'PATCH' || method === 'PUT' : method === 'POST';
      if (!isAllowed) return refuse(c, method === 'DELETE' ? 403 : 405, noAccess);
      if (c.req.header('content-type')?.includes('json') !== true) {
        return refuse(c, 415, failure('Unsupported media type', 'Use application/json'));
      }
      return write(c, { ...target, at: undefined }, body);
    });
  }

  app.all('/api/now/table/:table', handle);
  app.all('/api/now/table/:table/:sysId', handle);
  return app;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
