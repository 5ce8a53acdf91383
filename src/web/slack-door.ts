import { z } from 'zod';
import { StoreUnavailable } from '../model/delivery.ts';
import type { Metrics } from '../model/metrics.ts';
import { BODY_UNREADABLE, SIGNATURE_WRONG } from '../texts/pages.ts';
import type { Door, DoorReply, DoorRequest } from './door.ts';
import { readSlackSignature } from './slack-signature.ts';

/** Slack waits 3 s; a sender that is not answered by then counts us as dead, so 503 leaves well before. */
const DEADLINE_MS = 2300;
/** Shorter secrets can be guessed; Slack's have 32 characters. */
const SECRET_BYTES = 16;

/** What comes behind the door, whatever transport a call came in by. */
export interface SlackCalls {
  /** The body as one object (JSON, form, or the form's `payload`); null when it is none of these. */
  readonly parse: (body: Uint8Array) => Readonly<Record<string, unknown>> | null;
  /** Answers an Ask, or makes a Tell durable and then answers. `callKey` names this very call for ever. */
  readonly receive: (call: {
    readonly body: Readonly<Record<string, unknown>>;
    readonly bytes: Uint8Array;
    readonly callKey: string;
  }) => Promise<DoorReply>;
}

export interface SlackDoorDeps {
  readonly signingSecret: string;
  readonly calls: SlackCalls;
  readonly now: () => Date;
  readonly metrics: Metrics;
}

const UrlVerification = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1000) });

/** Where Slack knocks over HTTP. Throws when it is built with a secret that is no secret. */
export function createSlackDoor(deps: SlackDoorDeps): Door {
  if (Buffer.byteLength(deps.signingSecret) < SECRET_BYTES) {
    throw new Error(
      'The Slack signing secret is missing or too short. Copy it from "Basic Information" of the Slack app.',
    );
  }
  const count = (result: string) => deps.metrics.count('deskbridge_slack_door_total', { result });

  return async (request) => {
    if (isBareSslCheck(request.body)) {
      count('ssl_check');
      return { status: 200, body: null };
    }
    const signed = readSlackSignature(request.headers, request.body, {
      secret: deps.signingSecret,
      now: deps.now(),
    });
    if (signed.kind === 'invalid') {
      count(`signature_${signed.reason}`);
      return { status: 401, body: SIGNATURE_WRONG };
    }
    const body = deps.calls.parse(request.body);
    if (body === null) {
      count('unreadable');
      return { status: 400, body: BODY_UNREADABLE };
    }
    const verification = UrlVerification.safeParse(body);
    if (verification.success) {
      count('url_verification');
      return { status: 200, body: { challenge: verification.data.challenge } };
    }
    count('passed');
    return within(deps.calls.receive({ body, bytes: request.body, callKey: signed.signature }));
  };
}

/**
 * Slack checks our certificate with an unsigned form that holds `ssl_check=1` and its old verification token. Anything
 * beside these is a call like any other: old Bolt let `ssl_check=1&payload=…` through unsigned.
 */
function isBareSslCheck(body: DoorRequest['body']): boolean {
  if (body.byteLength > 200) return false;
  const fields = new URLSearchParams(Buffer.from(body).toString('latin1'));
  if (fields.get('ssl_check') !== '1') return false;
  return [...fields.keys()].every((name) => name === 'ssl_check' || name === 'token');
}

/** Whatever is slow behind the door, the sender hears 503 in time; what is committed later counts once. */
async function within(reply: Promise<DoorReply>): Promise<DoorReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable(`No answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
  }
}
