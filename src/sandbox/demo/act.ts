import { z } from 'zod';
import { System } from './demo-state.ts';

const id = z.string().min(1).max(64);
/** Slack takes at most 40,000 characters in a message (docs.slack.dev/reference/methods/chat.postMessage). */
const text = z.string().trim().min(1).max(40_000);
const inSlack = { as: id, channel: id };
const onTicket = { agent: z.string().min(1).max(80), system: System, ticket: id };

/** Everything that a visitor of the demo can do, as one of its people. */
export const Act = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('post'), ...inSlack, text }),
  z.strictObject({ act: z.literal('reply'), ...inSlack, thread: id, text }),
  z.strictObject({ act: z.literal('edit'), ...inSlack, ts: id, text }),
  z.strictObject({ act: z.literal('delete'), ...inSlack, ts: id }),
  z.strictObject({
    act: z.literal('click'),
    ...inSlack,
    ts: id,
    action: z.string().min(1).max(255),
    /** Of what was chosen from a menu; absent for a button. */
    value: z.string().max(150).optional(),
  }),
  z.strictObject({ act: z.literal('shortcut'), ...inSlack, ts: id, callback: z.string().min(1).max(255) }),
  z.strictObject({ act: z.literal('command'), ...inSlack, text: z.string().max(3_000) }),
  z.strictObject({
    act: z.literal('submit-view'),
    as: id,
    view: id,
    values: z.record(z.string(), z.record(z.string(), z.string().max(10_000))),
  }),
  z.strictObject({ act: z.literal('close-view'), as: id, view: id }),
  z.strictObject({ act: z.literal('comment'), ...onTicket, text, internal: z.boolean() }),
  z.strictObject({ act: z.literal('set-status'), ...onTicket, status: z.string().min(1).max(80) }),
  z.strictObject({ act: z.literal('assign'), ...onTicket, assigned: z.boolean() }),
]);
export type Act = z.infer<typeof Act>;
