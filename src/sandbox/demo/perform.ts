import type { AgentFile, PersonAnswer, SlackPeople, TicketPeople } from '../worlds.ts';
import type { Act, ChosenFile } from './act.ts';
import type { ActAnswer } from './demo-state.ts';
import { COMMAND, type DemoWorlds } from './read-state.ts';

type TicketAct = Extract<Act, { readonly agent: string }>;
type TroubleAct = Extract<Act, { readonly act: 'trouble' }>;

const DONE: ActAnswer = { ok: true, message: null, ts: null };

/** Does it in the simulated product. What that product would not let the person do is a sentence, not an exception. */
export async function perform(worlds: DemoWorlds, act: Act): Promise<ActAnswer> {
  try {
    if (act.act === 'trouble') worlds.trouble.make(act.kind);
    else if ('view' in act) return await inModal(worlds.slack, act);
    else if ('agent' in act) onDesk(worlds.desks[act.system], act);
    else return await inWorkspace(worlds, act);
    return DONE;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ok: false, message: error.message, ts: null };
  }
}

const told = ({ ok, message }: PersonAnswer): ActAnswer => ({ ok, message, ts: null });

const fileOf = ({ name, mime, content }: ChosenFile): AgentFile => ({
  name,
  mime: mime === '' ? 'application/octet-stream' : mime,
  bytes: Buffer.from(content, 'base64'),
});

function press(slack: SlackPeople, act: Extract<Act, { readonly act: 'click' }>): Promise<PersonAnswer> {
  const { as, channel, ts, action, value } = act;
  if (value === undefined) return slack.click(as, channel, ts, action);
  return slack.choose(as, channel, ts, { actionId: action, value });
}

type ViewAct = Extract<Act, { readonly view: string }>;

async function inModal(slack: SlackPeople, act: ViewAct): Promise<ActAnswer> {
  switch (act.act) {
    case 'choose-in-view': {
      const { block, action, value, values } = act;
      const choice = { blockId: block, actionId: action, value, typed: values };
      return told(await slack.chooseInView(act.as, act.view, choice));
    }
    case 'upload-in-view':
      return { ...DONE, file: slack.uploadInView(act.as, act.view, fileOf(act.file)) };
    case 'submit-view':
      return told(await slack.submit(act.as, act.view, act.values));
    case 'close-view':
      slack.close(act.as, act.view);
      return DONE;
  }
}

type Writing = Extract<Act, { readonly act: 'post' | 'reply' | 'upload' }>;

function write(slack: SlackPeople, act: Writing): string {
  const { as, channel, text } = act;
  if (act.act === 'upload') {
    const thread = act.thread === null ? {} : { threadTs: act.thread };
    return slack.upload(as, channel, { ...fileOf(act.file), ...thread, text, formatted: true });
  }
  const thread = act.act === 'reply' ? { threadTs: act.thread } : {};
  return slack.post(as, channel, text, { ...thread, formatted: true });
}

async function inWorkspace(
  { slack }: DemoWorlds,
  act: Exclude<Act, TicketAct | TroubleAct | ViewAct>,
): Promise<ActAnswer> {
  switch (act.act) {
    case 'post':
    case 'reply':
    case 'upload':
      return { ...DONE, ts: write(slack, act) };
    case 'edit':
      slack.edit(act.as, act.channel, act.ts, { text: act.text, formatted: true });
      return DONE;
    case 'delete':
      slack.remove(act.as, act.channel, act.ts);
      return DONE;
    case 'click':
      return told(await press(slack, act));
    case 'shortcut':
      return told(await slack.shortcut(act.as, act.channel, act.ts, act.callback));
    case 'open-home':
      slack.openHome(act.as);
      return DONE;
    case 'use-home': {
      const value = act.value === undefined ? {} : { value: act.value };
      return told(await slack.actInHome(act.as, { actionId: act.action, ...value }));
    }
    case 'command':
      return told(await slack.command(act.as, act.channel, COMMAND, act.text));
  }
}

function agentNamed(desk: TicketPeople, name: string): string {
  const agent = desk.agents().find((one) => one.name === name);
  if (agent === undefined) throw new Error(`${name} does not work in this system. Choose another agent.`);
  return agent.id;
}

function onDesk(desk: TicketPeople, act: TicketAct): void {
  const agent = agentNamed(desk, act.agent);
  switch (act.act) {
    case 'comment':
      desk.comment(agent, act.ticket, act.text, { internal: act.internal, formatted: true });
      return;
    case 'edit-comment':
      desk.editComment(agent, act.ticket, act.comment, { text: act.text, formatted: true });
      return;
    case 'delete-comment':
      desk.deleteComment(agent, act.ticket, act.comment);
      return;
    case 'set-internal':
      desk.setInternal(agent, act.ticket, act.comment, act.internal);
      return;
    case 'set-status':
      desk.setStatus(agent, act.ticket, act.status);
      return;
    case 'assign':
      desk.assign(agent, act.ticket, act.assignee === null ? null : agentNamed(desk, act.assignee));
      return;
    case 'set-field':
      desk.setField(agent, act.ticket, act.field, act.value);
      return;
    case 'attach':
      desk.attach(agent, act.ticket, fileOf(act.file));
      return;
    case 'remove-file':
      desk.removeFile(agent, act.ticket, act.file);
  }
}
