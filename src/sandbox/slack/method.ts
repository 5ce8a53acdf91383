import { z } from 'zod';
import { JsonObject } from './message-store.ts';
import type { Messaging } from './messaging.ts';
import { problemLines } from './problem-lines.ts';
import type { SlackWorld } from './world.ts';

/** Requests per minute that a method takes for one workspace. */
export const TIERS = { t1: 1, t2: 20, t3: 50, t4: 100, special: 600 } as const;
export type Tier = keyof typeof TIERS;

/** `ok: true` with the fields of the answer, or Slack's error code with the lines of response_metadata.messages. */
export type ApiResult =
  | { readonly ok: true; readonly fields: JsonObject }
  | { readonly ok: false; readonly error: string; readonly messages: readonly string[] };

export interface FileLimits {
  /** The largest file that the workspace takes, in bytes. */
  readonly largestFile: number;
  /** Milliseconds from the answer to the message that shows the file. */
  readonly shareAfterMs: number;
}

export interface MethodContext {
  readonly world: SlackWorld;
  readonly messaging: Messaging;
  /** A fresh address for a socket. */
  readonly socketUrl: () => string;
  /** Runs `work` after `afterMs` of sandbox time. */
  readonly later: (afterMs: number, work: () => void) => void;
  readonly limits: FileLimits;
  /** May the bot token do what needs this scope? */
  readonly may: (scope: string) => boolean;
  /** Reads show the state of this sandbox time in milliseconds; absent for now. */
  readonly asOf?: number;
}

export interface Method {
  readonly tier: Tier;
  /** The scope that a call with these arguments needs; null when it needs none. */
  scopeOf(args: JsonObject, world: SlackWorld): string | null;
  /** Which token it takes. */
  readonly token: 'bot' | 'app';
  call(args: JsonObject, context: MethodContext): ApiResult;
}

export function succeed(fields: JsonObject = {}): ApiResult {
  return { ok: true, fields };
}

export function fail(error: string, messages: readonly string[] = []): ApiResult {
  return { ok: false, error, messages };
}

interface MethodSpec<Args extends z.ZodType> {
  readonly tier: Tier;
  /** Some methods need another scope in each kind of conversation. */
  readonly scope?: string | ((args: JsonObject, world: SlackWorld) => string);
  readonly token?: 'app';
  readonly args: Args;
  /** Slack's own error for an argument that does not parse; others answer invalid_arguments. */
  readonly errors?: Readonly<Record<string, string>>;
  run(args: z.output<Args>, context: MethodContext): ApiResult;
}

/** Ties a method's arguments to its work: the arguments are parsed once, here. */
export function defineMethod<Args extends z.ZodType>(spec: MethodSpec<Args>): Method {
  return {
    tier: spec.tier,
    scopeOf(args, world) {
      const { scope } = spec;
      return typeof scope === 'function' ? scope(args, world) : (scope ?? null);
    },
    token: spec.token ?? 'bot',
    call(raw, context) {
      const parsed = spec.args.safeParse(raw, { reportInput: true });
      if (parsed.success) return spec.run(parsed.data, context);
      const first = String(parsed.error.issues[0]?.path[0]);
      const messages = problemLines(parsed.error, '');
      return fail(spec.errors?.[first] ?? 'invalid_arguments', messages);
    },
  };
}

const KINDS = { channel: 'channels', group: 'groups', im: 'im' } as const;

/** The scope for the kind of conversation that `channel` names: channels:…, groups:… or im:…. */
export function scopeByKind(right: 'history' | 'read'): (args: JsonObject, world: SlackWorld) => string {
  return (args, world) => {
    const channel = world.channels.get(String(args['channel']));
    return `${KINDS[channel?.kind ?? 'channel']}:${right}`;
  };
}

/** Arguments come as text in a form and as values in JSON; these read both. */
export const flag = z
  .union([z.boolean(), z.literal(['true', 'false', '1', '0', '']), z.literal([0, 1])])
  .transform((value) => value === true || value === 'true' || value === '1' || value === 1)
  .default(false);

export function integer(min: number, max: number, fallback: number) {
  return z.coerce.number().int().min(min).max(max).default(fallback);
}

/** A nested value: itself in JSON, JSON text in a form. */
export function nested<T extends z.ZodType>(schema: T) {
  return z.preprocess((value, check) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      check.addIssue({ code: 'custom', message: 'invalid JSON' });
      return z.NEVER;
    }
  }, schema);
}

export const BlockList = nested(z.array(JsonObject));
