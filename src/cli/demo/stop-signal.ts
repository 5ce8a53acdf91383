/** Ctrl-C, also while the demo is still starting. */
export interface StopSignal {
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  isAsked(): boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens from now on. A second signal ends the process at once; the next start repairs what that leaves. */
export function listenForStop(onFirst: () => void): StopSignal {
  let isAsked = false;
  const asked = new Promise<void>((resolve) => {
    const stop = () => {
      if (isAsked) process.exit(130);
      isAsked = true;
      onFirst();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
  });
  return { asked, isAsked: () => isAsked };
}
