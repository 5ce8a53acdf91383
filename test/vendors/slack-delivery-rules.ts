import type { OpenSlack } from '../sandbox/slack/open-slack.ts';
import { provenIn, type VendorRule } from './rule-book.ts';

const DOCS = 'https://docs.slack.dev';
const EVENTS = `${DOCS}/apis/events-api/`;
const SOCKET = `${DOCS}/apis/events-api/using-socket-mode`;
const http = provenIn('test/sandbox/slack/events-http.test.ts');
const socket = provenIn('test/sandbox/slack/socket-mode.test.ts');
const interactivity = provenIn('test/sandbox/slack/interactivity.test.ts');

/** How events, commands and interactions reach an app. */
export const slackDeliveryRules: readonly VendorRule<OpenSlack>[] = [
  {
    id: 'slack.http.signed',
    sentence: 'Every delivery carries the v0 signature over its time and its raw body.',
    source: `${DOCS}/authentication/verifying-requests-from-slack`,
    prove: http('signs a message event with v0 and sends exactly application/json'),
  },
  {
    id: 'slack.http.form-type',
    sentence: 'Interactions and commands are forms whose content type names no charset.',
    source: 'measured with @slack/bolt 5.1.0, which compares the type letter by letter',
    prove: interactivity('sends forms with exactly the content type that Bolt compares letter by letter'),
  },
  {
    id: 'slack.http.three-seconds',
    sentence: 'Whoever does not answer an event within three seconds gets it again as http_timeout.',
    source: EVENTS,
    prove: http('gives up waiting after 3 s and retries with http_timeout'),
  },
  {
    id: 'slack.http.retries',
    sentence: 'An event that failed comes again at once, after one minute and after five, under its own id.',
    source: EVENTS,
    prove: http('retries at once, after a minute and after five, with the same event_id, signed afresh'),
  },
  {
    id: 'slack.http.no-retry',
    sentence: 'The header x-slack-no-retry on a failure ends the retries of that event.',
    source: EVENTS,
    prove: http('does not retry when the app says x-slack-no-retry'),
  },
  {
    id: 'slack.http.redirects',
    sentence: 'Two redirects are followed, a third is too_many_redirects.',
    source: EVENTS,
    prove: http('follows two redirects and no third'),
  },
  {
    id: 'slack.http.url-verification',
    sentence: 'An address for events is saved only after it has answered the challenge.',
    source: `${DOCS}/reference/events/url_verification`,
    prove: http('saves an events URL only after the url_verification handshake'),
  },
  {
    id: 'slack.http.disabled',
    sentence: 'Who fails more than 95 % of at least 1,000 events of an hour gets no more.',
    source: EVENTS,
    prove: http('stops sending after more than 95 % of at least 1,000 events failed within the hour'),
  },
  {
    id: 'slack.http.disorder',
    sentence: 'Deliveries get lost, come twice, come late and in another order.',
    source: EVENTS,
    prove: http('drops, doubles and delays deliveries as planned'),
  },
  {
    id: 'slack.socket.hello',
    sentence: 'A socket begins with hello, is pinged, and its address works once.',
    source: SOCKET,
    prove: socket('greets with hello, pings every 10 s, and takes each address once'),
  },
  {
    id: 'slack.socket.envelopes',
    sentence:
      'Events, commands and interactions come in envelopes, whose acknowledgement may carry the answer.',
    source: SOCKET,
    prove: socket('works with Bolt: events, a command with its answer, a modal'),
  },
  {
    id: 'slack.socket.resend',
    sentence: 'An envelope that nobody acknowledged comes again after about four seconds.',
    source: 'https://github.com/slackapi/bolt-js/issues/2487',
    prove: socket('sends an unacknowledged event again after 4 s with the same envelope'),
  },
  {
    id: 'slack.socket.hand-over',
    sentence: 'What a closed connection did not acknowledge goes to another one.',
    source: 'https://github.com/slackapi/bolt-js/issues/2788',
    prove: socket('hands what a closed connection did not acknowledge to the next one'),
  },
  {
    id: 'slack.socket.ten',
    sentence: 'An app has at most ten connections, and each payload goes to any one of them.',
    source: SOCKET,
    prove: socket('spreads events over the connections and refuses an eleventh'),
  },
  {
    id: 'slack.socket.disconnect',
    sentence: 'Slack warns ten seconds before it closes a socket, or closes it at once to refresh it.',
    source: SOCKET,
    prove: socket('warns 10 s before it closes, and closes at once for a refresh'),
  },
];
