import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Act } from '../demo/act.ts';
import type { ActAnswer, DemoState } from '../demo/demo-state.ts';
import { fetchState, sendAct, watchDemo } from './demo-client.ts';

export interface Demo {
  /** Null until it has answered for the first time. */
  readonly state: DemoState | null;
  readonly reachable: boolean;
  act(act: Act): Promise<ActAnswer>;
}

/** The demo as `me` sees it, kept up to date. */
export function useDemo(me: string | null): Demo {
  const [state, setState] = useState<DemoState | null>(null);
  const [reachable, setReachable] = useState(true);
  const asked = useRef(0);

  const load = useCallback(async () => {
    asked.current += 1;
    const turn = asked.current;
    try {
      const fresh = await fetchState(me);
      // An answer that a later question has overtaken would show the past.
      if (turn === asked.current) setState(fresh);
    } catch {
      setReachable(false);
    }
  }, [me]);

  useEffect(() => {
    void load();
    return watchDemo({ changed: () => void load(), reachable: setReachable });
  }, [load]);

  const act = useCallback(
    async (wanted: Act) => {
      const answer = await sendAct(wanted);
      await load();
      return answer;
    },
    [load],
  );
  // Whoever was chosen acts from now on, also while what that person sees is still on its way.
  const shown = useMemo(() => (state === null ? null : { ...state, me: me ?? state.me }), [state, me]);
  return { state: shown, reachable, act };
}
