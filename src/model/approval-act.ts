import { z } from 'zod';
import { ApprovalId, DECISIONS, PayloadHash } from './approval.ts';
import { PrincipalId, SlackChannel, SlackTs, SlackUser } from './ids.ts';

/** The button that opens a request with its whole difference; its value is the approval's id, which grants nothing. */
export const OPEN_APPROVAL_ACTION = 'desk_approval_look';

/** Requests that can be decided together. Slack takes ten checkboxes (docs.slack.dev, checkboxes element). */
export const MOST_IN_BATCH = 10;

/** What somebody does about approvals in Slack, beside looking at his Home. None of it says who he is: the signed call does. */
export const ApprovalAct = z.discriminatedUnion('kind', [
  /** `seen`: he had the difference open. */
  z.object({
    kind: z.literal('vote'),
    token: z.string(),
    decision: z.enum(DECISIONS),
    reason: z.string(),
    seen: z.boolean(),
  }),
  /** He wants to see all of it and decide there. `named`: an approval's id, or the key of its ticket. */
  z.object({
    kind: z.literal('look'),
    named: z.string(),
    decision: z.enum(DECISIONS).nullable(),
    aud: z.enum(['card', 'home']),
  }),
  z.object({ kind: z.literal('ask'), approval: ApprovalId, question: z.string() }),
  z.object({ kind: z.literal('escalate'), approval: ApprovalId }),
  /** He wants to decide those together that are like this one. */
  z.object({ kind: z.literal('look-alike'), approval: ApprovalId }),
  /** He wants to say who decides while he is away. */
  z.object({ kind: z.literal('look-away') }),
  /** Times are milliseconds since 1970. */
  z.object({ kind: z.literal('name-delegate'), to: SlackUser, from: z.int(), until: z.int() }),
  z.object({ kind: z.literal('end-delegation') }),
  /** Each as it was shown. */
  z.object({
    kind: z.literal('approve-alike'),
    shown: z.array(z.object({ approval: ApprovalId, hash: PayloadHash })).max(MOST_IN_BATCH),
  }),
]);
export type ApprovalAct = z.infer<typeof ApprovalAct>;

/** The message on which somebody acted. */
export const ApprovalPlace = z.object({ channel: SlackChannel, ts: SlackTs });
export type ApprovalPlace = z.infer<typeof ApprovalPlace>;

/** To whom a card is shown: to one approver in his direct messages, or in the approvals channel. */
export const ApprovalReader = z.union([
  z.strictObject({ user: SlackUser, principal: PrincipalId }),
  z.strictObject({ channel: SlackChannel }),
]);
export type ApprovalReader = z.infer<typeof ApprovalReader>;
