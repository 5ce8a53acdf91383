/** No word of a person is part of a search in Jira: what a search says is what we meant, whatever was written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { JiraTarget } from '../../../src/connectors/jira/targets.ts';
import { wantedWebhook } from '../../../src/connectors/jira/webhooks.ts';
import { Marker } from '../../../src/model/ids.ts';
import { readJql } from '../../../src/sandbox/jira/jql-parse.ts';

/** What has a meaning in a search. */
const SIGNS = [
  '"',
  "'",
  '\\',
  ')',
  '(',
  ' OR ',
  ' AND ',
  '=',
  '~',
  'ORDER BY created',
  ',',
  '\n',
  'currentUser()',
  'EMPTY',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...SIGNS), fc.string({ maxLength: 4 }), fc.constantFrom('IAM', 'dsk-')), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

test('only a reference of ours and a key of a project ever stand in a search', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const marker of [text, `dsk-${text}`, `dsk-0123456789abcdef${text}`])
        if (Marker.safeParse(marker).success) assert.match(marker, /^dsk-[0-9a-z]{16,40}$/);
      for (const project of [text, `IAM${text}`]) {
        const target = JiraTarget.safeParse({ project, issue_type: text });
        if (target.success) assert.match(project, /^[A-Z][A-Z0-9_]+$/);
        const desk = JiraTarget.safeParse({ service_desk: '1', request_type: '10', project });
        if (desk.success) assert.match(project, /^[A-Z][A-Z0-9_]+$/);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a search reads back as the one condition that was meant, for every key that a target may have', () => {
  const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{1,20}$/);
  let read = 0;
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 5 }), (projects) => {
      for (const project of projects)
        assert.ok(JiraTarget.safeParse({ project, issue_type: 'Task' }).success, project);
      const { jql } = wantedWebhook('jira-it', { url: 'https://desk.example/hooks/jira-it', projects });
      const { where, orderBy } = readJql(jql);
      const values = [...projects].sort().map((value) => ({ value, encodedValue: `"${value}"` }));
      const encodedOperand = `(${values.map(({ encodedValue }) => encodedValue).join(', ')})`;
      const field = { name: 'project', encodedName: 'project' };
      assert.deepEqual(where, { field, operator: 'in', operand: { values, encodedOperand } });
      assert.deepEqual(orderBy, []);
      read += 1;
    }),
    { numRuns: 300 },
  );
  assert.equal(read, 300);
});
