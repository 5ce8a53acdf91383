import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = () => existsSync(CHROMIUM);

export interface DemoProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it printed so far. */
  printed(): string;
  /** As Ctrl-C does; answers the exit code. */
  interrupt(): Promise<number | null>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

/** Starts `deskbridge demo` as a person would, with a data folder of its own, and waits for the address. */
export async function startDemo(data: string, ...more: readonly string[]): Promise<DemoProcess> {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'bin/deskbridge.js'), 'demo', '--port', '0', '--data', data, ...more],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'exit');
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const found = /Open\s+(http:\/\/127\.0\.0\.1:\d+)\s/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) =>
      reject(new Error(`The demo ended with ${code} before it was ready:\n${printed}`)),
    );
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    process: child,
    printed: () => printed,
    async interrupt() {
      await end('SIGINT');
      return child.exitCode;
    },
    kill: () => end('SIGKILL'),
  };
}

/** Chromium without a window, and without its own talk to the outside. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
