import { AdfDoc } from './adf.ts';
import { adfToWiki } from './adf-words.ts';
import { CUSTOMER_FIELDS, showScreenValue, TEXTAREA } from './screen-fields.ts';
import type { JiraProject } from './seed.ts';
import type { JiraIssue, JiraState } from './state.ts';

/** What stands in the fields of an issue's project, beside those that every issue has. */
export function screenValues(
  state: JiraState,
  [issue, version]: readonly [JiraIssue, 2 | 3],
  person: (accountId: string) => unknown,
): Record<string, unknown> {
  const home = state.project(issue.projectKey);
  const stored: Record<string, unknown> = {
    ...issue.values,
    components: issue.components,
    [CUSTOMER_FIELDS.participants]: issue.participants,
    [CUSTOMER_FIELDS.organizations]: issue.organizations,
  };
  const extras = (home?.extras ?? [])
    .filter(({ id }) => id !== 'reporter' && id !== CUSTOMER_FIELDS.requestType)
    .map((field): [string, unknown] => {
      const doc = field.schema.custom === TEXTAREA ? AdfDoc.safeParse(stored[field.id]) : null;
      if (doc?.success === true) return [field.id, version === 3 ? doc.data : adfToWiki(doc.data)];
      return [field.id, showScreenValue(field, stored[field.id], person)];
    });
  const own = (home?.fields ?? []).map(({ id, options }): [string, unknown] => {
    const value = issue.custom[id];
    return [id, value === undefined ? null : { id: String(options.indexOf(value) + 1), value }];
  });
  return { ...Object.fromEntries(extras), ...requestType(issue, home), ...Object.fromEntries(own) };
}

function requestType(issue: JiraIssue, home: JiraProject | null): Record<string, unknown> {
  const found = home?.desk?.requestTypes.find((one) => one.id === issue.requestTypeId);
  if (home?.desk == null) return {};
  const { id, name } = found ?? {};
  return { [CUSTOMER_FIELDS.requestType]: found === undefined ? null : { requestType: { id, name } } };
}

/** Cloning leaves a link between the two. */
export function cloneLinks(
  state: JiraState,
  issue: JiraIssue,
  rest: (version: 2 | 3, path: string) => string,
): unknown[] {
  const origin = issue.clones === null ? null : state.issue(issue.clones, null);
  if (origin === null) return [];
  const type = { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' };
  const { id, key } = origin;
  return [{ id: `${issue.id}1`, type, outwardIssue: { id, key, self: rest(3, `issue/${id}`) } }];
}
