import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import type { SandboxPerson } from '../worlds.ts';
import { createExecutions, type Executions } from './executions.ts';
import { createFileStore, type FileStore } from './file-store.ts';
import { createMessageStore, type MessageStore } from './message-store.ts';
import { createOneTimeUrls, type OneTimeUrls } from './one-time-urls.ts';
import { createTriggers, type Triggers } from './triggers.ts';
import { createViewStore, type ViewStore } from './view-store.ts';

export const Channel = z.object({
  id: z.string(),
  name: z.string(),
  /** Slack's channel_type: public channel, private channel, direct message with the app. */
  kind: z.enum(['channel', 'group', 'im']),
  members: z.array(z.string()),
  archived: z.boolean(),
  /** With another workspace, by Slack Connect. */
  shared: z.boolean().default(false),
});
export type Channel = z.infer<typeof Channel>;

export interface SlackTeamInfo {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Of which organisation (Enterprise) it is, when the app is installed there as a whole; absent or null: it stands alone. */
  readonly organisation?: { readonly id: string; readonly name: string } | null;
}

/** The installed app and its bot user. */
export interface SlackAppInfo {
  readonly appId: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly name: string;
}

/** Everything that the simulated workspace knows. The Web API and the people act on this one state. */
export interface SlackWorld {
  readonly clock: SandboxClock;
  readonly team: SlackTeamInfo;
  readonly app: SlackAppInfo;
  readonly people: ReadonlyMap<string, SandboxPerson>;
  readonly channels: Map<string, Channel>;
  readonly messages: MessageStore;
  readonly files: FileStore;
  readonly views: ViewStore;
  readonly triggers: Triggers;
  readonly executions: Executions;
  readonly responseUrls: OneTimeUrls;
  /** Where the sandbox itself is reached, without a trailing slash; null until it is attached or called. */
  baseUrl(): string | null;
  setBaseUrl(url: string): void;
  /** Tells listeners that something visible changed. */
  changed(): void;
  onChange(listener: () => void): () => void;
}

export interface WorldOptions {
  readonly clock: SandboxClock;
  readonly team: SlackTeamInfo;
  readonly app: SlackAppInfo;
  readonly people: readonly SandboxPerson[];
  readonly channels: readonly Channel[];
}

/** The direct message between a person and the app: one per person, its id told by his. */
function imChannel(world: { readonly app: SlackAppInfo }, person: SandboxPerson): Channel {
  return {
    id: `D${person.id.slice(1)}`,
    name: person.name,
    kind: 'im',
    members: [person.id, world.app.botUserId],
    archived: false,
    shared: false,
  };
}

export function createWorld(options: WorldOptions): SlackWorld {
  const { clock, team, app } = options;
  const listeners = new Set<() => void>();
  let baseUrl: string | null = null;
  const ims = options.people.map((person) => imChannel({ app }, person));
  return {
    clock,
    team,
    app,
    people: new Map(options.people.map((person) => [person.id, person])),
    channels: new Map([...options.channels, ...ims].map((channel) => [channel.id, channel])),
    messages: createMessageStore(clock),
    files: createFileStore(clock),
    views: createViewStore(clock),
    triggers: createTriggers(clock),
    executions: createExecutions(),
    responseUrls: createOneTimeUrls(clock),
    baseUrl: () => baseUrl,
    setBaseUrl(url) {
      baseUrl = url;
    },
    changed() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
