import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
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

const demanded = 'ServiceNow demands an electronic signature, which can only be given there.';
const unknown =
  'It cannot be seen whether ServiceNow demands an electronic signature, so this is decided there. Its administrator can let the integration user read v_plugin, or the owner of Deskbridge can set approvals.e_signature.';

export function createESignature(client: ServiceNowClient, tables: readonly string[] | null): ESignature {
  if (tables !== null) return async (table) => ok(tables.includes(table) ? demanded : null);
  return async () => {
    const value = queryValue(PLUGIN);
    const page = await client.list('v_plugin', {
      query: { all: value === null ? [] : [{ field: 'id', is: '=', value }] },
      row: PluginRow,
      fields: Object.keys(PluginRow.shape),
      limit: 2,
      doing: 'to tell which plugins are active',
    });
    if (page.kind === 'retry') return page;
    const found = page.kind === 'ok' ? page.value.rows.find(({ id }) => id === PLUGIN) : undefined;
    if (found === undefined) return ok(unknown);
    return ok(found.active === 'active' || found.active === 'true' ? demanded : null);
  };
}
