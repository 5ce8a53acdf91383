import { z } from 'zod';
import type { Decider, RecordState } from '../../model/native-approval.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  APPROVALS_HIDDEN,
  TO_LIST_APPROVALS,
  TO_READ_DELEGATES,
  TO_READ_GROUP_APPROVALS,
} from '../../texts/servicenow-talk.ts';
import type { ServiceNowClient } from './client.ts';
import { listValues, queryValue } from './query.ts';
import { SysId } from './schema.ts';
import { fromUtcText } from './wall-time.ts';

/** What one approver is asked. */
export const ApproverRow = z.object({
  sys_id: SysId,
  state: z.string(),
  approver: z.string().default(''),
  'approver.name': z.string().default(''),
  'approver.user_name': z.string().default(''),
  'approver.web_service_access_only': z.string().default(''),
  'approver.internal_integration_user': z.string().default(''),
  'approver.identity_type': z.string().default(''),
  sysapproval: z.string().default(''),
  'sysapproval.sys_class_name': z.string().default(''),
  group: z.string().default(''),
  sys_created_on: z.string().default(''),
  sys_updated_by: z.string().default(''),
});
export type ApproverRow = z.infer<typeof ApproverRow>;

const GroupRow = z.object({
  sys_id: SysId,
  approval: z.string().default(''),
  'assignment_group.name': z.string().default(''),
});
export type ApprovalGroup = z.infer<typeof GroupRow>;

const DelegateRow = z.object({
  user: z.string(),
  delegate: z.string(),
  'delegate.user_name': z.string().default(''),
  'delegate.web_service_access_only': z.string().default(''),
  'delegate.internal_integration_user': z.string().default(''),
  'delegate.identity_type': z.string().default(''),
  approvals: z.string(),
  starts: z.string().default(''),
  ends: z.string().default(''),
});

/** Whoever may decide for somebody at this moment. */
export interface Delegate {
  readonly account: string;
  readonly userName: string;
  readonly isProgram: boolean;
}

/** Users of programs are marked by whoever made them (docs.servicenow.com, "Create a user", "Non-interactive sessions"). */
const isProgram = (onlyServices: string, integration: string, identity: string): boolean =>
  onlyServices === 'true' || integration === 'true' || /^machine/i.test(identity);

/**
 * Whose word it is: the record tells whom it asks and, apart from that, which user wrote it last. A flow, an administrator
 * and an integration can write into the record of anybody.
 */
export function decidedBy(row: ApproverRow, delegates: readonly Delegate[]): Decider | null {
  const state = stateOf(row.state);
  if (state !== 'approved' && state !== 'declined') return null;
  const approver = {
    userName: row['approver.user_name'],
    isProgram: isProgram(
      row['approver.web_service_access_only'],
      row['approver.internal_integration_user'],
      row['approver.identity_type'],
    ),
  };
  const people = [approver, ...delegates].filter((one) => !one.isProgram && one.userName !== '');
  return people.some(({ userName }) => userName === row.sys_updated_by) ? 'person' : 'other';
}

/** States of an approver's record; `not requested` is none yet: nobody is asked so far. */
const STATES: Readonly<Record<string, RecordState>> = {
  requested: 'pending',
  approved: 'approved',
  rejected: 'declined',
  cancelled: 'void',
  not_required: 'void',
  'not required': 'void',
  skipped: 'void',
  duplicate: 'void',
};

export const stateOf = (text: string): RecordState | null => STATES[text] ?? null;

const ROWS = 200;

const hidden = () => rejected('forbidden', APPROVALS_HIDDEN);

/** Everybody who is or was asked about one of these records, oldest first. Refused when some of it is hidden. */
export async function readApprovers(
  client: ServiceNowClient,
  records: readonly SysId[],
): Promise<Outcome<readonly ApproverRow[]>> {
  const page = await client.list('sysapproval_approver', {
    query: {
      all: [{ field: 'sysapproval', is: 'IN', values: listValues(records) }],
      orderBy: [{ field: 'sys_created_on' }, { field: 'sys_id' }],
    },
    row: ApproverRow,
    fields: Object.keys(ApproverRow.shape),
    limit: ROWS,
    doing: TO_LIST_APPROVALS,
  });
  if (page.kind === 'rejected' && page.code === 'forbidden') return hidden();
  if (page.kind !== 'ok') return page;
  const { rows, total } = page.value;
  const isForeign = (row: ApproverRow) => !records.some((record) => record === row.sysapproval);
  if (rows.some(isForeign) || (total !== null && rows.length < Math.min(total, ROWS))) return hidden();
  return ok(rows.filter((row) => stateOf(row.state) !== null));
}

/** Groups that are asked as one. One that is hidden is left out: its approvers tell how it stands. */
export async function readGroups(
  client: ServiceNowClient,
  ids: readonly string[],
): Promise<Outcome<ReadonlyMap<string, ApprovalGroup>>> {
  if (ids.length === 0) return ok(new Map());
  const page = await client.list('sysapproval_group', {
    query: { all: [{ field: 'sys_id', is: 'IN', values: listValues(ids) }] },
    row: GroupRow,
    fields: Object.keys(GroupRow.shape),
    limit: ROWS,
    doing: TO_READ_GROUP_APPROVALS,
  });
  if (page.kind === 'retry') return page;
  const rows = page.kind === 'ok' ? page.value.rows : [];
  return ok(new Map(rows.filter((row) => ids.includes(row.sys_id)).map((row) => [row.sys_id, row])));
}

/** Who may decide for whom at this moment, by the user; empty where delegations may not be read. */
export async function readDelegates(
  client: ServiceNowClient,
  users: readonly string[],
  now: Date,
): Promise<Outcome<ReadonlyMap<string, readonly Delegate[]>>> {
  const isOn = queryValue('true');
  if (users.length === 0 || isOn === null) return ok(new Map());
  const page = await client.list('sys_user_delegate', {
    query: {
      all: [
        { field: 'user', is: 'IN', values: listValues(users) },
        { field: 'approvals', is: '=', value: isOn },
      ],
      orderBy: [{ field: 'ends', descending: true }],
    },
    row: DelegateRow,
    fields: Object.keys(DelegateRow.shape),
    limit: ROWS,
    doing: TO_READ_DELEGATES,
  });
  if (page.kind === 'retry') return page;
  const found = new Map<string, readonly Delegate[]>();
  for (const row of page.kind === 'ok' ? page.value.rows : []) {
    const isNow =
      (fromUtcText(row.starts)?.getTime() ?? 0) <= now.getTime() &&
      (fromUtcText(row.ends)?.getTime() ?? Number.POSITIVE_INFINITY) >= now.getTime();
    if (!isNow || row.approvals !== 'true' || !users.includes(row.user)) continue;
    const delegate: Delegate = {
      account: row.delegate,
      userName: row['delegate.user_name'],
      isProgram: isProgram(
        row['delegate.web_service_access_only'],
        row['delegate.internal_integration_user'],
        row['delegate.identity_type'],
      ),
    };
    found.set(row.user, [...(found.get(row.user) ?? []), delegate]);
  }
  return ok(found);
}
