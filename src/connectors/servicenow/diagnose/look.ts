import { z } from 'zod';
import type { Io } from '../../../model/io.ts';
import { totalOf } from '../client.ts';
import { encodeQuery, type Query } from '../query.ts';
import type { Requests } from '../requests.ts';
import type { HttpAnswer } from '../transport.ts';

export interface TableQuestion {
  readonly table: string;
  readonly query: Query;
  readonly fields: readonly string[];
  readonly limit: number;
}

/** An answer that means the same whatever was asked: told once, and nothing more is asked. */
export type Obstacle =
  | { readonly kind: 'unreachable' | 'failing' | 'no-token' | 'refused'; readonly what: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'web-page' | 'slowed-down' };

export type Looked =
  | {
      readonly kind: 'rows';
      readonly rows: readonly Readonly<Record<string, string>>[];
      /** Rows that match on the server, hidden ones included; null when it did not say. */
      readonly total: number | null;
      readonly answer: HttpAnswer;
    }
  /** 400: no such table; 403: an access rule; 404: either. */
  | { readonly kind: 'denied'; readonly status: number }
  | { readonly kind: 'obstacle'; readonly obstacle: Obstacle };

export type Look = (question: TableQuestion) => Promise<Looked>;

const Rows = z.object({
  result: z.array(z.record(z.string(), z.unknown()).transform(strings)),
});

function strings(row: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

const TIMEOUT_MS = 15_000;
const obstacle = (one: Obstacle): Looked => ({ kind: 'obstacle', obstacle: one });

/** Reads tables for the doctor, each in an io scope of its own, and tells apart what stood in the way. */
export function createLook(requests: Requests, io: Io, baseUrl: string): Look {
  return async ({ table, query, fields, limit }) => {
    const params = {
      sysparm_query: encodeQuery(query),
      sysparm_fields: fields.join(','),
      sysparm_display_value: 'false',
      sysparm_exclude_reference_link: 'true',
      sysparm_limit: String(limit),
    };
    const path = `/api/now/table/${table}?${Object.entries(params)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&')}`;
    const sent = await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () => requests.examine(path));
    if (sent.kind === 'retry') return obstacle({ kind: 'unreachable', what: sent.reason });
    if (sent.kind === 'rejected') return obstacle({ kind: 'no-token', what: sent.reason });
    return read(sent.value, baseUrl);
  };
}

function read(answer: HttpAnswer, baseUrl: string): Looked {
  const { status, json } = answer;
  if (status >= 300 && status < 400) {
    const to = answer.header('location');
    const host = to !== null && URL.canParse(to, baseUrl) ? new URL(to, baseUrl).host : 'an unknown address';
    return obstacle({ kind: 'redirect', to: host });
  }
  if (status === 401) return obstacle({ kind: 'refused', what: 'User Not Authenticated (HTTP 401)' });
  if (status === 429) return obstacle({ kind: 'slowed-down' });
  if (status >= 500) return obstacle({ kind: 'failing', what: `HTTP ${status}` });
  if (status >= 400) return { kind: 'denied', status };
  const rows = Rows.safeParse(json);
  if (json === undefined) return obstacle({ kind: 'web-page' });
  if (!rows.success) return obstacle({ kind: 'failing', what: 'it answers 200 without a result' });
  return { kind: 'rows', rows: rows.data.result, total: totalOf(answer), answer };
}
