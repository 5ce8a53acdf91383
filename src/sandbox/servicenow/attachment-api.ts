import { Hono } from 'hono';
import type { Attachments } from './attachments.ts';
import type { Actor, ServiceNowPolicy } from './desk.ts';
import { parseEncodedQuery, selectRows } from './encoded-query.ts';
import { type Entrance, isVisible, type Visit } from './entrance.ts';
import { failure, type SandboxContext, type SandboxEnv } from './gate.ts';
import type { Presenter } from './present.ts';
import type { Row, Rows } from './rows.ts';
import { isTaskTable, tableNamed } from './tables.ts';

export interface AttachmentApiParts {
  readonly rows: Rows;
  readonly attachments: Attachments;
  readonly presenter: Presenter;
  readonly enter: Entrance;
  readonly policy: () => ServiceNowPolicy;
  readonly zone: (actor: Actor) => string;
}

const noRecord = failure('No Record found', "Record doesn't exist or ACL restricts the record retrieval");
const noAccess = failure('User Not Authorized', 'Failed API level ACL Validation');
const PATH = '/api/now/attachment';

/** A file as the Attachment API describes it; every value is a string. */
function described(row: Row, origin: string): Record<string, string> {
  return {
    ...row,
    download_link: `${origin}${PATH}/${row['sys_id']}/file`,
    size_compressed: row['size_bytes'] ?? '',
  };
}

function createRules({ rows, attachments, policy }: AttachmentApiParts) {
  const limitMb = () =>
    Number(
      rows.list('sys_properties').find((row) => row['name'] === 'com.glide.attachment.max_size')?.['value'],
    );
  return {
    /** A file can be seen by whoever sees its record. */
    isReadable(row: Row, actor: Actor): boolean {
      const record = attachments.recordOf(row);
      return (
        record !== null &&
        isVisible(record, actor, policy().unreadable) &&
        isVisible(row, actor, policy().unreadable)
      );
    },
    /** Why a file may not be attached; null when it may. */
    refusal(
      name: string,
      size: number,
    ): { readonly status: 403 | 413; readonly body: Record<string, unknown> } | null {
      if (size > (limitMb() || 1024) * 1024 * 1024) {
        return {
          status: 413,
          body: failure('Request entity too large', 'The file exceeds the maximum size'),
        };
      }
      const endings = policy().attachmentEndings;
      const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
      if (endings.length === 0 || endings.includes(ending)) return null;
      return { status: 403, body: failure('Operation Failed', `Files of type ${ending} are not allowed`) };
    },
  };
}

const origin = (c: SandboxContext) => new URL(c.req.url).origin;

function listed(parts: AttachmentApiParts, c: SandboxContext, { actor, at }: Visit): Response {
  const { rows, presenter, policy } = parts;
  const rules = createRules(parts);

  const table = tableNamed('sys_attachment');
  if (table === null) return c.json(noRecord, 404);
  const selected = selectRows(
    rows.list('sys_attachment', at),
    parseEncodedQuery(c.req.query('sysparm_query') ?? ''),
    {
      user: actor,
      zone: parts.zone(actor),
      column: (field) =>
        policy().ignoredInQueries.includes(`sys_attachment.${field}`) ? null : presenter.column(table, field),
      value: (row, field) => presenter.value(table, row, field),
      invalidReturnsNoRows: policy().invalidQueryReturnsNoRows,
    },
  );
  const offset = Number(c.req.query('sysparm_offset') ?? '0') || 0;
  const limit = Number(c.req.query('sysparm_limit') ?? '1000') || 1000;
  const page = selected.slice(offset, offset + limit).filter((row) => rules.isReadable(row, actor));
  c.header('X-Total-Count', String(selected.length));
  return c.json({ result: page.map((row) => described(row, origin(c))) });
}

function createHandlers(parts: AttachmentApiParts) {
  const { rows, attachments, policy } = parts;
  const rules = createRules(parts);
  const found = (c: SandboxContext, { actor, at }: Visit) => {
    const row = rows.get('sys_attachment', c.req.param('sysId') ?? '', at);
    return row !== null && rules.isReadable(row, actor) ? row : null;
  };

  return {
    list: (c: SandboxContext, visit: Visit) => listed(parts, c, visit),
    one(c: SandboxContext, visit: Visit): Response {
      const row = found(c, visit);
      return row === null ? c.json(noRecord, 404) : c.json({ result: described(row, origin(c)) });
    },
    file(c: SandboxContext, visit: Visit): Response {
      const row = found(c, visit);
      const bytes = row === null ? null : attachments.bytes(row['sys_id'] ?? '');
      if (row === null || bytes === null) return c.json(noRecord, 404);
      if (policy().quarantined.includes(row['sys_id'] ?? '')) {
        return c.json(failure('Operation Failed', 'The attachment is not available: antivirus scan'), 403);
      }
      return new Response(Uint8Array.from(bytes), { headers: { 'content-type': row['content_type'] ?? '' } });
    },
    remove(c: SandboxContext, visit: Visit): Response {
      const row = found(c, visit);
      if (row === null) return c.json(noRecord, 404);
      if (!visit.actor.agent) return c.json(noAccess, 403);
      attachments.remove(row['sys_id'] ?? '');
      return c.body(null, 204);
    },
    add(c: SandboxContext, { actor }: Visit, bytes: Uint8Array): Response {
      const { table_name: table = '', table_sys_id: sysId = '', file_name: name = '' } = c.req.query();
      const mime = c.req.header('content-type') ?? '';
      if (mime === '') return c.json(failure('Unsupported media type', 'Content-Type is mandatory'), 415);
      if (name === '' || !isTaskTable(table)) return c.json(failure('Invalid parameters'), 400);
      const record = rows.get(table, sysId);
      if (record === null || !isVisible(record, actor, policy().unreadable)) return c.json(noRecord, 404);
      const refusal = rules.refusal(name, bytes.length);
      if (refusal !== null) return c.json(refusal.body, refusal.status);
      const row = attachments.add({ table, record, name: name.slice(0, 100), mime, bytes }, actor);
      c.header('Location', `${origin(c)}${PATH}/${row['sys_id']}`);
      return c.json({ result: described(row, origin(c)) }, 201);
    },
  };
}

/** /api/now/attachment: list, describe, hand over, attach (raw body), remove. */
export function createAttachmentApi(parts: AttachmentApiParts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();
  const handlers = createHandlers(parts);
  const enter = (c: SandboxContext, place: string, work: (visit: Visit) => Response, body: unknown = null) =>
    parts.enter(c, { names: [`${c.req.method} ${PATH}${place}`], body }, (visit) =>
      parts.policy().attachments === 'forbidden' ? c.json(noAccess, 403) : work(visit),
    );

  app.get(PATH, (c) => enter(c, '', (visit) => handlers.list(c, visit)));
  app.post(`${PATH}/file`, async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    return enter(c, '/file', (visit) => handlers.add(c, visit, bytes), { bytes: bytes.length });
  });
  app.get(`${PATH}/:sysId`, (c) => enter(c, '/{sys_id}', (visit) => handlers.one(c, visit)));
  app.delete(`${PATH}/:sysId`, (c) => enter(c, '/{sys_id}', (visit) => handlers.remove(c, visit)));
  app.get(`${PATH}/:sysId/file`, (c) => enter(c, '/{sys_id}/file', (visit) => handlers.file(c, visit)));
  return app;
}
