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
      description: 'Ask for help here; the request becomes a ticket, and its answers come back.',
      long_description:
        'A message in a help channel, a direct message to this app, its command or its message shortcut opens a ' +
        'ticket at the service desk. Replies in the thread become comments of the ticket, public comments become ' +
        'replies, and a card shows the true status. The app reads only conversations to which it was invited.',
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
          name: 'Open request',
          type: 'message',
          callback_id: OPEN_REQUEST,
          description: 'Makes a ticket of this message',
        },
        {
          name: 'Escalate',
          type: 'message',
          callback_id: ESCALATE_SHORTCUT,
          description: 'Says that the request of this thread cannot wait',
        },
        {
          name: 'Hand to a human',
          type: 'message',
          callback_id: HAND_TO_HUMAN,
          description: 'Asks for a person to take this',
        },
        {
          name: 'Ask the service desk',
          type: 'global',
          callback_id: ASK_SHORTCUT,
          description: 'Opens the form of the service desk',
        },
      ],
      slash_commands: [
        {
          command,
          ...(url === null ? {} : { url }),
          description: 'Ask the service desk',
          usage_hint: 'what you need, or: mine, status IT-123, pending, help',
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
  title: 'Open a request',
  description: 'Opens a ticket at the service desk and waits for its key',
  input_parameters: {
    requester: parameter('requester', PERSON, { title: 'Requester', description: 'For whom it is' }),
    summary: parameter('summary', 'string', { title: 'Summary', description: 'What is needed, in one line' }),
    details: parameter('details', 'string', {
      title: 'Details',
      description: 'Everything else',
      optional: true,
    }),
    channel: parameter('channel', 'slack#/types/channel_id', {
      title: 'Channel',
      description: 'Where it comes from, for the routing table',
      optional: true,
    }),
    message: parameter('message', 'slack#/types/message_context', {
      title: 'Message',
      description: 'Its thread becomes the request; then summary and details are those of the message',
      optional: true,
    }),
  },
  output_parameters: {
    ticket_key: parameter('ticket_key', 'string', { title: 'Ticket', description: 'Its key or number' }),
    ticket_url: parameter('ticket_url', 'string', { title: 'Address', description: 'Where people open it' }),
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
