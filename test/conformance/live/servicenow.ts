import { z } from 'zod';
import { createIo } from '../../../src/connectors/io.ts';
import { createServiceNowConnector } from '../../../src/connectors/servicenow/connector.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { sha256 } from '../trial.ts';
import type { ServiceNowAccess } from './settings.ts';
import { basic, type LiveSite, plainBytes, plainCall } from './site.ts';

const Flat = z.record(z.string(), z.string());
const Row = z.object({ result: Flat });
const Rows = z.object({ result: z.array(Flat) });
/** Resolved, closed and canceled incidents of the base system. */
const DONE = ['6', '7', '8'];

/** A ServiceNow instance over the integration user's password; incidents. */
export function createLiveServiceNow(access: ServiceNowAccess): LiveSite {
  const { url, user, password } = access;
  const authorization = basic(user, password);
  const io = createIo({ metrics: noMetrics });
  const record = (ticket: TicketId) => `${url}/api/now/table/incident/${ticket}`;
  const list = async (place: string, query: string) => {
    const asked = new URLSearchParams({ sysparm_query: query, sysparm_exclude_reference_link: 'true' });
    return Rows.parse(await plainCall(`${url}/api/now/${place}?${asked}`, authorization)).result;
  };

  return {
    label: 'servicenow',
    io,
    connector: createServiceNowConnector({
      id: ConnectorId.parse('live-servicenow'),
      baseUrl: url,
      auth: { kind: 'basic', user, password },
      hookSecret: 'no hook is sent to the live run',
      io,
    }),
    target: { table: 'incident', assignment_group: access.group },
    missing: {
      ticket: TicketId.parse('0'.repeat(32)),
      comment: CommentId.parse('1'.repeat(32)),
      file: AttachmentId.parse('2'.repeat(32)),
    },
    secrets: [password, authorization.slice('Basic '.length)],
    async see(ticket) {
      const shown = `${record(ticket)}?sysparm_exclude_reference_link=true`;
      const { result: row } = Row.parse(await plainCall(shown, authorization));
      const entries = await list(
        'table/sys_journal_field',
        `element_id=${ticket}^elementINcomments,work_notes^ORDERBYsys_created_on`,
      );
      const files = await list('attachment', `table_sys_id=${ticket}`);
      const bytes = async (id: string) =>
        sha256(await plainBytes(`${url}/api/now/attachment/${id}/file`, authorization));
      const state = row['state'] ?? '';
      return {
        ...{ id: ticket, impact: row['impact'] ?? null, urgency: row['urgency'] ?? null },
        ...{ group: row['assignment_group'] ?? null, assignee: row['assigned_to'] || null },
        ...{ summary: row['short_description'] ?? '', description: row['description'] ?? '' },
        statusCategory: DONE.includes(state) ? 'done' : state === '1' ? 'new' : 'active',
        priority: row['priority'] ?? null,
        comments: entries.map((one) => ({
          ...{ id: one['sys_id'] ?? '', author: one['sys_created_by'] ?? '' },
          ...{ text: one['value'] ?? '', body: plainDoc(one['value'] ?? '') },
          ...{ createdAt: one['sys_created_on'] ?? '', internal: one['element'] === 'work_notes' },
        })),
        files: await Promise.all(
          files.map(async (one) => ({
            ...{ id: one['sys_id'] ?? '', name: one['file_name'] ?? '', mime: one['content_type'] ?? '' },
            ...{ size: Number(one['size_bytes']), sha256: await bytes(one['sys_id'] ?? '') },
            ...{ author: one['sys_created_by'] ?? '', createdAt: one['sys_created_on'] ?? '' },
            internal: false,
          })),
        ),
      };
    },
    // The integration user cannot delete tickets, and should not: they are resolved instead.
    remove: async () => false,
  };
}
