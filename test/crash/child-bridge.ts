import { fork } from 'node:child_process';
import { once } from 'node:events';
import { FromChild, type ToChild } from './messages.ts';

export type StartOrder = Omit<Extract<ToChild, { kind: 'start' }>, 'kind'>;

/** A bridge in a process of its own. */
export interface ChildBridge {
  /** Resolves when it listens and works; false when it died at its crash point before that. */
  start(order: StartOrder): Promise<boolean>;
  /** Dies at this point from now on. */
  arm(at: string): Promise<void>;
  /** Moves its idea of the vendors' time. Resolves when it knows, or is dead. */
  setOffset(ms: number): Promise<void>;
  /** The crash point at which it ended itself; null while it lives. */
  diedAt(): string | null;
  readonly isGone: () => boolean;
  /** What it logged: for the message of a failing test. */
  log(): string;
  /** Stands still at this point from now on (SIGSTOP), until `goOn`. */
  freezeAt(at: string): Promise<void>;
  readonly isFrozen: () => boolean;
  goOn(): void;
  /** SIGKILL from outside; harmless when it is dead. */
  kill(): Promise<void>;
}

const LOG_KEPT = 20_000;
/** Such a process lives for a few seconds: threads that optimise it cost more than they bring (measured: a third). */
const V8_FLAGS = ['--single-threaded', '--max-semi-space-size=64'];

/** Starts the process and lets it load; the bridge itself starts with `start`. */
export function forkBridge(program: string, env: Readonly<Record<string, string>>): ChildBridge {
  const child = fork(program, [], {
    execArgv: [...process.execArgv, ...V8_FLAGS],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_KEPT);
  });
  let gone = false;
  /** How often it was woken up again. */
  let woken = 0;
  const isFrozen = () => !gone && (log.match(/^stands still at /gm)?.length ?? 0) > woken;
  const closed = once(child, 'close').then(() => {
    gone = true;
  });
  const answers: ((answer: FromChild | null) => void)[] = [];
  const next = () => new Promise<FromChild | null>((resolve) => answers.push(resolve));
  void closed.then(() => {
    for (const answer of answers.splice(0)) answer(null);
  });
  child.on('message', (raw) => answers.shift()?.(FromChild.parse(raw)));
  const loaded = next();

  async function ask(message: ToChild): Promise<FromChild | null> {
    await loaded;
    if (gone) return null;
    const answer = next();
    child.send(message, () => {}); // Its death is seen by `closed`.
    const said = await answer;
    if (said?.kind === 'failed') throw new Error(`The bridge did not start: ${said.reason}\n${log}`);
    return said;
  }

  return {
    async start(order) {
      return (await ask({ kind: 'start', ...order })) !== null;
    },
    async arm(at) {
      await ask({ kind: 'crash', at });
    },
    async setOffset(ms) {
      const told = ask({ kind: 'offset', ms });
      // One that stands still learns it when it goes on.
      if (!isFrozen()) await told;
    },
    diedAt: () => (gone ? (/^died at (.+)$/m.exec(log)?.[1] ?? null) : null),
    isGone: () => gone,
    log: () => log,
    async freezeAt(at) {
      await ask({ kind: 'freeze', at });
    },
    isFrozen,
    goOn() {
      if (isFrozen()) woken += 1;
      child.kill('SIGCONT');
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
