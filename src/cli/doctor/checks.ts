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
