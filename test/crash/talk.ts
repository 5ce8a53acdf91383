/** What the people of one request do, on both sides: everything that has to cross, and what must not. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { SlackMessageView, TicketView } from '../../src/sandbox/worlds.ts';
import type { Asked, CrashWorld } from './world.ts';

const ALMA = 'U0ALMA';
const BEN = 'U0BEN';

/** A conversation about one request. */
export interface Talk {
  readonly channel: string;
  readonly root: string;
  /** A word that stands in this request alone. */
  readonly name: string;
  /** A reply that is corrected later, and one that is taken back. */
  readonly replies: { readonly corrected: string; readonly removed: string };
  /** The same among the agent's answers, and one that he hides; empty until there is a ticket. */
  readonly answers: Map<'corrected' | 'removed' | 'hidden', string>;
}

let words = 0;

/** A word that nobody has said before. */
function word(): string {
  words += 1;
  return `w${words}x`;
}

/** What was said last with it; when it is changed or taken back, no copy may say it any more. */
const said = new WeakMap<CrashWorld, Map<string, string>>();

function say(world: CrashWorld, id: (text: string) => string, around = 'please look'): string {
  const own = word();
  const made = id(`${own} ${around}`);
  said.set(world, (said.get(world) ?? new Map<string, string>()).set(made, own));
  return made;
}

const NOTHING_ASKED: Asked = { changes: 0, receipts: 0, forms: 0 };

function takeBack(world: CrashWorld, id: string): void {
  const own = said.get(world)?.get(id);
  if (own !== undefined) world.truth.retracted.add(own);
}

function reply(world: CrashWorld, channel: string, root: string): string {
  return say(world, (text) => world.slack.people.post(BEN, channel, text, root));
}

export function beginTalk(world: CrashWorld): Talk {
  const channel = world.newChannel();
  const name = word();
  const root = world.slack.people.post(ALMA, channel, `The printer ${name} is jammed`);
  world.truth.asked.set(root, NOTHING_ASKED);
  const replies = { corrected: reply(world, channel, root), removed: reply(world, channel, root) };
  return { channel, root, name, replies, answers: new Map() };
}

export function ticketOf(world: CrashWorld, talk: Talk): TicketView | null {
  const mine = new RegExp(`\\b${talk.name}\\b`);
  return world.system.people.tickets().find((ticket) => mine.test(ticket.description)) ?? null;
}

function existing(world: CrashWorld, talk: Talk): TicketView {
  const ticket = ticketOf(world, talk);
  assert.ok(ticket, 'there is a ticket');
  return ticket;
}

const agentOf = (world: CrashWorld) => world.system.people.agents()[0]?.id ?? '';

const comment = (world: CrashWorld, ticket: TicketView) =>
  say(world, (text) => world.system.people.comment(agentOf(world), ticket.id, text));

/** Something that is nobody else's business. */
function note(world: CrashWorld, ticket: TicketView): void {
  const own = word();
  world.truth.secrets.add(own);
  world.system.people.comment(agentOf(world), ticket.id, `${own} between us`, { internal: true });
}

/** An agent answers, notes something, and attaches a file; a person sends one, too. */
export function answer(world: CrashWorld, talk: Talk): void {
  const ticket = existing(world, talk);
  note(world, ticket);
  for (const what of ['corrected', 'removed', 'hidden'] as const)
    talk.answers.set(what, comment(world, ticket));
  world.system.people.attach(agentOf(world), ticket.id, fileOf('manual.bin'));
}

/** A file and its name, as somebody has it on his own machine. */
const fileOf = (name: string) => ({
  name: `${word()}-${name}`,
  mime: 'application/octet-stream',
  bytes: randomBytes(3_000),
});

export function upload(world: CrashWorld, talk: Talk): void {
  say(world, (text) =>
    world.slack.people.upload(BEN, talk.channel, { ...fileOf('trace.bin'), text, threadTs: talk.root }),
  );
}

/** Not a word is lost that is said while no bridge lives. */
export function talkOn(world: CrashWorld, talk: Talk): void {
  const late = reply(world, talk.channel, talk.root);
  takeBack(world, late);
  say(world, (text) => {
    world.slack.people.edit(BEN, talk.channel, late, text);
    return late;
  });
  const ticket = ticketOf(world, talk);
  if (ticket === null) return;
  note(world, ticket);
  comment(world, ticket);
}

/** People correct and take back what they said, on both sides, and an agent hides an answer. */
export function changeMinds(world: CrashWorld, talk: Talk): void {
  const { people } = world.slack;
  const { corrected, removed } = talk.replies;
  takeBack(world, corrected);
  say(world, (text) => {
    people.edit(BEN, talk.channel, corrected, text);
    return corrected;
  });
  takeBack(world, removed);
  people.remove(BEN, talk.channel, removed);
  if (world.kind.isJournal) return;
  const ticket = existing(world, talk);
  const agent = agentOf(world);
  const desk = world.system.people;
  const [edited = '', gone = '', hidden = ''] = (['corrected', 'removed', 'hidden'] as const).map((what) =>
    talk.answers.get(what),
  );
  takeBack(world, edited);
  say(world, (text) => {
    desk.editComment(agent, ticket.id, edited, text);
    return edited;
  });
  takeBack(world, gone);
  desk.deleteComment(agent, ticket.id, gone);
  takeBack(world, hidden);
  desk.setInternal(agent, ticket.id, hidden, true);
}

/** An agent takes his files away again. */
export function removeFiles(world: CrashWorld, talk: Talk): void {
  const ticket = existing(world, talk);
  for (const file of ticket.files)
    if (file.author !== world.kind.bridgeName)
      world.system.people.removeFile(agentOf(world), ticket.id, file.id);
}

function cardOf(world: CrashWorld, talk: Talk): SlackMessageView {
  const card = world.slack.people
    .messages(talk.channel)
    .find((message) => message.isBot && JSON.stringify(message.blocks).includes('desk_menu'));
  assert.ok(card, 'there is a card');
  return card;
}

/** Counted before it is asked: an answer that was lost may have been taken in all the same. */
function asks(world: CrashWorld, talk: Talk, what: keyof Asked): void {
  const before = world.truth.asked.get(talk.root) ?? NOTHING_ASKED;
  world.truth.asked.set(talk.root, { ...before, [what]: before[what] + 1 });
}

export async function solve(world: CrashWorld, talk: Talk): Promise<void> {
  asks(world, talk, 'changes');
  const card = cardOf(world, talk);
  const pressed = await world.slack.people.click(ALMA, talk.channel, card.ts, 'desk_resolve');
  assert.ok(pressed.ok, pressed.message ?? 'the button was not answered');
}

async function choose(world: CrashWorld, talk: Talk, begin: string): Promise<void> {
  const card = cardOf(world, talk);
  const value = new RegExp(`"value":"(${begin}:[^"]+)"`).exec(JSON.stringify(card.blocks))?.[1];
  assert.ok(value, `the card's menu has no ${begin}`);
  const chosen = await world.slack.people.choose(ALMA, talk.channel, card.ts, {
    actionId: 'desk_menu',
    value,
  });
  assert.ok(chosen.ok, chosen.message ?? 'the menu was not answered');
}

export async function askReceipt(world: CrashWorld, talk: Talk): Promise<void> {
  asks(world, talk, 'receipts');
  await choose(world, talk, 'receipt');
}

/** Changes the summary with the form of the card. */
export async function fillForm(world: CrashWorld, talk: Talk): Promise<void> {
  const { people } = world.slack;
  for (const view of people.views(ALMA)) people.close(ALMA, view.viewId);
  asks(world, talk, 'forms');
  await choose(world, talk, 'change');
  const [view] = people.views(ALMA);
  assert.ok(view, 'the form is open');
  asks(world, talk, 'changes');
  const values = { summary: { value: `Printer ${talk.name} ${word()}` } };
  const sent = await people.submit(ALMA, view.viewId, values);
  assert.ok(sent.ok, sent.message ?? 'the form was not taken');
}

/** The agent solves what is open and opens what is solved. */
export function toggle(world: CrashWorld, talk: Talk): void {
  const ticket = existing(world, talk);
  const { active, done } = world.kind.states;
  const wanted = ticket.statusCategory === 'done' ? active : done;
  world.system.people.setStatus(agentOf(world), ticket.id, wanted);
}

/** The bridge carried out what the person asked with the button and the form. */
export async function checkAsked(world: CrashWorld, talk: Talk): Promise<void> {
  const writes = await world.query(
    `select 1 from operation join place using (install_id, link_id)
     where root_ts = $1 and kind = 'write' and state = 'done'`,
    [talk.root],
  );
  assert.notEqual(writes.length, 0, 'what the person asked with the button was written to the ticket');
}
