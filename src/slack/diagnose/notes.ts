import type { Notes } from '../../model/finding.ts';
import type { SLACK_CHECKS } from './checks.ts';
import type { SlackAnswer } from './question.ts';

export type SlackNotes = Notes<typeof SLACK_CHECKS>;

export interface NamedChannel {
  readonly id: string;
  /** As the configuration calls it; null where it does not. */
  readonly name: string | null;
  /** Only agents may read it. */
  readonly internal: boolean;
}

/** An answer that means the same whatever was asked: told once, and nothing more is asked. */
export type Obstacle = Exclude<SlackAnswer, { readonly kind: 'answered' }>;
