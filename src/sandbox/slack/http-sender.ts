import { createHmac } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';

/** Slack waits this long for an answer. */
export const ANSWER_MS = 3_000;
const MAX_REDIRECTS = 2;

export type FailureReason = 'http_timeout' | 'too_many_redirects' | 'connection_failed' | 'http_error';

export interface SignedRequest {
  readonly body: string;
  /** Exactly these: Bolt compares the form type letter by letter. */
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly headers?: Readonly<Record<string, string>>;
}

export type SendResult =
  | { readonly kind: 'answered'; readonly body: string }
  | {
      readonly kind: 'failed';
      readonly reason: FailureReason;
      /** The app asked with x-slack-no-retry not to hear of this again. */
      readonly noRetry: boolean;
      readonly status: number | null;
    };

/** Slack's v0 signature over the exact body, with the time of this attempt. */
function signatureHeaders(secret: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

export interface HttpSender {
  /** One signed attempt. `signedAt` repeats an earlier signature byte for byte; without it the attempt signs afresh. */
  send(url: string, request: SignedRequest, signedAt?: Date): Promise<SendResult>;
  /** Ends what is in flight. */
  stop(): void;
}

function failed(reason: FailureReason, status: number | null = null, noRetry = false): SendResult {
  return { kind: 'failed', reason, noRetry, status };
}

export function createHttpSender(deps: { clock: SandboxClock; signingSecret: string }): HttpSender {
  const { clock, signingSecret } = deps;
  const stopper = new AbortController();

  async function follow(url: string, init: RequestInit): Promise<SendResult> {
    let target = url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const response = await fetch(target, init);
      const body = await response.text();
      if (response.ok) return { kind: 'answered', body };
      const location = response.headers.get('location');
      if ((response.status !== 301 && response.status !== 302) || location === null) {
        return failed('http_error', response.status, response.headers.get('x-slack-no-retry') === '1');
      }
      target = new URL(location, target).href;
    }
    return failed('too_many_redirects');
  }

  return {
    async send(url, request, signedAt = clock.now()) {
      const aborter = new AbortController();
      const cancel = clock.after(ANSWER_MS, () => aborter.abort());
      const headers = {
        ...signatureHeaders(signingSecret, request.body, signedAt),
        'content-type': request.contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...request.headers,
      };
      const init: RequestInit = {
        method: 'POST',
        headers,
        body: request.body,
        redirect: 'manual',
        signal: AbortSignal.any([aborter.signal, stopper.signal]),
      };
      try {
        return await follow(url, init);
      } catch {
        return failed(aborter.signal.aborted ? 'http_timeout' : 'connection_failed');
      } finally {
        cancel();
      }
    },
    stop: () => stopper.abort(),
  };
}
