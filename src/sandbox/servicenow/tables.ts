/** What a column holds; the API gives every one of them as a string. */
export type Column =
  | { readonly kind: 'string'; readonly max: number }
  | { readonly kind: 'choice' | 'boolean' | 'integer' | 'datetime' | 'journal' }
  | { readonly kind: 'reference'; readonly table: string };

export interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** The column that stands for a record wherever it is referred to. */
  readonly display: string;
  /** Columns that the REST API drops silently from a write. */
  readonly readOnly: readonly string[];
}

const text = (max: number): Column => ({ kind: 'string', max });
const reference = (table: string): Column => ({ kind: 'reference', table });
const choice: Column = { kind: 'choice' };
const flag: Column = { kind: 'boolean' };
const integer: Column = { kind: 'integer' };
const datetime: Column = { kind: 'datetime' };
const journal: Column = { kind: 'journal' };

const system: Readonly<Record<string, Column>> = {
  sys_id: text(32),
  sys_created_on: datetime,
  sys_created_by: text(40),
  sys_updated_on: datetime,
  sys_updated_by: text(40),
  sys_mod_count: integer,
};
const systemColumns = Object.keys(system);

const task: Readonly<Record<string, Column>> = {
  ...system,
  sys_class_name: text(80),
  number: text(40),
  short_description: text(160),
  description: text(4000),
  state: choice,
  active: flag,
  priority: choice,
  impact: choice,
  urgency: choice,
  assignment_group: reference('sys_user_group'),
  assigned_to: reference('sys_user'),
  opened_by: reference('sys_user'),
  opened_at: datetime,
  closed_at: datetime,
  contact_type: choice,
  correlation_id: text(100),
  correlation_display: text(100),
  parent: reference('task'),
  watch_list: text(4000),
  approval: choice,
  close_notes: text(4000),
  comments: journal,
  work_notes: journal,
};
const taskReadOnly = [...systemColumns, 'sys_class_name', 'number', 'active', 'opened_at', 'closed_at'];

const define = (
  name: string,
  display: string,
  columns: Readonly<Record<string, Column>>,
  readOnly = systemColumns,
): TableDefinition => ({ name, display, columns, readOnly });

const CATALOG_TABLES: readonly TableDefinition[] = [
  define('sc_cat_item', 'name', { ...system, name: text(100), active: flag }),
  define('item_option_new', 'name', { ...system, name: text(100), cat_item: reference('sc_cat_item') }),
  define('sc_item_option', 'value', {
    ...system,
    item_option_new: reference('item_option_new'),
    value: text(4000),
  }),
  define('sc_item_option_mtom', 'request_item', {
    ...system,
    request_item: reference('sc_req_item'),
    sc_item_option: reference('sc_item_option'),
  }),
];

const APPROVAL_TABLES: readonly TableDefinition[] = [
  define('sysapproval_approver', 'approver', {
    ...system,
    state: choice,
    approver: reference('sys_user'),
    sysapproval: reference('task'),
    source_table: text(80),
    document_id: text(32),
    group: reference('sysapproval_group'),
    comments: journal,
    due_date: datetime,
    // How the flow behind it decides, which a real instance keeps in the flow itself.
    rule: choice,
  }),
  define('sysapproval_group', 'number', {
    ...system,
    number: text(40),
    assignment_group: reference('sys_user_group'),
    approval: choice,
    wait_for: choice,
    parent: reference('task'),
  }),
  define('sys_user_delegate', 'delegate', {
    ...system,
    user: reference('sys_user'),
    delegate: reference('sys_user'),
    approvals: flag,
    starts: datetime,
    ends: datetime,
  }),
  define('v_plugin', 'name', { ...system, id: text(100), name: text(100), active: choice }),
];

const SERVICE_TABLES: readonly TableDefinition[] = [
  define('contract_sla', 'name', { ...system, name: text(100) }),
  define('task_sla', 'sla', {
    ...system,
    task: reference('task'),
    sla: reference('contract_sla'),
    stage: choice,
    active: flag,
    has_breached: flag,
    planned_end_time: datetime,
    business_time_left: datetime,
  }),
  define('kb_knowledge_base', 'title', { ...system, title: text(100) }),
  define('kb_knowledge', 'number', {
    ...system,
    number: text(40),
    short_description: text(100),
    text: text(1_000_000),
    kb_knowledge_base: reference('kb_knowledge_base'),
    // The user criteria of its knowledge base: who may read it; empty for everybody.
    readers: text(4000),
  }),
];

/** The tables of the simulated instance. Every other name answers 400 "Invalid table". */
const TABLES: readonly TableDefinition[] = [
  // Every task, of whatever class; written only through its own table.
  define('task', 'number', task, Object.keys(task)),
  define(
    'incident',
    'number',
    {
      ...task,
      caller_id: reference('sys_user'),
      category: choice,
      subcategory: choice,
      incident_state: choice,
      hold_reason: choice,
      close_code: choice,
      resolved_at: datetime,
    },
    // Priority is the lookup of impact and urgency; writing it is ignored.
    [...taskReadOnly, 'priority', 'resolved_at'],
  ),
  define('sc_request', 'number', { ...task, requested_for: reference('sys_user') }, taskReadOnly),
  define(
    'sc_req_item',
    'number',
    {
      ...task,
      request: reference('sc_request'),
      requested_for: reference('sys_user'),
      cat_item: reference('sc_cat_item'),
      stage: choice,
    },
    taskReadOnly,
  ),
  define(
    'sc_task',
    'number',
    { ...task, request_item: reference('sc_req_item'), request: reference('sc_request') },
    taskReadOnly,
  ),
  define(
    'change_request',
    'number',
    {
      ...task,
      type: choice,
      requested_by: reference('sys_user'),
      on_hold: flag,
      on_hold_reason: text(4000),
      close_code: choice,
    },
    taskReadOnly,
  ),
  define('sn_si_incident', 'number', { ...task, category: choice, close_code: choice }, taskReadOnly),
  ...CATALOG_TABLES,
  ...APPROVAL_TABLES,
  ...SERVICE_TABLES,
  define('sys_user', 'name', {
    ...system,
    user_name: text(40),
    name: text(151),
    email: text(100),
    active: flag,
    time_zone: choice,
    web_service_access_only: flag,
    internal_integration_user: flag,
    identity_type: choice,
  }),
  define('sys_user_role', 'name', { ...system, name: text(100) }),
  define('sys_user_has_role', 'user', {
    ...system,
    user: reference('sys_user'),
    role: reference('sys_user_role'),
  }),
  define('sys_user_grmember', 'user', {
    ...system,
    user: reference('sys_user'),
    group: reference('sys_user_group'),
  }),
  define('sys_attachment', 'file_name', {
    ...system,
    file_name: text(100),
    content_type: text(255),
    size_bytes: integer,
    hash: text(255),
    state: choice,
    table_name: text(80),
    table_sys_id: text(32),
  }),
  // The bytes, which no API hands out as records.
  define('sys_attachment_doc', 'sys_attachment', {
    ...system,
    sys_attachment: reference('sys_attachment'),
    data: text(Number.MAX_SAFE_INTEGER),
  }),
  define('sys_user_group', 'name', { ...system, name: text(80), active: flag }),
  define('sys_journal_field', 'element', {
    ...system,
    name: text(80),
    element: text(80),
    element_id: text(32),
    value: text(8_000_000),
  }),
  define('sys_choice', 'label', {
    ...system,
    name: text(80),
    element: text(80),
    value: text(40),
    label: text(100),
    sequence: integer,
    inactive: flag,
  }),
  define('sys_properties', 'name', { ...system, name: text(100), value: text(4000) }),
];

const byName = new Map(TABLES.map((table) => [table.name, table]));

export function tableNamed(name: string): TableDefinition | null {
  return byName.get(name) ?? null;
}

export const TABLE_NAMES = TABLES.map((table) => table.name);

/** The tables whose rows are tickets that people work on. */
export const TASK_TABLES = [
  'incident',
  'sc_request',
  'sc_req_item',
  'sc_task',
  'change_request',
  'sn_si_incident',
] as const;
export type TaskTable = (typeof TASK_TABLES)[number];

export function isTaskTable(name: string): name is TaskTable {
  return TASK_TABLES.some((table) => table === name);
}
