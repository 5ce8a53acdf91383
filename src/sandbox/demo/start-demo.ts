import { z } from 'zod';
import { type Listening, listen } from '../listen.ts';
import type { BuiltPage } from './page-build.ts';
import { createDemoRoutes } from './routes.ts';
import { readDemoFile, SavedVendors, writeDemoFile } from './state-file.ts';
import { createTrouble } from './trouble.ts';
import { type DemoVendors, startVendors, VendorPorts, type VendorSecrets } from './vendors.ts';

export interface KeptVendors {
  readonly vendors: DemoVendors;
  /** Stops the vendors and saves them a last time. */
  stop(): Promise<void>;
}

/** Starts the simulated vendors as the last start left them, and saves them after every change from then on. */
export async function startKeptVendors(
  files: { readonly vendors: string; readonly ports: string },
  secrets: VendorSecrets,
): Promise<KeptVendors> {
  const vendors = await startVendors({
    secrets,
    ports: readDemoFile(files.ports, VendorPorts),
    saved: readDemoFile(files.vendors, SavedVendors),
  });
  writeDemoFile(files.ports, vendors.ports);
  const save = () => writeDemoFile(files.vendors, vendors.snapshot());
  let waiting: NodeJS.Immediate | null = null;
  // All changes of one turn in one file, before anybody outside can build on them for long: a kill loses next to nothing.
  vendors.onChange(() => {
    waiting ??= setImmediate(() => {
      waiting = null;
      save();
    });
  });
  return {
    vendors,
    async stop() {
      await vendors.stop();
      if (waiting !== null) clearImmediate(waiting);
      waiting = null;
      save();
    },
  };
}

const Failure = z.object({ code: z.string() });
/** How many ports are tried before any free one is taken. */
const PORTS_TRIED = 20;

/** Serves the page on `port`, on the next free one when it is taken, or on any for 0. */
export async function servePage(vendors: DemoVendors, page: BuiltPage, port: number): Promise<Listening> {
  const trouble = createTrouble(vendors);
  const routes = createDemoRoutes({
    worlds: {
      slack: vendors.slack.people,
      desks: { jira: vendors.jira.people, servicenow: vendors.servicenow.people },
      trouble,
    },
    page,
    onChange(listener) {
      vendors.onChange(listener);
      trouble.onChange(listener);
    },
  });
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED, 65_535);
  for (let next = port; next <= last; next += 1) {
    try {
      return await listen(routes, next);
    } catch (error) {
      if (Failure.safeParse(error).data?.code !== 'EADDRINUSE') throw error;
    }
  }
  return listen(routes, 0);
}
