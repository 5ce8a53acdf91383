import { components, DESK_EXTRAS, IT_DESK, type JiraDesk, peopleDesk, REPORTER_FIELD } from './desk-seed.ts';
import type { JiraScreenField } from './screen-fields.ts';

export interface JiraUser {
  readonly accountId: string;
  readonly displayName: string;
  /** Null where the profile hides it. */
  readonly email: string | null;
  readonly accountType: 'atlassian' | 'app' | 'customer';
  /** Works tickets and appears on the people's side. */
  readonly agent: boolean;
  /** Has the global permission "Administer Jira". */
  readonly admin?: boolean;
}

export type StatusKey = 'new' | 'indeterminate' | 'done';

export interface JiraStatus {
  readonly id: string;
  readonly name: string;
  readonly category: StatusKey;
}

export interface JiraTransition {
  readonly id: string;
  readonly name: string;
  /** Names of states; null means from everywhere. */
  readonly from: readonly string[] | null;
  readonly to: string;
  /** The transition's screen demands a resolution. */
  readonly resolution: boolean;
  /** Other fields that its screen demands, by id. */
  readonly demands: readonly string[];
}

/** A field of the project's own: a choice of one of these options. */
export interface JiraField {
  readonly id: string;
  readonly name: string;
  readonly role: 'impact' | 'urgency' | 'group';
  readonly options: readonly string[];
}

export interface JiraProject {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly type: 'software' | 'business' | 'service_desk';
  /** False: the bridge's account may not browse it, so everything in it answers 404. */
  readonly visible: boolean;
  readonly issueTypes: readonly { readonly id: string; readonly name: string }[];
  /** Whether the create screen has a priority. */
  readonly priority: boolean;
  /** On its edit screen. */
  readonly fields: readonly JiraField[];
  /** In the order of the board; the first is where an issue begins. */
  readonly statuses: readonly JiraStatus[];
  readonly transitions: readonly JiraTransition[];
  /** What else its create and edit screens hold. */
  readonly extras: readonly JiraScreenField[];
  readonly desk: JiraDesk | null;
}

export const PRIORITY_NAMES = ['Highest', 'High', 'Medium', 'Low', 'Lowest'] as const;
export const RESOLUTIONS = ["Won't Do", 'Duplicate', 'Done'] as const;

const IMPACT: JiraField = {
  id: 'customfield_10004',
  name: 'Impact',
  role: 'impact',
  options: ['Extensive / Widespread', 'Significant / Large', 'Minor / Localized'],
};
const URGENCY: JiraField = {
  id: 'customfield_10048',
  name: 'Urgency',
  role: 'urgency',
  options: ['High', 'Medium', 'Low'],
};
const TEAM: JiraField = {
  id: 'customfield_10060',
  name: 'Support team',
  role: 'group',
  options: ['Service Desk', 'Network', 'Identity'],
};

const transition = (
  id: string,
  [name, to]: readonly [string, string],
  rest: { from?: readonly string[]; resolution?: boolean; demands?: readonly string[] } = {},
): JiraTransition => ({
  id,
  name,
  to,
  from: rest.from ?? null,
  resolution: rest.resolution ?? false,
  demands: rest.demands ?? [],
});

/** A team-managed project: from everywhere to everywhere, no screens. */
const iam: JiraProject = {
  id: '10000',
  key: 'IAM',
  name: 'Identity & Access',
  type: 'business',
  visible: true,
  issueTypes: [
    { id: '10001', name: 'Task' },
    { id: '10002', name: 'Access request' },
  ],
  priority: true,
  fields: [],
  statuses: [
    { id: '10010', name: 'To Do', category: 'new' },
    { id: '10011', name: 'In Progress', category: 'indeterminate' },
    { id: '10012', name: 'Done', category: 'done' },
  ],
  transitions: [
    transition('11', ['To Do', 'To Do']),
    transition('21', ['In Progress', 'In Progress']),
    transition('31', ['Done', 'Done']),
  ],
  extras: [REPORTER_FIELD],
  desk: null,
};

/** A classic workflow: ordered steps, and a resolution that "Resolve" demands. */
const sec: JiraProject = {
  id: '10001',
  key: 'SEC',
  name: 'Security',
  type: 'software',
  visible: true,
  issueTypes: [
    { id: '10101', name: 'Task' },
    { id: '10102', name: 'Security finding' },
  ],
  priority: true,
  fields: [TEAM],
  statuses: [
    { id: '10110', name: 'Open', category: 'new' },
    { id: '10111', name: 'Investigating', category: 'indeterminate' },
    { id: '10112', name: 'Resolved', category: 'done' },
    { id: '10113', name: 'Rejected', category: 'done' },
  ],
  transitions: [
    transition('411', ['Start investigation', 'Investigating'], { from: ['Open'] }),
    transition('421', ['Reject', 'Rejected'], { from: ['Open', 'Investigating'] }),
    transition('431', ['Resolve', 'Resolved'], { from: ['Investigating'], resolution: true }),
    transition('441', ['Reopen', 'Open'], { from: ['Resolved', 'Rejected'] }),
  ],
  extras: [components('Firewall', 'Mail')],
  desk: null,
};

/** No priority on its create screen, and no way back from Closed. */
const ops: JiraProject = {
  id: '10002',
  key: 'OPS',
  name: 'Operations',
  type: 'software',
  visible: true,
  issueTypes: [{ id: '10201', name: 'Task' }],
  priority: false,
  fields: [],
  statuses: [
    { id: '10210', name: 'Backlog', category: 'new' },
    { id: '10211', name: 'Doing', category: 'indeterminate' },
    { id: '10212', name: 'Closed', category: 'done' },
  ],
  transitions: [
    transition('2', ['Take', 'Doing'], { from: ['Backlog'] }),
    transition('3', ['Put back', 'Backlog'], { from: ['Doing'] }),
    transition('5', ['Close', 'Closed'], { from: ['Backlog', 'Doing'] }),
  ],
  extras: [],
  desk: null,
};

const itsd: JiraProject = {
  id: '10003',
  key: 'ITSD',
  name: 'IT Service Desk',
  type: 'service_desk',
  visible: true,
  issueTypes: [{ id: '10301', name: '[System] Service request' }],
  priority: true,
  fields: [IMPACT, URGENCY, TEAM],
  statuses: [
    { id: '10310', name: 'Waiting for support', category: 'new' },
    { id: '10311', name: 'In progress', category: 'indeterminate' },
    { id: '10312', name: 'Waiting for customer', category: 'indeterminate' },
    { id: '10313', name: 'Resolved', category: 'done' },
    { id: '10314', name: 'Canceled', category: 'done' },
  ],
  transitions: [
    transition('851', ['Respond to customer', 'Waiting for customer'], {
      from: ['Waiting for support', 'In progress'],
    }),
    transition('861', ['In progress', 'In progress'], {
      from: ['Waiting for support', 'Waiting for customer'],
    }),
    transition('871', ['Cancel request', 'Canceled'], { from: ['Waiting for support', 'In progress'] }),
    transition('761', ['Resolve this issue', 'Resolved'], {
      from: ['Waiting for support', 'In progress', 'Waiting for customer'],
      resolution: true,
    }),
    transition('881', ['Back to support', 'Waiting for support'], {
      from: ['In progress', 'Waiting for customer'],
    }),
    transition('891', ['Back to in progress', 'In progress'], { from: ['Resolved', 'Canceled'] }),
  ],
  extras: DESK_EXTRAS,
  desk: IT_DESK,
};

/** Exists, but the bridge's account cannot browse it. */
const hidden: JiraProject = { ...ops, id: '10009', key: 'HID', name: 'Hidden', visible: false };

export const SEED_PROJECTS: readonly JiraProject[] = [iam, sec, ops, itsd, peopleDesk(itsd), hidden];

const agent = (accountId: string, displayName: string, email: string | null): JiraUser => ({
  accountId,
  displayName,
  email,
  accountType: 'atlassian',
  agent: true,
});

export const SEED_AGENTS: readonly JiraUser[] = [
  agent('712020:a0000001', 'Grace Hopper', 'grace@example.test'),
  agent('712020:a0000002', 'Alan Turing', 'alan@example.test'),
  agent('712020:a0000003', 'Katherine Johnson', null),
];
