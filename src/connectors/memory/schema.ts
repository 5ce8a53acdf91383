import { z } from 'zod';
import { TicketId } from '../../model/ids.ts';

/** Where a request lands in a memory desk: any name; agents see it as the queue. */
export const MemoryTarget = z.strictObject({ queue: z.string().min(1).max(80) });
export type MemoryTarget = z.infer<typeof MemoryTarget>;

export const HookBody = z.object({
  event: z.enum([
    'ticket.created',
    'ticket.changed',
    'comment.created',
    'comment.changed',
    'comment.deleted',
    'file.added',
    'file.removed',
  ]),
  ticket: TicketId,
});
export type HookBody = z.infer<typeof HookBody>;

/** The place in the desk's change log that a poll has reached. */
export const ChangeCursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
