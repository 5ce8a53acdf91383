/** What routing adds to a record: tags in the fields that the maps name, else in words; the group of the rule. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { call, resultOf } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, draft, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const Row = z.record(z.string(), z.string());
const tags = { area: 'network', department: 'Finance' };

for (const target of [
  { table: 'incident', assignment_group: 'Endpoint Support' },
  { table: 'sn_si_incident', assignment_group: 'Endpoint Support' },
] as const) {
  test(`${target.table}: a tag has its field, the others are said, and the rule's group is over the queue's`, async () => {
    const maps = { [target.table]: { tags: { area: 'category' } } };
    const connector = connectorAt(scene.instance.baseUrl, undefined, { maps });
    const asked = draft({ target, tags, group: 'Identity & Access' });
    const made = value(await connector.create(asked, scene.attempt()));
    const path = `/api/now/table/${target.table}/${made.id}?sysparm_display_value=true&sysparm_fields=category,description,assignment_group&sysparm_exclude_reference_link=true`;
    const row = z
      .object({ category: z.string(), description: z.string(), assignment_group: z.unknown() })
      .parse(resultOf((await call(scene.instance, 'GET', path)).text));
    assert.match(row.category.toLowerCase(), /network/);
    assert.match(row.description, /Department: Finance/);
    assert.doesNotMatch(row.description, /Product area/);
    assert.match(JSON.stringify(row.assignment_group), /Identity & Access/);
  });
}

test('without maps every tag is said in the description', async () => {
  const made = value(await scene.connector.create(draft({ tags }), scene.attempt()));
  const path = `/api/now/table/incident/${made.id}?sysparm_fields=description`;
  const { description } = Row.parse(resultOf((await call(scene.instance, 'GET', path)).text));
  assert.match(description ?? '', /Product area: network[\s\S]*Department: Finance/);
});
