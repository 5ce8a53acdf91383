import type { Surface } from '../model/approval.ts';

/**
 * How somebody said what he said. Only a signed press of a button, the posted page of somebody signed in, and the approval
 * record of the ticket system are votes. The others are named so that they can be refused by name.
 */
export const MEANS = ['button', 'page', 'record', 'words', 'reaction', 'copied-card', 'status'] as const;
export type Means = (typeof MEANS)[number];
const MEANS_OF: Readonly<Record<Surface, Means>> = {
  card: 'button',
  home: 'button',
  web: 'page',
  jsm: 'record',
  servicenow: 'record',
};

/** Whether what was said so, there, is a vote at all. */
export const isVote = (surface: Surface, means: Means): boolean => MEANS_OF[surface] === means;
