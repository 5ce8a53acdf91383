import path from 'node:path';
import { createClock } from '../../src/sandbox/clock.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { createSlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import { createRelay, type Relay } from '../support/relay.ts';
import type { SystemKind } from './systems.ts';

export const SLACK_ENV = {
  SLACK_BOT_TOKEN: 'xoxb-sandbox-crash',
  SLACK_SIGNING_SECRET: 'crash-signing-secret-0123456789',
  SLACK_APP_TOKEN: 'xapp-sandbox-crash',
};
/** Every request has a channel of its own, so that Slack's pace in one does not slow the next. */
export const CHANNELS = Array.from({ length: 90 }, (_, n) => ({ id: `C0CRASH${n}`, name: `crash-${n}` }));

const MODEL = path.resolve(import.meta.dirname, '../../models/it-help/model.json');

export function configText(
  kind: SystemKind,
  at: { readonly slackUrl: string; readonly port: number; readonly settings: unknown },
): string {
  return JSON.stringify({
    version: 1,
    install: { name: 'crash' },
    slack: {
      mode: 'http',
      api_url: `${at.slackUrl}/api/`,
      channels: CHANNELS,
      responders: [],
      // A few people stand for a whole company here.
      limits: { person: null, app: null, channel: null },
    },
    connectors: { desk: at.settings },
    queues: { general: { title: 'General help', connector: 'desk', target: kind.target } },
    routing: {
      // The bridge runs from one file here, beside which the shipped model does not lie.
      classifier: { model: MODEL },
      rules: [],
      default: { queue: 'general', kind: 'general', priority: 'medium', privacy: 'thread' },
    },
    server: { host: '127.0.0.1', port: at.port },
  });
}

/** The cables between the bridges and the vendors; null where nothing is ever pulled. */
export interface Wires {
  readonly slack: Relay;
  readonly system: Relay;
}

/** Both simulated vendors, with the addresses at which bridges reach them. */
export async function startVendors(
  kind: SystemKind,
  { ends, wired }: { readonly ends: (() => unknown)[]; readonly wired: boolean },
) {
  const clock = createClock();
  ends.push(() => clock.stop());
  const slack = createSlackSandbox({
    clock,
    signingSecret: SLACK_ENV.SLACK_SIGNING_SECRET,
    botToken: SLACK_ENV.SLACK_BOT_TOKEN,
    appToken: SLACK_ENV.SLACK_APP_TOKEN,
    channels: CHANNELS,
    limits: false,
  });
  const slackServer = await listen(slack.routes);
  ends.push(() => slackServer.close());
  slack.attach(slackServer.server);
  ends.push(() => slack.stop());
  const system = await kind.start(clock);
  ends.push(() => system.close());
  if (!wired) {
    const settings = system.settings(system.baseUrl);
    return { clock, slack, system, settings, slackUrl: slackServer.url, wires: null };
  }
  const wires: Wires = {
    slack: await wire(slackServer.port, ends),
    system: await wire(Number(new URL(system.baseUrl).port), ends),
  };
  const slackUrl = `http://127.0.0.1:${wires.slack.port}`;
  slack.setBaseUrl(slackUrl);
  const settings = system.settings(`http://127.0.0.1:${wires.system.port}`);
  return { clock, slack, system, settings, slackUrl, wires };
}

/** A cable that is plugged in, and pulled at the end. */
export async function wire(target: number, ends: (() => unknown)[]): Promise<Relay> {
  const relay = await createRelay(target);
  await relay.open();
  ends.push(() => relay.cut());
  return relay;
}
