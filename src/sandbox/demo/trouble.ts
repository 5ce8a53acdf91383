import type { FaultPlan } from '../faults.ts';
import type { DemoState, TroubleKind } from './demo-state.ts';
import type { DemoVendors } from './vendors.ts';

/** What goes wrong between the bridge and the simulated vendors because a visitor wants to see it. */
export interface Trouble {
  now(): DemoState['trouble'];
  /** Begins it, in place of what went wrong before; null ends it. It ends by itself after a minute. */
  make(kind: TroubleKind | null): void;
  onChange(listener: () => void): void;
}

const LASTS_MS = 60_000;
/** More calls than a minute holds. */
const ALL = 1_000_000;

type Vendors = Pick<DemoVendors, 'slack' | 'jira' | 'servicenow'>;

const CUT = { kind: 'reset-after' } as const;

/** By kind: what to plan. */
const MAKE: Readonly<Record<TroubleKind, (vendors: Vendors) => void>> = {
  away({ jira, servicenow }) {
    jira.faults.add('*', { kind: 'fail-before', status: 503 }, ALL);
    servicenow.faults.add('*', { kind: 'fail-before', status: 503 }, ALL);
  },
  hooks({ jira, servicenow }) {
    jira.hookFaults.add('*', { kind: 'drop' }, ALL);
    servicenow.hookFaults.add('*', { kind: 'drop' }, ALL);
  },
  // Each write is carried out, and the line breaks before the answer is through.
  answers({ slack, jira, servicenow }) {
    slack.faults.add('chat.postMessage', CUT, ALL);
    slack.faults.add('chat.update', CUT, ALL);
    jira.faults.add('POST /rest/api/3/issue/{issueIdOrKey}/comment', CUT, ALL);
    jira.faults.add('POST /rest/api/3/issue', CUT, ALL);
    servicenow.faults.add('write', CUT, ALL);
  },
};

function clear({ slack, jira, servicenow }: Vendors): void {
  const plans: readonly Pick<FaultPlan<never>, 'clear'>[] = [
    slack.faults,
    jira.faults,
    servicenow.faults,
    jira.hookFaults,
    servicenow.hookFaults,
  ];
  for (const plan of plans) plan.clear();
}

export function createTrouble(vendors: Vendors): Trouble {
  const listeners = new Set<() => void>();
  let current: DemoState['trouble'] = null;
  let end: NodeJS.Timeout | undefined;

  function make(kind: TroubleKind | null): void {
    clearTimeout(end);
    clear(vendors);
    current = kind === null ? null : { kind, until: Date.now() + LASTS_MS };
    if (kind !== null) {
      MAKE[kind](vendors);
      end = setTimeout(() => make(null), LASTS_MS).unref();
    }
    for (const listener of listeners) listener();
  }

  return {
    now: () => current,
    make,
    onChange: (listener) => void listeners.add(listener),
  };
}
