import type { SlackChannel, SlackUser } from '../model/ids.ts';
import type { Secret } from '../model/secret.ts';
import type { ConfigFile } from './config-file.ts';

export interface SlackConfig {
  readonly apiUrl: string;
  readonly botToken: Secret;
  readonly transport:
    | { readonly mode: 'http'; readonly signingSecret: Secret }
    | { readonly mode: 'socket'; readonly appToken: Secret };
  readonly command: string;
  readonly channels: readonly {
    readonly id: SlackChannel;
    readonly name: string;
    /** Whether guests and people of other companies may ask there. */
    readonly outsiders: boolean;
  }[];
  /** Names without colons; null: no emoji means that. */
  readonly emoji: { readonly open: string | null; readonly bypass: string | null };
  readonly holdSeconds: number;
  /** Bot ids whose posts are carried over. */
  readonly bots: ReadonlySet<string>;
  readonly responders: readonly SlackUser[];
}

/** The settings of `slack`, with the secrets that they name. */
export function slackConfig(slack: ConfigFile['slack'], secret: (variable: string) => Secret): SlackConfig {
  return {
    apiUrl: slack.api_url,
    botToken: secret(slack.bot_token_env),
    transport:
      slack.mode === 'http'
        ? { mode: 'http', signingSecret: secret(slack.signing_secret_env) }
        : { mode: 'socket', appToken: secret(slack.app_token_env) },
    command: slack.command,
    channels: slack.channels,
    emoji: slack.emoji,
    holdSeconds: slack.hold_seconds,
    bots: new Set(slack.bots),
    responders: slack.responders,
  };
}
