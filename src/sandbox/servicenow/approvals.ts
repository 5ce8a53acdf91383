import type { SandboxClock } from '../clock.ts';
import { type Actor, blankRow, type DeskEvent, type Written } from './desk.ts';
import type { Row, Rows } from './rows.ts';
import { isTaskTable, tableNamed } from './tables.ts';
import { utcText } from './wall-time.ts';

export interface ApprovalAsk {
  readonly ticket: string;
  /** sys_ids of users. */
  readonly approvers: readonly string[];
  /** `anyone`: the first answer decides; `all`: everybody must approve. */
  readonly rule: 'anyone' | 'all';
  /** sys_id of the group that is asked as one. */
  readonly group?: string;
}

/** Approvals of tasks, with the rules that decide them. */
export interface Approvals {
  /** Asks for an approval as a flow would; answers the sys_ids of what each approver is asked. */
  ask(ask: ApprovalAsk): readonly string[];
  /** What an approver writes into his record. */
  update(row: Row, values: Readonly<Record<string, string>>, actor: Actor): Written;
}

export interface ApprovalParts {
  readonly clock: SandboxClock;
  readonly rows: Rows;
  readonly onWrite: (event: DeskEvent) => void;
}

function isSignatureDemanded(rows: Rows): boolean {
  return rows
    .list('v_plugin')
    .some((row) => row['id'] === 'com.glide.e_signature_approvals' && row['active'] === 'active');
}

const DENIED = 'ACL Exception Update Failed due to security constraints';

export function createApprovals({ clock, rows, onWrite }: ApprovalParts): Approvals {
  const now = () => utcText(clock.now());

  function put(name: string, values: Readonly<Record<string, string>>): Row {
    const table = tableNamed(name);
    if (table === null) throw new Error(`No table ${name}`);
    const row = { ...blankRow(table, now(), 'system'), ...values };
    rows.put(name, row);
    return row;
  }

  function stamp(name: string, row: Row, values: Readonly<Record<string, string>>, userName: string): Row {
    const sys_mod_count = String(Number(row['sys_mod_count'] ?? '0') + 1);
    const next = { ...row, ...values, sys_updated_on: now(), sys_updated_by: userName, sys_mod_count };
    rows.put(name, next);
    return next;
  }

  /** The task shows how its approvals stand. */
  function rollUp(sysId: string, approval: string): void {
    const task = rows.get('task', sysId);
    const table = task?.['sys_class_name'] ?? '';
    if (task === null || !isTaskTable(table)) return;
    onWrite({ table, row: stamp(table, task, { approval }, 'system'), event: 'updated' });
  }

  /** May he act in that person's place at this moment? */
  function isDelegate(delegate: string, user: string): boolean {
    return rows
      .list('sys_user_delegate')
      .some(
        (row) =>
          row['delegate'] === delegate &&
          row['user'] === user &&
          row['approvals'] === 'true' &&
          (row['starts'] ?? '') <= now() &&
          (row['ends'] ?? '') >= now(),
      );
  }

  const siblingsOf = (row: Row) =>
    rows
      .list('sysapproval_approver')
      .filter(
        (one) =>
          one['sysapproval'] === row['sysapproval'] &&
          one['group'] === row['group'] &&
          one['sys_created_on'] === row['sys_created_on'],
      );

  /** One refusal decides; an approval does when anyone may give it, or when nobody is left. Who was not needed is told so. */
  function settle(row: Row): void {
    const group = rows.get('sysapproval_group', row['group'] ?? '');
    const siblings = siblingsOf(row);
    const open = siblings.filter((one) => one['state'] === 'requested');
    const isDecided = row['state'] === 'rejected' || row['rule'] !== 'all' || open.length === 0;
    if (!isDecided) return;
    for (const one of open) stamp('sysapproval_approver', one, { state: 'not_required' }, 'system');
    if (group !== null) stamp('sysapproval_group', group, { approval: row['state'] ?? '' }, 'system');
    rollUp(row['sysapproval'] ?? '', row['state'] ?? '');
  }

  return {
    ask({ ticket, approvers, rule, group }) {
      const source_table = rows.get('task', ticket)?.['sys_class_name'];
      if (source_table === undefined) throw new Error(`The simulated ServiceNow has no ticket ${ticket}`);
      const asked =
        group === undefined
          ? ''
          : (put('sysapproval_group', {
              number: `GAPRV${String(rows.list('sysapproval_group').length + 10_001).padStart(7, '0')}`,
              assignment_group: group,
              approval: 'requested',
              wait_for: rule,
              parent: ticket,
            })['sys_id'] ?? '');
      const ids = approvers.map((approver) => {
        const about = { sysapproval: ticket, document_id: ticket, source_table, group: asked };
        const row = put('sysapproval_approver', { ...about, approver, state: 'requested', rule });
        return row['sys_id'] ?? '';
      });
      rollUp(ticket, 'requested');
      return ids;
    },
    update(row, values, actor) {
      const approver = row['approver'] ?? '';
      const isTheirs = actor.sysId === approver || isDelegate(actor.sysId, approver);
      if (!isTheirs || row['state'] !== 'requested') return { kind: 'refused', detail: DENIED };
      // A signature is given in the form of the instance, after signing in there once more.
      if (actor.api && isSignatureDemanded(rows)) return { kind: 'refused', detail: DENIED };
      const state = values['state'] ?? 'requested';
      if (!['approved', 'rejected', 'requested'].includes(state)) return { kind: 'refused', detail: DENIED };
      const next = stamp('sysapproval_approver', row, { state }, actor.userName);
      const comments = values['comments'] ?? '';
      if (comments !== '') {
        const about = { name: 'sysapproval_approver', element: 'comments', element_id: next['sys_id'] ?? '' };
        put('sys_journal_field', { ...about, value: comments, sys_created_by: actor.userName });
      }
      if (state !== 'requested') settle(next);
      return {
        kind: 'written',
        row: rows.get('sysapproval_approver', next['sys_id'] ?? '') ?? next,
        journalIds: [],
      };
    },
  };
}
