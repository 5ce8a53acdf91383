import { CLOCK_PROBLEMS } from '../../../model/clock-check.ts';
import type { CheckCatalogue } from '../../../model/finding.ts';

const TOKENS = 'id.atlassian.com → Security → "Create and manage API tokens"';
const FIELDS = 'the cog → Work items (Issues) → Fields';

/** What the doctor looks at in a Jira site. */
export const JIRA_CHECKS = {
  'jira.reach': {
    about: 'the site answers with data at `base_url`',
    problems: {
      unreachable: {
        severity: 'failed',
        means: 'Requests stay without a ticket until it answers; nothing is lost.',
        fix: 'Compare base_url with the address in the browser, and let this machine reach it on port 443.',
      },
      'web-page': {
        severity: 'failed',
        means: 'Jira shows a login or maintenance page instead of data; requests wait.',
        fix: 'Open base_url in a browser: it must be the site itself (https://<site>.atlassian.net), not a page behind a single sign-on or a proxy.',
      },
      redirect: {
        severity: 'failed',
        means: 'Our credential is not taken to another host, so nothing gets through.',
        fix: "Set base_url to the site's own address; a renamed site is found at admin.atlassian.com → Products.",
      },
      failing: {
        severity: 'failed',
        means: 'Jira has a problem of its own; requests wait.',
        fix: 'Look at status.atlassian.com.',
      },
    },
  },
  'jira.credentials': {
    about: 'the account is let in',
    problems: {
      refused: {
        severity: 'failed',
        means: 'Nothing can be read or written.',
        fix: `${TOKENS}: make a new one with the account of Deskbridge, and put it into the variable that auth names.`,
      },
      'scoped-token': {
        severity: 'failed',
        means: 'Nothing can be read or written: a token with scopes works through the gateway only.',
        fix: 'Set auth.kind to scoped-token and cloud_id to the one named here.',
      },
      'no-scope': {
        severity: 'failed',
        means: 'Nothing can be read or written with this token.',
        fix: `${TOKENS} with scopes: choose read:jira-work, write:jira-work, read:jira-user, and for service desks read:servicedesk-request and write:servicedesk-request.`,
      },
      'no-pass': {
        severity: 'failed',
        means: 'Nothing can be read or written.',
        fix: 'Look at the reason, and connect the account again.',
      },
    },
  },
  'jira.clock': { about: "our clock against Jira's Date header", problems: CLOCK_PROBLEMS },
  'jira.limits': {
    about: "the site's rate limit leaves room",
    problems: {
      'slowed-down': {
        severity: 'warned',
        means: 'Changes cross later until the limit is over; nothing is lost.',
        fix: 'Wait and run the doctor again. When it stays, look for another program that uses the same account.',
      },
      'nearly-used': {
        severity: 'warned',
        means: 'With some more traffic Jira refuses calls for a while, and changes cross late.',
        fix: 'Look for another program that uses the same account; give Deskbridge one of its own.',
      },
    },
  },
  'jira.projects': {
    about: 'every project of a queue or of `maps` exists and is shown to the account',
    problems: {
      missing: {
        severity: 'failed',
        means:
          'Requests of this queue are parked. To an account without the permission a project looks as if it were not there.',
        fix: 'Correct the key, or: Project settings → People (Access) → "Add people" → the account of Deskbridge.',
      },
    },
  },
  'jira.permissions': {
    about: 'what the account may do in each project',
    problems: {
      missing: {
        severity: 'failed',
        means: 'What needs it is refused: see the name of the permission.',
        fix: 'Project settings → Permissions (team-managed: Access): grant it to a role of the account; for "Service Project Agent" also give it a Jira Service Management licence.',
      },
      'no-links': {
        severity: 'warned',
        means: 'Tickets do not show their Slack thread among their links; everything else works.',
        fix: 'Project settings → Permissions (team-managed: Access): grant "Link issues" to a role of the account.',
      },
    },
  },
  'jira.issue-types': {
    about: 'every issue type of a queue can be created in its project',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Requests of this queue are parked.',
        fix: "Correct issue_type in the queue's target, or add the type: Project settings → Work types (Issue types).",
      },
      'field-required': {
        severity: 'failed',
        means:
          'Jira refuses to create the ticket, because nobody fills this field; requests of this queue are parked.',
        fix: `Set it for all tickets of the queue in target.fields. Or ${FIELDS} → Field configurations: make the field optional; team-managed: Project settings → Work types → the field → switch "Required" off.`,
      },
    },
  },
  'jira.request-types': {
    about: 'every request type of a queue exists in its service desk',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Requests of this queue are parked.',
        fix: 'Project settings → Request management → Request types: the number is at the end of its address; correct service_desk and request_type.',
      },
      'field-required': {
        severity: 'failed',
        means:
          'Jira refuses to raise the request of a message, because nobody fills this field; it is parked.',
        fix: 'Set it for all tickets of the queue in target.fields. Or Project settings → Request management → Request types → the type → the field: switch "Required" off, or preset and hide it.',
      },
    },
  },
  'jira.statuses': {
    about: 'every mapped state exists in its project',
    problems: {
      missing: {
        severity: 'failed',
        means: 'What people choose in Slack for this does not change the ticket.',
        fix: 'Correct maps.<project>.statuses, or add the state: Project settings → Workflows (Work types → Edit workflow).',
      },
    },
  },
  'jira.priorities': {
    about: 'every mapped priority is offered by the create form',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Tickets get no such priority, and it cannot be set from Slack.',
        fix: 'Correct maps.<project>.priorities, or add it: the cog → Work items (Issues) → Priority schemes.',
      },
    },
  },
  'jira.fields': {
    about: 'every mapped field exists and is on the form, with its mapped options',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Impact, urgency or group cannot be shown or set.',
        fix: `${FIELDS}: the number is in the address of the field; correct maps.<project>.fields.`,
      },
      'not-on-screen': {
        severity: 'failed',
        means: 'It is shown, but cannot be set: Jira refuses fields that are not on the screen.',
        fix: `${FIELDS} → ⋯ → "Add field to screen"; team-managed: Project settings → Work types → drag the field in.`,
      },
      'no-option': {
        severity: 'failed',
        means: 'What people choose in Slack for this does not change the ticket.',
        fix: `Correct maps.<project>, or add the option: ${FIELDS} → ⋯ → "Contexts and default value" → "Edit options".`,
      },
    },
  },
  'jira.queues': {
    about: 'the service desk queue that a target names can show the tickets that we make',
    problems: {
      missing: {
        severity: 'warned',
        means: 'Nobody can tell whether agents see the tickets of this queue.',
        fix: 'In the project: Queues → the queue; its number is at the end of the address. Correct target.queue, or give the account an agent’s licence.',
      },
      'not-shown': {
        severity: 'failed',
        means: 'Tickets are made, and agents who work from that queue never see them.',
        fix: 'Set in target.labels, target.components or target.fields what the queue asks for; or in the project: Queues → the queue → ⋯ → "Edit queue" → change its filter.',
      },
    },
  },
  'jira.webhook': {
    about: 'signed hooks arrive; and where the account may see webhooks, ours is there and right',
    problems: {
      missing: {
        severity: 'warned',
        means: 'Changes are found by the poll, only later.',
        fix: 'Run deskbridge jira webhook install with an administrator of the site; or System → WebHooks → "Create a WebHook".',
      },
      disabled: {
        severity: 'warned',
        means: 'Changes are found by the poll, only later.',
        fix: 'System → WebHooks → the one of Deskbridge → "Status": Enabled.',
      },
      unsigned: {
        severity: 'warned',
        means: 'Everything that it tells is refused; changes are found by the poll, only later.',
        fix: 'System → WebHooks → the one of Deskbridge → "Secret": the value of the variable that hook_secret_env names.',
      },
      different: {
        severity: 'warned',
        means: 'Some changes are found by the poll, only later; or Jira tells more than it should.',
        fix: 'Run deskbridge jira webhook install with an administrator of the site: it corrects what is there.',
      },
      'no-secret': {
        severity: 'warned',
        means: 'Every hook is refused; changes are found by the poll, only later.',
        fix: 'Name hook_secret_env and give the same secret to the webhook: System → WebHooks.',
      },
      silent: {
        severity: 'warned',
        means: 'Changes are found by the poll, only later.',
        fix: 'In Jira: System → WebHooks → the one of Deskbridge: status enabled, its URL, its secret, and the events of issues and comments.',
      },
    },
  },
  'jira.privilege': {
    about: 'the account is no administrator',
    security: true,
    problems: {
      admin: {
        severity: 'warned',
        means: 'Whoever takes over Deskbridge can change every project, and who may read it.',
        fix: 'admin.atlassian.com → Directory → Users → the account → remove it from the administrators’ groups.',
      },
    },
  },
  'jira.token-life': {
    about: 'when the API token ends',
    security: true,
    problems: {
      unseen: {
        severity: 'warned',
        means: 'When it ends, nothing crosses until a new one is given.',
        fix: `${TOKENS}: look at "Expires" and write the day into a calendar; a year is the longest.`,
      },
    },
  },
} as const satisfies CheckCatalogue;
