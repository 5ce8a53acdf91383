import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { APP_TOKEN, BOT_TOKEN, type OpenSlack, SIGNING_SECRET } from './open-slack.ts';

export interface OpenBolt {
  readonly app: App;
  close(): Promise<void>;
}

const QUIET = { logLevel: LogLevel.ERROR } as const;

/** A real Bolt app on a free port, saved as the sandbox's events URL through its url_verification. */
export async function boltOverHttp(open: OpenSlack): Promise<OpenBolt> {
  const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, ...QUIET });
  const app = new App({
    token: BOT_TOKEN,
    receiver,
    ignoreSelf: false,
    clientOptions: clientOptions(open),
    ...QUIET,
  });
  const server = await receiver.start({ port: 0, host: '127.0.0.1' });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Bolt has no port');
  await open.slack.setEventsUrl(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    app,
    async close() {
      const closed = receiver.stop();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** A real Bolt app in Socket Mode. */
export async function boltOverSocket(open: OpenSlack): Promise<OpenBolt> {
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    installerOptions: { clientOptions: clientOptions(open) },
    ...QUIET,
  });
  const app = new App({
    token: BOT_TOKEN,
    receiver,
    ignoreSelf: false,
    clientOptions: clientOptions(open),
    ...QUIET,
  });
  await app.start();
  return {
    app,
    async close() {
      await app.stop();
    },
  };
}

function clientOptions(open: OpenSlack) {
  return { slackApiUrl: open.apiUrl, retryConfig: { retries: 0 } };
}
