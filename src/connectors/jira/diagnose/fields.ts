import { z } from 'zod';
import type { ProjectMaps } from '../maps.ts';
import type { Parts } from './notes.ts';
import type { FormField, SeenProject } from './projects.ts';

const AllFields = z.array(z.object({ id: z.string(), name: z.string().default('') }));
const same = (a: string | null | undefined, b: string) => a?.trim().toLowerCase() === b.trim().toLowerCase();

interface Mapped {
  readonly parts: Parts;
  readonly project: SeenProject;
  readonly map: ProjectMaps;
}

/** Whether what `maps` names exists. @throws Stopped */
export async function lookAtFields(parts: Parts, projects: readonly SeenProject[]): Promise<void> {
  const { notes, look, maps } = parts;
  const mapped = projects.flatMap((project): readonly Mapped[] => {
    const map = maps[project.key];
    return map === undefined ? [] : [{ parts, project, map }];
  });
  const without = 'maps names none; the usual names are looked for';
  if (mapped.every(({ map }) => map.statuses === undefined)) notes.unseen('jira.statuses', without);
  if (mapped.every(({ map }) => map.priorities === undefined)) notes.unseen('jira.priorities', without);
  if (mapped.every(({ map }) => map.fields === undefined)) notes.unseen('jira.fields', 'maps names none');
  const known = mapped.some(({ map }) => map.fields !== undefined)
    ? await look.at(AllFields, '/rest/api/3/field')
    : null;
  const ids = known?.kind === 'there' ? new Set(known.value.map(({ id }) => id)) : null;
  for (const one of mapped) {
    tellStates(one);
    tellPriorities(one);
    tellFields(one, ids);
  }
}

function tellStates({ parts: { notes }, project: { key, states }, map }: Mapped): void {
  const wanted = Object.values(map.statuses ?? {});
  if (wanted.length === 0) return;
  if (states.length === 0) {
    notes.unseen('jira.statuses', 'Jira does not tell the states of this project', key);
    return;
  }
  const missing = wanted.filter((name) => !states.some((state) => same(state, name)));
  for (const name of missing) {
    notes.problem('jira.statuses', 'missing', {
      subject: key,
      wrong: `Project ${key} has no state "${name}" (it has: ${states.join(', ')}).`,
    });
  }
  if (missing.length === 0) notes.passed('jira.statuses', wanted.join(', '), key);
}

const fieldsNamed = ({ forms }: SeenProject, id: string): readonly FormField[] =>
  forms.flatMap((form) => form.filter(({ fieldId }) => fieldId === id));

function optionsOf(fields: readonly FormField[]): readonly string[] {
  return fields.flatMap(({ allowedValues }) =>
    (allowedValues ?? []).flatMap(({ name, value }) => [name, value].filter((one) => one != null)),
  );
}

function tellPriorities({ parts: { notes }, project, map }: Mapped): void {
  const wanted = Object.values(map.priorities ?? {});
  if (wanted.length === 0) return;
  const { key } = project;
  const offered = optionsOf(fieldsNamed(project, 'priority'));
  const missing = wanted.filter((name) => !offered.some((one) => same(one, name)));
  for (const name of missing) {
    notes.problem('jira.priorities', 'missing', {
      subject: key,
      wrong: `The create form of ${key} offers no priority "${name}" (it has: ${offered.join(', ') || 'none'}).`,
    });
  }
  if (missing.length === 0) notes.passed('jira.priorities', wanted.join(', '), key);
}

function tellFields({ parts: { notes }, project, map }: Mapped, ids: ReadonlySet<string> | null): void {
  const { key } = project;
  const roles = [
    ['impact', Object.values(map.impacts ?? {})],
    ['urgency', Object.values(map.urgencies ?? {})],
    ['group', []],
  ] as const;
  for (const [role, options] of roles) {
    const id = map.fields?.[role];
    if (id === undefined) continue;
    const subject = `${key} ${role} (${id})`;
    const fields = fieldsNamed(project, id);
    if (fields.length === 0) {
      const isKnown = ids?.has(id) ?? true;
      notes.problem('jira.fields', isKnown ? 'not-on-screen' : 'missing', {
        subject,
        wrong: isKnown ? `${id} is on no create form of ${key}.` : `The site has no field ${id}.`,
      });
      continue;
    }
    const offered = optionsOf(fields);
    const missing = options.filter((name) => !offered.some((one) => same(one, name)));
    for (const name of missing) {
      notes.problem('jira.fields', 'no-option', {
        subject,
        wrong: `${id} has no option "${name}" (it has: ${offered.slice(0, 12).join(', ') || 'none'}).`,
      });
    }
    if (missing.length === 0) notes.passed('jira.fields', 'on the form', subject);
  }
}
