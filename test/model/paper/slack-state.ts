import { type NewDelivery, threadPartition } from '../../../src/model/delivery.ts';
import type { Doc } from '../../../src/model/doc.ts';
import { SlackChannel, SlackFileId, SlackTeam, SlackTs, SlackUser } from '../../../src/model/ids.ts';
import type { Intake, SlackFile, SlackMessage } from '../../../src/model/intake.ts';
import type { SlackPlaceView } from '../../../src/slack/out/slack-out.ts';
import type { Clock } from '../memory/db.ts';
import { createVersions, type Versions } from './versions.ts';

export const TEAM = SlackTeam.parse('T1');
export const US = SlackUser.parse('UBRIDGE');

export interface PaperFile extends SlackFile {
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** A message as Slack has it; replaced as a whole when it changes. */
export interface PaperMessage {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  readonly root: SlackTs;
  readonly by: 'person' | 'bot' | 'us';
  readonly user: SlackUser;
  readonly body: Doc;
  readonly text: string;
  readonly files: readonly PaperFile[];
  readonly edited: SlackTs | null;
  readonly marker: string | null;
  readonly gone: boolean;
}

/** A workspace on paper: channels with messages, their past, and the events that it sends about what people do. */
export interface SlackState {
  readonly channels: ReadonlyMap<SlackChannel, Versions<readonly PaperMessage[]>>;
  messages(channel: SlackChannel): Versions<readonly PaperMessage[]>;
  find(channel: SlackChannel, ts: SlackTs): PaperMessage | undefined;
  all(): readonly PaperMessage[];
  nextTs(): SlackTs;
  nextFile(): SlackFileId;
  /** Adds or replaces a message. */
  put(message: PaperMessage): void;
  drop(message: PaperMessage): void;
  /** Sends an event, as Slack would. */
  tell(intake: Intake, about: EventName): void;
  /** An intake by the name that stands in the body of a delivery. */
  intakeOf(name: string): Intake | undefined;
  remember(intake: Intake): string;
  /** Files that came with forms and hang on no message. */
  readonly uploads: PaperFile[];
  /** Every text that we ever put there. */
  readonly shown: string[];
  readonly whispers: { readonly user: SlackUser; readonly text: string }[];
  isDirect(channel: SlackChannel): boolean;
  /** Who reads channels that are not as usual. */
  readonly places: Map<SlackChannel, SlackPlaceView>;
}

export interface EventName {
  readonly channel: SlackChannel | null;
  readonly root: SlackTs | null;
  readonly identity: string | null;
  readonly type: NewDelivery['type'];
}

export const directChannel = (user: SlackUser) => SlackChannel.parse(`D${user}`);

export function createSlackState(clock: Clock, send: (delivery: NewDelivery) => void): SlackState {
  const channels = new Map<SlackChannel, Versions<readonly PaperMessage[]>>();
  const intakes = new Map<string, Intake>();
  let lastMicros = 0n;
  let files = 0;
  let events = 0;

  function messages(channel: SlackChannel) {
    const known = channels.get(channel);
    if (known !== undefined) return known;
    const fresh = createVersions<readonly PaperMessage[]>(clock, []);
    channels.set(channel, fresh);
    return fresh;
  }
  function remember(intake: Intake): string {
    const name = `intake-${intakes.size + 1}`;
    intakes.set(name, intake);
    return name;
  }

  return {
    channels,
    messages,
    find: (channel, ts) =>
      messages(channel)
        .now()
        .find((message) => message.ts === ts),
    all: () => [...channels.values()].flatMap((versions) => versions.now()),
    nextTs() {
      const micros = BigInt(clock.now) * 1000n;
      lastMicros = micros > lastMicros ? micros : lastMicros + 1n;
      return tsOf(lastMicros);
    },
    nextFile() {
      files += 1;
      return SlackFileId.parse(`F${files}`);
    },
    put(message) {
      const versions = messages(message.channel);
      const before = versions.now();
      const at = before.findIndex(({ ts }) => ts === message.ts);
      versions.set(at < 0 ? [...before, message] : before.with(at, message));
    },
    drop(message) {
      const versions = messages(message.channel);
      versions.set(versions.now().filter(({ ts }) => ts !== message.ts));
    },
    tell(intake, { channel, root, identity, type }) {
      events += 1;
      const partition =
        channel === null || root === null
          ? threadPartition(TEAM, SlackChannel.parse('C0'), SlackTs.parse('1.000000'))
          : threadPartition(TEAM, channel, root);
      const body = Buffer.from(JSON.stringify({ event: { intake: remember(intake) } }));
      send({ source: 'slack', key: `Ev${events}`, identity, partition, type, body });
    },
    intakeOf: (name) => intakes.get(name),
    remember,
    uploads: [],
    shown: [],
    whispers: [],
    places: new Map(),
    isDirect: (channel) => channel.startsWith('D'),
  };
}

const tsOf = (micros: bigint) =>
  SlackTs.parse(`${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`);

/** What the bridge is told of a message of a person or a bot. */
export function messageOf(message: PaperMessage): SlackMessage {
  const { channel, ts, root, by, user, body, files, edited } = message;
  return {
    team: TEAM,
    channel,
    ts,
    root,
    user,
    bot: by === 'bot' ? 'Robot' : null,
    body,
    files: files.map(({ bytes: _bytes, ...file }) => file),
    edited,
  };
}
