import type { SlackChannel, SlackTeam, SlackUser } from '../model/ids.ts';
import type { Secret } from '../model/secret.ts';
import type { Answers } from '../privacy/audience.ts';
import type { ConfigFile } from './config-file.ts';

export interface SlackConfig {
  readonly apiUrl: string;
  /** One workspace with the token that it gave, or those that install the app. */
  readonly grant: SlackGrantConfig;
  /** Where people sign in on pages of ours; null: nowhere. */
  readonly signIn: SlackSignInConfig | null;
  readonly transport:
    | { readonly mode: 'http'; readonly signingSecret: Secret }
    | { readonly mode: 'socket'; readonly appToken: Secret };
  readonly command: string;
  readonly channels: readonly {
    readonly id: SlackChannel;
    readonly name: string;
    /** Null: of every workspace that is served. */
    readonly workspace: SlackTeam | null;
    /** Whether guests and people of other companies may ask there. */
    readonly outsiders: boolean;
    readonly answers: Readonly<Record<string, Answers>>;
  }[];
  /** Names without colons; null: no emoji means that. */
  readonly emoji: Readonly<Record<'open' | 'bypass' | 'take' | 'solve' | 'reopen' | 'raise', string | null>>;
  readonly holdSeconds: number;
  readonly alarmMinutes: number;
  readonly unfurlsLinks: boolean;
  /** Bot ids whose posts are carried over. */
  readonly bots: ReadonlySet<string>;
  readonly responders: readonly SlackUser[];
  /** How fast each may send before it is made to wait; null: as it likes. */
  readonly limits: Readonly<Record<'person' | 'app' | 'channel', Limit | null>>;
}

interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

export type SlackGrantConfig =
  | { readonly kind: 'token'; readonly botToken: Secret }
  | {
      readonly kind: 'oauth';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly organisation: boolean;
      readonly authorizeUrl: string;
    };

export interface SlackSignInConfig {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly authorizeUrl: string;
}

/** The secret in a variable. */
type SecretIn = (variable: string) => Secret;

export function slackConfig(slack: ConfigFile['slack'], secret: SecretIn): SlackConfig {
  return {
    apiUrl: slack.api_url,
    grant: slackGrant(slack, secret),
    signIn: signInConfig(slack, secret),
    transport:
      slack.mode === 'http'
        ? { mode: 'http', signingSecret: secret(slack.signing_secret_env) }
        : { mode: 'socket', appToken: secret(slack.app_token_env) },
    command: slack.command,
    channels: slack.channels.map((channel) => ({ ...channel, workspace: channel.workspace ?? null })),
    emoji: slack.emoji,
    holdSeconds: slack.hold_seconds,
    alarmMinutes: slack.escalate_every_minutes,
    unfurlsLinks: slack.unfurl_links,
    bots: new Set(slack.bots),
    responders: slack.responders,
    limits: {
      person: limit(slack.limits.person),
      app: limit(slack.limits.app),
      channel: limit(slack.limits.channel),
    },
  };
}

function limit(said: ConfigFile['slack']['limits']['person']): Limit | null {
  return said === null ? null : { burst: said.burst, perSecond: said.per_minute / 60 };
}

function signInConfig({ sign_in: asked }: ConfigFile['slack'], secret: SecretIn): SlackSignInConfig | null {
  if (asked === undefined) return null;
  const { client_id: clientId, client_secret_env: name, authorize_url: authorizeUrl } = asked;
  return { clientId, clientSecret: secret(name), authorizeUrl };
}

function slackGrant(slack: ConfigFile['slack'], secret: SecretIn): SlackGrantConfig {
  const { oauth } = slack;
  if (oauth === undefined) return { kind: 'token', botToken: secret(slack.bot_token_env) };
  return {
    kind: 'oauth',
    clientId: oauth.client_id,
    clientSecret: secret(oauth.client_secret_env),
    organisation: oauth.organisation,
    authorizeUrl: oauth.authorize_url,
  };
}
