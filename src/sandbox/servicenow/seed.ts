import { createHash } from 'node:crypto';
import { CATALOG, flatVariables } from './catalog-items.ts';
import { blankRow } from './desk.ts';
import type { Row, Rows } from './rows.ts';
import {
  CHANGE_CODES,
  CLOSE_CODES,
  HOLD_REASONS,
  LEVELS,
  PRIORITIES,
  SECURITY_CODES,
  statesOf,
} from './states.ts';
import { TASK_TABLES, tableNamed } from './tables.ts';

/** Groups that queues land in. */
const GROUPS = ['Identity & Access', 'Endpoint Support', 'Security Operations', 'Major Incident'] as const;

/** Roles of the base system; the integration user has the first two. */
const ROLES = [
  'itil',
  'audit_viewer',
  'approver_user',
  'snc_internal',
  'admin',
  'x_deskbridge.integration',
] as const;

const AGENTS = [
  ['iris.novak', 'Iris Novak'],
  ['tomas.lindqvist', 'Tomas Lindqvist'],
  ['beth.anglin', 'Beth Anglin'],
  ['samuel.okafor', 'Samuel Okafor'],
] as const;

const CALLERS = [
  ['ada.lovelace', 'Ada Lovelace'],
  ['grace.hopper', 'Grace Hopper'],
  ['alan.turing', 'Alan Turing'],
  ['joao.silva', 'João Silva'],
] as const;

const knownIds = new Map<string, string>();

/** Seeded records have the same ids in every sandbox. */
export function seededId(text: string): string {
  const id = knownIds.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 32);
  knownIds.set(text, id);
  return id;
}

export interface SeedOptions {
  /** User name of the integration user. */
  readonly user: string;
  /** Its time zone, in which its queries are read. */
  readonly timeZone: string;
  readonly now: string;
}

export const emailOf = (userName: string) => `${userName}@example.com`;

export function agentIds(): readonly string[] {
  return AGENTS.map(([userName]) => seededId(`user:${userName}`));
}

export function callerIds(): readonly string[] {
  return CALLERS.map(([userName]) => seededId(`user:${userName}`));
}

function choiceRows(): readonly (readonly [table: string, element: string, value: string, label: string])[] {
  const shared = TASK_TABLES.flatMap((table) => [
    ...statesOf(table).map((state) => [table, 'state', state.value, state.label] as const),
    ...LEVELS.flatMap(([value, label]) => [
      [table, 'impact', value, label] as const,
      [table, 'urgency', value, label] as const,
    ]),
    ...PRIORITIES.map(([value, label]) => [table, 'priority', value, label] as const),
  ]);
  return [
    ...shared,
    ...HOLD_REASONS.map(([value, label]) => ['incident', 'hold_reason', value, label] as const),
    ...CLOSE_CODES.map((code) => ['incident', 'close_code', code, code] as const),
    ...SECURITY_CODES.map((code) => ['sn_si_incident', 'close_code', code, code] as const),
    ...CHANGE_CODES.map(([value, label]) => ['change_request', 'close_code', value, label] as const),
  ];
}

/** Fills an empty instance: groups, agents, callers, the integration user, choices, properties. No ticket. */
export function seed(rows: Rows, options: SeedOptions): void {
  const put = (name: string, id: string, values: Row): void => {
    const table = tableNamed(name);
    if (table === null) return;
    rows.put(name, { ...blankRow(table, options.now, 'system'), ...values, sys_id: seededId(id) });
  };
  for (const name of GROUPS) put('sys_user_group', `group:${name}`, { name, active: 'true' });
  for (const [userName, name] of [...AGENTS, ...CALLERS]) {
    const person = {
      user_name: userName,
      name,
      email: emailOf(userName),
      active: 'true',
      time_zone: 'Europe/Berlin',
    };
    put('sys_user', `user:${userName}`, person);
  }
  for (const [userName] of AGENTS) {
    for (const group of GROUPS) {
      const member = { user: seededId(`user:${userName}`), group: seededId(`group:${group}`) };
      put('sys_user_grmember', `member:${userName}:${group}`, member);
    }
  }
  const bot = {
    user_name: options.user,
    name: 'Deskbridge Integration',
    email: emailOf(options.user),
    active: 'true',
  };
  put('sys_user', `user:${options.user}`, { ...bot, time_zone: options.timeZone });
  for (const name of ROLES) put('sys_user_role', `role:${name}`, { name });
  for (const name of ROLES.slice(0, 2)) {
    put('sys_user_has_role', `role of ${options.user}:${name}`, {
      user: seededId(`user:${options.user}`),
      role: seededId(`role:${name}`),
    });
  }
  for (const [name, element, value, label] of choiceRows()) {
    put('sys_choice', `choice:${name}:${element}:${value}`, {
      name,
      element,
      value,
      label,
      inactive: 'false',
    });
  }
  for (const item of CATALOG) {
    put('sc_cat_item', `item:${item.name}`, { name: item.name, active: 'true' });
    for (const { name } of flatVariables(item.variables)) {
      put('item_option_new', `variable:${item.name}:${name}`, {
        name,
        cat_item: seededId(`item:${item.name}`),
      });
    }
  }
  const signing = { id: 'com.glide.e_signature_approvals', name: 'Approval with E-Signature' };
  put('v_plugin', `plugin:${signing.id}`, { ...signing, active: 'inactive' });
  put('sys_properties', 'property:tz', { name: 'glide.sys.default.tz', value: 'US/Pacific' });
  put('sys_properties', 'property:attachments', { name: 'com.glide.attachment.max_size', value: '1024' });
  put('sys_properties', 'property:codetag', { name: 'glide.ui.security.allow_codetag', value: 'true' });
}
