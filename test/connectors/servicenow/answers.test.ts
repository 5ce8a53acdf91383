import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Fault, FaultPlan } from '../../../src/sandbox/faults.ts';
import { closeServer, listenOnLoopback } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, draft, gist, reasonOf, type Scene, startScene, value, words } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.close());

const page = (title: string) => (response: ServerResponse) =>
  response
    .writeHead(200, { 'content-type': 'text/html;charset=UTF-8' })
    .end(`<html><head><title>${title}</title></head><body></body></html>`);
const json = (status: number, body: string) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
const RECORD = '{"result":{"sys_id":"0123456789abcdef0123456789abcdef","number":"INC1"}}';

/** Answers to a write that are no success, whatever their status says. */
const NO_SUCCESS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'a hibernating instance': page('Instance Hibernating page'),
  'a login page': page('Log in | ServiceNow'),
  'a maintenance page': page('Scheduled maintenance'),
  'a 200 with an error': json(200, '{"result":{},"error":{"message":"Transaction cancelled","detail":null}}'),
  'a 202': json(202, RECORD),
  'a 204 without a record': (response) => response.writeHead(204).end(),
  'half of a JSON': json(201, RECORD.slice(0, 30)),
  'JSON that calls itself text': (response) =>
    response.writeHead(201, { 'content-type': 'text/plain' }).end(RECORD),
};

/** The instance, behind something that answers every write in its place, done or not. */
async function behind(answer: (response: ServerResponse) => void, isDone: boolean) {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = 'GET', url = '/', headers } = incoming;
      const { authorization = '', 'content-type': type = 'application/json' } = headers;
      const pass = () =>
        fetch(`${scene.instance.baseUrl}${url}`, {
          method,
          headers: { authorization, 'content-type': type, accept: 'application/json' },
          ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
        });
      void (async () => {
        if (method !== 'GET') {
          if (isDone) await pass();
          return answer(outgoing);
        }
        const told = await pass();
        const total = told.headers.get('x-total-count');
        outgoing.writeHead(told.status, {
          'content-type': told.headers.get('content-type') ?? '',
          ...(total === null ? {} : { 'x-total-count': total }),
        });
        outgoing.end(await told.text());
      })();
    });
  });
  const port = await listenOnLoopback(server);
  return { connector: connectorAt(`http://127.0.0.1:${port}`), close: () => closeServer(server) };
}

describe('a write that is answered by something else than its record', () => {
  for (const [name, answer] of Object.entries(NO_SUCCESS)) {
    for (const isDone of [true, false]) {
      test(`${name}, ${isDone ? 'after' : 'instead of'} the deed: in doubt, and the look-up tells`, async () => {
        const { connector, close } = await behind(answer, isDone);
        try {
          const attempt = scene.attempt();
          assert.equal(gist(await connector.create(draft(), attempt)), 'retry unknown destination');
          const found = value(await connector.findCreated(draft(), attempt));
          assert.equal(found !== null, isDone);
          assert.equal(scene.sandbox.people.tickets().length, isDone ? 1 : 0);
        } finally {
          await close();
        }
      });
    }
  }

  test('a transaction that was cancelled after it had committed is found, not repeated', async () => {
    const faults: FaultPlan<Fault> = scene.sandbox.faults;
    faults.add('POST /api/now/table/incident', { kind: 'fail-after', status: 500 });
    const attempt = scene.attempt();
    const outcome = await scene.connector.create(draft(), attempt);
    assert.equal(gist(outcome), 'retry unknown destination');
    assert.match(reasonOf(outcome), /Transaction cancelled: maximum execution time exceeded/);
    assert.ok(value(await scene.connector.findCreated(draft(), attempt)) !== null);
    assert.equal(scene.sandbox.people.tickets().length, 1);
    assert.ok(scene.connector.raw.create.timeoutMs > 60_000 && scene.connector.raw.create.settleMs > 60_000);
  });

  test('a limit is waited for as long as it says, and nothing was done', async () => {
    scene.sandbox.faults.add('write', { kind: 'limit', retryAfterS: 7 });
    const outcome = await scene.connector.create(draft(), scene.attempt());
    assert.ok(outcome.kind === 'retry' && outcome.effect === 'none' && outcome.afterMs === 7000);
    assert.equal(outcome.scope, 'destination');
  });
});

describe('a journal that hides its entries', () => {
  for (const journal of ['forbidden', 'hidden', 'empty'] as const) {
    test(`(${journal}) is never read as one whose comments were taken away, or never arrived`, async () => {
      const ticket = await scene.ticket();
      assert.deepEqual(value(await scene.connector.read(ticket)).comments, []);
      const attempt = scene.attempt();
      value(await scene.connector.comment(words(ticket), attempt));
      assert.equal(value(await scene.connector.findComment(words(ticket), scene.attempt())), null);
      scene.sandbox.setPolicy({ journal });
      assert.equal(gist(await scene.connector.findComment(words(ticket), attempt)), 'rejected forbidden');
      const outcome = await scene.connector.read(ticket);
      assert.equal(gist(outcome), 'rejected forbidden');
      assert.match(reasonOf(outcome), /sys_journal_field/);
    });
  }
});

describe('our own application on the instance', () => {
  for (const journal of ['forbidden', 'hidden', 'empty'] as const) {
    test(`tells the journal that the table does not (${journal}), entry by entry and with its proof`, async () => {
      scene.sandbox.setPolicy({ journal, app: true });
      const ticket = await scene.ticket();
      const attempt = scene.attempt();
      const { id } = value(await scene.connector.comment(words(ticket), attempt));
      const note = scene.sandbox.people.comment(scene.agent, ticket, 'Among us', { internal: true });
      const seen = value(await scene.connector.read(ticket)).comments;
      assert.deepEqual(
        seen.map((comment) => [comment.id, comment.visibility, comment.marker]),
        [
          [id, 'public', attempt.marker],
          [note, 'internal', null],
        ],
      );
      assert.equal(value(await scene.connector.findComment(words(ticket), attempt))?.id, id);
      assert.equal(value(await scene.connector.findComment(words(ticket), scene.attempt())), null);
      const one = await scene.connector.io.run('ticket.read', { timeoutMs: 10_000 }, () =>
        scene.connector.raw.comments.read(ticket, id),
      );
      assert.equal(value(one).id, id);
      scene.sandbox.people.deleteComment(scene.agent, ticket, id);
      const gone = await scene.connector.io.run('ticket.read', { timeoutMs: 10_000 }, () =>
        scene.connector.raw.comments.read(ticket, id),
      );
      assert.equal(gist(gone), 'rejected not-found');
    });
  }
});

describe('a condition that the instance drops', () => {
  /** Each is asked with a condition that is ignored, so that rows of others come back. */
  const cases: Readonly<Record<string, () => Promise<unknown>>> = {
    'sys_user.email': async () => value(await scene.connector.create(draft(), scene.attempt())) && reporter(),
    'sys_user_group.name': async () =>
      gist(await scene.connector.create(draft({ target: OTHER }), scene.attempt())),
    'sys_journal_field.element_id': async () => gist(await scene.connector.read(await noisy())),
    'task.correlation_display': async () => {
      scene.sandbox.putRecord('incident', {
        sys_class_name: 'incident',
        number: 'INC9',
        sys_updated_on: '2099-01-01 00:00:00',
      });
      return gist(await scene.connector.changes(null));
    },
  };
  const OTHER = { table: 'incident', assignment_group: 'Nobody' };
  const reporter = () => scene.sandbox.people.tickets()[0]?.reporter;
  /** A ticket whose neighbour has a comment. */
  async function noisy() {
    const [ticket, other] = [await scene.ticket(), await scene.ticket()];
    scene.sandbox.people.comment(scene.agent, other, 'Not for you');
    return ticket;
  }
  const expected: Readonly<Record<string, unknown>> = {
    'sys_user.email': null,
    'sys_user_group.name': 'rejected invalid',
    'sys_journal_field.element_id': 'rejected forbidden',
    'task.correlation_display': 'rejected forbidden',
  };
  for (const [field, ask] of Object.entries(cases)) {
    test(`${field}: rows of others are never used`, async () => {
      scene.sandbox.setPolicy({ ignoredInQueries: [field] });
      assert.equal(await ask(), expected[field]);
    });
  }
});
