import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import type { LinkId, SlackChannel, SlackTs, SlackUser } from '../../src/model/ids.ts';
import type { AskedFields, SlackFile } from '../../src/model/intake.ts';
import type { AnyAct, FILES } from './acts.ts';
import { AGENT, AGENTS, CHAT, HELP, OPS, PEOPLE } from './paper/rules.ts';
import { directChannel, messageOf, type PaperFile, type PaperMessage, TEAM } from './paper/slack-state.ts';
import type { Stage } from './stage.ts';
import { sayWith, type Truth } from './truth.ts';

type ActOf<K extends AnyAct['act']> = Extract<AnyAct, { act: K }>;
type FileKind = (typeof FILES)[number];

export interface Playing {
  readonly stage: Stage;
  readonly truth: Truth;
}

export const nthOf = <T>(all: readonly T[], n: number): T | undefined =>
  all.length === 0 ? undefined : all[n % all.length];

const personOf = (who: number): SlackUser => [...PEOPLE, AGENT][who] ?? AGENT;
const nameOf = ({ channel, ts }: Pick<PaperMessage, 'channel' | 'ts'>) => `${channel}:${ts}`;

function bodyOf(word: string, how: 'short' | 'long' | 'mention' | 'secret'): Doc {
  const said = plainDoc(sayWith(word, how));
  if (how !== 'mention') return said;
  const mention = { type: 'mention' as const, user: PEOPLE[0] ?? AGENT, name: '' };
  return { type: 'root', children: [...said.children, { type: 'paragraph', children: [mention] }] };
}

export function fileOf({ slack }: Stage, kind: FileKind): PaperFile {
  const id = slack.nextFile();
  const bytes = Buffer.from(`content of ${id} `.repeat(kind === 'big' ? 40 : 1));
  const name = `${id}.${kind === 'refused' ? 'exe' : 'txt'}`;
  return {
    id,
    name,
    mime: 'text/plain',
    size: bytes.length,
    permalink: `https://slack.example/${id}`,
    bytes,
  };
}

/** In shared channels an event tells the id of a file alone. */
const toldFiles = (files: readonly PaperFile[], unsized: boolean): readonly SlackFile[] =>
  files.map(({ bytes: _bytes, ...file }) => (unsized ? { ...file, size: null } : file));

interface Saying {
  readonly channel: SlackChannel;
  readonly root: SlackTs | null;
  readonly user: SlackUser;
  readonly how: 'short' | 'long' | 'mention' | 'secret';
  readonly bot: boolean;
  readonly file: FileKind | null;
}

function say({ stage, truth }: Playing, { channel, root, user, how, bot, file }: Saying): PaperMessage {
  const { slack } = stage;
  const ts = slack.nextTs();
  const word = truth.word(`${channel}:${ts}`);
  if (channel === AGENTS) truth.secrets.add(word);
  const body = bodyOf(word, how);
  const files = file === null ? [] : [fileOf(stage, file)];
  const by = bot ? ('bot' as const) : ('person' as const);
  const fresh = { channel, ts, root: root ?? ts, by, user, body, text: '', files };
  const message: PaperMessage = { ...fresh, edited: null, marker: null, gone: false };
  slack.put(message);
  const told = { ...messageOf(message), files: toldFiles(files, file === 'unsized') };
  slack.tell(
    { kind: 'message', message: told, direct: slack.isDirect(channel) },
    { channel, root: message.root, identity: `${channel}:${ts}:`, type: 'event' },
  );
  return message;
}

const ofPeople = ({ stage }: Playing) => stage.slack.all().filter(({ by, gone }) => by !== 'us' && !gone);

/** Threads in which somebody can write: of people, of our direct messages, of the agents' own threads. */
function threadsOf({ stage }: Playing) {
  const { slack } = stage;
  return slack
    .all()
    .filter(
      ({ ts, root, by, channel }) =>
        ts === root && (by === 'person' || slack.isDirect(channel) || channel === AGENTS),
    );
}

export function ask(play: Playing, { who, where, words, file }: ActOf<'ask'>): void {
  const user = personOf(who);
  const channel = [HELP, OPS, directChannel(user), CHAT][where] ?? HELP;
  say(play, { channel, root: null, user, how: words, bot: false, file });
}

export function reply(play: Playing, { who, thread, words, file, bot }: ActOf<'reply'>): void {
  const root = nthOf(threadsOf(play), thread);
  if (root === undefined) return;
  // In a direct message only its person writes, in the agents' channel only agents.
  const { channel } = root;
  const owner = [...PEOPLE, AGENT].find((user) => directChannel(user) === channel);
  const user = owner ?? (channel === AGENTS ? AGENT : personOf(who));
  say(play, { channel, root: root.ts, user, how: words, bot: bot === 0 && owner === undefined, file });
}

function told(play: Playing, changed: PaperMessage): void {
  const { slack } = play.stage;
  const { channel, ts, root } = changed;
  slack.tell(
    { kind: 'edited', message: messageOf(changed) },
    { channel, root, identity: `${channel}:${ts}:message_changed:${changed.edited}`, type: 'event' },
  );
}

export function edit(play: Playing, { message: n, words }: ActOf<'edit'>): void {
  const { stage, truth } = play;
  const message = nthOf(ofPeople(play), n);
  if (message === undefined) return;
  const name = nameOf(message);
  truth.retracted.set(truth.current(name), name);
  const word = truth.word(name);
  if (message.channel === AGENTS) truth.secrets.add(word);
  const changed = { ...message, body: bodyOf(word, words), edited: stage.slack.nextTs() };
  stage.slack.put(changed);
  told(play, changed);
}

export function dropFile(play: Playing, { message: n }: ActOf<'drop-file'>): void {
  const message = nthOf(
    ofPeople(play).filter(({ files }) => files.length > 0),
    n,
  );
  if (message === undefined) return;
  const changed = { ...message, files: [], edited: play.stage.slack.nextTs() };
  play.stage.slack.put(changed);
  told(play, changed);
}

export function remove(play: Playing, { message: n }: ActOf<'remove'>): void {
  const { stage, truth } = play;
  const { slack } = stage;
  const message = nthOf(ofPeople(play), n);
  if (message === undefined) return;
  truth.retracted.set(truth.current(nameOf(message)), nameOf(message));
  const { channel, ts, root } = message;
  const hasReplies = slack
    .messages(channel)
    .now()
    .some((other) => other.root === ts && other.ts !== ts);
  if (ts === root && hasReplies) slack.put({ ...message, body: plainDoc(''), files: [], gone: true });
  else slack.drop(message);
  const identity = `${channel}:${ts}:message_deleted:${slack.nextTs()}`;
  slack.tell({ kind: 'deleted', team: TEAM, channel, ts, root }, { channel, root, identity, type: 'event' });
}

export function shortcut(play: Playing, { message: n, who }: ActOf<'shortcut'>): void {
  const { slack } = play.stage;
  const message = nthOf(ofPeople(play), n);
  if (message === undefined || message.channel === AGENTS) return;
  const { channel, root } = message;
  const intake = { kind: 'open-from-message' as const, message: messageOf(message), by: personOf(who) };
  slack.tell(intake, { channel, root, identity: null, type: 'interactive' });
}

export function form(play: Playing, { who, words }: ActOf<'form'>): void {
  const { slack } = play.stage;
  const submission = `form-${slack.nextTs()}`;
  const word = play.truth.word(submission);
  slack.tell(
    {
      kind: 'open-from-form',
      team: TEAM,
      by: personOf(who),
      submission,
      summary: `${word} form`,
      details: docText(bodyOf(word, words)),
      fields: {},
      channel: null,
      answers: {},
      onBehalfOf: null,
      participants: [],
      urgent: false,
      files: [],
    },
    { channel: null, root: null, identity: null, type: 'interactive' },
  );
}

const BUTTONS: readonly AskedFields[] = [
  { status: 'done' },
  { status: 'active' },
  { priority: 'high' },
  { summary: 'Renamed by hand' },
  { assignee: AGENT },
  { urgency: 'low' },
];

const linksOf = ({ stage }: Playing): readonly LinkId[] =>
  [...stage.db.links.values()].flatMap((row) => (row.card === null ? [] : [row.id]));

export function press(play: Playing, { link: n, who, button }: ActOf<'press'>): void {
  const link = nthOf(linksOf(play), n);
  const row = link === undefined ? undefined : play.stage.db.links.get(link);
  if (row?.card == null) return;
  const { channel, ts } = row.card;
  const intake = {
    kind: 'change' as const,
    team: TEAM,
    by: personOf(who),
    link: row.id,
    set: BUTTONS[button] ?? {},
    channel,
  };
  play.stage.slack.tell(intake, { channel, root: ts, identity: null, type: 'interactive' });
}

export function receipt(play: Playing, { link: n, who }: ActOf<'receipt'>): void {
  const link = nthOf(linksOf(play), n);
  const row = link === undefined ? undefined : play.stage.db.links.get(link);
  if (row?.card == null) return;
  const { channel, ts } = row.card;
  const intake = { kind: 'ask-receipt' as const, team: TEAM, by: personOf(who), link: row.id, channel };
  play.stage.slack.tell(intake, { channel, root: ts, identity: null, type: 'interactive' });
}
