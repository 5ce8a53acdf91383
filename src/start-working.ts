import { randomUUID } from 'node:crypto';
import { type Config, endingSecrets } from './config.ts';
import { pollTickets, retain, ringDue, sweep } from './flows/keep-going.ts';
import { keepGrants } from './flows/keep-grants.ts';
import { type Home, keepHooks } from './flows/keep-hooks.ts';
import { repairSlack } from './flows/repair-slack.ts';
import { reseal } from './flows/reseal.ts';
import { type EndingSecret, watchSignIns } from './flows/watch-sign-ins.ts';
import { createErrandWork } from './flows/work-errands.ts';
import { createLinkWork } from './flows/work-links.ts';
import type { World } from './flows/world.ts';
import type { InstallId } from './model/ids.ts';
import type { Metrics } from './model/metrics.ts';
import { type Granting, keyIdsOf } from './open-doors.ts';
import { perTenant, type Tenant, type TenantParts, type Tenants } from './open-tenants.ts';
import type { Backend } from './queues/backends.ts';
import { startSchedules } from './queues/schedules.ts';
import { startWorker } from './queues/worker.ts';
import { SEALED_COLUMNS } from './store/seals.ts';
import { createStore } from './store/store.ts';

const LEASE_MS = 9_000;
/** Of one install. */
const LINKS_AT_A_TIME = 32;
const JOBS_AT_A_TIME = 16;
/** A flood of one workspace keeps eight of them busy at most, one a shard. */
const JOBS_OF_SEVERAL = 64;

/** Milliseconds; tests shorten them. */
export interface Pace {
  readonly leaseMs?: number;
  readonly pollEveryMs?: number;
  /** How long the queue leaves a job to a worker that has died. */
  readonly jobLockMs?: number;
  readonly repairEveryMs?: number;
  readonly formsEveryMs?: number;
}

/** What the worker's part of a process is started with. */
export interface Working extends Pace {
  readonly config: Config;
  readonly home: Home;
  readonly tenants: Tenants;
  readonly granting: Granting | null;
  readonly backend: Backend;
  readonly parts: TenantParts;
  readonly stops: (() => Promise<void>)[];
}

/** Starts the pools, the worker and the ticks; what was started is added to `stops`, also when a later step fails. */
export async function startWorking(options: Working): Promise<void> {
  const { home, tenants, granting, backend, parts } = options;
  const { metrics, log } = parts;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  /** Links in hand of one install take no place of another's. */
  const workOf = perTenant((tenant) => {
    const errands = createErrandWork(tenant.world);
    tenant.onEnd(() => errands.drain(10_000));
    const work = createLinkWork({
      world: tenant.world,
      leases: tenant.world.store.leases(randomUUID(), leaseMs),
      limit: LINKS_AT_A_TIME,
      renewEveryMs: leaseMs / 3,
      onErrands: () => errands.serve(),
    });
    tenant.onEnd(() => work.drain(10_000));
    return { work, errands };
  });
  const forEach = inTenants(tenants, metrics);
  const worker = await startWorker({
    backend,
    concurrency: granting === null ? JOBS_AT_A_TIME : JOBS_OF_SEVERAL,
    ...(options.jobLockMs === undefined ? {} : { lockMs: options.jobLockMs }),
    metrics,
    log,
    handlers: {
      'shard.ring': ({ install, shard }) => forEach(install, (tenant) => workOf(tenant).work.serve(shard)),
      'tick.sweep': ({ install }) => forEach(install, ({ world }) => sweep(world)),
      'tick.due': ({ install }) =>
        forEach(install, (tenant) => {
          workOf(tenant).errands.serve();
          return ringDue(tenant.world);
        }),
      'tick.poll': ({ install, connector }) => forEach(install, ({ world }) => pollTickets(world, connector)),
      'tick.repair': ({ install }) => forEach(install, ({ world }) => repairSlack(world)),
      'tick.retention': ({ install }) => forEach(install, ({ world }) => retain(world)),
      'tick.secrets': () => keepSecrets(parts, granting),
      'tick.hooks': () => keepHooks(home),
      'tick.grants': async () => {
        if (granting === null) return;
        await keepGrants({ ...parts, ...granting });
        await tenants.refresh();
      },
    },
  });
  options.stops.push(() => worker.close());
  const served = () => tenants.all().map(({ install }) => install);
  const schedules = await startSchedules({
    ...(options.repairEveryMs === undefined ? {} : { every: { 'tick.repair': options.repairEveryMs } }),
    pollEveryMs: (id) => options.pollEveryMs ?? secondsToMs(options.config.connectors.get(id)?.pollSeconds),
    backend,
    home: home.store.install,
    installs: served(),
    connectors: [...home.connectors.keys()],
    metrics,
    log,
  });
  options.stops.push(() => schedules.close());
  tenants.onChange(() => {
    schedules
      .follow(served())
      .catch((error: unknown) => log.warn({ error: String(error) }, 'Schedules wait for the queue'));
  });
  for (const { world } of tenants.all()) await retain(world);
}

/** A job names its install; one of the version before is for all. An install that is served no longer has nothing to do. */
function inTenants(tenants: Tenants, metrics: Metrics) {
  return async (install: InstallId | null, work: (tenant: Tenant) => Promise<void>): Promise<void> => {
    if (install === null) {
      await Promise.all(tenants.all().map(work));
      return;
    }
    const tenant = await tenants.find(install);
    if (tenant === null) metrics.count('deskbridge_jobs_without_install');
    else await work(tenant);
  };
}

/** Looks after what is sealed in every install, also in those whose grant has ended. */
async function keepSecrets(parts: TenantParts, granting: Granting | null): Promise<void> {
  const { config, home, metrics, log } = parts;
  const others = (await granting?.grants.all())?.filter(({ install }) => install !== home.install) ?? [];
  await keepSecretsOf({ store: home, metrics, log }, config, endingSecrets(config));
  for (const { install } of others) {
    const store = createStore(parts.db, install, parts.envelope);
    await keepSecretsOf({ store, metrics, log }, config, []);
  }
}

/** With one key there is nothing that another one can have sealed. */
async function keepSecretsOf(
  world: Pick<World, 'store' | 'metrics' | 'log'>,
  config: Config,
  ending: readonly EndingSecret[],
): Promise<void> {
  await watchSignIns(world, ending);
  if (config.encryptionKeys.length < 2) return;
  const { resealed, lost } = await reseal(world.store, SEALED_COLUMNS, { keys: new Set(keyIdsOf(config)) });
  if (resealed > 0) world.log.info({ resealed }, 'Sealed anew with the first key');
  if (lost > 0) world.log.error({ lost }, 'Values were sealed with a key that is not configured');
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
