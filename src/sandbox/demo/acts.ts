import { z } from 'zod';
import type { PersonAnswer, TicketPeople } from '../worlds.ts';
import { type ActAnswer, System } from './demo-state.ts';
import { COMMAND, type DemoWorlds } from './read-state.ts';

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
  z.strictObject({ act: z.literal('click'), ...inSlack, ts: id, action: z.string().min(1).max(255) }),
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
type TicketAct = Extract<Act, { readonly agent: string }>;

const DONE: ActAnswer = { ok: true, message: null };

/** Does it in the simulated product. What that product would not let the person do is a sentence, not an exception. */
export async function perform(worlds: DemoWorlds, act: Act): Promise<ActAnswer> {
  try {
    if (!('agent' in act)) return await inWorkspace(worlds, act);
    onDesk(worlds.desks[act.system], act);
    return DONE;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ok: false, message: error.message };
  }
}

async function inWorkspace({ slack }: DemoWorlds, act: Exclude<Act, TicketAct>): Promise<PersonAnswer> {
  switch (act.act) {
    case 'post':
      slack.post(act.as, act.channel, act.text);
      return DONE;
    case 'reply':
      slack.post(act.as, act.channel, act.text, act.thread);
      return DONE;
    case 'edit':
      slack.edit(act.as, act.channel, act.ts, act.text);
      return DONE;
    case 'delete':
      slack.remove(act.as, act.channel, act.ts);
      return DONE;
    case 'click':
      return slack.click(act.as, act.channel, act.ts, act.action);
    case 'shortcut':
      return slack.shortcut(act.as, act.channel, act.ts, act.callback);
    case 'command':
      return slack.command(act.as, act.channel, COMMAND, act.text);
    case 'submit-view':
      return slack.submit(act.as, act.view, act.values);
    case 'close-view':
      slack.close(act.as, act.view);
      return DONE;
  }
}

function onDesk(desk: TicketPeople, act: TicketAct): void {
  const agent = desk.agents().find(({ name }) => name === act.agent);
  if (agent === undefined)
    throw new Error(`${act.agent} does not work in this system. Choose another agent.`);
  switch (act.act) {
    case 'comment':
      desk.comment(agent.id, act.ticket, act.text, { internal: act.internal });
      return;
    case 'set-status':
      desk.setStatus(agent.id, act.ticket, act.status);
      return;
    case 'assign':
      desk.assign(agent.id, act.ticket, act.assigned ? agent.id : null);
  }
}
