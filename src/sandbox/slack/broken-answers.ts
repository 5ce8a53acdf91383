import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Fault } from '../faults.ts';

/** Beside what every vendor may do: Slack refuses the call with one of its own words, and does nothing. */
export type SlackFault = Fault | { readonly kind: 'refuse'; readonly error: string };

const HTML = '<!DOCTYPE html><html><head><title>Slack</title></head><body>Please sign in</body></html>';

/** The answer to a rate-limited call. */
export function tooMany(retryAfterS: number): Response {
  return Response.json(
    { ok: false, error: 'ratelimited' },
    { status: 429, headers: { 'retry-after': String(retryAfterS) } },
  );
}

function serverError(status: number): Response {
  return new Response('upstream error', { status, headers: { 'content-type': 'text/plain' } });
}

/** Never answers: waits until the caller has gone, or the sandbox is closed. */
async function hang(socket: Socket): Promise<Response> {
  if (!socket.destroyed) await once(socket, 'close');
  return serverError(500);
}

function reset(socket: Socket): Response {
  socket.resetAndDestroy();
  return serverError(500);
}

const webPage = () =>
  new Response(HTML, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });

/** What goes wrong before the call has any effect; null when it is carried out. */
export function breakBefore(fault: SlackFault | null, socket: Socket): Promise<Response> | Response | null {
  switch (fault?.kind) {
    case 'fail-before':
      return serverError(fault.status);
    case 'reset-before':
      return reset(socket);
    case 'hang':
      return hang(socket);
    case 'html':
      return webPage();
    case 'limit':
      return tooMany(fault.retryAfterS);
    case 'refuse':
      return Response.json({ ok: false, error: fault.error });
    default:
      return null;
  }
}

/** What goes wrong with the answer after the effect; null when the true answer leaves. */
export function breakAfter(fault: SlackFault | null, socket: Socket): Promise<Response> | Response | null {
  switch (fault?.kind) {
    case 'fail-after':
      return serverError(fault.status);
    case 'reset-after':
      return reset(socket);
    case 'hang-after':
      return hang(socket);
    case 'html-after':
      return webPage();
    default:
      return null;
  }
}
