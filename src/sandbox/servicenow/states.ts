import type { TaskTable } from './tables.ts';

type Category = 'new' | 'active' | 'done';

interface State {
  readonly value: string;
  readonly label: string;
  readonly category: Category;
  /** Values that an agent's form offers from here. */
  readonly next: readonly string[];
}

const state = (value: string, label: string, category: Category, next: readonly string[]): State => ({
  value,
  label,
  category,
  next,
});

const requestStates = [
  state('1', 'Open', 'new', ['2', '3', '4']),
  state('2', 'Work in Progress', 'active', ['1', '3', '4']),
  state('3', 'Closed Complete', 'done', ['2']),
  state('4', 'Closed Incomplete', 'done', ['2']),
];

/** States of the base system. */
const STATES: Readonly<Record<TaskTable, readonly State[]>> = {
  incident: [
    state('1', 'New', 'new', ['2', '3', '6', '8']),
    state('2', 'In Progress', 'active', ['1', '3', '6', '8']),
    state('3', 'On Hold', 'active', ['2', '6', '8']),
    state('6', 'Resolved', 'done', ['2', '7']),
    state('7', 'Closed', 'done', []),
    state('8', 'Canceled', 'done', []),
  ],
  sc_request: requestStates,
  sc_req_item: requestStates,
  sc_task: [state('-5', 'Pending', 'new', ['1']), ...requestStates, state('7', 'Closed Skipped', 'done', [])],
  change_request: [
    state('-5', 'New', 'new', ['-4', '4']),
    state('-4', 'Assess', 'active', ['-3', '4']),
    state('-3', 'Authorize', 'active', ['-2', '4']),
    state('-2', 'Scheduled', 'active', ['-1', '4']),
    state('-1', 'Implement', 'active', ['0', '4']),
    state('0', 'Review', 'active', ['3']),
    state('3', 'Closed', 'done', []),
    state('4', 'Canceled', 'done', []),
  ],
  sn_si_incident: [
    state('10', 'Draft', 'new', ['16', '7']),
    state('16', 'Analysis', 'active', ['18', '100', '7']),
    state('18', 'Contain', 'active', ['19', '100', '7']),
    state('19', 'Eradicate', 'active', ['20', '100', '7']),
    state('20', 'Recover', 'active', ['100', '7']),
    state('100', 'Review', 'active', ['3']),
    state('3', 'Closed', 'done', []),
    state('7', 'Cancelled', 'done', []),
  ],
};

/** The state of a new record. */
export const FIRST_STATE: Readonly<Record<TaskTable, string>> = {
  incident: '1',
  sc_request: '1',
  sc_req_item: '1',
  sc_task: '1',
  change_request: '-5',
  sn_si_incident: '10',
};

export function statesOf(table: TaskTable): readonly State[] {
  return STATES[table];
}

export function stateOf(table: TaskTable, value: string): State | null {
  return STATES[table].find((entry) => entry.value === value) ?? null;
}

export const HOLD_REASONS = [
  ['1', 'Awaiting Caller'],
  ['3', 'Awaiting Problem'],
  ['4', 'Awaiting Vendor'],
  ['5', 'Awaiting Change'],
] as const;

export const CLOSE_CODES = [
  'Duplicate',
  'Known error',
  'No resolution provided',
  'Resolved by caller',
  'Resolved by change',
  'Resolved by problem',
  'Solution provided',
  'Workaround provided',
  'User error',
] as const;

/** Resolution codes of the other tables that have them. */
export const CHANGE_CODES = [
  ['successful', 'Successful'],
  ['successful_issues', 'Successful with issues'],
  ['unsuccessful', 'Unsuccessful'],
] as const;
export const SECURITY_CODES = ['Threat mitigated', 'False positive', 'Not resolved'] as const;

export const LEVELS = [
  ['1', '1 - High'],
  ['2', '2 - Medium'],
  ['3', '3 - Low'],
] as const;

export const PRIORITIES = [
  ['1', '1 - Critical'],
  ['2', '2 - High'],
  ['3', '3 - Moderate'],
  ['4', '4 - Low'],
  ['5', '5 - Planning'],
] as const;

/** The base system's lookup rules: impact and urgency, each 1 to 3, give a priority of 1 to 5. */
export function priorityOf(impact: string, urgency: string): string {
  const sum = Number(impact) + Number(urgency);
  return Number.isInteger(sum) && sum >= 2 && sum <= 6 ? String(sum - 1) : '4';
}
