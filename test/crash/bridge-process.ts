/**
 * One whole bridge in a process of its own, put together as `deskbridge start` does it. It ends itself with SIGKILL at
 * the crash point that its parent names: no handler runs, no buffer is flushed, no lease is given back.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { startBridge } from '../../src/bridge.ts';
import { loadConfig } from '../../src/config.ts';
import { connectorsOf, oauthAppsOf } from '../../src/connect.ts';
import { createLog } from '../../src/log.ts';
import { type FromChild, ToChild } from './messages.ts';

const STDERR = 2;
const log = createLog('warn');
let offsetMs = 0;
let armed: { readonly point: string; readonly end: 'dies' | 'stands still'; left: number } | null = null;

const say = (message: FromChild) => void process.send?.(message);

function arm(at: string, end: 'dies' | 'stands still' = 'dies'): void {
  const [point = '', count = '1'] = at.split('#');
  armed = { point, end, left: Number(count) };
}

function crashPoint(name: string): void {
  if (armed?.point !== name) return;
  armed.left -= 1;
  if (armed.left > 0) return;
  const { end } = armed;
  armed = null;
  if (end === 'stands still') {
    writeSync(STDERR, `stands still at ${name}\n`);
    process.kill(process.pid, 'SIGSTOP');
    return;
  }
  writeSync(STDERR, `died at ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered within the call on Linux; should it ever be later, nothing may happen meanwhile.
  for (;;);
}

async function start(message: Extract<ToChild, { kind: 'start' }>): Promise<void> {
  offsetMs = message.offsetMs;
  if (message.crashAt !== null) arm(message.crashAt);
  const config = loadConfig({ file: message.file });
  if (config.databaseUrl === null) throw new Error('DATABASE_URL is missing');
  await startBridge({
    config,
    role: message.role,
    databaseUrl: config.databaseUrl.reveal(),
    log,
    connectors: connectorsOf(config, log),
    oauthApps: oauthAppsOf(config),
    crashPoint,
    now: () => new Date(Date.now() + offsetMs),
    pollEveryMs: message.pollEveryMs,
    ...(message.repairEveryMs === null ? {} : { repairEveryMs: message.repairEveryMs }),
    ...(message.leaseMs === null ? {} : { leaseMs: message.leaseMs }),
    ...(message.jobLockMs === null ? {} : { jobLockMs: message.jobLockMs }),
  });
}

async function obey(message: ToChild): Promise<FromChild> {
  switch (message.kind) {
    case 'start':
      await start(message);
      return { kind: 'ready' };
    case 'crash':
      arm(message.at);
      return { kind: 'done' };
    case 'freeze':
      arm(message.at, 'stands still');
      return { kind: 'done' };
    case 'offset':
      offsetMs = message.ms;
      return { kind: 'done' };
  }
}

process.on('message', (raw) => {
  obey(ToChild.parse(raw)).then(say, (error: unknown) => say({ kind: 'failed', reason: String(error) }));
});
// The test is gone: so is the reason to live.
process.on('disconnect', () => process.exit(0));
// At its end would be too late: it never ends in order.
flushCompileCache();
say({ kind: 'loaded' });
