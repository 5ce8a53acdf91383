import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { TicketId } from '../../../src/model/ids.ts';
import { call, recordOf } from '../../sandbox/servicenow/instance.ts';
import { gist, reasonOf, type Scene, startScene, value } from './scene.ts';

let scene: Scene;
let ticket: TicketId;
beforeEach(async () => {
  scene = await startScene();
  ticket = await scene.ticket();
});
afterEach(() => scene.close());

const write = (status: 'new' | 'active' | 'done') => scene.connector.write(ticket, status, scene.attempt());
const writes = () => scene.sandbox.calls().filter((one) => one.method === 'PATCH');

describe('state', () => {
  test('resolving fills in what the data policy demands', async () => {
    value(await write('done'));
    const fields = 'sysparm_fields=state,close_code,close_notes';
    const answer = await call(scene.instance, 'GET', `/api/now/table/incident/${ticket}?${fields}`);
    const record = recordOf(answer.text);
    assert.deepEqual(
      [record['state'], record['close_code'], record['close_notes']],
      ['6', 'Solution provided', 'Resolved from Slack by Ada Lovelace.'],
    );
  });

  test('who asked for another state stands in a work note, never in a public comment', async () => {
    value(await write('active'));
    assert.deepEqual(
      scene.seen(ticket).comments.map(({ text, internal }) => [text, internal]),
      [['Ada Lovelace asked in Slack for this state.', true]],
    );
  });

  test('a ticket that is there already is left alone, also on hold and closed', async () => {
    scene.sandbox.people.setStatus(scene.agent, ticket, 'On Hold');
    value(await write('active'));
    assert.equal(scene.seen(ticket).status, 'On Hold');
    for (const state of ['Resolved', 'Closed']) scene.sandbox.people.setStatus(scene.agent, ticket, state);
    value(await write('done'));
    assert.equal(scene.seen(ticket).status, 'Closed');
    assert.equal(writes().length, 0);
  });

  test('a closed incident cannot be reopened, and we say so', async () => {
    for (const state of ['Resolved', 'Closed']) scene.sandbox.people.setStatus(scene.agent, ticket, state);
    const outcome = await write('active');
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /kept its state.*cannot be reopened/);
  });

  test('a state that is dropped in silence is a refusal', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.state'] });
    assert.equal(gist(await write('active')), 'rejected forbidden');
    assert.equal(scene.seen(ticket).statusCategory, 'new');
  });

  test('a policy of the instance that refuses is told in its own words', async () => {
    scene.sandbox.setPolicy({ unwritable: ['incident.close_code'] });
    const outcome = await write('done');
    assert.equal(gist(outcome), 'rejected forbidden');
    assert.match(reasonOf(outcome), /Resolution code/);
  });
});
