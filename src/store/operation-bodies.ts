import { z } from 'zod';
import { ApprovalId, DECISIONS, SURFACES } from '../model/approval.ts';
import { ApprovalReader } from '../model/approval-act.ts';
import { Doc, plainDoc } from '../model/doc.ts';
import { DESK_FIELD_KINDS } from '../model/form.ts';
import {
  AttachmentId,
  CommentId,
  ConnectorId,
  PrincipalId,
  SlackChannel,
  SlackFileId,
  SlackTs,
  SlackUser,
  TicketId,
} from '../model/ids.ts';
import type { OperationBody } from '../model/link.ts';
import { LEVELS, PRIORITIES, STATUS_CATEGORIES, WANTED_STATUSES } from '../model/ticket.ts';

const TicketFields = z.object({
  summary: z.string(),
  status: z.object({ name: z.string(), category: z.enum(STATUS_CATEGORIES) }),
  resolution: z.string().nullable(),
  priority: z.string().nullable(),
  impact: z.string().nullable(),
  urgency: z.string().nullable(),
  assignee: z.string().nullable(),
  group: z.string().nullable(),
});

export const StoredTags = z.object({
  area: z.string().exactOptional(),
  department: z.string().exactOptional(),
  urgency: z.string().exactOptional(),
  channel: z.string().exactOptional(),
});

const Person = z.object({ name: z.string(), email: z.string().nullable(), account: z.string().nullable() });
const WantedFields = z.object({
  status: z.enum(WANTED_STATUSES).exactOptional(),
  priority: z.enum(PRIORITIES).exactOptional(),
  impact: z.enum(LEVELS).exactOptional(),
  urgency: z.enum(LEVELS).exactOptional(),
  assignee: Person.nullable().exactOptional(),
  group: z.string().exactOptional(),
  summary: z.string().exactOptional(),
});

const SlackFile = z.object({
  id: SlackFileId,
  name: z.string(),
  mime: z.string(),
  size: z.number().nullable(),
  permalink: z.string().nullable(),
});

const part = z.int().min(1);
const sent = z.object({ size: z.number(), sha256: z.string() }).exactOptional();

const asBridge = z.literal(true).exactOptional();
const sentAs = z.string().nullable().exactOptional();

const answer = z.union([z.string(), z.array(z.string())]);
const filled = z.array(
  z.object({ id: z.string(), label: z.string(), kind: z.enum(DESK_FIELD_KINDS), answer, shown: answer }),
);
const Step = z.object({
  id: z.string(),
  to: z.string(),
  category: z.enum(STATUS_CATEGORIES),
  fields: filled,
});
const Typed = z.object({
  name: z.string(),
  by: SlackUser,
  summary: z.string(),
  details: z.string(),
  fields: filled,
  refused: z.record(z.string(), z.string()).exactOptional(),
});

/** Texts were plain before they were documents. */
const PlainText = z.string().transform((text) => plainDoc(text));
export const StoredDoc: z.ZodType<Doc> = z.union([Doc, PlainText]);

/** What the first version wrote, in today's words. */
const FirstBody = z.union([
  z
    .object({
      kind: z.literal('comment'),
      author: z.string(),
      text: PlainText,
      channel: SlackChannel,
      ts: SlackTs,
    })
    .transform(({ text, ...rest }) => {
      const whole = { by: null, part: 1, of: 1, visibility: 'public' as const, withdrawn: false };
      return { ...rest, ...whole, body: text };
    }),
  z
    .object({ kind: z.literal('post'), comment: CommentId })
    .transform(({ comment }) => ({ kind: 'say' as const, comment, part: 1 })),
  z
    .object({
      kind: z.literal('post'),
      text: z.string(),
      where: z.enum(['conversation', 'origin']),
      comment: z.null(),
    })
    .transform(({ text, where }) => ({ kind: 'post' as const, text, where })),
]);

const CurrentBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card') }),
  z.strictObject({
    kind: z.literal('post'),
    text: z.string(),
    where: z.enum(['conversation', 'origin', 'internal']),
    link: z.object({ label: z.string(), url: z.string() }).exactOptional(),
    kinds: z.array(z.object({ kind: z.string(), label: z.string() })).exactOptional(),
    fillAgain: z.literal(true).exactOptional(),
    stepAgain: z
      .object({ step: Step, reason: z.string(), refused: z.record(z.string(), z.string()) })
      .exactOptional(),
  }),
  z.object({ kind: z.literal('open-internal'), channel: SlackChannel }),
  z.object({
    kind: z.literal('whisper'),
    user: SlackUser,
    channel: SlackChannel.nullable(),
    text: z.string(),
  }),
  z.object({ kind: z.literal('say'), comment: CommentId, part }),
  z.object({
    kind: z.literal('share'),
    file: AttachmentId,
    name: z.string(),
    mime: z.string(),
    size: z.number(),
    sent,
  }),
  z.object({
    kind: z.literal('create'),
    target: z.unknown(),
    summary: z.string(),
    description: StoredDoc,
    requester: z.object({ name: z.string(), email: z.string().nullable() }),
    participants: z
      .array(z.object({ user: SlackUser, name: z.string(), email: z.string().nullable() }))
      .exactOptional(),
    answers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).exactOptional(),
    peopleIn: z.array(z.string()).exactOptional(),
    typed: Typed.exactOptional(),
    group: z.string().exactOptional(),
    tags: StoredTags.exactOptional(),
    moved: z
      .object({
        connector: ConnectorId,
        ticket: TicketId,
        key: z.string(),
        queue: z.string(),
        actor: z.string(),
      })
      .exactOptional(),
  }),
  z.object({ kind: z.literal('note'), text: z.string(), visibility: z.literal('public').exactOptional() }),
  z.object({
    kind: z.literal('retire'),
    connector: ConnectorId,
    ticket: TicketId,
    key: z.string(),
    words: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('tell'),
    user: SlackUser,
    text: z.string(),
    alarm: z.literal(true).exactOptional(),
  }),
  z.object({
    kind: z.literal('comment'),
    author: z.string(),
    by: SlackUser.nullable(),
    body: Doc,
    part,
    of: part,
    visibility: z.enum(['public', 'internal']),
    channel: SlackChannel,
    ts: SlackTs,
    withdrawn: z.boolean(),
    asBridge,
    sentAs,
  }),
  z.object({
    kind: z.literal('attach'),
    author: z.string(),
    by: SlackUser.nullable(),
    file: SlackFile,
    withdrawn: z.boolean(),
    asBridge,
    sentAs,
    sent,
  }),
  z.object({
    kind: z.literal('write'),
    set: WantedFields,
    before: TicketFields.nullable(),
    actor: z.string(),
    by: SlackUser,
    implied: z.boolean(),
    because: z.string().exactOptional(),
    step: Step.exactOptional(),
  }),
  z.object({
    kind: z.literal('approval-card'),
    approval: ApprovalId,
    to: ApprovalReader,
    anew: z.literal(true).exactOptional(),
  }),
  z.object({
    kind: z.literal('run-approved'),
    approval: ApprovalId,
    round: z.int(),
    step: z.int(),
  }),
  z.object({
    kind: z.literal('answer-approval'),
    approval: ApprovalId,
    by: PrincipalId,
    user: SlackUser,
    decision: z.enum(DECISIONS),
    surface: z.enum(SURFACES),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('backlink') }),
]);

/** The sealed part of an operation as it is read back. */
export const StoredBody: z.ZodType<OperationBody> = z.union([CurrentBody, FirstBody]);
