import type { Access } from './access.ts';
import type { Actor } from './desk.ts';
import { type FaultGate, failure, type SandboxContext } from './gate.ts';

/** One request that reached the instance's REST API, without its credentials. */
export interface ServiceNowCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** User name of whoever calls; null for wrong credentials. */
  readonly by: string | null;
  readonly at: string;
}

export interface EntranceParts {
  readonly access: Access;
  readonly gate: FaultGate;
  readonly record: (call: Omit<ServiceNowCall, 'at'>) => void;
}

export interface Visit {
  readonly actor: Actor;
  /** Set when a lagging replica answers. */
  readonly at: Date | undefined;
}

/** What every call meets before it does anything: the log, planned faults, credentials, the rate limit. */
export type Entrance = (
  c: SandboxContext,
  call: { readonly names: readonly string[]; readonly body: unknown },
  work: (visit: Visit) => Response | Promise<Response>,
) => Promise<Response>;

export function createEntrance({ access, gate, record }: EntranceParts): Entrance {
  return (c, { names, body }, work) => {
    const { method } = c.req;
    const actor = access.caller({
      authorization: c.req.header('authorization'),
      apiKey: c.req.header('x-sn-apikey'),
    });
    const by = actor?.userName ?? null;
    record({ method, path: new URL(c.req.url).pathname, query: c.req.query(), body, by });
    const all = [...names, method === 'GET' ? 'read' : 'write'];
    return gate(c, all, async (at) => {
      if (actor === null) {
        c.header('WWW-Authenticate', 'BASIC realm="Service-now"');
        return c.json(failure('User Not Authenticated', 'Required to provide Auth information'), 401);
      }
      const waitS = access.overQuota(c);
      if (waitS !== null) {
        c.header('Retry-After', String(waitS));
        return c.json(failure('Rate limit exceeded', 'Too many requests in this hour'), 429);
      }
      return work({ actor, at });
    });
  };
}

/** Whether a record is shown: an agent sees all but what was hidden from him, everybody else his own. */
export function isVisible(
  row: Readonly<Record<string, string>>,
  actor: Actor,
  hidden: readonly string[],
): boolean {
  if (hidden.includes(row['sys_id'] ?? '')) return false;
  const isTask = row['sys_class_name'] !== undefined;
  if (actor.agent || !isTask) return true;
  return [row['caller_id'], row['requested_for'], row['opened_by']].includes(actor.sysId);
}
