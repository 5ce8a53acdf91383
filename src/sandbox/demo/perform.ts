import type { PersonAnswer, SlackPeople, TicketPeople } from '../worlds.ts';
import type { Act } from './act.ts';
import type { ActAnswer } from './demo-state.ts';
import { COMMAND, type DemoWorlds } from './read-state.ts';

type TicketAct = Extract<Act, { readonly agent: string }>;

const DONE: ActAnswer = { ok: true, message: null, ts: null };

/** Does it in the simulated product. What that product would not let the person do is a sentence, not an exception. */
export async function perform(worlds: DemoWorlds, act: Act): Promise<ActAnswer> {
  try {
    if (!('agent' in act)) return await inWorkspace(worlds, act);
    onDesk(worlds.desks[act.system], act);
    return DONE;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ok: false, message: error.message, ts: null };
  }
}

const told = ({ ok, message }: PersonAnswer): ActAnswer => ({ ok, message, ts: null });

function press(slack: SlackPeople, act: Extract<Act, { readonly act: 'click' }>): Promise<PersonAnswer> {
  const { as, channel, ts, action, value } = act;
  if (value === undefined) return slack.click(as, channel, ts, action);
  return slack.choose(as, channel, ts, { actionId: action, value });
}

async function inWorkspace({ slack }: DemoWorlds, act: Exclude<Act, TicketAct>): Promise<ActAnswer> {
  switch (act.act) {
    case 'post':
      return { ...DONE, ts: slack.post(act.as, act.channel, act.text) };
    case 'reply':
      return { ...DONE, ts: slack.post(act.as, act.channel, act.text, act.thread) };
    case 'edit':
      slack.edit(act.as, act.channel, act.ts, act.text);
      return DONE;
    case 'delete':
      slack.remove(act.as, act.channel, act.ts);
      return DONE;
    case 'click':
      return told(await press(slack, act));
    case 'shortcut':
      return told(await slack.shortcut(act.as, act.channel, act.ts, act.callback));
    case 'command':
      return told(await slack.command(act.as, act.channel, COMMAND, act.text));
    case 'submit-view':
      return told(await slack.submit(act.as, act.view, act.values));
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
