import type { SandboxPerson } from '../worlds.ts';
import type { Channel, SlackAppInfo, SlackTeamInfo } from './world.ts';

/** The workspace that a newcomer finds when nothing else is asked for. */
export const DEFAULT_TEAM: SlackTeamInfo = {
  id: 'T0SANDBOX',
  name: 'Northwind',
  domain: 'northwind-sandbox',
};

export const DEFAULT_APP: SlackAppInfo = {
  appId: 'A0SANDBOX',
  botId: 'B0SANDBOX',
  botUserId: 'U0DESKBRIDGE',
  name: 'Deskbridge',
};

export const DEFAULT_PEOPLE: readonly SandboxPerson[] = [
  { id: 'U0ALMA', name: 'Alma Reyes', email: 'alma.reyes@northwind.example' },
  { id: 'U0BEN', name: 'Ben Okafor', email: 'ben.okafor@northwind.example' },
  { id: 'U0CHEN', name: 'Chen Wei', email: 'chen.wei@northwind.example' },
  { id: 'U0DANA', name: 'Dana Novak', email: 'dana.novak@northwind.example' },
];

/** A channel as the sandbox's maker describes it. Members default to everybody. */
export interface ChannelOption {
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly members?: readonly string[];
  /** Whether the app's bot was invited; true unless said otherwise. */
  readonly botIsMember?: boolean;
  readonly isArchived?: boolean;
  /** With another workspace: there Slack tells of files the id alone. */
  readonly isShared?: boolean;
}

export const DEFAULT_CHANNELS: readonly ChannelOption[] = [
  { id: 'C0HELPIT', name: 'help-it' },
  { id: 'C0SECURITY', name: 'help-security' },
  { id: 'C0GENERAL', name: 'general', botIsMember: false },
];

export function channelFrom(option: ChannelOption, people: readonly SandboxPerson[], bot: string): Channel {
  const members = option.members ?? people.map((person) => person.id);
  return {
    id: option.id,
    name: option.name,
    kind: option.isPrivate === true ? 'group' : 'channel',
    members: option.botIsMember === false ? [...members] : [...members, bot],
    archived: option.isArchived === true,
    shared: option.isShared === true,
  };
}
