import { z } from 'zod';
import { SlackChannel, SlackTeam, SlackTs, SlackUser } from './ids.ts';

/** The button beside a message that was taken for no request; its value is `channel:ts` of that message. */
export const OPEN_ANYWAY_ACTION = 'desk_open_anyway';

/** A button below a few words of ours; `value` is a word that grants nothing. */
const Button = z.object({ action: z.string(), label: z.string(), value: z.string() });

/**
 * Work that belongs to no link. It is kept until it is done or has lost its reason; nothing of it stands in a lane, so it
 * may run in any order.
 */
export const Errand = z.discriminatedUnion('kind', [
  /** Read a message whose words nobody sent us, and open the request of its thread for whoever asked. */
  z.object({
    kind: z.literal('open-from-mark'),
    team: SlackTeam,
    channel: SlackChannel,
    ts: SlackTs,
    by: SlackUser,
  }),
  /** A few words: to `user` alone, or to everybody who reads the thread when it is null. Said once at most. */
  z.object({
    kind: z.literal('say'),
    channel: SlackChannel,
    user: SlackUser.nullable(),
    root: SlackTs.nullable(),
    text: z.string(),
    button: Button.nullable(),
  }),
]);
export type Errand = z.infer<typeof Errand>;
