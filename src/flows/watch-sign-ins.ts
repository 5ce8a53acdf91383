import type { World } from './world.ts';

/** A secret whose last day the configuration names. */
export interface EndingSecret {
  /** Where it stands, e.g. "connectors.jira-it.auth". */
  readonly subject: string;
  readonly on: Date;
}

const DAY_MS = 86_400_000;
const WARN_DAYS = 14;

/** Says once that a secret or a sign-in ends within two weeks, and once that it has ended. A new date is said anew. */
export async function watchSignIns(
  world: Pick<World, 'store' | 'metrics' | 'log'>,
  secrets: readonly EndingSecret[],
): Promise<void> {
  const { store, log, metrics } = world;
  const now = (await store.now()).getTime();
  const idle = (await store.tokens.all()).flatMap(({ connector, holder, refreshUntil, refused }) =>
    refreshUntil === null || refused !== null
      ? []
      : [{ subject: `sign-in of ${holder} at ${connector}`, on: refreshUntil }],
  );
  for (const { subject, on } of [...secrets, ...idle]) {
    const left = on.getTime() - now;
    if (left > WARN_DAYS * DAY_MS) continue;
    const stage = left > 0 ? 'soon' : 'over';
    const day = on.toISOString().slice(0, 10);
    const first = await store.transaction(async (tx) => {
      if (!(await tx.said.once(subject, `${day} ${stage}`))) return false;
      await tx.audit.record({
        kind: `secret.ends-${stage}`,
        actor: 'deskbridge',
        link: null,
        data: { subject, day },
      });
      return true;
    });
    if (!first) continue;
    metrics.count('deskbridge_secrets_ending_total', { stage });
    if (stage === 'soon') log.warn({ subject, day }, 'A secret ends soon; put a new one in its place');
    else log.error({ subject, day }, 'A secret has ended; what needs it will be refused');
  }
}
