import type { z } from 'zod';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, type Retry, rejected, unknownEffect } from '../../model/outcome.ts';
import {
  doneLookedUp,
  fieldsMayBeHidden,
  TO_LOOK,
  unknownForm,
  withoutFile,
} from '../../texts/servicenow-access.ts';
import { readAnswer } from './answers.ts';
import { type Credentials, createCredentials, type ServiceNowAuth } from './credentials.ts';
import { createTransport, type HttpAnswer, type HttpCall, type StreamedAnswer } from './transport.ts';

export interface Wanted {
  readonly method: HttpCall['method'];
  readonly path: string;
  readonly body?: HttpCall['body'];
  /** Media type of the body; JSON unless it says otherwise. */
  readonly mime?: string;
  /** What is being done, to complete "ServiceNow refused …". */
  readonly doing: string;
}

export interface Read<T> {
  readonly value: T;
  readonly answer: HttpAnswer;
}

/** Requests as one user of the instance. Every answer is checked; nothing is repeated but a call that an old token met. */
export interface Requests {
  ask<T>(schema: z.ZodType<T>, wanted: Wanted): Promise<Outcome<Read<T>>>;
  /** A call whose success has no body. */
  tell(wanted: Wanted): Promise<Outcome<null>>;
  open(wanted: Wanted): Promise<Outcome<StreamedAnswer>>;
  /** A read as it was answered, whatever its status; refused only where we got no token. */
  examine(path: string): Promise<Outcome<HttpAnswer>>;
}

export interface RequestsDeps {
  readonly baseUrl: string;
  readonly auth: ServiceNowAuth;
  readonly io: Io;
  /** The wall time; assertions are dated by it. */
  readonly now: () => Date;
}

function shaped<T>(
  schema: z.ZodType<T>,
  result: unknown,
  call: { effect: HttpCall['effect']; doing: string },
) {
  const parsed = schema.safeParse(result);
  if (parsed.success) return ok(parsed.data);
  const paths = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].slice(0, 5).join(', ');
  const what = unknownForm(call.doing, paths);
  if (call.effect === 'write') return unknownEffect(doneLookedUp(what));
  return rejected('invalid', fieldsMayBeHidden(what));
}

const effectOf = ({ method }: Wanted): HttpCall['effect'] => (method === 'GET' ? 'read' : 'write');

type Send = <T extends HttpAnswer | StreamedAnswer>(
  wanted: Wanted,
  exchange: (call: HttpCall) => Promise<T | HttpAnswer | Retry>,
) => Promise<Outcome<T | HttpAnswer>>;

/** Sends with credentials; a 401 that an expired token may explain is tried once more with a fresh one. */
function createSender(credentials: Credentials): Send {
  async function callFor(wanted: Wanted): Promise<Outcome<HttpCall>> {
    const pass = await credentials.pass();
    if (pass.kind !== 'ok') return pass;
    const { method, path, body = null, mime = 'application/json' } = wanted;
    const headers: Record<string, string> = { accept: 'application/json', ...pass.value };
    if (body !== null) headers['content-type'] = mime;
    return ok({ method, path, headers, body, effect: effectOf(wanted) });
  }

  return async function send(wanted, exchange) {
    const call = await callFor(wanted);
    if (call.kind !== 'ok') return call;
    const answer = await exchange(call.value);
    if (answer.kind === 'retry') return answer;
    const isOld = answer.kind === 'answer' && answer.status === 401 && credentials.renew();
    // A body that was read while it was sent is used up.
    if (!isOld || (call.value.body !== null && typeof call.value.body !== 'string')) return ok(answer);
    const again = await callFor(wanted);
    if (again.kind !== 'ok') return again;
    const second = await exchange(again.value);
    return second.kind === 'retry' ? second : ok(second);
  };
}

export function createRequests(deps: RequestsDeps): Requests {
  const transport = createTransport(deps);
  const send = createSender(createCredentials(deps.auth, transport, deps.now));

  return {
    examine: (path) => send<HttpAnswer>({ method: 'GET', path, doing: TO_LOOK }, transport.send),
    async ask(schema, wanted) {
      const { doing } = wanted;
      const effect = effectOf(wanted);
      const sent = await send<HttpAnswer>(wanted, transport.send);
      if (sent.kind !== 'ok') return sent;
      const result = readAnswer(sent.value, { effect }, doing);
      if (result.kind !== 'ok') return result;
      const parsed = shaped(schema, result.value, { effect, doing });
      return parsed.kind === 'ok' ? ok({ value: parsed.value, answer: sent.value }) : parsed;
    },
    async tell(wanted) {
      const sent = await send<HttpAnswer>(wanted, transport.send);
      if (sent.kind !== 'ok') return sent;
      if (sent.value.status === 204) return ok(null);
      const read = readAnswer(sent.value, { effect: effectOf(wanted) }, wanted.doing);
      return read.kind === 'ok' ? ok(null) : read;
    },
    async open(wanted) {
      const sent = await send<StreamedAnswer>(wanted, transport.open);
      if (sent.kind !== 'ok') return sent;
      if (sent.value.kind === 'stream') return ok(sent.value);
      const read = readAnswer(sent.value, { effect: 'read' }, wanted.doing);
      return read.kind === 'ok' ? rejected('invalid', withoutFile(wanted.doing)) : read;
    },
  };
}
