import { z } from 'zod';
import type { Io } from '../../../model/io.ts';
import { noLog } from '../../../model/log.ts';
import { exchange } from '../../exchange.ts';
import { createJiraClient } from '../client.ts';
import { createJiraCredential, GATEWAY, type JiraAuth } from '../credentials.ts';

const Tenant = z.object({ cloudId: z.string().regex(/^[0-9a-f-]{8,64}$/) });
const TIMEOUT_MS = 15_000;

/**
 * The cloud id of a site when Atlassian's gateway takes the token that the site refused; null when it does not, or when the
 * site does not tell its id. The site's `_edge/tenant_info` needs no credential and is given none.
 */
export async function cloudBehindGateway(options: {
  readonly baseUrl: string;
  readonly gatewayUrl?: string;
  readonly auth: JiraAuth;
  readonly io: Io;
}): Promise<string | null> {
  const { baseUrl, gatewayUrl, auth, io } = options;
  if (auth.kind !== 'api-token') return null;
  const told = await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () =>
    exchange(io, {
      system: 'Jira',
      url: new URL('/_edge/tenant_info', baseUrl),
      wants: 'json',
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'Deskbridge' },
      body: null,
    }),
  );
  const tenant = Tenant.safeParse(told.kind === 'json' ? told.body : null);
  if (!tenant.success) return null;
  const { cloudId } = tenant.data;
  const address = { site: baseUrl, gateway: gatewayUrl ?? GATEWAY };
  const credential = createJiraCredential({ ...auth, kind: 'scoped-token', cloudId }, address);
  const client = createJiraClient({ credential, io, log: noLog });
  const answer = await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () =>
    client.examine('/rest/api/3/myself', {}),
  );
  return answer.kind === 'json' ? cloudId : null;
}
