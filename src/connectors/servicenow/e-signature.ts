import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import { SIGNATURE_DEMANDED, SIGNATURE_UNKNOWN, TO_TELL_PLUGINS } from '../../texts/servicenow-talk.ts';
import type { ServiceNowClient } from './client.ts';
import { queryValue } from './query.ts';

const PLUGIN = 'com.glide.e_signature_approvals';
const PluginRow = z.object({ id: z.string(), active: z.string() });

/**
 * Why approvals of a table can only be given in ServiceNow itself; null when they can be given from here. What the owner
 * says decides; else the instance is asked whether it demands e-signatures, and when nobody tells, nothing is answered:
 * an interface would pass by the signature that the law may want.
 */
export type ESignature = (table: string) => Promise<Outcome<string | null>>;

const demanded = SIGNATURE_DEMANDED;
const unknown = SIGNATURE_UNKNOWN;

export function createESignature(client: ServiceNowClient, tables: readonly string[] | null): ESignature {
  if (tables !== null) return async (table) => ok(tables.includes(table) ? demanded : null);
  return async () => {
    const value = queryValue(PLUGIN);
    const page = await client.list('v_plugin', {
      query: { all: value === null ? [] : [{ field: 'id', is: '=', value }] },
      row: PluginRow,
      fields: Object.keys(PluginRow.shape),
      limit: 2,
      doing: TO_TELL_PLUGINS,
    });
    if (page.kind === 'retry') return page;
    const found = page.kind === 'ok' ? page.value.rows.find(({ id }) => id === PLUGIN) : undefined;
    if (found === undefined) return ok(unknown);
    return ok(found.active === 'active' || found.active === 'true' ? demanded : null);
  };
}
