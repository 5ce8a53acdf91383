import { z } from 'zod';

/** What a test tells its child process. */
export const ToChild = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    /** The configuration file; its secrets stand in the child's environment. */
    file: z.string(),
    role: z.enum(['all', 'web', 'worker']),
    /** Null: as in production. */
    leaseMs: z.int().nullable(),
    jobLockMs: z.int().nullable(),
    pollEveryMs: z.int(),
    /** Null: as in production. */
    repairEveryMs: z.int().nullable(),
    /** How far the vendors' clock is ahead of this machine's. */
    offsetMs: z.number(),
    crashAt: z.string().nullable(),
  }),
  /** Die at this point from now on: "ticket.create.send:after", or its third hit: "ticket.create.send:after#3". */
  z.object({ kind: z.literal('crash'), at: z.string() }),
  /** Stand still at this point (SIGSTOP), as a machine that is starved or suspended, until somebody says SIGCONT. */
  z.object({ kind: z.literal('freeze'), at: z.string() }),
  z.object({ kind: z.literal('offset'), ms: z.number() }),
]);
export type ToChild = z.infer<typeof ToChild>;

/** What the child answers. */
export const FromChild = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded') }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  z.object({ kind: z.literal('done') }),
]);
export type FromChild = z.infer<typeof FromChild>;
