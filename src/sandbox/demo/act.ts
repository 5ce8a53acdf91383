import { z } from 'zod';
import { DeskFieldName, System, TroubleKind } from './demo-state.ts';

const id = z.string().min(1).max(64);
/** Slack takes at most 40,000 characters in a message (docs.slack.dev/reference/methods/chat.postMessage). */
const text = z.string().trim().min(1).max(40_000);
const inSlack = { as: id, channel: id };
const onTicket = { agent: z.string().min(1).max(80), system: System, ticket: id };

/** Base64 is a third longer than the bytes. */
const FILE_MAX = 5 * 1024 * 1024;
const BASE64_MAX = Math.ceil(FILE_MAX / 3) * 4;

/** A file that the visitor chose on his machine; its content is base64. */
const ChosenFile = z.strictObject({
  name: z.string().min(1).max(200),
  mime: z.string().max(150),
  content: z.base64().min(1).max(BASE64_MAX),
});
export type ChosenFile = z.infer<typeof ChosenFile>;

const longId = z.string().min(1).max(255);
const inView = { as: id, view: id };
/** What stands in the fields of a modal, by block id and action id; a field for several has a list. */
const FieldValue = z.union([z.string().max(10_000), z.array(longId).max(100).readonly()]);
const FormValues = z.record(z.string(), z.record(z.string(), FieldValue).readonly()).readonly();

const onComment = { ...onTicket, comment: id };

/** Everything that a visitor of the demo can do, as one of its people. Text may carry marks such as `*bold*`. */
export const Act = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('post'), ...inSlack, text }),
  z.strictObject({ act: z.literal('reply'), ...inSlack, thread: id, text }),
  z.strictObject({
    act: z.literal('upload'),
    ...inSlack,
    thread: id.nullable(),
    text: z.string().trim().max(40_000),
    file: ChosenFile,
  }),
  z.strictObject({ act: z.literal('edit'), ...inSlack, ts: id, text }),
  z.strictObject({ act: z.literal('delete'), ...inSlack, ts: id }),
  z.strictObject({
    act: z.literal('click'),
    ...inSlack,
    ts: id,
    action: longId,
    /** Of what was chosen from a menu; absent for a button. */
    value: z.string().max(150).optional(),
  }),
  z.strictObject({ act: z.literal('shortcut'), ...inSlack, ts: id, callback: longId }),
  z.strictObject({ act: z.literal('command'), ...inSlack, text: z.string().max(3_000) }),
  /** A choice that the app hears of at once, with everything that stands in the modal by then. */
  z.strictObject({
    act: z.literal('choose-in-view'),
    ...inView,
    block: longId,
    action: longId,
    /** Empty: nothing is chosen any more. */
    value: z.string().max(150),
    values: FormValues,
  }),
  z.strictObject({ act: z.literal('upload-in-view'), ...inView, file: ChosenFile }),
  z.strictObject({ act: z.literal('submit-view'), ...inView, values: FormValues }),
  z.strictObject({ act: z.literal('close-view'), ...inView }),
  z.strictObject({ act: z.literal('open-home'), as: id }),
  /** A line typed, a button pressed or a choice made on the Home tab. */
  z.strictObject({
    act: z.literal('use-home'),
    as: id,
    action: longId,
    value: z.string().max(2_000).optional(),
  }),
  z.strictObject({ act: z.literal('comment'), ...onTicket, text, internal: z.boolean() }),
  z.strictObject({ act: z.literal('edit-comment'), ...onComment, text }),
  z.strictObject({ act: z.literal('delete-comment'), ...onComment }),
  z.strictObject({ act: z.literal('set-internal'), ...onComment, internal: z.boolean() }),
  z.strictObject({ act: z.literal('set-status'), ...onTicket, status: z.string().min(1).max(80) }),
  z.strictObject({ act: z.literal('assign'), ...onTicket, assignee: z.string().min(1).max(80).nullable() }),
  z.strictObject({
    act: z.literal('set-field'),
    ...onTicket,
    field: DeskFieldName,
    value: z.string().trim().min(1).max(250),
  }),
  z.strictObject({ act: z.literal('attach'), ...onTicket, file: ChosenFile }),
  z.strictObject({ act: z.literal('remove-file'), ...onTicket, file: id }),
  z.strictObject({ act: z.literal('trouble'), kind: TroubleKind.nullable() }),
]);
export type Act = z.infer<typeof Act>;
