import { createClock, type SandboxClock } from '../../../src/sandbox/clock.ts';
import { createFaultPlan, type Fault } from '../../../src/sandbox/faults.ts';
import { type Listening, listen } from '../../../src/sandbox/listen.ts';
import { createHooks } from './hooks.ts';
import { ALAN, BRIDGE, createRecords, HOOK_SECRET, OWN_TOKEN, TOKEN } from './repository.ts';
import { createRoutes } from './routes.ts';

export type Hub = Awaited<ReturnType<typeof startHub>>;

/** A simulated GitHub with one repository, behind a real port, which can be cut off and brought back. */
export async function startHub(
  options: {
    readonly clock?: SandboxClock;
    readonly isPrivate?: boolean;
    readonly token?: string;
    readonly hookSecret?: string;
  } = {},
) {
  const { clock = createClock(), isPrivate = true, token = TOKEN, hookSecret = HOOK_SECRET } = options;
  const hooks = createHooks(hookSecret);
  const records = createRecords(clock, hooks);
  const faults = createFaultPlan<Fault>();
  const logins = new Map([
    [token, BRIDGE],
    [OWN_TOKEN, ALAN],
  ]);
  const stopping = new AbortController();
  const routes = createRoutes({ records, faults, logins, isPrivate, stopping: stopping.signal });
  let server: Listening | null = await listen(routes.app);
  const { url: baseUrl, port } = server;
  return {
    clock,
    hooks,
    records,
    faults,
    baseUrl,
    requests: routes.requests,
    answerNext: routes.answerNext,
    async cut() {
      await server?.close();
      server = null;
    },
    async restore() {
      server ??= await listen(routes.app, port);
    },
    async close() {
      stopping.abort();
      clock.stop();
      await server?.close();
      await hooks.settled();
    },
  };
}
