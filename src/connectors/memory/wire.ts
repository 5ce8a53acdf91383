/** What can go wrong with a call to the memory desk; the words of the sandbox's fault plan. */
export type WireFault =
  | { readonly kind: 'fail-before' | 'fail-after'; readonly status: number }
  | { readonly kind: 'reset-before' | 'reset-after' | 'hang' | 'hang-after' | 'html' | 'html-after' }
  | { readonly kind: 'limit'; readonly retryAfterS: number };

/** `reads` change nothing, `content` reads the bytes of a file; `writes` may change something. */
export type CallKind = 'reads' | 'content' | 'writes';

/** What came back over the wire, as a client would see it. */
export type Reply<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'error'; readonly status: number; readonly retryAfterS: number | null }
  | { readonly kind: 'html' };

/** `refused`: nobody listened, nothing was sent. `reset`: the connection broke, the answer is lost. */
export class WireBroken extends Error {
  override readonly name = 'WireBroken';
  readonly how: 'refused' | 'reset';
  constructor(how: 'refused' | 'reset') {
    super(`connection ${how}`);
    this.how = how;
  }
}

export interface Wire {
  /** Carries one call. `work` is what the desk does when the call reaches it. Throws WireBroken or the abort reason. */
  call<T>(on: CallKind, signal: AbortSignal, work: () => Reply<T>): Promise<Reply<T>>;
  failNext(on: CallKind, fault: WireFault, times: number): void;
  clearFaults(): void;
  cut(): void;
  restore(): void;
  /** Calls that have reached the desk. */
  requests(): number;
}

export function value<T>(of: T): Reply<T> {
  return { kind: 'value', value: of };
}

export function error(status: number): Reply<never> {
  return { kind: 'error', status, retryAfterS: null };
}

/** Waits for the abort and holds the process meanwhile, as an open socket would. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const hold = setInterval(() => {}, 60_000);
    const stop = () => {
      clearInterval(hold);
      reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** A fault happens before or after the desk did its work; `work` is called only in the second case. */
async function meet<T>(fault: WireFault, signal: AbortSignal, work: () => Reply<T>): Promise<Reply<T>> {
  if (fault.kind.endsWith('-after')) work();
  switch (fault.kind) {
    case 'fail-before':
    case 'fail-after':
      return error(fault.status);
    case 'reset-before':
    case 'reset-after':
      throw new WireBroken('reset');
    case 'hang':
    case 'hang-after':
      return untilAborted(signal);
    case 'html':
    case 'html-after':
      return { kind: 'html' };
    case 'limit':
      return { kind: 'error', status: 429, retryAfterS: fault.retryAfterS };
  }
}

/** The network between the connector and the desk: as asynchronous and as unreliable as a real one, without one. */
export function createWire(): Wire {
  let planned: { readonly on: CallKind; readonly fault: WireFault; left: number }[] = [];
  let isCut = false;
  let requests = 0;

  function take(on: CallKind): WireFault | null {
    const next = planned.find((entry) => entry.on === on || (entry.on === 'reads' && on === 'content'));
    if (next === undefined) return null;
    next.left -= 1;
    planned = planned.filter((entry) => entry.left > 0);
    return next.fault;
  }

  return {
    async call(on, signal, work) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isCut) throw new WireBroken('refused');
      requests += 1;
      const fault = take(on);
      return fault === null ? work() : meet(fault, signal, work);
    },
    failNext(on, fault, times) {
      planned.push({ on, fault, left: times });
    },
    clearFaults() {
      planned = [];
    },
    cut() {
      isCut = true;
    },
    restore() {
      isCut = false;
    },
    requests: () => requests,
  };
}
