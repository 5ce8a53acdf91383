import type { z } from 'zod';
import type { Io } from '../../../model/io.ts';
import type { JiraClient } from '../client.ts';
import { outcomeOfStatus } from '../failure.ts';

/** An answer that means the same whatever was asked: told once, and nothing more is asked. */
export type Obstacle =
  | { readonly kind: 'unreachable' | 'failing' | 'no-pass'; readonly what: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'refused'; readonly noScope: boolean }
  | { readonly kind: 'web-page' | 'slowed-down' };

/** Ends the diagnosis from wherever it is. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly obstacle: Obstacle;
  constructor(obstacle: Obstacle) {
    super(obstacle.kind);
    this.obstacle = obstacle;
  }
}

export type Looked<T> =
  | { readonly kind: 'there'; readonly value: T; readonly headers: Headers }
  /** 400, 403 or 404: this one thing is wrong, forbidden, or not shown. */
  | { readonly kind: 'denied'; readonly status: number };

export interface Look {
  /** @throws Stopped when what is in the way would be in the way of everything */
  at<T>(schema: z.ZodType<T>, path: string, params?: Readonly<Record<string, unknown>>): Promise<Looked<T>>;
  /** Whether Jira said so far that we are near its limit. */
  nearLimit(): boolean;
}

const TIMEOUT_MS = 15_000;
const NEAR_LIMIT = 'x-ratelimit-nearlimit';

/** Reads for the doctor, each in an io scope of its own, and tells apart what stood in the way. */
export function createLook(client: JiraClient, io: Io): Look {
  let isNear = false;
  return {
    nearLimit: () => isNear,
    async at(schema, path, params = {}) {
      const answer = await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () =>
        client.examine(path, params),
      );
      switch (answer.kind) {
        case 'no-pass':
          throw new Stopped({ kind: 'no-pass', what: answer.outcome.reason });
        case 'not-sent':
        case 'lost':
          throw new Stopped({ kind: 'unreachable', what: answer.reason });
        case 'redirect':
          throw new Stopped({ kind: 'redirect', to: answer.to });
        case 'content':
        case 'not-json':
          throw new Stopped({ kind: 'web-page' });
        case 'too-large':
          throw new Stopped({ kind: 'failing', what: 'it answers more than 8 MB' });
        case 'status':
          return denied(answer);
        case 'json': {
          isNear ||= answer.headers.get(NEAR_LIMIT) === 'true';
          const parsed = schema.safeParse(answer.body);
          if (parsed.success) return { kind: 'there', value: parsed.data, headers: answer.headers };
          throw new Stopped({ kind: 'failing', what: `it answers ${path} in a form that we do not know` });
        }
      }
    },
  };
}

function denied(answer: { readonly status: number; readonly headers: Headers; readonly body: unknown }) {
  const { status } = answer;
  if (status === 429) throw new Stopped({ kind: 'slowed-down' });
  if (status >= 500) throw new Stopped({ kind: 'failing', what: `HTTP ${status}` });
  // The adapter's own reading of a refusal: a wrong token can hide behind another status.
  const outcome = outcomeOfStatus(answer, { on: 'read', doubt: '', secrets: [] });
  if (status === 401 || (outcome.kind === 'rejected' && outcome.code === 'auth')) {
    throw new Stopped({ kind: 'refused', noScope: isFromGateway(answer.body) });
  }
  return { kind: 'denied', status } as const;
}

/** The gateway answers a known token that lacks a scope with an object of its own; the site never does. */
function isFromGateway(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
}
