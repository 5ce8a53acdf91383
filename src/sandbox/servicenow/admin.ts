import type { SandboxClock } from '../clock.ts';
import type { Access } from './access.ts';
import type { ApprovalAsk, Approvals } from './approvals.ts';
import { blankRow } from './desk.ts';
import type { Rows } from './rows.ts';
import { seededId } from './seed.ts';
import { tableNamed } from './tables.ts';
import { utcText } from './wall-time.ts';

/** What an administrator of the instance sets up, and what its flows do. */
export interface AdminActs {
  /** Adds a user, with roles of the base system or of ours; answers the sys_id. */
  addUser(user: {
    readonly userName: string;
    readonly name: string;
    readonly email: string;
    readonly active: boolean;
    readonly roles?: readonly string[];
    readonly timeZone?: string;
  }): string;
  /** Everybody's password is `passwordOf(userName)` until it is changed here. */
  setPassword(userName: string, password: string): void;
  /** Changes a seeded system property. */
  setProperty(name: string, value: string): void;
  /** Asks for an approval as a flow would; answers the sys_ids of what each approver is asked. */
  askApproval(ask: ApprovalAsk): readonly string[];
  /** Writes a record as a script would, past all rules; answers its sys_id. The same sys_id again replaces it. */
  putRecord(table: string, values: Readonly<Record<string, string>>): string;
}

export interface AdminParts {
  readonly clock: SandboxClock;
  readonly rows: Rows;
  readonly access: Access;
  readonly approvals: Approvals;
}

export function createAdminActs({ clock, rows, access, approvals }: AdminParts): AdminActs {
  function putRecord(name: string, values: Readonly<Record<string, string>>): string {
    const table = tableNamed(name);
    if (table === null) throw new Error(`The simulated ServiceNow has no table ${name}`);
    const known = rows.get(name, values['sys_id'] ?? '');
    const row = { ...(known ?? blankRow(table, utcText(clock.now()), 'admin')), ...values };
    rows.put(name, row);
    return row['sys_id'] ?? '';
  }

  return {
    putRecord,
    askApproval: approvals.ask,
    setPassword: access.setPassword,
    addUser({ userName, name, email, active, roles = [], timeZone = '' }) {
      const user = seededId(`user:${userName}`);
      for (const role of roles) {
        const sys_id = seededId(`role of ${userName}:${role}`);
        putRecord('sys_user_has_role', { sys_id, user, role: seededId(`role:${role}`) });
      }
      return putRecord('sys_user', {
        ...{ sys_id: user, user_name: userName, name, email },
        ...{ active: String(active), time_zone: timeZone },
      });
    },
    setProperty(name, value) {
      const property = rows.list('sys_properties').find((row) => row['name'] === name);
      if (property === undefined) throw new Error(`The simulated ServiceNow has no property ${name}`);
      rows.put('sys_properties', { ...property, value });
    },
  };
}
