import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import {
  ANSWER_EXPIRED,
  ENDLESS_WAY,
  FILE_GONE,
  fileForbidden,
  fileNotTaken,
  NOT_ITS_OWN,
  problemWithAnswers,
  problemWithFiles,
  SLOW_DOWN,
} from '../../texts/slack-refusals.ts';
import { type BotToken, currentToken, slackFailure } from './client.ts';

/** What a file exchange needs to know of the app's connection to Slack. */
export interface SlackHttpOptions {
  readonly token: BotToken;
  readonly apiUrl: string;
  readonly io: Io;
}

/** HTTP with Slack outside of its Web API: the bytes of files, answers to commands. Never speaks to anybody else. */
export interface SlackHttp {
  /** Sends bytes to an address that Slack gave for them; the address itself is the permission, so no token goes along. */
  upload(url: string, body: UploadBody): Promise<Outcome<null>>;
  /** Answers an interaction at the address that came with it; the address itself is the permission. */
  respond(url: string, message: Readonly<Record<string, unknown>>): Promise<Outcome<null>>;
  /** Opens an address of a file with the app's token; follows redirects only as long as they stay with Slack. */
  download(url: string): Promise<Outcome<Response>>;
}

export interface UploadBody {
  /** In bytes. */
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const MOST_REDIRECTS = 3;

export function createSlackHttp({ token, apiUrl, io }: SlackHttpOptions): SlackHttp {
  const ownOrigin = new URL(apiUrl).origin;

  /** The address, when it is Slack's: files live on files.slack.com, or where the Web API is. */
  function slackUrl(url: string, hosts: RegExp): URL | null {
    if (!URL.canParse(url)) return null;
    const parsed = new URL(url);
    if (parsed.username !== '' || parsed.password !== '') return null;
    const isSlacks = parsed.protocol === 'https:' && parsed.port === '' && hosts.test(parsed.hostname);
    return parsed.origin === ownOrigin || isSlacks ? parsed : null;
  }

  async function ask(url: URL, init: RequestInit): Promise<Outcome<Response>> {
    try {
      const { dispatcher } = io.wayTo(url);
      return ok(
        await io.exchange((signal) => fetch(url, { ...init, redirect: 'manual', signal, dispatcher })),
      );
    } catch (error) {
      // Bytes alone have no effect that anybody sees: what failed can be done again.
      return slackFailure(error, false);
    }
  }

  return {
    async upload(url, { size, bytes }) {
      const target = slackUrl(url, /^files\.slack\.com$/);
      if (target === null) return rejected('invalid', NOT_ITS_OWN);
      const body = ReadableStream.from<Uint8Array>(bytes);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
      const answered = await ask(target, { method: 'POST', body, headers, duplex: 'half' });
      if (answered.kind !== 'ok') return answered;
      await answered.value.body?.cancel();
      return answered.value.status === 200 ? ok(null) : statusFailure(answered.value);
    },
    async respond(url, message) {
      const target = slackUrl(url, /^hooks\.slack\.com$/);
      if (target === null) return rejected('invalid', NOT_ITS_OWN);
      const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message });
      const headers = { 'content-type': 'application/json' };
      const answered = await ask(target, { method: 'POST', body, headers });
      if (answered.kind !== 'ok') return answered;
      await answered.value.body?.cancel();
      const { status } = answered.value;
      if (status === 200) return ok(null);
      if (status >= 500) return unknownEffect(problemWithAnswers(status));
      return rejected('not-found', ANSWER_EXPIRED);
    },
    async download(url) {
      let next = url;
      for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
        const target = slackUrl(next, /^(?:[a-z0-9-]+\.)*slack(?:-files)?\.com$/);
        if (target === null) return rejected('invalid', NOT_ITS_OWN);
        const answered = await ask(target, { headers: { authorization: `Bearer ${currentToken(token)}` } });
        if (answered.kind !== 'ok' || answered.value.status === 200) return answered;
        await answered.value.body?.cancel();
        const location = answered.value.headers.get('location');
        if (![301, 302, 303, 307, 308].includes(answered.value.status) || location === null)
          return statusFailure(answered.value);
        if (!URL.canParse(location, target.href)) return rejected('invalid', NOT_ITS_OWN);
        next = new URL(location, target).href;
      }
      return retryLater(ENDLESS_WAY, 'operation');
    },
  };
}

function statusFailure({ status, headers }: Response): Outcome<never> {
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? 30);
    return retryLater(SLOW_DOWN, 'destination', (Number.isFinite(seconds) ? seconds : 30) * 1000);
  }
  if (status === 401 || status === 403) {
    return rejected('forbidden', fileForbidden(status));
  }
  if (status === 404 || status === 410) return rejected('not-found', FILE_GONE);
  if (status >= 500) return retryLater(problemWithFiles(status), 'destination');
  return retryLater(fileNotTaken(status), 'operation');
}
