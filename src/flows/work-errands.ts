import { runErrands } from './run-errands.ts';
import { sendDigests } from './send-digests.ts';
import { showHomes } from './show-home.ts';
import type { World } from './world.ts';

export interface ErrandWork {
  /** Begins with what is due and returns; whoever is at it already looks once more. */
  serve(): void;
  /** Takes nothing new and waits for the errands in hand, `graceMs` at most. */
  drain(graceMs: number): Promise<void>;
}

/** The errands of one process, with the Homes and the digests that are due. They never keep a job of the bell active: a slow vendor would. */
export function createErrandWork(world: World): ErrandWork {
  let running: Promise<void> | null = null;
  let again = false;
  let draining = false;

  async function work(): Promise<void> {
    do {
      again = false;
      try {
        for (const work of [runErrands, showHomes, sendDigests]) if (await work(world)) again = true;
      } catch (error) {
        world.log.warn({ error: String(error) }, 'Errands could not be taken up; the next tick tries again');
      }
    } while (again && !draining);
    running = null;
  }

  return {
    serve() {
      if (draining) return;
      if (running === null) running = work();
      else again = true;
    },
    async drain(graceMs) {
      draining = true;
      const waited = AbortSignal.timeout(graceMs);
      const late = new Promise<void>((resolve) =>
        waited.addEventListener('abort', () => resolve(), { once: true }),
      );
      await Promise.race([running ?? Promise.resolve(), late]);
    },
  };
}
