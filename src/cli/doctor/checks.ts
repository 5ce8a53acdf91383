import type { CheckCatalogue } from '../../model/finding.ts';

/** What the doctor tells of a connection that has no diagnosis of its own, and of itself. */
export const DOCTOR_CHECKS = {
  'connection.check': {
    about: 'a ticket system without a diagnosis of its own: it answers and lets us in',
    problems: {
      refused: {
        severity: 'failed',
        means: 'Requests of its queues are parked.',
        fix: 'Look at the reason; the README of the connector says what the account needs.',
      },
      away: {
        severity: 'failed',
        means: 'Requests of its queues wait until it answers.',
        fix: 'Compare its address with the configuration, and let this machine reach it.',
      },
    },
  },
  'connection.look': {
    about: 'the doctor itself came to the end of its look',
    problems: {
      broke: {
        severity: 'failed',
        means: 'Nobody knows whether this connection is well.',
        fix: 'This is a fault of Deskbridge: run again, and report what it says.',
      },
    },
  },
} as const satisfies CheckCatalogue;

/** What the doctor tells of forms whose questions are those of a ticket system. */
export const FORM_CHECKS = {
  'forms.questions': {
    about: 'what forms with `from` ask: every question of the ticket system can be asked in Slack',
    problems: {
      unread: {
        severity: 'failed',
        means: 'People get the free text instead of the questions.',
        fix: 'Look at the reason: the account of the connector must be let to see the form.',
      },
      unusable: {
        severity: 'failed',
        means: 'People get the free text, and a ticket that lacks the answer may be refused.',
        fix: 'Let an administrator make the question optional, or answer it under from.preset.',
      },
      'left-out': {
        severity: 'warned',
        means: 'People are not asked; the ticket is made without the answer.',
        fix: 'Nothing, when nobody misses it; name it in from.hidden then, where it has an id.',
      },
      wrong: {
        severity: 'failed',
        means: 'What the configuration says of it has no effect, or is refused with every ticket.',
        fix: 'Correct from.order, from.hidden or from.preset of this form.',
      },
    },
  },
} as const satisfies CheckCatalogue;
