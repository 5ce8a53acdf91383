import { z } from 'zod';
import { SlackChannel, SlackTeam, SlackUser } from '../model/ids.ts';
import { BaseUrl } from './base-url.ts';
import { EnvName } from './connector-settings.ts';

const Channel = z.strictObject({
  id: SlackChannel.meta({ description: 'Channel id, from the bottom of "View channel details".' }),
  name: z.string().min(1).max(80).meta({ description: 'Its name, for people who read this file.' }),
  workspace: SlackTeam.optional().meta({
    description:
      'Id of the workspace or organisation that has it; needed beside `slack.oauth`, where several are served.',
  }),
  answers: z
    .record(z.string().min(1).max(60), z.enum(['thread', 'ephemeral', 'direct']))
    .default({})
    .meta({
      description:
        'How requests of each kind are answered here (`default`: all others): in the `thread`, `direct` to the person, or `ephemeral`: he alone is told there that the ticket has an answer. What is confidential always goes on in a direct message.',
    }),
  outsiders: z.boolean().default(false).meta({
    description:
      'Whether guests and people of other companies may open requests there by emoji, mention or button, and read the answers. They never see fields of the ticket and change nothing.',
  }),
});

const EmojiName = z.string().regex(/^[a-z0-9_+'-]{1,100}$/, {
  error: "must be an emoji's name without colons, such as ticket",
});

const Emoji = z.strictObject({
  open: EmojiName.nullable().default('ticket').meta({
    description:
      'Makes a request of any message that gets it as a reaction, wherever the app was invited. Null: none does.',
  }),
  bypass: EmojiName.nullable().default('mute').meta({
    description:
      'A message that carries it opens no request, nor does one to which its author adds it within `slack.hold_seconds`. Null: none.',
  }),
  take: EmojiName.nullable().default('eyes').meta({
    description:
      'On the first message of a request or on its card, by somebody who answers requests: it is assigned to him, until he takes the emoji away. Null: none.',
  }),
  solve: EmojiName.nullable().default('white_check_mark').meta({
    description: 'The same: it is solved, and open again when the emoji is taken away. Null: none.',
  }),
  reopen: EmojiName.nullable().default('leftwards_arrow_with_hook').meta({
    description: 'The same: it is open again, and solved when the emoji is taken away. Null: none.',
  }),
  raise: EmojiName.nullable().default('arrow_up').meta({
    description: 'The same: its priority is one step higher, until the emoji is taken away. Null: none.',
  }),
});

const limit = (who: string, standard: { readonly burst: number; readonly per_minute: number }) =>
  z
    .strictObject({
      burst: z.int().min(2).max(100_000).meta({ description: 'So many at once.' }),
      per_minute: z.int().min(1).max(1_000_000).meta({ description: 'So many a minute from then on.' }),
    })
    .nullable()
    .default(standard)
    .meta({ description: `${who}; null: no limit.` });

const Limits = z.strictObject({
  person: limit('What one person writes, presses and types', { burst: 100, per_minute: 120 }),
  app: limit('What one bot or other app posts in threads', { burst: 200, per_minute: 300 }),
  channel: limit('What all of them together do in one channel', { burst: 500, per_minute: 1200 }),
});

/** Names of variables that apply when the file does not say otherwise. */
export const SLACK_VARIABLES = {
  bot_token_env: 'SLACK_BOT_TOKEN',
  signing_secret_env: 'SLACK_SIGNING_SECRET',
  app_token_env: 'SLACK_APP_TOKEN',
} as const;

/** Registration of an app that several workspaces, or a whole organisation, install. */
const SlackOAuth = z.strictObject({
  client_id: z
    .string()
    .regex(/^[0-9.]{3,60}$/, {
      error: 'must be the client id of the Slack app, two numbers with a point between',
    })
    .meta({ description: 'The client id, from "Basic Information" of the Slack app.' }),
  client_secret_env: EnvName.default('SLACK_CLIENT_SECRET').meta({
    description: 'Variable with the client secret.',
  }),
  organisation: z.boolean().default(false).meta({
    description:
      'Whether an organisation (Enterprise) may install the app for all of its workspaces at once.',
  }),
  authorize_url: z
    .url()
    .default('https://slack.com/oauth/v2/authorize')
    .meta({ description: 'The page on which people consent; another one only for an emulator.' }),
});

/** Sign in with Slack, for pages on which people decide. */
const SlackSignIn = z.strictObject({
  client_id: SlackOAuth.shape.client_id,
  client_secret_env: SlackOAuth.shape.client_secret_env,
  authorize_url: z
    .url()
    .default('https://slack.com/openid/connect/authorize')
    .meta({ description: 'The page on which people sign in; another one only for an emulator.' }),
});

/** The section `slack` of the file. */
export const Slack = z.strictObject({
  mode: z.enum(['http', 'socket']).meta({
    description:
      '`http`: Slack calls us at a public address. `socket`: we call Slack, no public address needed.',
  }),
  api_url: BaseUrl.default('https://slack.com/api/').meta({
    description: 'Address of the Web API; another one only for an emulator.',
  }),
  bot_token_env: EnvName.default(SLACK_VARIABLES.bot_token_env).meta({
    description: 'Variable with the bot token (xoxb-) of the one workspace; not read beside `oauth`.',
  }),
  oauth: SlackOAuth.optional().meta({
    description:
      'Serves every workspace and organisation that installs the app, instead of the one of the bot token; needs `server.public_url`. See connect-slack.md.',
  }),
  sign_in: SlackSignIn.optional().meta({
    description:
      'Lets people sign in with Slack on a page of Deskbridge, to decide about approvals there; needs `server.public_url`. See approvals-native.md.',
  }),
  signing_secret_env: EnvName.default(SLACK_VARIABLES.signing_secret_env).meta({
    description: 'Variable with the signing secret; needed in mode http.',
  }),
  app_token_env: EnvName.default(SLACK_VARIABLES.app_token_env).meta({
    description: 'Variable with the app-level token (xapp-); needed in mode socket.',
  }),
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]{1,31}$/, { error: 'must be a slash command such as /desk, at most 32 characters' })
    .default('/desk')
    .meta({ description: 'The slash command, as the Slack app declares it.' }),
  channels: z.array(Channel).default([]).meta({
    description:
      'Channels in which a message opens a request. Direct messages to the app, the command and the message shortcut work everywhere.',
  }),
  emoji: Emoji.prefault({}).meta({ description: 'Emoji that mean something to Deskbridge.' }),
  mentions: z.boolean().default(true).meta({
    description:
      'Whether a mention of the app opens a request, wherever it was invited; asks for `app_mentions:read`.',
  }),
  workflow_step: z.boolean().default(false).meta({
    description:
      'Whether Workflow Builder offers the step "Open a request". Slack then wants an app that a whole organisation could install.',
  }),
  unfurl_links: z.boolean().default(false).meta({
    description:
      'Whether links to tickets of requests become small cards, where whoever reads the place may see them; asks for `links:read` and `links:write`. See home.md.',
  }),
  hold_seconds: z.int().min(0).max(300).default(0).meta({
    description:
      'Seconds for which a message in a channel of `slack.channels` waits before it becomes a request, so that its author can still say no with `slack.emoji.bypass`.',
  }),
  escalate_every_minutes: z.int().min(1).max(1_440).default(60).meta({
    description:
      'How many minutes have to pass before one request can be escalated again, or a person be asked for again.',
  }),
  limits: Limits.prefault({}).meta({
    description:
      'How much is taken up at once. What comes faster waits for its turn, in its order, and nothing of it is lost; nobody else waits for it.',
  }),
  bots: z
    .array(z.string().regex(/^B[A-Z0-9]{1,30}$/, { error: 'must be a bot id, which begins with B' }))
    .default([])
    .meta({
      description:
        "Bot ids whose posts in a request's thread are carried over like a person's. All other bots are ignored.",
    }),
  private_channels: z.boolean().default(false).meta({
    description:
      'Whether the app serves private channels too, and asks for `groups:history`. An `internal_channel` of a queue and `approvals.cards.channel` ask for it as well.',
  }),
  read_emails: z.boolean().default(true).meta({
    description:
      "Whether the app asks for people's addresses (`users:read.email`). Without them no ticket system finds the requester's own record.",
  }),
  responders: z.array(SlackUser).default([]).meta({
    description:
      'User ids of the people who answer requests: what they write in a channel opens none, and they may change the status of every request.',
  }),
});
