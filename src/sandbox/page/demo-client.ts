import type { Act } from '../demo/act.ts';
import { ActAnswer, DemoState } from '../demo/demo-state.ts';

export async function fetchState(me: string | null): Promise<DemoState> {
  const response = await fetch(me === null ? '/demo/state' : `/demo/state?as=${encodeURIComponent(me)}`);
  return DemoState.parse(await response.json());
}

const AWAY =
  'The demo does not answer. If you stopped it, start it again in the terminal; this page finds it.';

/** Never rejects: that the demo is away is an answer, too. */
export async function sendAct(act: Act): Promise<ActAnswer> {
  try {
    const response = await fetch('/demo/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    return ActAnswer.parse(await response.json());
  } catch {
    return { ok: false, message: AWAY, ts: null };
  }
}

export interface Watcher {
  changed(): void;
  /** Whether the demo is there. */
  reachable(yes: boolean): void;
}

/** Hears of every change until the returned function is called; the browser reconnects by itself. */
export function watchDemo({ changed, reachable }: Watcher): () => void {
  const source = new EventSource('/demo/events');
  source.onmessage = () => {
    reachable(true);
    changed();
  };
  source.onerror = () => reachable(false);
  return () => source.close();
}
