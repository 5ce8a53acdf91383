import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { createClock, type SandboxClock } from '../../../src/sandbox/clock.ts';
import { call } from '../../sandbox/servicenow/instance.ts';
import { draft, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

/** A clock that moves only when it is told to. */
function stoppedClock(): SandboxClock {
  const clock = createClock();
  let now = Date.now();
  return {
    ...clock,
    now: () => new Date(now),
    advance(ms) {
      now += ms;
      clock.advance(ms);
    },
  };
}

async function withScene(options: Parameters<typeof startScene>[0], work: (scene: Scene) => Promise<void>) {
  const scene = await startScene(options);
  try {
    await work(scene);
  } finally {
    await scene.close();
  }
}

async function poll(scene: Scene, from: string) {
  const tickets: string[] = [];
  for (let cursor = from, pages = 0; ; pages += 1) {
    assert.ok(pages < 50, 'the pages do not end');
    const page = value(await scene.connector.changes(cursor));
    tickets.push(...page.tickets);
    if (!page.more) return { tickets: new Set(tickets), cursor: page.cursor };
    cursor = page.cursor;
  }
}

const requestItem = { table: 'sc_req_item', assignment_group: 'Endpoint Support' };

describe('changes', () => {
  test('both tables are followed, and only tickets of ours', () =>
    withScene({}, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      const incident = await scene.ticket();
      const item = value(await scene.connector.create(draft({ target: requestItem }), scene.attempt())).id;
      const foreign = await call(scene.instance, 'POST', '/api/now/table/incident', {
        short_description: 'x',
      });
      assert.equal(foreign.status, 201);
      assert.deepEqual((await poll(scene, cursor)).tickets, new Set([incident, item]));
    }));

  for (const timeZone of ['America/New_York', 'Asia/Kolkata', 'Europe/Berlin', '']) {
    test(`nothing is lost when queries are read in "${timeZone}"`, () =>
      withScene({ timeZone }, async (scene) => {
        await scene.ticket();
        const { cursor } = value(await scene.connector.changes(null));
        scene.instance.clock.advance(300_000);
        const changed = await scene.ticket();
        const first = await poll(scene, cursor);
        assert.ok(first.tickets.has(changed));
        scene.instance.clock.advance(3 * 3_600_000);
        const later = await scene.ticket();
        const second = await poll(scene, first.cursor);
        assert.ok(second.tickets.has(later));
        const third = await poll(scene, second.cursor);
        assert.deepEqual(third.tickets, new Set([later]));
      }));
  }

  test('more tickets of one second than a page holds are all found', () =>
    withScene({ clock: stoppedClock() }, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      const ids = [];
      for (let n = 0; n < 230; n += 1) ids.push(await scene.ticket());
      assert.deepEqual((await poll(scene, cursor)).tickets, new Set(ids));
    }));

  test('tickets that access rules hide do not stop the walk', () =>
    withScene({ clock: stoppedClock() }, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      const ids = [];
      for (let n = 0; n < 130; n += 1) ids.push(await scene.ticket());
      scene.sandbox.setPolicy({ unreadable: ids.slice(0, 120) });
      scene.instance.clock.advance(5000);
      const last = await scene.ticket();
      const { tickets } = await poll(scene, cursor);
      assert.deepEqual(tickets, new Set([...ids.slice(120), last]));
    }));

  test('a filter that the instance ignores is refused', () =>
    withScene({}, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      await call(scene.instance, 'POST', '/api/now/table/incident', { short_description: 'foreign' });
      scene.sandbox.setPolicy({ ignoredInQueries: ['task.correlation_display'] });
      const outcome = await scene.connector.changes(cursor);
      assert.equal(gist(outcome), 'rejected forbidden');
      assert.match(reasonOf(outcome), /correlation_display/);
    }));

  test('a zone that nobody knows is refused rather than guessed', () =>
    withScene({ timeZone: 'Mars/Olympus' }, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      const outcome = await scene.connector.changes(cursor);
      assert.equal(gist(outcome), 'rejected invalid');
      assert.match(reasonOf(outcome), /deskbridge\.bot.*GMT/);
    }));
});

describe('new attachments', () => {
  const attach = (scene: Scene, ticket: string) =>
    scene.sandbox.people.attach(scene.agent, ticket, {
      name: 'a.txt',
      mime: 'text/plain',
      bytes: Buffer.from('a'),
    });
  const later = (scene: Scene) => scene.instance.clock.advance(600_000);

  test('a file that nobody told us of is a change of its ticket, in any zone', () =>
    withScene({ timeZone: 'Asia/Kolkata' }, async (scene) => {
      const [one, two] = [await scene.ticket(), await scene.ticket()];
      const { cursor: start } = value(await scene.connector.changes(null));
      later(scene);
      const first = await poll(scene, start);
      attach(scene, one);
      const second = await poll(scene, first.cursor);
      assert.ok(second.tickets.has(one));
      later(scene);
      attach(scene, two);
      // The records are followed from the newest change on: one is needed that leaves the older ones behind.
      scene.sandbox.people.comment(scene.agent, two, 'later');
      const third = await poll(scene, second.cursor);
      assert.deepEqual([third.tickets.has(two), third.tickets.has(one)], [true, true]);
      const fourth = await poll(scene, third.cursor);
      assert.deepEqual([fourth.tickets.has(two), fourth.tickets.has(one)], [true, false]);
    }));

  test('where they may not be listed, the records are followed all the same, and the files once they may', () =>
    withScene({}, async (scene) => {
      scene.sandbox.setPolicy({ attachments: 'forbidden' });
      const { cursor: start } = value(await scene.connector.changes(null));
      const ticket = await scene.ticket();
      const first = await poll(scene, start);
      assert.ok(first.tickets.has(ticket));
      scene.sandbox.setPolicy({ attachments: 'open' });
      later(scene);
      const second = await poll(scene, first.cursor);
      later(scene);
      attach(scene, ticket);
      assert.ok((await poll(scene, second.cursor)).tickets.has(ticket));
    }));

  test('a place that was stored before attachments were followed goes on', () =>
    withScene({}, async (scene) => {
      const { cursor } = value(await scene.connector.changes(null));
      const { files: _, ...old } = z.record(z.string(), z.unknown()).parse(JSON.parse(cursor));
      const ticket = await scene.ticket();
      assert.ok((await poll(scene, JSON.stringify(old))).tickets.has(ticket));
    }));
});
