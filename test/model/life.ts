/** The process ended here. Nothing that it does afterwards counts. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** Where a process ends or stands still: the nth time that it passes a point whose name begins so. */
export interface Mishap {
  readonly at: string;
  nth: number;
  readonly kind: 'crash' | 'stall';
}

/** The life of one process: what it passes, and what befalls it there. */
export interface Life {
  /** Passing a point. @throws ProcessDied */
  step(point: string): Promise<void> | null;
  isDead(): boolean;
  /** Resolves when the process stands still, as under SIGSTOP. */
  readonly stalled: Promise<void>;
  isStalled(): boolean;
  resume(): void;
}

/** `planned` is shared: a mishap befalls whoever passes its point. `passed` counts the points of all processes. */
export function createLife(planned: Mishap[], passed: Map<string, number>): Life {
  let dead = false;
  let gate: PromiseWithResolvers<void> | null = null;
  let hasStalled = false;
  const stalled = Promise.withResolvers<void>();

  function meet(point: string): Mishap | null {
    for (const mishap of planned) {
      if (!point.startsWith(mishap.at)) continue;
      mishap.nth -= 1;
      if (mishap.nth > 0) continue;
      planned.splice(planned.indexOf(mishap), 1);
      return mishap;
    }
    return null;
  }

  return {
    step(point) {
      if (dead) throw new ProcessDied(point);
      passed.set(point, (passed.get(point) ?? 0) + 1);
      const mishap = planned.length === 0 ? null : meet(point);
      if (mishap?.kind === 'crash') {
        dead = true;
        throw new ProcessDied(point);
      }
      // Once is enough: whoever waits for it to go on waits for its end.
      if (mishap?.kind === 'stall' && !hasStalled) {
        hasStalled = true;
        gate = Promise.withResolvers();
        stalled.resolve();
      }
      return gate?.promise ?? null;
    },
    isDead: () => dead,
    stalled: stalled.promise,
    isStalled: () => gate !== null,
    resume() {
      gate?.resolve();
      gate = null;
    },
  };
}
