import { CLOCK_PROBLEMS } from '../../model/clock-check.ts';
import type { CheckCatalogue } from '../../model/finding.ts';

const APP = 'api.slack.com/apps → your app';
const REINSTALL = `then "Install App" → "Reinstall to Workspace"`;

/** What the doctor looks at in Slack. */
export const SLACK_CHECKS = {
  'slack.reach': {
    about: 'Slack answers at `slack.api_url`',
    problems: {
      unreachable: {
        severity: 'failed',
        means: 'Nothing crosses in either direction; it waits and goes on when Slack can be reached again.',
        fix: 'Let this machine reach slack.com on port 443 (firewall, proxy, DNS). slack.api_url is https://slack.com/api/ for everybody but an emulator.',
      },
      'not-slack': {
        severity: 'failed',
        means: 'Somebody else answers in place of Slack; nothing crosses.',
        fix: 'Set slack.api_url to https://slack.com/api/, or take away the proxy or sign-in page in between.',
      },
    },
  },
  'slack.credentials': {
    about: 'the bot token is accepted, and is one of a bot',
    problems: {
      refused: {
        severity: 'failed',
        means: 'Deskbridge cannot start, read or write in Slack.',
        fix: `${APP} → "OAuth & Permissions" → copy "Bot User OAuth Token" (xoxb-…) into the variable that slack.bot_token_env names, and restart.`,
      },
      revoked: {
        severity: 'failed',
        means: 'The app was uninstalled or its token revoked: Deskbridge cannot read or write in Slack.',
        fix: `${APP} → "Install App" → "Install to Workspace", then put the new token into the variable that slack.bot_token_env names, and restart.`,
      },
      'wrong-kind': {
        severity: 'failed',
        means: 'This token belongs to a person or an app level, so Slack refuses what only a bot may do.',
        fix: `${APP} → "OAuth & Permissions" → take "Bot User OAuth Token", which begins with xoxb-.`,
      },
    },
  },
  'slack.clock': { about: "our clock against Slack's Date header", problems: CLOCK_PROBLEMS },
  'slack.limits': {
    about: 'Slack did not ask us to slow down while we looked',
    problems: {
      'slowed-down': {
        severity: 'warned',
        means: 'Messages come later than usual; none is lost.',
        fix: 'Wait and run the doctor again. When it stays, look for another program that uses the same app.',
      },
    },
  },
  'slack.scopes': {
    about: 'every scope that the features in use need (`x-oauth-scopes`)',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Slack refuses the calls and withholds the events that need this scope.',
        fix: `${APP} → "OAuth & Permissions" → "Bot Token Scopes" → "Add an OAuth Scope", ${REINSTALL}.`,
      },
    },
  },
  'slack.app-token': {
    about: 'Socket Mode: the app-level token opens a connection',
    problems: {
      refused: {
        severity: 'failed',
        means: 'No message, command or click reaches Deskbridge.',
        fix: `${APP} → "Basic Information" → "App-Level Tokens" → "Generate Token and Scopes" with connections:write; put it into the variable that slack.app_token_env names, and restart.`,
      },
      'missing-scope': {
        severity: 'failed',
        means: 'No message, command or click reaches Deskbridge.',
        fix: `${APP} → "Basic Information" → "App-Level Tokens" → make a token with connections:write; an old token cannot be given it.`,
      },
      'socket-mode-off': {
        severity: 'failed',
        means: 'Slack does not send over the socket, so nothing reaches Deskbridge.',
        fix: `${APP} → "Socket Mode" → switch "Enable Socket Mode" on.`,
      },
    },
  },
  'slack.channels': {
    about: 'every configured channel: it exists and the bot is in it',
    problems: {
      'not-member': {
        severity: 'failed',
        means: 'Messages in this channel open no request, and nobody is told.',
        fix: 'In Slack open the channel and write /invite @Deskbridge (the name of your app).',
      },
      'not-found': {
        severity: 'failed',
        means: 'Messages in this channel open no request. A private channel without the bot looks the same.',
        fix: 'Compare the id with the bottom of "View channel details"; in a private channel write /invite @Deskbridge (the name of your app).',
      },
      unreadable: {
        severity: 'failed',
        means: 'Deskbridge cannot prove its own posts there or repair missed messages.',
        fix: 'Look at the reason; a Slack administrator can allow it.',
      },
    },
  },
  'slack.channel-kind': {
    about: 'kind of each channel, where `channels:read` or `groups:read` lets us see it',
    problems: {
      archived: {
        severity: 'failed',
        means: 'Nobody can write there: requests cannot be opened and answers do not arrive.',
        fix: 'In Slack: channel name → "Settings" → "Unarchive channel"; or take it out of slack.channels.',
      },
      'internal-is-public': {
        severity: 'failed',
        means:
          'Everybody in the workspace can read what agents write among themselves, or what approvers are asked.',
        fix: "Make the channel private (channel name → Settings → Change to a private channel), or name another one in the queue's internal_channel, or in approvals.cards.channel.",
      },
      shared: {
        severity: 'warned',
        means: 'People of another company see every request and answer in this channel.',
        fix: 'Use a channel of your own workspace, or keep requests private (routing: privacy: private).',
      },
      renamed: {
        severity: 'warned',
        means: 'Only people who read the configuration are misled.',
        fix: 'Correct the name below slack.channels.',
      },
    },
  },
  'slack.people': {
    about: 'every responder: known, active, of this workspace',
    problems: {
      unknown: {
        severity: 'failed',
        means: 'This responder cannot change requests, and what he writes opens requests of his own.',
        fix: 'Copy his member id again (profile → ⋮ → "Copy member ID") into slack.responders.',
      },
      gone: {
        severity: 'warned',
        means: 'A deactivated account still counts as a responder.',
        fix: 'Take the id out of slack.responders.',
      },
    },
  },
  'slack.events': {
    about: 'signed events arrived: subscriptions and signing secret cannot be asked for, only seen at work',
    problems: {
      silent: {
        severity: 'warned',
        means: 'Slack may have switched the subscription off, or nobody has written.',
        fix: `${APP} → "Event Subscriptions": "Enable Events" on, bot events message.channels, message.groups and message.im there, Request URL verified; then write a message in a configured channel and look again.`,
      },
    },
  },
  'slack.too-many-scopes': {
    about: 'no scope that nothing here uses',
    security: true,
    problems: {
      unused: {
        severity: 'warned',
        means: 'Whoever steals the token may do more than Deskbridge ever does.',
        fix: `${APP} → "OAuth & Permissions" → "Bot Token Scopes" → remove it, ${REINSTALL}.`,
      },
    },
  },
  'slack.token-life': {
    about: 'whether the bot token expires',
    security: true,
    problems: {
      'never-expires': {
        severity: 'warned',
        means: 'A stolen token works until somebody notices.',
        fix: 'Keep the token in a secret store, and reinstall the app to replace it whenever somebody who knew it leaves.',
      },
    },
  },
} as const satisfies CheckCatalogue;
