/** What an owner switches on or off, as far as Slack is asked for more because of it. */
export const FEATURES = {
  requests: 'always',
  emoji: 'an emoji of `slack.emoji`',
  mentions: '`slack.mentions`',
  'workflow-step': '`slack.workflow_step`',
  'private-channels':
    '`slack.private_channels`, an `internal_channel` of a queue, or `approvals.cards.channel`',
  files: '`files.max_mb` above 0',
  addresses: '`slack.read_emails`',
  links: '`slack.unfurl_links`',
} as const;
export type Feature = keyof typeof FEATURES;

/** The settings that switch a feature on, as the configuration file names them. */
export interface FeatureSettings {
  readonly slack: {
    readonly private_channels: boolean;
    readonly read_emails: boolean;
    readonly mentions: boolean;
    readonly workflow_step: boolean;
    readonly unfurl_links: boolean;
    readonly emoji: Readonly<Record<string, string | null>>;
  };
  readonly queues: Readonly<Record<string, { readonly internal_channel: unknown }>>;
  readonly approvals: { readonly cards: { readonly channel: unknown } };
  readonly files: { readonly max_mb: number };
}

export function featuresOf({ slack, queues, approvals, files }: FeatureSettings): ReadonlySet<Feature> {
  const isPrivate =
    slack.private_channels ||
    approvals.cards.channel !== null ||
    Object.values(queues).some((queue) => queue.internal_channel !== null);
  return new Set<Feature>([
    'requests',
    ...(Object.values(slack.emoji).some((emoji) => emoji !== null) ? (['emoji'] as const) : []),
    ...(slack.mentions ? (['mentions'] as const) : []),
    ...(slack.workflow_step ? (['workflow-step'] as const) : []),
    ...(isPrivate ? (['private-channels'] as const) : []),
    ...(files.max_mb > 0 ? (['files'] as const) : []),
    ...(slack.read_emails ? (['addresses'] as const) : []),
    ...(slack.unfurl_links ? (['links'] as const) : []),
  ]);
}

/** One scope of the bot token: for whom it is asked, what needs it, and why. */
export interface ScopeNeed {
  readonly scope: string;
  readonly feature: Feature;
  /** Methods of the Web API; `download` is the address of a file's bytes. */
  readonly calls: readonly string[];
  readonly events: readonly string[];
  readonly why: string;
}

const READS = ['conversations.history', 'conversations.replies'] as const;

/**
 * Every scope that Deskbridge ever asks for.
 * Source: "Required scopes" of each method and event below https://docs.slack.dev/reference/
 */
export const SCOPE_NEEDS: readonly ScopeNeed[] = [
  {
    scope: 'chat:write',
    feature: 'requests',
    calls: ['chat.postMessage', 'chat.update', 'chat.delete', 'chat.postEphemeral'],
    events: [],
    why: 'cards, replies and their edits, notices; a comment that became internal is taken out of Slack',
  },
  {
    scope: 'commands',
    feature: 'requests',
    calls: [],
    events: [],
    why: 'the slash command and the shortcuts',
  },
  {
    scope: 'channels:history',
    feature: 'requests',
    calls: READS,
    events: ['message.channels'],
    why: 'public channels to which the app was invited: new messages; the proof that a post was made; repair of missed events',
  },
  {
    scope: 'channels:read',
    feature: 'requests',
    calls: ['conversations.info'],
    events: ['channel_shared', 'channel_unshared'],
    why: 'who can read a channel: nothing of a ticket is shown to people of another company, or among agents in a public channel',
  },
  {
    scope: 'im:history',
    feature: 'requests',
    calls: READS,
    events: ['message.im'],
    why: 'requests and replies in direct messages with the app',
  },
  {
    scope: 'im:write',
    feature: 'requests',
    calls: ['conversations.open'],
    events: [],
    why: 'the direct message of a private request, of the form, and where the app is no member',
  },
  {
    scope: 'users:read',
    feature: 'requests',
    calls: ['users.info'],
    events: [],
    why: 'names of people on the ticket; whether somebody is a guest',
  },
  {
    scope: 'reactions:read',
    feature: 'emoji',
    calls: [],
    events: ['reaction_added', 'reaction_removed'],
    why: 'an emoji makes a request of any message, keeps it from becoming one, or is how those who answer act on it; other reactions are not kept',
  },
  {
    scope: 'app_mentions:read',
    feature: 'mentions',
    calls: [],
    events: ['app_mention'],
    why: 'a mention of the app makes a request of a message or its thread',
  },
  {
    scope: 'groups:history',
    feature: 'private-channels',
    calls: READS,
    events: ['message.groups'],
    why: 'the same in private channels to which the app was invited, the agents’ own among them',
  },
  {
    scope: 'groups:read',
    feature: 'private-channels',
    calls: ['conversations.info'],
    events: [],
    why: 'the same for private channels',
  },
  {
    scope: 'files:read',
    feature: 'files',
    calls: ['files.info', 'download'],
    events: [],
    why: 'files of messages go onto the ticket',
  },
  {
    scope: 'files:write',
    feature: 'files',
    calls: ['files.getUploadURLExternal', 'files.completeUploadExternal', 'files.delete'],
    events: [],
    why: 'files of the ticket go into the thread, and out of it again',
  },
  {
    scope: 'users:read.email',
    feature: 'addresses',
    calls: ['users.info'],
    events: [],
    why: "the requester's address: the ticket systems find their own record of the person by it",
  },
  {
    scope: 'links:read',
    feature: 'links',
    calls: [],
    events: ['link_shared'],
    why: 'links to the sites of the configured ticket systems; those of channels in which there are no requests are not kept',
  },
  {
    scope: 'links:write',
    feature: 'links',
    calls: ['chat.unfurl'],
    events: [],
    why: 'a small card below a link, for people who may see the ticket',
  },
];

/** Methods that are called and need no scope. */
export const FREE_CALLS = [
  'auth.test',
  'chat.getPermalink',
  'views.open',
  'views.update',
  'views.publish',
  'functions.completeSuccess',
  'functions.completeError',
] as const;

/** Events that need no scope, and what they are heard for. */
const FREE_EVENTS: readonly { readonly event: string; readonly feature: Feature }[] = [
  { event: 'app_home_opened', feature: 'requests' },
  { event: 'function_executed', feature: 'workflow-step' },
];

/** What an app with these features needs of Slack, in the order of `SCOPE_NEEDS`. */
export function needsOf(features: ReadonlySet<Feature>): {
  readonly scopes: readonly string[];
  readonly events: readonly string[];
} {
  const needs = SCOPE_NEEDS.filter(({ feature }) => features.has(feature));
  const free = FREE_EVENTS.filter(({ feature }) => features.has(feature)).map(({ event }) => event);
  return {
    scopes: needs.map(({ scope }) => scope),
    events: [...needs.flatMap(({ events }) => events), ...free],
  };
}

/** The scopes as a Markdown table for the guide. */
export function scopeTable(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const rows = SCOPE_NEEDS.map(
    ({ scope, feature, calls, events, why }) =>
      `| \`${scope}\` | ${FEATURES[feature]} | ${code([...events, ...calls])} | ${why} |`,
  );
  return [
    '| scope | asked for | events and calls that need it | why |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${code(FREE_CALLS)} need no scope, nor do the events ${FREE_EVENTS.map(({ event, feature }) => `\`${event}\` (asked for: ${FEATURES[feature]})`).join(', ')}.`,
  ].join('\n');
}
