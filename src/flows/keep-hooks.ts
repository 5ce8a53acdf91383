import type { HookRegistration, KeptHooks } from '../connectors/capabilities.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { World } from './world.ts';

/** Webhooks are one for all installs. */
export type Home = Pick<World, 'store' | 'connectors' | 'io' | 'metrics' | 'log'>;

const KEEP_TIMEOUT_MS = 60_000;

/** Looks after what was registered so that hooks come, where that ends by itself. Runs every hour. */
export async function keepHooks(world: Home): Promise<void> {
  for (const [id, { can }] of world.connectors) if (can.hooks !== undefined) await keep(world, id, can.hooks);
}

async function keep(world: Home, id: ConnectorId, hooks: HookRegistration): Promise<void> {
  const { store, io, metrics, log } = world;
  if ((await store.budgets.pausedForMs(id)) > 0) return;
  const now = await store.now();
  const kept = await io.run('hooks.keep', { timeoutMs: KEEP_TIMEOUT_MS }, () => hooks.keep(now));
  if (kept.kind !== 'ok') {
    metrics.count('deskbridge_hooks_unseen', { connector: id });
    log.info({ connector: id, reason: kept.reason }, 'The webhook could not be looked at; it is tried again');
    return;
  }
  const { renewed, trouble } = kept.value;
  if (renewed) {
    metrics.count('deskbridge_hooks_renewed', { connector: id });
    log.info({ connector: id }, 'The webhook was renewed');
  }
  await (trouble === null ? sayOver(world, id) : sayTrouble(world, id, trouble));
}

const subjectOf = (id: ConnectorId) => `hooks of ${id}`;

/** Each kind of trouble once, until all is well again. */
async function sayTrouble(world: Home, id: ConnectorId, trouble: NonNullable<KeptHooks['trouble']>) {
  const { kind, text } = trouble;
  const first = await world.store.transaction(async (tx) => {
    if (!(await tx.said.once(subjectOf(id), kind))) return false;
    const data = { connector: id, trouble: kind };
    await tx.audit.record({ kind: 'hooks.trouble', actor: 'deskbridge', link: null, data });
    return true;
  });
  if (!first) return;
  world.metrics.count('deskbridge_hooks_in_trouble', { connector: id, kind });
  world.log.error({ connector: id, kind, reason: text }, 'Something is wrong with the webhook');
}

async function sayOver(world: Home, id: ConnectorId): Promise<void> {
  const wasSaid = await world.store.transaction(async (tx) => {
    if (!(await tx.said.over(subjectOf(id)))) return false;
    const data = { connector: id };
    await tx.audit.record({ kind: 'hooks.well', actor: 'deskbridge', link: null, data });
    return true;
  });
  if (wasSaid) world.log.info({ connector: id }, 'The webhook is right again');
}
