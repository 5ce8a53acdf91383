import type { ApprovalRequest } from '../model/approval.ts';
import type { FieldChange } from '../slack/out/approval-shown.ts';

/** What differs between two versions of a request. */
export function differences(before: ApprovalRequest, after: ApprovalRequest): readonly FieldChange[] {
  const names = Object.keys({ ...before.evidence.fields, ...after.evidence.fields });
  const fields = names.map((field) => ({
    field,
    before: before.evidence.fields[field] ?? null,
    after: after.evidence.fields[field] ?? null,
  }));
  const works = Object.keys(after.work).flatMap((name) =>
    (after.work[name]?.changes ?? []).map(({ field, before: is }, nth) => ({
      field,
      before: before.work[name]?.changes[nth]?.before ?? null,
      after: is,
    })),
  );
  const [was, is] = [before.target, after.target];
  const ticket = {
    field: 'ticket',
    before: `${was.system} ${was.ticket}`,
    after: `${is.system} ${is.ticket}`,
  };
  return [...fields, ...works, ticket].filter((one) => one.before !== one.after);
}
