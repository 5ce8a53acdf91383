import { randomBytes } from 'node:crypto';
import type { DemoState } from '../../../src/sandbox/demo/demo-state.ts';
import { DemoState as Shape } from '../../../src/sandbox/demo/demo-state.ts';
import type { BuiltPage } from '../../../src/sandbox/demo/page-build.ts';
import { type KeptVendors, servePage, startKeptVendors } from '../../../src/sandbox/demo/start-demo.ts';
import type { VendorSecrets } from '../../../src/sandbox/demo/vendors.ts';

export const MARA = 'U0MARA0001';
export const TOMAS = 'U0TOMAS001';
export const HELP = 'C0ITHELP01';

const word = () => randomBytes(12).toString('hex');

export const secrets: VendorSecrets = {
  slackBotToken: `xoxb-sandbox-${word()}`,
  slackAppToken: `xapp-sandbox-${word()}`,
  slackSigningSecret: word(),
  jiraToken: `sandbox-${word()}`,
  jiraHookSecret: word(),
  serviceNowPassword: `sandbox-${word()}`,
  serviceNowHookSecret: word(),
};

const page: BuiltPage = {
  files: new Map([
    ['/index.html', { bytes: new Uint8Array(Buffer.from('<p>page</p>')), type: 'text/html; charset=utf-8' }],
  ]),
  fresh: false,
};

export interface DemoWorld {
  readonly url: string;
  readonly kept: KeptVendors;
  state(as?: string): Promise<DemoState>;
  act(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  stop(): Promise<void>;
}

/** The demo's server with its vendors, without a bridge: what people do stays on their side. */
export async function openDemo(folder: string): Promise<DemoWorld> {
  const kept = await startKeptVendors(
    { vendors: `${folder}/vendors.json`, ports: `${folder}/ports.json` },
    secrets,
  );
  const server = await servePage(kept.vendors, page, 0);
  let stopped = false;
  return {
    url: server.url,
    kept,
    async state(as = MARA) {
      const response = await fetch(`${server.url}/demo/state?as=${as}`);
      return Shape.parse(await response.json());
    },
    act: (body, headers = {}) =>
      fetch(`${server.url}/demo/act`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    async stop() {
      if (stopped) return;
      stopped = true;
      await server.close();
      await kept.stop();
    },
  };
}
