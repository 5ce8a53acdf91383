import { CLOCK_PROBLEMS } from '../../../model/clock-check.ts';
import type { CheckCatalogue } from '../../../model/finding.ts';

const USER = 'User Administration → Users → the integration user';

/** What the doctor looks at in a ServiceNow instance. */
export const SERVICENOW_CHECKS = {
  'servicenow.reach': {
    about: 'the instance answers with data at `base_url`',
    problems: {
      unreachable: {
        severity: 'failed',
        means: 'Requests stay without a ticket until it answers; nothing is lost.',
        fix: 'Compare base_url with the address in the browser, and let this machine reach it on port 443.',
      },
      'web-page': {
        severity: 'failed',
        means: 'The instance sleeps, is in maintenance, or asks for a browser sign-in; requests wait.',
        fix: 'A developer instance: developer.servicenow.com → "Wake instance". Otherwise sign in with a browser and look at what it shows.',
      },
      redirect: {
        severity: 'failed',
        means: 'Our credential is not taken to another host, so nothing gets through.',
        fix: "Set base_url to the instance's own address, https://<instance>.service-now.com.",
      },
      failing: {
        severity: 'failed',
        means: 'The instance has a problem of its own; requests wait.',
        fix: 'System Diagnostics → Diagnostics Page on the instance, or the status page of ServiceNow.',
      },
    },
  },
  'servicenow.credentials': {
    about: 'the integration user is let in',
    problems: {
      refused: {
        severity: 'failed',
        means: 'Nothing can be read or written.',
        fix: `${USER}: "Active" on, "Locked out" off, "Password needs reset" off. Then compare the secret in the environment; for OAuth look at System OAuth → Application Registry.`,
      },
      'no-token': {
        severity: 'failed',
        means: 'Nothing can be read or written.',
        fix: 'System OAuth → Application Registry → the entry: client id, secret, "OAuth Application User", and that the grant is allowed (sys_properties: glide.oauth.inbound.client.credential.grant_type.enabled = true).',
      },
    },
  },
  'servicenow.account': {
    about: 'the integration user may read its own record',
    problems: {
      hidden: {
        severity: 'failed',
        means:
          'Deskbridge does not know its own comments and in which zone its queries are read: the poll stops.',
        fix: 'Give the user read on its own record in sys_user (the role itil has it).',
      },
    },
  },
  'servicenow.clock': { about: "our clock against the instance's Date header", problems: CLOCK_PROBLEMS },
  'servicenow.limits': {
    about: "the instance's rate limit leaves room for our polls",
    problems: {
      'slowed-down': {
        severity: 'warned',
        means: 'Changes cross later until the hour is over.',
        fix: 'System Web Services → REST → Rate Limit Rules: raise the limit for the integration user.',
      },
      tight: {
        severity: 'warned',
        means: 'With some traffic the limit is reached, and changes cross late.',
        fix: 'System Web Services → REST → Rate Limit Rules: raise the limit for the integration user; or raise poll_seconds.',
      },
    },
  },
  'servicenow.time-zone': {
    about: "the integration user's time zone, in which its queries are read",
    problems: {
      unknown: {
        severity: 'failed',
        means: 'Changes cannot be polled: nobody knows what a time in a query means.',
        fix: `${USER} → "Time zone" → GMT.`,
      },
      'not-gmt': {
        severity: 'warned',
        means: 'It is converted; when clocks go back an hour is read twice.',
        fix: `${USER} → "Time zone" → GMT.`,
      },
      'not-read-so': {
        severity: 'failed',
        means: 'Changes are missed by hours.',
        fix: `${USER} → "Time zone" → GMT.`,
      },
    },
  },
  'servicenow.roles': {
    about: 'the integration user has the roles that its work needs',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Tickets cannot be opened, commented on or changed.',
        fix: `${USER} → tab "Roles" → "Edit…" → add itil, or a role of your own with read, create and write on the tables of your queues.`,
      },
    },
  },
  'servicenow.tables': {
    about: 'every table of a queue exists and is readable',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Requests of this queue are parked: there is no such table.',
        fix: "Correct the queue's target.table, or install the application that brings the table (System Applications → All).",
      },
      forbidden: {
        severity: 'failed',
        means: 'Tickets of this queue cannot be read.',
        fix: `${USER} → tab "Roles": a role with read on the table.`,
      },
    },
  },
  'servicenow.groups': {
    about: 'every assignment group of a queue exists exactly once',
    problems: {
      missing: {
        severity: 'failed',
        means: 'Requests of this queue are parked instead of assigned.',
        fix: "Correct assignment_group in the queue's target, or make the group: User Administration → Groups.",
      },
      several: {
        severity: 'failed',
        means: 'Nobody can tell which group is meant, so requests of this queue are parked.',
        fix: 'User Administration → Groups: rename one of them.',
      },
    },
  },
  'servicenow.choices': {
    about: 'every mapped state, priority, impact, urgency and close code is a choice of its table',
    problems: {
      missing: {
        severity: 'failed',
        means: 'What people choose in Slack for this cannot be written on the ticket.',
        fix: 'System Definition → Choice Lists (table and element as named) shows what exists; correct maps in the configuration.',
      },
    },
  },
  'servicenow.journal': {
    about: 'comments can be read back (`sys_journal_field`)',
    problems: {
      forbidden: {
        severity: 'failed',
        means: 'Nothing that agents write reaches Slack.',
        fix: `${USER} → tab "Roles" → "Edit…" → add audit_viewer; or import our update set and add x_deskbridge.integration (docs/connect-servicenow.md).`,
      },
      hidden: {
        severity: 'failed',
        means:
          'The instance answers, but leaves every entry out: nothing that agents write reaches Slack, and no error says so.',
        fix: `${USER} → tab "Roles" → "Edit…" → add audit_viewer; or import our update set and add x_deskbridge.integration (docs/connect-servicenow.md).`,
      },
    },
  },
  'servicenow.attachments': {
    about: 'files of tickets can be read (`sys_attachment`)',
    problems: {
      forbidden: {
        severity: 'failed',
        means: 'Tickets are not read at all, because a hidden file would look like one that was taken away.',
        fix: 'System Security → Access Control (ACL): read on sys_attachment for a role of the integration user.',
      },
    },
  },
  'servicenow.approvals': {
    about: 'approvals can be read, and whether they demand an electronic signature',
    problems: {
      forbidden: {
        severity: 'warned',
        means: 'Approvals of tickets are not shown in Slack; they are decided in ServiceNow.',
        fix: `${USER} (with auth_for.approvals: that user) → read on sysapproval_approver, sysapproval_group, sys_user_delegate and sys_user by an access rule, e.g. for the role itil.`,
      },
      'signature-unknown': {
        severity: 'warned',
        means:
          'Approvals are shown with their link only, because an answer from here would pass by a signature.',
        fix: 'Set approvals.e_signature in the configuration (an empty list for none), or let the integration user read v_plugin.',
      },
    },
  },
  'servicenow.webhook': {
    about: 'signed hooks arrive',
    problems: {
      'no-secret': {
        severity: 'warned',
        means: 'Every hook is refused; changes are found by the poll, only later.',
        fix: 'Name hook_secret_env and set the same secret on the instance (docs/connect-servicenow.md).',
      },
      silent: {
        severity: 'warned',
        means: 'Changes are found by the poll, only later.',
        fix: 'On the instance: System Definition → Business Rules → the rules of Deskbridge are active; sys_properties holds address and secret; System Logs → Outbound HTTP Requests shows what was answered.',
      },
    },
  },
  'servicenow.writes': {
    about: 'what only a write would show: marker fields, create and comment rights',
    problems: {},
  },
  'servicenow.code-tag': {
    about: '`glide.ui.security.allow_codetag` is false',
    security: true,
    problems: {
      on: {
        severity: 'warned',
        means: '[code] in a journal is shown as HTML. What we write is defused, what others write is not.',
        fix: 'sys_properties.list → glide.ui.security.allow_codetag → false.',
      },
    },
  },
  'servicenow.invalid-query': {
    about: '`glide.invalid_query.returns_no_rows` is true',
    security: true,
    problems: {
      widens: {
        severity: 'warned',
        means:
          'A query with a field that does not exist answers every row. We check each row; other integrations may not.',
        fix: 'sys_properties.list → glide.invalid_query.returns_no_rows → true (make it when it is not there).',
      },
    },
  },
  'servicenow.privilege': {
    about: 'the integration user is no administrator',
    security: true,
    problems: {
      admin: {
        severity: 'warned',
        means: 'Whoever takes over Deskbridge owns the instance.',
        fix: `${USER} → tab "Roles" → "Edit…" → remove it.`,
      },
    },
  },
  'servicenow.sign-in-life': {
    about: 'the way of signing in expires by itself',
    security: true,
    problems: {
      'never-expires': {
        severity: 'warned',
        means: 'A stolen secret works until somebody notices.',
        fix: 'Use OAuth with client credentials or a signed assertion (auth.kind in the configuration), whose tokens live minutes.',
      },
    },
  },
} as const satisfies CheckCatalogue;
