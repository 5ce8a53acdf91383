import { type Outcome, ok } from '../../model/outcome.ts';
import type { WantedPerson } from '../../model/ticket.ts';
import {
  ADD_TO_GROUP,
  accountInactive,
  addressUnknown,
  CORRECT_ADDRESSES,
  membershipUnknown,
  NO_ACTIVE_USER,
  notAMember,
  notOneAddress,
  SEVERAL_USERS,
  theAssignee,
  theGroup,
} from '../../texts/servicenow-tickets.ts';
import { oneLine } from './fields.ts';
import { SysId, type UserRow } from './schema.ts';
import {
  ACCESS_ADVICE,
  type Answered,
  type Asked,
  changedMeanwhile,
  leave,
  nothing,
  type WritePlan,
} from './write-plan.ts';

interface GroupPlan extends WritePlan {
  /** The group that the record will have; null for none. */
  readonly group: SysId | null;
}

async function planGroup(asked: Asked): Promise<Outcome<GroupPlan>> {
  const { parts, change, found } = asked;
  const current = SysId.safeParse(found.record.assignment_group?.value);
  const now = current.success ? current.data : null;
  const { group: name } = change.set;
  if (name === undefined) return ok({ ...nothing, group: now });
  const read = await parts.directory.group(name);
  if (read.kind === 'retry') return read;
  if (read.kind === 'rejected') return ok({ ...leave('group', read.reason), group: now });
  const group = read.value;
  if (group === now) return ok({ ...nothing, group });
  const meanwhile = changedMeanwhile(asked, 'group');
  if (meanwhile !== null) return ok({ pieces: [], left: [meanwhile], group: now });
  const isTaken = ({ record }: Answered) => record.assignment_group?.value === group;
  const wanted = theGroup(oneLine(name, 100));
  const field = { field: 'group' as const, wanted, isTaken, advice: ACCESS_ADVICE };
  return ok({ pieces: [{ values: { assignment_group: group }, fields: [field] }], left: [], group });
}

/** The one active user that is meant, or why nobody is. */
async function personOf({ parts }: Asked, wanted: WantedPerson): Promise<Outcome<UserRow | string>> {
  const name = oneLine(wanted.name, 100);
  if (wanted.account !== null) {
    const found = await parts.people.byAccount(wanted.account);
    if (found.kind !== 'ok') return found;
    const gone = accountInactive(name);
    return ok(found.value ?? gone);
  }
  const advice = CORRECT_ADDRESSES;
  if (wanted.email === null) {
    return ok(addressUnknown(name, advice));
  }
  const found = await parts.people.byEmail(wanted.email);
  if (found.kind === 'rejected') return ok(found.reason);
  if (found.kind !== 'ok') return found;
  const [only, ...others] = found.value;
  if (only !== undefined && others.length === 0) return ok(only);
  const count = only === undefined ? NO_ACTIVE_USER : SEVERAL_USERS;
  return ok(notOneAddress(count, name, advice));
}

/** Agents choose from the members of the group; the API would take anybody. */
async function membershipProblem(
  { parts }: Asked,
  person: UserRow,
  group: SysId | null,
): Promise<Outcome<string | null>> {
  if (group === null) return ok(null);
  const member = await parts.people.isMember(person.sys_id, group);
  const name = oneLine(person.name, 100);
  if (member.kind === 'rejected') {
    return ok(membershipUnknown(name, member.reason));
  }
  if (member.kind !== 'ok') return member;
  const advice = ADD_TO_GROUP;
  return ok(member.value ? null : notAMember(name, advice));
}

async function planAssignee(asked: Asked, group: SysId | null): Promise<Outcome<WritePlan>> {
  const { assignee } = asked.change.set;
  if (assignee === undefined) return ok(nothing);
  const current = asked.found.record.assigned_to?.value ?? '';
  const person = assignee === null ? ok(null) : await personOf(asked, assignee);
  if (person.kind === 'rejected') return ok(leave('assignee', person.reason));
  if (person.kind !== 'ok') return person;
  if (typeof person.value === 'string') return ok(leave('assignee', person.value));
  const id = person.value?.sys_id ?? '';
  if (id === current) return ok(nothing);
  const meanwhile = changedMeanwhile(asked, 'assignee');
  if (meanwhile !== null) return ok({ pieces: [], left: [meanwhile] });
  const problem = person.value === null ? ok(null) : await membershipProblem(asked, person.value, group);
  if (problem.kind !== 'ok') return problem;
  if (problem.value !== null) return ok(leave('assignee', problem.value));
  const isTaken = ({ record }: Answered) => (record.assigned_to?.value ?? '') === id;
  const wanted = theAssignee(person.value === null ? 'nobody' : oneLine(person.value.name, 100));
  const field = { field: 'assignee' as const, wanted, isTaken, advice: ACCESS_ADVICE };
  return ok({ pieces: [{ values: { assigned_to: id }, fields: [field] }], left: [] });
}

/** Group and assignee: he must be in the group that the ticket will have. */
export async function planAssignment(asked: Asked): Promise<Outcome<WritePlan>> {
  const group = await planGroup(asked);
  if (group.kind !== 'ok') return group;
  const assignee = await planAssignee(asked, group.value.group);
  if (assignee.kind !== 'ok') return assignee;
  return ok({
    pieces: [...group.value.pieces, ...assignee.value.pieces],
    left: [...group.value.left, ...assignee.value.left],
  });
}
