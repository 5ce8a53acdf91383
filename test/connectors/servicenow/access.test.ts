import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { ServiceNowSettings, ServiceNowTarget } from '../../../src/connectors/servicenow/schema.ts';
import { TicketId } from '../../../src/model/ids.ts';
import { closeServer, listenOnLoopback, OAUTH } from '../../sandbox/servicenow/instance.ts';
import { connectorAt, draft, gist, reasonOf, type Scene, startScene, value } from './scene.ts';

const OAUTH_AUTH = { kind: 'oauth', ...OAUTH } as const;

async function withScene(start: Parameters<typeof startScene>, work: (scene: Scene) => Promise<void>) {
  const scene = await startScene(...start);
  try {
    await work(scene);
  } finally {
    await scene.close();
  }
}

describe('check', () => {
  test('names the account', () =>
    withScene([], async ({ connector }) => {
      assert.match(value(await connector.check()).account, /^deskbridge\.bot \(Deskbridge Integration\)/);
    }));
});

describe('credentials', () => {
  test('a token is fetched once, and again after it ended', () =>
    withScene([{}, OAUTH_AUTH], async ({ connector, instance, attempt, sandbox }) => {
      value(await connector.check());
      const before = instance.requests();
      value(await connector.create(draft(), attempt()));
      assert.equal(instance.requests() - before, 3, 'group, person, insert; no token');
      instance.clock.advance(3_600_000);
      value(await connector.create(draft(), attempt()));
      assert.equal(sandbox.people.tickets().length, 2);
    }));

  test('wrong or switched-off credentials are refused without a word of them', () =>
    withScene([], async ({ instance, sandbox }) => {
      const secret = 'sandbox-not-the-secret';
      const wrong = [
        connectorAt(instance.baseUrl, { ...OAUTH_AUTH, clientSecret: secret }),
        connectorAt(instance.baseUrl, { kind: 'basic', user: 'deskbridge.bot', password: secret }),
      ];
      for (const connector of wrong) {
        const outcome = await connector.check();
        assert.equal(gist(outcome), 'rejected auth');
        assert.ok(!reasonOf(outcome).includes(secret));
      }
      sandbox.setPolicy({ clientCredentials: false });
      const outcome = await connectorAt(instance.baseUrl, OAUTH_AUTH).check();
      assert.equal(gist(outcome), 'rejected auth');
      assert.match(reasonOf(outcome), /client credentials are allowed/);
    }));

  test('they leave only for https or for this machine', () => {
    assert.throws(() => connectorAt('http://acme.service-now.com'), /https/);
    assert.throws(() => connectorAt('https://user:secret@acme.service-now.com'), /https/);
  });
});

/** A server that gives every request the same answer and keeps what came in. */
async function withAnswer(
  answer: (response: ServerResponse) => void,
  work: (connector: ReturnType<typeof connectorAt>, paths: readonly string[]) => Promise<void>,
) {
  const paths: string[] = [];
  const server = createServer((incoming, outgoing) => {
    paths.push(incoming.url ?? '');
    incoming.resume();
    answer(outgoing);
  });
  const port = await listenOnLoopback(server);
  try {
    await work(connectorAt(`http://127.0.0.1:${port}`), paths);
  } finally {
    await closeServer(server);
  }
}

const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const ticket = TicketId.parse('a'.repeat(32));

describe('answers that are none', () => {
  test('a redirect is not followed', () =>
    withAnswer(
      (response) => response.writeHead(302, { location: '/login.do' }).end(),
      async (connector, paths) => {
        assert.equal(gist(await connector.read(ticket)), 'retry none destination');
        assert.ok(paths.every((path) => path.startsWith('/api/now/table/')));
      },
    ));

  test('a 200 with an error is an error', () =>
    withAnswer(
      json(200, { result: [], error: { message: 'Transaction cancelled', detail: null } }),
      async (connector) => {
        const outcome = await connector.read(ticket);
        assert.equal(gist(outcome), 'retry none destination');
        assert.match(reasonOf(outcome), /Transaction cancelled/);
      },
    ));

  test('a 200 without a result, and broken JSON, are no answers', async () => {
    await withAnswer(json(200, {}), async (connector) => {
      assert.equal(gist(await connector.read(ticket)), 'retry none destination');
    });
    const broken = (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"result"');
    await withAnswer(broken, async (connector) => {
      assert.equal(gist(await connector.read(ticket)), 'retry none destination');
    });
  });

  test('a result in an unknown form names the fields, not their content', () =>
    withAnswer(json(200, { result: { sys_id: { value: 'top secret' } } }), async (connector) => {
      const outcome = await connector.read(ticket);
      assert.equal(gist(outcome), 'rejected invalid');
      assert.match(reasonOf(outcome), /sys_class_name/);
      assert.ok(!reasonOf(outcome).includes('top secret'));
    }));

  test('an answer above 8 MB is not read to its end', () =>
    withAnswer(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.on('error', () => {});
        response.end(`{"result":"${'x'.repeat(9 * 1024 * 1024)}"}`);
      },
      async (connector) => {
        assert.equal(gist(await connector.read(ticket)), 'retry none destination');
      },
    ));

  test('a limit without Retry-After tells its time by the reset', () =>
    withAnswer(
      (response) => {
        const reset = Math.floor(Date.now() / 1000) + 100;
        response.writeHead(429, { 'x-ratelimit-reset': String(reset) }).end();
      },
      async (connector) => {
        const outcome = await connector.read(ticket);
        assert.ok(outcome.kind === 'retry' && outcome.effect === 'none');
        assert.ok(outcome.afterMs !== undefined && outcome.afterMs > 90_000 && outcome.afterMs <= 100_000);
      },
    ));
});

describe('settings and targets', () => {
  const settings = {
    system: 'servicenow',
    base_url: 'https://acme.service-now.com',
    auth: { kind: 'basic', user: 'deskbridge.bot', password_env: 'SNOW_PASSWORD' },
  };

  test('http is for this machine only, secrets are named and not written down', () => {
    assert.equal(ServiceNowSettings.parse(settings).poll_seconds, 30);
    const urls = ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:80', 'https://x.example'];
    for (const base_url of urls)
      assert.ok(ServiceNowSettings.safeParse({ ...settings, base_url }).success, base_url);
    const bad = [
      'http://acme.service-now.com',
      'http://127.0.0.1.evil.example',
      'ftp://x',
      'https://u:p@x',
      'x',
      '',
    ];
    for (const base_url of bad)
      assert.ok(!ServiceNowSettings.safeParse({ ...settings, base_url }).success, base_url);
    const auth = { kind: 'basic', user: 'u', password: 'p' };
    assert.ok(!ServiceNowSettings.safeParse({ ...settings, auth }).success);
  });

  test('a target names a table, a group and what belongs to that table', () => {
    const group = { assignment_group: 'Major Incident' };
    assert.ok(
      ServiceNowTarget.safeParse({ table: 'incident', ...group, impact: 1, category: 'network' }).success,
    );
    assert.ok(
      ServiceNowTarget.safeParse({ table: 'sc_req_item', ...group, cat_item: 'a'.repeat(32) }).success,
    );
    for (const bad of [
      { table: 'problem', ...group },
      { table: 'incident' },
      { table: 'incident', assignment_group: 'x^NQactive=true' },
      { table: 'incident', ...group, impact: 4 },
      { table: 'sc_req_item', ...group, impact: 1 },
      { table: 'sc_req_item', ...group, cat_item: 'Laptop' },
    ]) {
      assert.ok(!ServiceNowTarget.safeParse(bad).success, JSON.stringify(bad));
    }
  });
});
