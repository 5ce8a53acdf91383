import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BackendAddress } from './backend-address.ts';

export type ToParent =
  | { readonly kind: 'ready' | 'closed' }
  | { readonly kind: 'run'; readonly run: number; readonly job: string };
export type FromParent =
  | { readonly kind: 'answer'; readonly run: number }
  | { readonly kind: 'ring'; readonly shard: number }
  | { readonly kind: 'close' };

export interface ChildWorker {
  ring(shard: number): void;
  /** Asks it to close everything and resolves with its exit code; it has to end by itself. */
  close(): Promise<number | null>;
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly address: BackendAddress;
  /** Starts the schedules too, with this interval for tick.due. */
  readonly dueEveryMs?: number;
  /** Called at the start of every run; the handler ends when it resolves. */
  readonly onRun: (job: string) => Promise<void>;
}

/** Resolves when the process takes jobs. */
export async function startChildWorker(options: ChildOptions): Promise<ChildWorker> {
  const settings = JSON.stringify({ address: options.address, dueEveryMs: options.dueEveryMs ?? null });
  const child = fork(path.join(import.meta.dirname, 'worker-process.ts'), [settings]);
  const gone = once(child, 'exit');
  const send = (message: FromParent) => {
    if (child.connected) child.send(message, () => {}); // Its death is the business of the test, not of this line.
  };
  const ready = Promise.withResolvers<void>();
  child.on('message', async (message: ToParent) => {
    if (message.kind === 'ready') ready.resolve();
    if (message.kind !== 'run') return;
    await options.onRun(message.job);
    send({ kind: 'answer', run: message.run });
  });
  child.on('exit', (code) => ready.reject(new Error(`The worker process ended with ${code}.`)));
  await ready.promise;

  return {
    ring: (shard) => send({ kind: 'ring', shard }),
    async close() {
      send({ kind: 'close' });
      await gone;
      return child.exitCode;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
