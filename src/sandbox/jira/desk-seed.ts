import { CUSTOMER_FIELDS, customType, type JiraScreenField, TEXTAREA } from './screen-fields.ts';
import type { JiraProject, JiraUser } from './seed.ts';

export interface JiraRequestType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly issueTypeId: string;
  /** What its form asks for beside summary and description, by field id. */
  readonly asks?: readonly {
    readonly field: string;
    readonly required: boolean;
    /** Not shown: the administrator has filled it in. */
    readonly preset?: readonly string[];
  }[];
}

export interface JiraSla {
  readonly id: string;
  readonly name: string;
  readonly goalMs: number;
  /** It ends when the issue is taken up, or when it is done. */
  readonly until: 'taken' | 'done';
}

export interface JiraDesk {
  readonly id: string;
  readonly requestTypes: readonly JiraRequestType[];
  /** Saved searches. */
  readonly queues: readonly { readonly id: string; readonly name: string; readonly jql: string }[];
  readonly slas: readonly JiraSla[];
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
  /** Accounts for which requests can be raised; agents can always be. */
  readonly customers: readonly string[];
  /** While an issue is in one of these states the clocks stand. */
  readonly waiting: readonly string[];
}

const MINUTE = 60_000;
const REQUEST_TYPE_FIELD: JiraScreenField = {
  id: CUSTOMER_FIELDS.requestType,
  name: 'Request Type',
  required: false,
  schema: { type: 'sd-customerrequesttype', custom: 'com.atlassian.servicedesk:vp-origin' },
};
const PARTICIPANTS_FIELD: JiraScreenField = {
  id: CUSTOMER_FIELDS.participants,
  name: 'Request participants',
  required: false,
  schema: { type: 'array', items: 'user', custom: 'com.atlassian.servicedesk:sd-request-participants' },
};
const ORGANIZATIONS_FIELD: JiraScreenField = {
  id: CUSTOMER_FIELDS.organizations,
  name: 'Organizations',
  required: false,
  schema: {
    type: 'array',
    items: 'sd-customerorganization',
    custom: 'com.atlassian.servicedesk:sd-customer-organizations',
  },
};
export const REPORTER_FIELD: JiraScreenField = {
  id: 'reporter',
  name: 'Reporter',
  required: false,
  schema: { type: 'user', system: 'reporter' },
};

export const components = (...options: readonly string[]): JiraScreenField => ({
  id: 'components',
  name: 'Components',
  required: false,
  schema: { type: 'array', items: 'component', system: 'components' },
  options,
});

/** One field of every kind that a form may ask for. */
const ASSET: JiraScreenField = {
  id: 'customfield_10071',
  name: 'Asset tag',
  hint: 'It stands on the back of the device',
  required: false,
  schema: { type: 'string', custom: customType('textfield') },
};
const STEPS: JiraScreenField = {
  id: 'customfield_10072',
  name: 'What you tried',
  required: false,
  schema: { type: 'string', custom: TEXTAREA },
};
const SITE: JiraScreenField = {
  id: 'customfield_10073',
  name: 'Office',
  required: false,
  schema: { type: 'option', custom: customType('select') },
  options: ['Lisbon', 'Madrid', 'Home'],
};
const NEEDS: JiraScreenField = {
  id: 'customfield_10074',
  name: 'Needs',
  required: false,
  schema: { type: 'array', items: 'option', custom: customType('multicheckboxes') },
  options: ['Loan device', 'Courier', 'Data transfer'],
};
const SINCE: JiraScreenField = {
  id: 'customfield_10075',
  name: 'Broken since',
  required: false,
  schema: { type: 'date', custom: customType('datepicker') },
};
const COST: JiraScreenField = {
  id: 'customfield_10076',
  name: 'Estimated cost',
  required: false,
  schema: { type: 'number', custom: customType('float') },
};
const MANAGER: JiraScreenField = {
  id: 'customfield_10077',
  name: 'Manager',
  required: false,
  schema: { type: 'user', custom: customType('userpicker') },
};
const CASCADE: JiraScreenField = {
  id: 'customfield_10078',
  name: 'Building and floor',
  required: false,
  schema: { type: 'option-with-child', custom: customType('cascadingselect') },
};
const ROOT_CAUSE: JiraScreenField = {
  id: 'customfield_10090',
  name: 'Root cause',
  required: false,
  schema: { type: 'option', custom: customType('select') },
  options: ['Human', 'Hardware', 'Unknown'],
};
const FORM_FIELDS = [ASSET, STEPS, SITE, NEEDS, SINCE, COST, MANAGER, CASCADE];

/** What agents can fill in on the service desk's screens. */
export const DESK_EXTRAS: readonly JiraScreenField[] = [
  REQUEST_TYPE_FIELD,
  PARTICIPANTS_FIELD,
  ORGANIZATIONS_FIELD,
  REPORTER_FIELD,
  components('Laptops', 'Phones', 'Printers'),
  ...FORM_FIELDS,
];

export const IT_DESK: JiraDesk = {
  id: '1',
  requestTypes: [
    { id: '10', name: 'Get IT help', description: 'Anything that does not work', issueTypeId: '10301' },
    { id: '11', name: 'Device problem', description: 'Laptop, phone or dock', issueTypeId: '10301' },
    {
      id: '12',
      name: 'Replace a device',
      description: 'A device that cannot be mended',
      issueTypeId: '10301',
      asks: [
        { field: ASSET.id, required: true },
        { field: STEPS.id, required: false },
        { field: SITE.id, required: true },
        { field: NEEDS.id, required: false },
        { field: SINCE.id, required: false },
        { field: COST.id, required: false },
        { field: MANAGER.id, required: false },
        { field: CASCADE.id, required: false },
        { field: 'components', required: true, preset: ['Laptops'] },
      ],
    },
    {
      id: '13',
      name: 'Move a desk',
      description: 'Asks for what only the portal can ask',
      issueTypeId: '10301',
      asks: [{ field: CASCADE.id, required: true }],
    },
  ],
  queues: [
    { id: '20', name: 'All open', jql: 'project = ITSD AND resolution = Unresolved ORDER BY created ASC' },
    {
      id: '21',
      name: 'Laptops from Slack',
      jql: 'project = ITSD AND labels = from-slack AND component = Laptops AND cf[10073] = Lisbon AND statusCategory != Done ORDER BY created ASC',
    },
  ],
  slas: [
    { id: '1', name: 'Time to first response', goalMs: 60 * MINUTE, until: 'taken' },
    { id: '2', name: 'Time to resolution', goalMs: 8 * 60 * MINUTE, until: 'done' },
  ],
  organizations: [{ id: '31', name: 'Finance' }],
  customers: ['qm:desk:alma', 'qm:desk:hidden', 'qm:desk:bo', 'qm:desk:cy'],
  waiting: ['Waiting for customer'],
};

/**
 * Its create screen has no request type, so only the portal's own way makes requests here; and whoever resolves one has
 * to name the cause.
 */
export const peopleDesk = (itsd: JiraProject): JiraProject => ({
  ...itsd,
  id: '10004',
  key: 'HRSD',
  name: 'People Desk',
  fields: [],
  extras: [ASSET, SITE, ROOT_CAUSE],
  transitions: itsd.transitions.map((step) =>
    step.resolution ? { ...step, demands: [ROOT_CAUSE.id] } : step,
  ),
  desk: {
    ...IT_DESK,
    id: '2',
    requestTypes: [
      {
        id: '40',
        name: 'Ask the people team',
        description: 'Anything about your contract',
        issueTypeId: '10301',
        asks: [{ field: SITE.id, required: true }],
      },
    ],
    queues: [{ id: '50', name: 'From Slack', jql: 'project = HRSD AND labels = from-slack' }],
    customers: ['qm:desk:alma'],
  },
});

const customer = (accountId: string, displayName: string, email: string | null): JiraUser => ({
  accountId,
  displayName,
  email,
  accountType: 'customer',
  agent: false,
});

/** Customers of the portal: one who can be found, one whose profile hides the address, one beside an address of two. */
export const SEED_CUSTOMERS: readonly JiraUser[] = [
  customer('qm:desk:alma', 'Alma Ruiz', 'alma.ruiz@example.test'),
  customer('qm:desk:hidden', 'Hidden Person', null),
  customer('qm:desk:bo', 'Bo Berg', 'shared@example.test'),
  customer('qm:desk:cy', 'Cy Sand', 'shared@example.test'),
];

/** What the knowledge base holds; an article with readers is shown to nobody else. */
export interface JiraArticle {
  readonly pageId: string;
  readonly spaceKey: string;
  readonly title: string;
  readonly text: string;
  readonly readers: readonly string[] | null;
}
export const SEED_ARTICLES: readonly JiraArticle[] = [
  {
    pageId: '8786177',
    spaceKey: 'IT',
    title: 'Connect to the VPN',
    text: 'Install the client, then sign in with your company account & password.',
    readers: null,
  },
  {
    pageId: '8785228',
    spaceKey: 'IT',
    title: 'Printer does not print',
    text: 'Switch the printer off and on. A VPN is not needed for printing.',
    readers: null,
  },
  {
    pageId: '8790001',
    spaceKey: 'SEC',
    title: 'VPN for administrators',
    text: 'Break-glass access to the VPN concentrators.',
    readers: ['712020:a0000002'],
  },
];
