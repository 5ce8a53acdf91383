import type { CheckCatalogue } from '../../model/finding.ts';

/** What the doctor looks at from outside, at `server.public_url`. */
export const DOOR_CHECKS = {
  'doors.answer': {
    about: 'Deskbridge answers at `server.public_url`',
    problems: {
      'no-answer': {
        severity: 'warned',
        means: 'Slack over HTTP and all hooks come to nothing; polls still find what changed in tickets.',
        fix: 'Start Deskbridge, and let the proxy in front pass /slack/events and /hooks/ to server.host:server.port.',
      },
      'somebody-else': {
        severity: 'failed',
        means: 'Slack over HTTP and all hooks go to somebody else.',
        fix: 'Correct server.public_url, or let the proxy in front pass /slack/events, /hooks/ and /healthz to Deskbridge.',
      },
    },
  },
  'doors.slack': {
    about: 'mode http: a request that is signed with our signing secret is accepted',
    problems: {
      refused: {
        severity: 'failed',
        means: 'Everything that Slack sends is refused: no message, command or click arrives.',
        fix: 'Give the running processes the signing secret of this configuration (api.slack.com/apps → your app → "Basic Information" → "Signing Secret"), restart them, and let the proxy pass body and headers unchanged.',
      },
    },
  },
  'doors.unsigned': {
    about: 'a request without a signature is refused',
    security: true,
    problems: {
      accepted: {
        severity: 'failed',
        means: 'Anybody can speak as Slack.',
        fix: 'What answers at server.public_url is not the door of Deskbridge: correct the proxy.',
      },
    },
  },
  'doors.metrics': {
    about: '`/metrics` and `/readyz` are not on the public address',
    security: true,
    problems: {
      exposed: {
        severity: 'warned',
        means: 'Anybody can see how much goes on and what is broken.',
        fix: 'In the proxy pass only /slack/events, /hooks/ and /healthz; keep the rest inside.',
      },
    },
  },
} as const satisfies CheckCatalogue;
