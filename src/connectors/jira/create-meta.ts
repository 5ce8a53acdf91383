import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { JiraClient } from './client.ts';
import { allowedPriorities } from './fields.ts';
import {
  type AllowedValue,
  CreateMetaFields,
  CreateMetaTypes,
  type DeskTarget,
  type PlatformTarget,
  RequestTypeFields,
} from './schema.ts';

type Priorities = readonly AllowedValue[];

/** The priorities that a new ticket may be given; empty where its form has none. A refusal to tell is no obstacle. */
export interface CreateMeta {
  platform(target: PlatformTarget): Promise<Outcome<Priorities>>;
  desk(target: DeskTarget): Promise<Outcome<Priorities>>;
}

/** Forms change rarely; a wrong memory costs one priority. */
const REMEMBER_MS = 10 * 60_000;
const PAGE = 200;

export function createMetaReader(client: JiraClient): CreateMeta {
  const known = new Map<string, { readonly until: number; readonly priorities: Priorities }>();

  async function remembered(key: string, ask: () => Promise<Outcome<Priorities>>) {
    const memory = known.get(key);
    if (memory !== undefined && performance.now() < memory.until) return ok(memory.priorities);
    const answer = await ask();
    if (answer.kind !== 'ok') return answer;
    known.set(key, { until: performance.now() + REMEMBER_MS, priorities: answer.value });
    return answer;
  }

  return {
    platform: (target) =>
      remembered(`${target.project} ${target.issue_type}`, async () => {
        const types = await client.read(CreateMetaTypes, ({ cloud }) =>
          cloud.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: target.project, maxResults: PAGE }),
        );
        if (types.kind !== 'ok') return types.kind === 'retry' ? types : ok([]);
        const wanted = target.issue_type.toLowerCase();
        const type = types.value.find((one) => one.name.toLowerCase() === wanted);
        if (type === undefined) {
          const names = types.value.map((one) => one.name).join(', ');
          return rejected(
            'invalid',
            `Project ${target.project} offers our account no issue type "${target.issue_type}" (it has: ${names || 'none'}); correct the queue or the project's permissions`,
          );
        }
        const fields = await client.read(CreateMetaFields, ({ cloud }) =>
          cloud.issues.getCreateIssueMetaIssueTypeId({
            projectIdOrKey: target.project,
            issueTypeId: type.id,
            maxResults: PAGE,
          }),
        );
        if (fields.kind !== 'ok') return fields.kind === 'retry' ? fields : ok([]);
        return ok(allowedPriorities(fields.value));
      }),

    desk: (target) =>
      remembered(`desk ${target.service_desk} ${target.request_type}`, async () => {
        const form = await client.read(RequestTypeFields, ({ desk }) =>
          desk.servicedesk.getRequestTypeFields({
            serviceDeskId: target.service_desk,
            requestTypeId: Number(target.request_type),
          }),
        );
        if (form.kind !== 'ok') return form.kind === 'retry' ? form : ok([]);
        const field = form.value.requestTypeFields.find((one) => one.fieldId === 'priority');
        return ok((field?.validValues ?? []).map(({ value, label }) => ({ id: value, name: label })));
      }),
  };
}
