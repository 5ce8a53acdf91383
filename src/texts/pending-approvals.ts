/** What people read in the list of decisions that wait for them. */

export const WAITING_FOR_YOU = 'Decisions that wait for you';
export const NOTHING_WAITS = 'Nothing waits for your decision.';
export const NONE_FITS = 'None of them fits what you chose. Choose All to see the others.';
export const DECIDE = 'Look and decide…';
export const ALL = 'All';
export const BLOCKED_ONLY = 'Blocks a person';
export const FILTERS = {
  domain: 'Domain',
  risk: 'Severity',
  system: 'Source system',
  blocks: 'Who waits',
} as const;

export const countWords = (shown: number, all: number): string =>
  shown === all ? `${all} in all.` : `${shown} of ${all} are shown.`;
export const moreWords = (n: number): string =>
  `${n} more: choose a domain, a severity or a system above to see them.`;
export const askedBy = (name: string): string => `asked for by ${name}`;
export const DUE = 'decide until';
export const OVERDUE = 'was to be decided by';
export const BLOCKS = 'blocks a person';
