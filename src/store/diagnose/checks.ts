import { CLOCK_PROBLEMS } from '../../model/clock-check.ts';
import type { CheckCatalogue } from '../../model/finding.ts';

/** What the doctor looks at in the database. */
export const DATABASE_CHECKS = {
  'database.reach': {
    about: 'Postgres answers at `DATABASE_URL` and lets us in',
    problems: {
      unreachable: {
        severity: 'failed',
        means:
          'Deskbridge cannot start, and running doors answer 503: senders repeat for a while, then give up.',
        fix: 'Start Postgres, or correct host and port in DATABASE_URL.',
      },
      refused: {
        severity: 'failed',
        means: 'Deskbridge cannot start, and running doors answer 503.',
        fix: 'Correct user and password in DATABASE_URL, or allow the role in pg_hba.conf.',
      },
      'no-database': {
        severity: 'failed',
        means: 'Deskbridge cannot start.',
        fix: 'Create it: createdb -O <role> <name>; or correct the name at the end of DATABASE_URL.',
      },
    },
  },
  'database.version': {
    about: 'the version of Postgres still gets security fixes',
    problems: {
      'too-old': {
        severity: 'warned',
        means: 'This version gets no more fixes, and Deskbridge was not tested on it.',
        fix: 'Upgrade to Postgres 16 or newer (postgresql.org/support/versioning).',
      },
    },
  },
  'database.clock': { about: "our clock against the database's", problems: CLOCK_PROBLEMS },
  'database.schema': {
    about: 'the schema is the one that this program knows',
    problems: {
      older: {
        severity: 'warned',
        means: 'Nothing is lost; the next start brings it up to date and needs a moment for that.',
        fix: 'Run: deskbridge migrate',
      },
      newer: {
        severity: 'failed',
        means: 'Deskbridge refuses to start here, so that it breaks nothing.',
        fix: 'Start the newer Deskbridge, or restore a backup from before its migration.',
      },
    },
  },
  'database.listen': {
    about: 'notifications arrive: the URL is direct, or its pooler works in session mode',
    problems: {
      'not-direct': {
        severity: 'failed',
        means: 'The job bell does not ring: work starts seconds late, and locks do not hold.',
        fix: 'Point DATABASE_URL at Postgres itself (port 5432), or set pool_mode = session for this database in PgBouncer.',
      },
    },
  },
  'database.key': {
    about: 'DESKBRIDGE_ENCRYPTION_KEY opens what is stored',
    problems: {
      'cannot-open': {
        severity: 'failed',
        means: 'Messages that were accepted wait unread, and linked sign-ins of people do not work.',
        fix: 'Put the key with which they were sealed back, behind the new one with a comma: DESKBRIDGE_ENCRYPTION_KEY=<new>,<old>',
      },
    },
  },
  'database.durability': {
    about: 'what is committed survives a power cut (fsync, synchronous_commit, full_page_writes)',
    problems: {
      unsafe: {
        severity: 'warned',
        means: 'A message that Slack was told to have arrived can be lost with the power.',
        fix: 'Set it to on in postgresql.conf and reload: select pg_reload_conf().',
      },
    },
  },
  'database.connections': {
    about: 'room for the connections of one more process',
    problems: {
      few: {
        severity: 'warned',
        means: 'Another process of Deskbridge may not start, and work waits for connections.',
        fix: 'Raise max_connections in postgresql.conf and restart Postgres, or end what else is connected.',
      },
    },
  },
  'database.configuration': {
    about: 'the file is the configuration in force',
    problems: {
      differs: {
        severity: 'failed',
        means: 'A process that starts with this file refuses, so that all of them run the same one.',
        fix: 'Run: deskbridge config activate; then restart all processes. Or restore the file.',
      },
    },
  },
  'database.policies': {
    about: 'two keepers have signed the approval policies, and the audit knows who keeps them',
    problems: {
      unsigned: {
        severity: 'failed',
        means: 'A process that starts with this file refuses; those that run go on with what they read.',
        fix: 'Let two keepers run: deskbridge policy sign --key <file> --as <person>; then: deskbridge config activate',
      },
      'not-audited': {
        severity: 'failed',
        means:
          'Somebody changed the row in the database by hand: one person may have changed the policies alone.',
        fix: 'Read all events of the kind policies.accepted in audit_event, and ask those who can write to the database.',
      },
    },
  },
  'database.role': {
    about: 'our role has no more rights than it needs',
    security: true,
    problems: {
      superuser: {
        severity: 'warned',
        means: 'Whoever takes over Deskbridge owns every database on this server.',
        fix: 'Make a role of its own: create role deskbridge login; alter database <name> owner to deskbridge; and use it in DATABASE_URL.',
      },
    },
  },
  'database.audit': {
    about: 'our role cannot change what the audit says',
    security: true,
    problems: {
      alterable: {
        severity: 'warned',
        means: 'Whoever takes over Deskbridge can rewrite who did what.',
        fix: 'Make a role that owns nothing: create role <name> login password …; put it in DATABASE_URL, and run deskbridge migrate with the owner in DATABASE_OWNER_URL: it gives the role what the work needs. See "Two roles" in docs/operate.md.',
      },
    },
  },
  'database.tls': {
    about: 'the connection is encrypted, or stays on this machine',
    security: true,
    problems: {
      plain: {
        severity: 'warned',
        means: 'Whoever listens on the network reads the password and everything that is not sealed.',
        fix: 'Add ?sslmode=verify-full to DATABASE_URL and switch ssl on in postgresql.conf.',
      },
    },
  },
  'database.time': {
    about: 'no time of a test is in force',
    security: true,
    problems: {
      shifted: {
        severity: 'failed',
        means: 'Deadlines and reminders come at the wrong time.',
        fix: 'Run in the database: delete from clock_offset;',
      },
    },
  },
} as const satisfies CheckCatalogue;
