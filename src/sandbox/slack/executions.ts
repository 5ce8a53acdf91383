import type { SlackStepView } from '../worlds.ts';
import { randomId } from './random-id.ts';

/** Executions of the app's steps in workflows, by their ids. */
export interface Executions {
  start(): string;
  get(id: string): SlackStepView | null;
  /** Slack's word for a refusal; null when it ended now. */
  end(id: string, to: Omit<SlackStepView, 'state'>): string | null;
}

export function createExecutions(): Executions {
  const all = new Map<string, SlackStepView>();
  return {
    start() {
      const id = randomId('Fx');
      all.set(id, { state: 'running', outputs: {}, error: null });
      return id;
    },
    get: (id) => all.get(id) ?? null,
    end(id, to) {
      const known = all.get(id);
      if (known === undefined) return 'function_execution_not_found';
      if (known.state !== 'running') return 'execution_not_in_running_state';
      all.set(id, { ...to, state: to.error === null ? 'completed' : 'failed' });
      return null;
    },
  };
}
