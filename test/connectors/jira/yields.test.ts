/** What routing adds to a ticket: tags and a group in the fields that the maps name, else as labels, else in words. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { z } from 'zod';
import type { JiraMaps } from '../../../src/connectors/jira/maps.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import { ask } from '../../sandbox/jira/site.ts';
import { type Desk, IN_SEC, ON_DESK, openDesk, value } from './desk.ts';

const desks: Desk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

const Seen = z.looseObject({ fields: z.record(z.string(), z.unknown()) });

async function made(target: object, maps: JiraMaps, more: Partial<TicketDraft>) {
  const desk = await openDesk({}, maps);
  desks.push(desk);
  const draft: TicketDraft = {
    ...{ target, summary: 'No tunnel', description: plainDoc('It does not connect'), kind: 'iam' },
    ...{
      priority: 'high',
      requester: { name: 'Alma Ruiz', email: null },
      reason: 'A rule.',
      permalink: null,
    },
    ...more,
  };
  const attempt = desk.attempt();
  const { id } = value(await desk.run(() => desk.connector.create.send(draft, attempt)));
  const { fields } = Seen.parse((await ask(desk.site, `GET /rest/api/3/issue/${id}`)).value);
  desk.clock.advance(10_000);
  const found = value(await desk.run(() => desk.connector.create.find(draft, attempt)));
  assert.equal(found?.id, id, 'it is still found by its marker');
  const { labels, description } = desk.seen(id);
  return { fields, labels: labels.filter((label) => label !== attempt.marker), description };
}

const tags = { area: 'Firewall', department: 'Human  Resources', urgency: 'urgent' };

test('tags are labels where nobody said otherwise', async () => {
  const { labels } = await made({ ...IN_SEC, labels: ['from-slack'] }, {}, { tags });
  assert.deepEqual(labels, ['from-slack', 'area-firewall', 'department-human-resources', 'urgency-urgent']);
});

test('tags and the group stand in the fields that the maps name', async () => {
  const maps = { SEC: { fields: { group: 'customfield_10060' }, tags: { area: 'components' as const } } };
  const seen = await made(IN_SEC, maps, { tags, group: 'Network' });
  assert.match(JSON.stringify(seen.fields['components']), /Firewall/);
  assert.match(JSON.stringify(seen.fields['customfield_10060']), /Network/);
  assert.deepEqual(seen.labels, ['department-human-resources', 'urgency-urgent']);
});

test('what a field does not take stops no ticket: it is a label or a word instead', async () => {
  const maps = { SEC: { tags: { area: 'components' as const, urgency: 'customfield_10999' } } };
  const seen = await made(IN_SEC, maps, { tags: { area: 'Teapots', urgency: 'urgent' }, group: 'Nobody' });
  assert.deepEqual(seen.labels, ['area-teapots', 'urgency-urgent']);
  assert.match(seen.description, /For Nobody/);
});

test('a request of a service desk has them, too', async () => {
  const { labels } = await made(ON_DESK, {}, { tags });
  assert.deepEqual(labels, ['area-firewall', 'department-human-resources', 'urgency-urgent']);
});
