import { z } from 'zod';
import { setBy } from '../fill.ts';
import { fieldOfForm, fieldOfScreen, isOurs, type ScreenField } from '../form-fields.ts';
import { CreateMetaTypes } from '../schema.ts';
import { CreateMetaFields, type MetaField, RequestType, RequestTypeFields } from '../schema-forms.ts';
import type { DeskTarget, JiraTarget } from '../targets.ts';
import type { Parts } from './notes.ts';

const Project = z.object({ id: z.string(), key: z.string(), name: z.string().default('') });
const States = z.array(z.object({ statuses: z.array(z.object({ name: z.string() })).default([]) }));
export type FormField = MetaField;

/** A project as far as queues and maps need it. */
export interface SeenProject {
  readonly key: string;
  /** Names of states, over all issue types. */
  readonly states: readonly string[];
  /** Fields of the create forms of the issue types that queues use; of all of them where no queue names one. */
  readonly forms: readonly (readonly FormField[])[];
}

const PAGE = 200;
const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Projects, issue types and request types that queues and maps name. @throws Stopped */
export async function lookAtProjects(parts: Parts): Promise<readonly SeenProject[]> {
  const { notes, targets, maps } = parts;
  const keys = new Set([...[...targets.values()].map(({ project }) => project), ...Object.keys(maps)]);
  if (keys.size === 0) notes.unseen('jira.projects', 'no queue lands here');
  const seen: SeenProject[] = [];
  for (const key of keys) {
    const project = await lookAtProject(parts, key);
    if (project !== null) seen.push(project);
  }
  for (const check of ['jira.issue-types', 'jira.request-types'] as const) {
    const isPlatform = check === 'jira.issue-types';
    const any = [...targets.values()].some((target) => 'issue_type' in target === isPlatform);
    if (!any)
      notes.unseen(check, isPlatform ? 'no queue names an issue type' : 'no queue lands in a service desk');
  }
  return seen;
}

async function lookAtProject(parts: Parts, key: string): Promise<SeenProject | null> {
  const { notes, look, targets } = parts;
  const here = [...targets].filter(([, target]) => target.project === key);
  const found = await look.at(Project, `/rest/api/3/project/${key}`);
  if (found.kind === 'denied') {
    notes.problem('jira.projects', 'missing', {
      subject: key,
      wrong: `Jira shows the account no project ${key}.`,
    });
    for (const [queue, target] of here) {
      const check = 'issue_type' in target ? 'jira.issue-types' : 'jira.request-types';
      notes.unseen(check, `project ${key} is not shown`, queue);
    }
    return null;
  }
  notes.passed('jira.projects', found.value.name, key);
  const types = await look.at(CreateMetaTypes, `/rest/api/3/issue/createmeta/${key}/issuetypes`, {
    maxResults: PAGE,
  });
  const offered = types.kind === 'there' ? types.value : [];
  const forms = new Map<string, readonly FormField[]>();
  for (const [queue, target] of here) {
    if (!('issue_type' in target)) {
      await lookAtRequestType(parts, queue, target);
      continue;
    }
    const subject = `${key} ${target.issue_type} (queue ${queue})`;
    const type = offered.find(({ name }) => same(name, target.issue_type));
    if (type === undefined) {
      notes.problem('jira.issue-types', 'missing', {
        subject,
        wrong: `Project ${key} offers the account no issue type "${target.issue_type}" (it has: ${offered.map(({ name }) => name).join(', ') || 'none'}).`,
      });
      continue;
    }
    const form = forms.get(type.id) ?? (await formOf(parts, key, type.id));
    forms.set(type.id, form);
    const left = unfilled(form.map(fieldOfScreen), target);
    for (const field of left) {
      notes.problem('jira.issue-types', 'field-required', { subject, wrong: demand(subject, field) });
    }
    if (left.length === 0) notes.passed('jira.issue-types', 'can be created', subject);
  }
  if (forms.size === 0) {
    for (const { id } of offered) forms.set(id, await formOf(parts, key, id));
  }
  return { key, states: await statesOf(parts, key), forms: [...forms.values()] };
}

async function formOf({ look }: Parts, key: string, type: string): Promise<readonly FormField[]> {
  const form = await look.at(CreateMetaFields, `/rest/api/3/issue/createmeta/${key}/issuetypes/${type}`, {
    maxResults: PAGE,
  });
  return form.kind === 'there' ? form.value.fields : [];
}

/** What a form demands and neither Deskbridge nor the queue fills in. */
function unfilled(fields: readonly ScreenField[], target: JiraTarget): readonly ScreenField[] {
  const set = setBy(target);
  return fields.filter((field) => field.required && !field.isPreset && !isOurs(field) && !set.has(field.id));
}

const demand = (subject: string, { name, id }: ScreenField) =>
  `The form of ${subject} demands "${name}" (${id}), which neither Deskbridge nor the queue fills in.`;

async function lookAtRequestType({ notes, look }: Parts, queue: string, target: DeskTarget): Promise<void> {
  const { service_desk: desk, request_type: type } = target;
  const path = `/rest/servicedeskapi/servicedesk/${desk}/requesttype/${type}`;
  const found = await look.at(RequestType, path);
  if (found.kind === 'denied') {
    notes.problem('jira.request-types', 'missing', {
      subject: `${desk}/${type} (queue ${queue})`,
      wrong: `Service desk ${desk} has no request type ${type} that the account may use (HTTP ${found.status}).`,
    });
    return;
  }
  const subject = `${found.value.name} (queue ${queue})`;
  const form = await look.at(RequestTypeFields, `${path}/field`);
  const fields = form.kind === 'there' ? form.value.requestTypeFields.map(fieldOfForm) : [];
  const left = unfilled(fields, target);
  for (const field of left) {
    notes.problem('jira.request-types', 'field-required', { subject, wrong: demand(subject, field) });
  }
  if (left.length === 0) notes.passed('jira.request-types', 'can be raised', subject);
}

async function statesOf({ look }: Parts, key: string): Promise<readonly string[]> {
  const found = await look.at(States, `/rest/api/3/project/${key}/statuses`);
  if (found.kind === 'denied') return [];
  return [...new Set(found.value.flatMap(({ statuses }) => statuses.map(({ name }) => name)))];
}
