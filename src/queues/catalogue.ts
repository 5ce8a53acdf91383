import { z } from 'zod';
import { SHARDS } from '../model/delivery.ts';
import { ConnectorId, InstallId } from '../model/ids.ts';

/** Version 1 named no install, because a process had one; null stands for all that this process serves. */
const whose = { v: z.literal([1, 2]), install: InstallId.nullable().default(null) };
const ShardRing = z.object({
  ...whose,
  shard: z
    .int()
    .min(0)
    .max(SHARDS - 1),
});
const Tick = z.object(whose);
const PollTick = z.object({ ...whose, connector: ConnectorId });

/** What each job carries: ids and a version, never content. The work itself lies in Postgres rows. */
interface Payloads {
  /** Lease the ready links of one shard and hand them to the process's pool. */
  'shard.ring': z.infer<typeof ShardRing>;
  /** Ring the shards that have undone rows older than two seconds: heals every ring that got lost. */
  'tick.sweep': z.infer<typeof Tick>;
  /** Claim the rows whose `due_at` has passed. */
  'tick.due': z.infer<typeof Tick>;
  /** Ask one ticket system what changed. */
  'tick.poll': z.infer<typeof PollTick>;
  /** Read in Slack what its events did not bring. */
  'tick.repair': z.infer<typeof Tick>;
  /** Drop what is older than the retention allows. */
  'tick.retention': z.infer<typeof Tick>;
  /** Seal anew what an older key has sealed; say which sign-ins end soon. */
  'tick.secrets': z.infer<typeof Tick>;
  /** Look after what was registered so that hooks come. */
  'tick.hooks': z.infer<typeof Tick>;
  /** Renew what Slack granted, and ask whether it still stands. */
  'tick.grants': z.infer<typeof Tick>;
}

export type JobName = keyof Payloads;
export type Payload<N extends JobName> = Payloads[N];

/** One function per job. A forgotten one does not compile. */
export type Handlers = { readonly [N in JobName]: (payload: Payload<N>) => Promise<void> };

interface JobKind<P> {
  /** The versions that `payload` accepts: the one that we write (N) and, while old jobs may still lie there, N-1. */
  readonly reads: readonly number[];
  readonly payload: z.ZodType<P>;
  /** What makes two jobs the same. BullMQ refuses ids with a colon. */
  readonly id: (payload: P) => string;
  /** Milliseconds between two runs; only jobs of a scheduler have it. */
  readonly every?: number;
}

const READS = [1, 2];
const named = ({ install }: { readonly install: InstallId | null }) => install ?? 'every';
const tick = (name: string, every: number): JobKind<z.infer<typeof Tick>> => ({
  reads: READS,
  payload: Tick,
  id: (payload) => `tick-${name}-${named(payload)}`,
  every,
});

/** The only list of jobs. Each belongs to one install, so that what one sends or lacks keeps no other waiting. */
export const JOBS: { readonly [N in JobName]: JobKind<Payloads[N]> } = {
  'shard.ring': { reads: READS, payload: ShardRing, id: (ring) => `shard-${named(ring)}-${ring.shard}` },
  'tick.sweep': tick('sweep', 2_000),
  'tick.due': tick('due', 1_000),
  'tick.poll': {
    reads: READS,
    payload: PollTick,
    id: (poll) => `tick-poll-${named(poll)}-${poll.connector}`,
    every: 30_000,
  },
  'tick.repair': tick('repair', 10_000),
  'tick.retention': tick('retention', 3_600_000),
  'tick.secrets': tick('secrets', 3_600_000),
  'tick.hooks': tick('hooks', 3_600_000),
  'tick.grants': tick('grants', 60_000),
};

/** A stored job after a look at its name and version. */
export type ReadJob =
  | {
      readonly kind: 'ready';
      readonly name: JobName;
      readonly id: string;
      run(handlers: Handlers): Promise<void>;
    }
  /** Written by a version that we do not know: somebody else can do it, so it waits. */
  | { readonly kind: 'unknown'; readonly what: string }
  /** Nobody can ever read it. `why` names fields only, never values. */
  | { readonly kind: 'malformed'; readonly name: JobName; readonly why: string };

/** Never throws: what comes out of the queue is parsed like anything else from outside. */
export function readJob(name: string, data: unknown): ReadJob {
  if (!isJobName(name)) return { kind: 'unknown', what: `the job "${name.slice(0, 40)}"` };
  return readKnown(name, data);
}

function readKnown<N extends JobName>(name: N, data: unknown): ReadJob {
  const kind = JOBS[name];
  const version = z.object({ v: z.int() }).safeParse(data);
  if (version.success && !kind.reads.includes(version.data.v)) {
    return { kind: 'unknown', what: `version ${version.data.v} of ${name}` };
  }
  const parsed = kind.payload.safeParse(data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'payload'} (${issue.code})`);
    return { kind: 'malformed', name, why: fields.join(', ') };
  }
  const payload = parsed.data;
  return { kind: 'ready', name, id: kind.id(payload), run: (handlers) => handlers[name](payload) };
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOBS, name);
}

/**
 * A job as the queue takes it. One job per id and version waits at a time; `keepLastIfActive` keeps one more ring that
 * came while its job was running, so that no ring is lost. The version is part of the id because a job that waits for a
 * newer process must not swallow the rings that this one understands.
 */
export function jobFor<N extends JobName>(name: N, payload: Payload<N>) {
  const id = `${JOBS[name].id(payload)}-v${payload.v}`;
  return { name, data: payload, opts: { deduplication: { id, keepLastIfActive: true } } };
}
