import { createIo } from '../../../src/connectors/io.ts';
import type { Attempt } from '../../../src/model/effect.ts';
import { Marker, SlackChannel, SlackTs, SlackUser } from '../../../src/model/ids.ts';
import type { Io, IoLimits, IoPoint } from '../../../src/model/io.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { SlackSandboxOptions } from '../../../src/sandbox/slack/slack-sandbox.ts';
import type { NewMessage } from '../../../src/slack/out/post.ts';
import { renderNotice } from '../../../src/slack/out/rich-text.ts';
import { createSlackOut, type SlackOut } from '../../../src/slack/out/slack-out.ts';
import { BOT_TOKEN, type OpenSlack, openSlack } from '../../sandbox/slack/open-slack.ts';

export const HELP = SlackChannel.parse('C0HELPIT');
export const ALMA = SlackUser.parse('U0ALMA');
/** Long enough for a busy machine; whoever waits for it to pass names a shorter one. */
const TIMEOUT_MS = 5_000;

export interface OpenSlackOut extends OpenSlack {
  readonly out: SlackOut;
  readonly io: Io;
  readonly root: SlackTs;
  /** One call in the scope of io(), as a flow makes it. */
  run<T>(point: IoPoint, work: () => Promise<T>, limits?: Partial<IoLimits>): Promise<T>;
  /** Calls of a method since the start. */
  calls(method: string): number;
  /** Texts of the bot in a channel. */
  said(channel: string): readonly string[];
}

export interface Scope {
  after(work: () => Promise<void>): void;
}

export async function openSlackOut(
  t: Scope,
  apiUrl?: string,
  options: Partial<SlackSandboxOptions> = {},
): Promise<OpenSlackOut> {
  const open = await openSlack(options);
  t.after(() => open.close());
  const io = createIo({ metrics: noMetrics });
  return {
    ...open,
    io,
    out: createSlackOut({ token: BOT_TOKEN, apiUrl: apiUrl ?? open.apiUrl, io }),
    root: SlackTs.parse(open.slack.people.post(ALMA, HELP, 'My laptop is slow')),
    run: (point, work, limits = {}) => io.run(point, { timeoutMs: TIMEOUT_MS, ...limits }, work),
    calls: (method) => open.slack.calls().filter((call) => call.method === method).length,
    said: (channel) =>
      open.slack.people
        .messages(channel)
        .filter((message) => message.isBot)
        .map((message) => message.text),
  };
}

let markers = 0;
export function attempt(open: OpenSlack): Attempt {
  markers += 1;
  return { marker: Marker.parse(`dsk-${String(markers).padStart(20, '0')}`), startedAt: open.clock.now() };
}

export const inThread = ({ root }: OpenSlackOut, text = 'hello'): NewMessage => ({
  target: { kind: 'thread', channel: HELP, root },
  ...renderNotice(text),
});

export const toAlma = (): NewMessage => ({
  target: { kind: 'direct', user: ALMA },
  ...renderNotice('hello'),
});

export function taken<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'ok') throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return outcome.value;
}

/** An outcome in a few words. */
export function brief(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'ok') return 'ok';
  if (outcome.kind === 'rejected') return `rejected ${outcome.code}`;
  const after = outcome.afterMs === undefined ? '' : ` after ${outcome.afterMs}`;
  return `retry ${outcome.scope} ${outcome.effect}${after}`;
}
