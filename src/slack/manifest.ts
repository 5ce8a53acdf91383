import {
  APP_DESCRIPTION,
  APP_STORY,
  ASK_WORDS,
  COMMAND_DESCRIPTION,
  COMMAND_HINT,
  ESCALATE_WORDS,
  HUMAN_WORDS,
  OPEN_WORDS,
  STEP_CHANNEL,
  STEP_DETAILS,
  STEP_KEY,
  STEP_MESSAGE,
  STEP_REQUESTER,
  STEP_SUMMARY,
  STEP_URL,
  STEP_WORDS,
} from '../texts/app-manifest.ts';
import { ASK_SHORTCUT } from './in/ask-shortcut.ts';
import { ESCALATE_SHORTCUT } from './in/escalate-view.ts';
import { HAND_TO_HUMAN } from './in/hand-to-human.ts';
import { OPEN_REQUEST } from './in/open-from-message.ts';
import { OPEN_STEP } from './in/step.ts';
import { SlackManifest } from './manifest-rules.ts';
import { type Feature, needsOf } from './scopes.ts';

/** The path below the public address at which Slack's calls arrive. */
const DOOR = '/slack/events';

/** The Slack app of one installation. */
export interface SlackApp {
  /** At most 35 characters. */
  readonly name: string;
  /** With its slash. */
  readonly command: string;
  /** Where Slack reaches Deskbridge, e.g. https://desk.example.com; null: Deskbridge calls Slack (Socket Mode). */
  readonly publicUrl: string | null;
  readonly features: ReadonlySet<Feature>;
  /** Hosts of the ticket systems, whose links Slack tells of; Slack takes five. */
  readonly linkDomains?: readonly string[];
  /** Absent or null: one workspace, which installs it below "Install App". Else several do, and come back to this address. */
  readonly install?: { readonly redirectUrl: string; readonly organisation: boolean } | null;
}

/** How a workspace tells that it took its grant back; needs no scope. */
const GRANT_EVENTS = ['app_uninstalled', 'tokens_revoked'] as const;

/**
 * The manifest from which Slack makes the app: the scopes and events of what is switched on, and nothing else.
 * @throws ZodError when it is not what Slack takes: a name or a command that is too long
 */
export function slackManifest({
  name,
  command,
  publicUrl,
  features,
  linkDomains = [],
  install = null,
}: SlackApp): SlackManifest {
  const { scopes, events: needed } = needsOf(features);
  const events = [...needed, ...(install === null ? [] : GRANT_EVENTS)];
  const hasStep = features.has('workflow-step');
  const url = publicUrl === null ? null : `${publicUrl.replace(/\/+$/, '')}${DOOR}`;
  return SlackManifest.parse({
    _metadata: { major_version: 1 },
    display_information: {
      name,
      description: APP_DESCRIPTION,
      long_description: APP_STORY,
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      ...(features.has('links') && linkDomains.length > 0 ? { unfurl_domains: [...linkDomains] } : {}),
      bot_user: { display_name: name, always_online: true },
      shortcuts: [
        {
          name: OPEN_WORDS[0],
          type: 'message',
          callback_id: OPEN_REQUEST,
          description: OPEN_WORDS[1],
        },
        {
          name: ESCALATE_WORDS[0],
          type: 'message',
          callback_id: ESCALATE_SHORTCUT,
          description: ESCALATE_WORDS[1],
        },
        {
          name: HUMAN_WORDS[0],
          type: 'message',
          callback_id: HAND_TO_HUMAN,
          description: HUMAN_WORDS[1],
        },
        {
          name: ASK_WORDS[0],
          type: 'global',
          callback_id: ASK_SHORTCUT,
          description: ASK_WORDS[1],
        },
      ],
      slash_commands: [
        {
          command,
          ...(url === null ? {} : { url }),
          description: COMMAND_DESCRIPTION,
          usage_hint: COMMAND_HINT,
          should_escape: true,
        },
      ],
    },
    ...(hasStep ? { functions: { [OPEN_STEP]: STEP } } : {}),
    oauth_config: {
      ...(install === null ? {} : { redirect_urls: [install.redirectUrl] }),
      scopes: { bot: [...scopes] },
    },
    settings: {
      event_subscriptions: { ...(url === null ? {} : { request_url: url }), bot_events: events },
      interactivity: { is_enabled: true, ...(url === null ? {} : { request_url: url }) },
      // Slack lets only apps that a whole organisation could install have steps (docs.slack.dev/workflows/workflow-steps).
      org_deploy_enabled: hasStep || install?.organisation === true,
      ...(hasStep ? { function_runtime: 'remote' as const } : {}),
      socket_mode_enabled: url === null,
      token_rotation_enabled: false,
    },
  });
}

const PERSON = 'slack#/types/user_id';

/** The step that the makers of workflows find; the names of its inputs and outputs are read and written elsewhere. */
const STEP = {
  title: STEP_WORDS[0],
  description: STEP_WORDS[1],
  input_parameters: {
    requester: parameter('requester', PERSON, { title: STEP_REQUESTER[0], description: STEP_REQUESTER[1] }),
    summary: parameter('summary', 'string', { title: STEP_SUMMARY[0], description: STEP_SUMMARY[1] }),
    details: parameter('details', 'string', {
      title: STEP_DETAILS[0],
      description: STEP_DETAILS[1],
      optional: true,
    }),
    channel: parameter('channel', 'slack#/types/channel_id', {
      title: STEP_CHANNEL[0],
      description: STEP_CHANNEL[1],
      optional: true,
    }),
    message: parameter('message', 'slack#/types/message_context', {
      title: STEP_MESSAGE[0],
      description: STEP_MESSAGE[1],
      optional: true,
    }),
  },
  output_parameters: {
    ticket_key: parameter('ticket_key', 'string', { title: STEP_KEY[0], description: STEP_KEY[1] }),
    ticket_url: parameter('ticket_url', 'string', { title: STEP_URL[0], description: STEP_URL[1] }),
  },
};

function parameter(
  name: string,
  type: string,
  {
    title,
    description,
    optional = false,
  }: { readonly title: string; readonly description: string; readonly optional?: boolean },
) {
  return { type, name, title, description, is_required: !optional };
}
