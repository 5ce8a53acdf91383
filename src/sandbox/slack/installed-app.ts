import { z } from 'zod';
import type { JsonObject } from './message-store.ts';

/** What the app's bot token may do unless the sandbox is told otherwise. */
const DEFAULT_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'links:read',
  'links:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
  'users:read.email',
] as const;

/** What a workspace lets an installed app do and hear. */
export interface InstalledApp {
  /** Of the bot token. */
  readonly scopes: readonly string[];
  /** Was this scope granted? Whoever asks makes use of it. */
  may(scope: string): boolean;
  /** The scopes that were made use of, and those that were missed. */
  readonly asked: { readonly used: ReadonlySet<string>; readonly missed: ReadonlySet<string> };
  /** Is this event sent to it? It has to be subscribed, and the scope of the event granted. */
  hears(event: JsonObject): boolean;
  /** May people use this slash command, or this shortcut or step (by callback id) of it? */
  offers(kind: 'command' | 'shortcut' | 'step', name: string): boolean;
  /** Hosts of whose links it hears. */
  readonly linkDomains: readonly string[];
  /** Do its buttons, menus and forms answer? */
  readonly isInteractive: boolean;
}

/** As much of a manifest as decides what happens. */
const Manifest = z.object({
  features: z.object({
    shortcuts: z.array(z.object({ callback_id: z.string() })).default([]),
    slash_commands: z.array(z.object({ command: z.string() })).default([]),
    unfurl_domains: z.array(z.string()).default([]),
  }),
  functions: z.record(z.string(), z.unknown()).default({}),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.boolean() }),
  }),
});

/** Scopes that an event needs, by its name in a subscription (docs.slack.dev/reference/events). */
const SCOPE_OF_EVENT: Readonly<Record<string, string>> = {
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  app_mention: 'app_mentions:read',
  channel_shared: 'channels:read',
  channel_unshared: 'channels:read',
  link_shared: 'links:read',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
};

const KIND_OF_MESSAGE: Readonly<Record<string, string>> = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
};

function subscriptionOf(event: JsonObject): string {
  const type = String(event['type']);
  return type === 'message' ? (KIND_OF_MESSAGE[String(event['channel_type'])] ?? type) : type;
}

/** An app that is installed from its manifest; without one it is subscribed to everything that its scopes allow. */
export function installedApp(options: {
  readonly manifest?: unknown;
  readonly scopes?: readonly string[];
}): InstalledApp {
  const manifest = options.manifest === undefined ? null : Manifest.parse(options.manifest);
  const scopes = options.scopes ?? manifest?.oauth_config.scopes.bot ?? DEFAULT_SCOPES;
  const granted = new Set(scopes);
  const used = new Set<string>();
  const missed = new Set<string>();
  function may(scope: string): boolean {
    const isGranted = granted.has(scope);
    (isGranted ? used : missed).add(scope);
    return isGranted;
  }
  const subscribed = manifest === null ? null : new Set(manifest.settings.event_subscriptions.bot_events);
  const offered =
    manifest === null
      ? null
      : {
          command: new Set(manifest.features.slash_commands.map(({ command }) => command)),
          shortcut: new Set(manifest.features.shortcuts.map(({ callback_id: id }) => id)),
          step: new Set(Object.keys(manifest.functions)),
        };
  return {
    scopes,
    may,
    asked: { used, missed },
    hears(event) {
      const name = subscriptionOf(event);
      const scope = SCOPE_OF_EVENT[name];
      return (subscribed?.has(name) ?? true) && (scope === undefined || may(scope));
    },
    offers: (kind, name) => (kind === 'step' || may('commands')) && (offered?.[kind].has(name) ?? true),
    linkDomains: manifest?.features.unfurl_domains ?? [],
    isInteractive: manifest?.settings.interactivity.is_enabled ?? true,
  };
}
