import { Hono } from 'hono';
import type { Actor, ServiceNowPolicy } from './desk.ts';
import type { Entrance } from './entrance.ts';
import { failure, type SandboxEnv } from './gate.ts';
import { noResource } from './knowledge-api.ts';
import type { Rows } from './rows.ts';

export interface AppApiParts {
  readonly rows: Rows;
  readonly enter: Entrance;
  readonly policy: () => ServiceNowPolicy;
  readonly isIntegration: (actor: Actor) => boolean;
}

const PATH = '/api/x_deskbridge/v1/journal';
const FIELDS = ['sys_id', 'element', 'element_id', 'value', 'sys_created_on', 'sys_created_by'] as const;

/** What our own application on the instance answers, where its update set is installed: the journal of a ticket of ours. */
export function createAppApi({ rows, enter, policy, isIntegration }: AppApiParts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();
  app.get(`${PATH}/:ticket`, (c) =>
    enter(c, { names: [`GET ${PATH}/{ticket}`], body: null }, ({ actor, at }) => {
      if (!policy().app) return c.json(noResource, 400);
      if (!isIntegration(actor)) return c.json(failure('User Not Authorized'), 403);
      const ticket = rows.get('task', c.req.param('ticket'), at);
      if (
        ticket?.['correlation_id']?.startsWith('dsk-') !== true ||
        policy().unreadable.includes(ticket['sys_id'] ?? '')
      )
        return c.json(failure('There is no such ticket of Deskbridge.'), 404);
      const entries = rows
        .list('sys_journal_field', at)
        .filter((entry) => entry['element_id'] === ticket['sys_id']);
      const told = entries.map((entry) =>
        Object.fromEntries(FIELDS.map((name) => [name, entry[name] ?? ''])),
      );
      return c.json({ result: told });
    }),
  );
  return app;
}
