import { emptyDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { type SlackChannel, SlackTs, tsMicros } from '../../src/model/ids.ts';
import { type Outcome, ok, rejected } from '../../src/model/outcome.ts';
import type { NewMessage, PostedMessage, Target } from '../../src/slack/out/post.ts';
import type { MessagePage, PageWanted, ReadMessage } from '../../src/slack/out/read-page.ts';
import type { SharedFile, SlackFiles, SlackOut } from '../../src/slack/out/slack-out.ts';
import { bytesOf, hashBytes, inChunks } from './paper/bytes.ts';
import { AGENTS } from './paper/rules.ts';
import {
  directChannel,
  messageOf,
  type PaperMessage,
  type SlackState,
  TEAM,
  US,
} from './paper/slack-state.ts';
import type { Exchange, Weather } from './weather.ts';

const MINUTE_MS = 60_000;
const PAGE = 999;

export interface PaperSlackDeps {
  readonly state: SlackState;
  readonly exchange: Exchange;
  readonly weather: Weather;
}

/** Slack on paper: what the bridge does there happens in maps, and suffers the weather. */
export function createPaperSlack(deps: PaperSlackDeps): SlackOut {
  const { state, exchange } = deps;
  return {
    ...createWrites(deps),
    files: createFiles(deps),
    whoAmI: () => exchange('read', () => ok({ user: US, team: TEAM })),
    person: (user) => exchange('read', () => ok({ name: `Name of ${user}`, email: `${user}@example.com` })),
    permalink: (channel, ts) => exchange('read', () => ok(`https://slack.example/${channel}/${ts}`)),
    page: (wanted) => exchange('read', () => readPage(deps, wanted)),
    standing: () => exchange('read', () => ok({ guest: false, lifeless: false, home: null, timeZone: null })),
    place: (channel) =>
      exchange('read', () =>
        ok(
          state.places.get(channel) ?? {
            kind: channel === AGENTS ? ('private' as const) : ('public' as const),
            shared: false,
          },
        ),
      ),
    forgetPlace() {},
    tell: ({ user, text }) =>
      exchange('write', () => {
        const words = typeof text === 'string' ? text : docText(text);
        if (user !== null) state.whispers.push({ user, text: words });
        state.shown.push(words);
        return ok(null);
      }),
    unfurl: () => exchange('write', () => ok(null)),
    updateView: () => exchange('write', () => ok('shown' as const)),
    publishHome: () => exchange('write', () => ok(null)),
    completeStep: () => exchange('write', () => ok(null)),
    whisper: {
      proof: 'compare-and-set',
      timeoutMs: 10_000,
      settleMs: 0,
      send: ({ user, text }) =>
        exchange('write', () => {
          state.whispers.push({ user, text });
          state.shown.push(text);
          return ok(null);
        }),
      find: async () => ok(null),
    },
  };
}

const lagOf = ({ weather }: PaperSlackDeps) => weather.lagMs.get('slack') ?? 0;

const channelOf = (target: Target): SlackChannel =>
  target.kind === 'direct' ? directChannel(target.user) : target.channel;

function createWrites(deps: PaperSlackDeps): Pick<SlackOut, 'post' | 'edit' | 'remove'> {
  const { state, exchange } = deps;
  const seen = (channel: SlackChannel) => state.messages(channel).seen(lagOf(deps));

  function post({ target, text }: NewMessage, marker: string): Outcome<PostedMessage> {
    const channel = channelOf(target);
    const ts = state.nextTs();
    const root = target.kind === 'thread' ? target.root : ts;
    state.shown.push(text);
    state.put({ ...ours({ channel, ts, root, text }), marker });
    return ok({ channel, ts });
  }

  return {
    post: {
      proof: 'marker',
      timeoutMs: 10_000,
      settleMs: 30_000,
      send: (message, attempt) => exchange('write', () => post(message, attempt.marker)),
      find: ({ target }, attempt) =>
        exchange('read', () => {
          const channel = channelOf(target);
          const found = seen(channel).find((message) => message.marker === attempt.marker && !message.gone);
          return ok(found === undefined ? null : { channel, ts: found.ts });
        }),
    },
    edit: {
      proof: 'compare-and-set',
      timeoutMs: 10_000,
      settleMs: 0,
      send: ({ channel, ts, text }) =>
        exchange('write', () => {
          const message = state.find(channel, ts);
          if (message === undefined || message.gone) return rejected('not-found', 'The message is gone.');
          state.shown.push(text);
          state.put({ ...message, text });
          return ok({ channel, ts });
        }),
      find: ({ channel, ts, text }) =>
        exchange('read', () => {
          const message = seen(channel).find((one) => one.ts === ts);
          if (message?.gone === true) return rejected('not-found', 'The message was deleted in Slack.');
          return ok(message?.text === text ? { channel, ts } : null);
        }),
    },
    remove: {
      proof: 'compare-and-set',
      timeoutMs: 10_000,
      settleMs: 0,
      send: ({ channel, ts }) =>
        exchange('write', () => {
          const message = state.find(channel, ts);
          if (message !== undefined) state.drop(message);
          return ok(null);
        }),
      find: async () => ok(null),
    },
  };
}

function ours(at: Pick<PaperMessage, 'channel' | 'ts' | 'root' | 'text'>): Omit<PaperMessage, 'marker'> {
  return { ...at, by: 'us', user: US, body: emptyDoc, files: [], edited: null, gone: false };
}

function createFiles(deps: PaperSlackDeps): SlackFiles {
  const { state, exchange } = deps;
  const ofUs = (shared: SharedFile, sinceMs: number) =>
    state
      .messages(shared.channel)
      .seen(lagOf(deps))
      .filter((message) => message.by === 'us' && message.root === shared.root)
      .filter((message) => Number(tsMicros(message.ts) / 1000n) >= sinceMs)
      .flatMap((message) => message.files)
      .find(
        ({ id, name, bytes }) =>
          shared.others?.has(id) !== true && name === shared.name && hashBytes(bytes) === shared.sha256,
      );
  const fileOf = (id: string) =>
    [...state.all().flatMap(({ files }) => files), ...state.uploads].find((file) => file.id === id);

  return {
    share: {
      proof: 'content',
      timeoutMs: 120_000,
      settleMs: MINUTE_MS,
      async send(shared) {
        const bytes = await bytesOf(shared.open());
        return exchange('write', () => {
          const { channel, root, name, comment } = shared;
          const ts = state.nextTs();
          const id = state.nextFile();
          const file = { id, name, mime: 'text/plain', size: bytes.length, permalink: null, bytes };
          state.shown.push(comment);
          const message = ours({ channel, ts, root, text: comment });
          state.put({ ...message, files: [file], marker: null });
          return ok({ file: id });
        });
      },
      find: (shared, attempt) =>
        exchange('read', () => {
          const found = ofUs(shared, attempt.startedAt.getTime() - MINUTE_MS);
          return ok(found === undefined ? null : { file: found.id });
        }),
    },
    remove: {
      proof: 'compare-and-set',
      timeoutMs: 10_000,
      settleMs: 0,
      send: ({ file }) =>
        exchange('write', () => {
          for (const message of state.all())
            if (message.files.some(({ id }) => id === file)) state.drop(message);
          return ok(null);
        }),
      find: async () => ok(null),
    },
    read: (id) =>
      exchange('read', () => {
        const file = fileOf(id);
        if (file === undefined) return rejected('not-found', 'There is no such file any more.');
        const { bytes: _bytes, ...about } = file;
        return ok(about);
      }),
    open: (id) =>
      exchange('read', () => {
        const file = fileOf(id);
        if (file === undefined) return rejected('not-found', 'There is no such file any more.');
        return ok({ mime: file.mime, size: file.size, bytes: inChunks(file.bytes) });
      }),
  };
}

function readPage(deps: PaperSlackDeps, wanted: PageWanted): Outcome<MessagePage | 'gone'> {
  const { channel, root, after, before } = wanted;
  const { state } = deps;
  const all = state.messages(channel).seen(lagOf(deps));
  const inside = all
    .filter((message) => (root === null ? message.ts === message.root : message.root === root))
    .filter(({ ts }) => after === null || tsMicros(ts) > tsMicros(after))
    .filter(({ ts }) => before === null || tsMicros(ts) < tsMicros(before));
  if (root !== null && !all.some((message) => message.root === root)) return ok('gone');
  const ordered = [...inside].sort((a, b) => Number(tsMicros(a.ts) - tsMicros(b.ts)));
  const messages = (root === null ? ordered.reverse() : ordered).slice(0, PAGE);
  return ok({ messages: messages.map((message) => asRead(state, all, message)), next: null });
}

function asRead(state: SlackState, all: readonly PaperMessage[], message: PaperMessage): ReadMessage {
  const { ts, root, edited, gone, user, by, channel } = message;
  const replies = ts === root ? all.filter((other) => other.root === ts && other.ts !== ts) : [];
  const micros = replies.map((reply) => tsMicros(reply.ts)).sort((a, b) => Number(a - b));
  const newest = micros.at(-1);
  const latest = replies.find((reply) => tsMicros(reply.ts) === newest)?.ts ?? null;
  const intake =
    by === 'us'
      ? state.remember({ kind: 'own-message', channel, ts, marker: message.marker })
      : state.remember({ kind: 'message', message: messageOf(message), direct: state.isDirect(channel) });
  const event = { intake };
  return { ts: SlackTs.parse(ts), root, replies: replies.length, latest, edited, gone, user, event };
}

export const wordsIn = (message: PaperMessage) =>
  message.by === 'us' ? message.text : docText(message.body);
