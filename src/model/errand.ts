import { z } from 'zod';
import { ApprovalId } from './approval.ts';
import { ApprovalAct, ApprovalPlace } from './approval-act.ts';
import { ConnectorId, LinkId, PrincipalId, SlackChannel, SlackTeam, SlackTs, SlackUser } from './ids.ts';
import { DOORS } from './route.ts';
import { SET_FIELDS } from './ticket.ts';

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
    door: z.enum(DOORS),
    execution: z.string().nullable(),
    /** A person shall take it. */
    human: z.literal(true).exactOptional(),
  }),
  /** Tell somebody what he asked behind the command, as it is when this runs. */
  z.object({
    kind: z.literal('answer'),
    channel: SlackChannel,
    by: SlackUser,
    question: z.union([
      z.object({ about: z.literal('mine') }),
      z.object({ about: z.literal('pending'), tag: z.string().nullable().default(null) }),
      z.object({ about: z.literal('status'), id: z.string() }),
    ]),
    respond: z.string().nullable(),
  }),
  /** Give a step of a workflow the ticket that it waits for, or the reason why there is none. */
  z.object({
    kind: z.literal('end-step'),
    execution: z.string(),
    /** Null: `why` says it all. */
    link: LinkId.nullable(),
    why: z.string().nullable(),
    /** Milliseconds since 1970: nobody waits longer. */
    until: z.number(),
  }),
  /** Make somebody a one-time link for his own sign-in, and show it on his Home. */
  z.object({ kind: z.literal('invite'), by: SlackUser, connector: ConnectorId }),
  /** Show cards below links to tickets, where whoever reads the place may see them. */
  z.object({
    kind: z.literal('unfurl'),
    channel: SlackChannel,
    ts: SlackTs,
    by: SlackUser,
    urls: z.array(z.string()),
  }),
  /** Ask those who have to approve what the route of a request demands, as soon as its ticket is there. */
  z.object({
    kind: z.literal('open-approval'),
    link: LinkId,
    /** Instead of what the route demands: what somebody set on the ticket asks for. */
    asked: z
      .object({
        action: z.string(),
        origin: z.string(),
        trigger: z.string(),
        /** What was set on the ticket, so that whoever did can be asked for; absent in what an older program wrote. */
        set: z.object({ field: z.enum(SET_FIELDS), is: z.string() }).exactOptional(),
        /** Whose idea it was when it was asked before; he does not decide it now either. */
        proposer: PrincipalId.exactOptional(),
      })
      .exactOptional(),
  }),
  /** Something that an approval of this request is bound to may have changed. One such errand at most waits for a request. */
  z.object({ kind: z.literal('review-approval'), link: LinkId }),
  /** Tell those who are asked. */
  z.object({ kind: z.literal('ask-approval'), approval: ApprovalId, round: z.int(), step: z.int() }),
  /** Whoever stands in for this person has changed: ask about what waits for him once more. */
  z.object({ kind: z.literal('ask-stand-in'), of: PrincipalId }),
  /** Look whether the time of a step or of its grant is over, or somebody has to be reminded. */
  z.object({
    kind: z.literal('keep-approval'),
    approval: ApprovalId,
    round: z.int(),
    step: z.int(),
    /** When that is, in milliseconds since 1970; null: it waits without an end. Another one is looked after by another errand. */
    until: z.int().nullable(),
  }),
  /** Do what somebody asked about an approval, and answer him: in the form `view`, or beside the message `place`. */
  z.object({
    kind: z.literal('approval-act'),
    by: SlackUser,
    act: ApprovalAct,
    place: ApprovalPlace.nullable(),
    view: z.string().nullable(),
    /** The delivery that brought it. */
    cause: z.string(),
  }),
  /** What became of it, in the form that waits for it; when that was closed and `orElse` says so, in a direct message. */
  z.object({
    kind: z.literal('answer-in-form'),
    view: z.string(),
    by: SlackUser,
    text: z.string(),
    orElse: z.boolean(),
  }),
  /** Ask the ticket system what its own approvals of this ticket say. One such errand at most waits for a request. */
  z.object({ kind: z.literal('read-approvals'), link: LinkId }),
  /**
   * A few words: to `user` alone, or to everybody who reads the thread when it is null. Without a channel it is a direct
   * message to him. Said once at most.
   */
  z.object({
    kind: z.literal('say'),
    channel: SlackChannel.nullable(),
    user: SlackUser.nullable(),
    root: SlackTs.nullable(),
    text: z.string(),
    button: Button.nullable(),
    /** A second one beside it. */
    other: Button.exactOptional(),
  }),
]);
export type Errand = z.infer<typeof Errand>;
