import { useEffect, useState } from 'react';
import type { DemoState, TroubleKind } from '../demo/demo-state.ts';
import { Menu } from './menu.tsx';

/** What is offered, and what is said while it goes wrong. */
const TROUBLES = [
  ['away', 'Ticket systems go away', 'Jira and ServiceNow answer 503'],
  ['hooks', 'Hooks get lost', 'No hook of Jira and ServiceNow arrives'],
  ['answers', 'Answers get lost', 'Every write is done, and its answer is cut off'],
] as const satisfies readonly (readonly [TroubleKind, string, string])[];

/** Seconds until a moment, told every second. */
function useSecondsUntil(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

export interface TroubleMenuProps {
  readonly trouble: DemoState['trouble'];
  readonly onMake: (kind: TroubleKind | null) => void;
}

/** Lets something go wrong for a minute, so that one sees how it is mended. */
export function TroubleMenu({ trouble, onMake }: TroubleMenuProps) {
  const seconds = useSecondsUntil(trouble?.until ?? null);
  const current = TROUBLES.find(([kind]) => kind === trouble?.kind);
  if (trouble !== null && current !== undefined) {
    return (
      <p className="trouble" role="status">
        {current[2]}, for {seconds} s more.{' '}
        <button type="button" className="textlink" onClick={() => onMake(null)}>
          End it now
        </button>
      </p>
    );
  }
  const items = TROUBLES.map(([kind, label]) => ({
    label: `${label} for a minute`,
    run: () => onMake(kind),
  }));
  return <Menu label="Make trouble" shown="Make trouble" items={items} />;
}
