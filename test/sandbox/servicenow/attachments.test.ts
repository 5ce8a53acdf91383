import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { z } from 'zod';
import { passwordOf } from '../../../src/sandbox/servicenow/access.ts';
import { seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { call, type Instance, PASSWORD, recordOf, resultOf, startInstance, USER } from './instance.ts';

let instance: Instance;
let ticket: string;
beforeEach(async () => {
  instance = await startInstance();
  ticket = await create({ caller_id: seededId('user:ada.lovelace') });
});
afterEach(() => instance.close());

const PATH = '/api/now/attachment';
const BYTES = Uint8Array.of(0, 1, 2, 255, 254);

async function create(values: Record<string, string>): Promise<string> {
  const answer = await call(instance, 'POST', '/api/now/table/incident?sysparm_fields=sys_id', values);
  return recordOf(answer.text)['sys_id'] ?? '';
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

interface Sent {
  readonly as?: string;
  readonly mime?: string | null;
  readonly bytes?: Uint8Array;
}

async function upload(params: Record<string, string>, { as, mime = 'image/png', bytes = BYTES }: Sent = {}) {
  const query = new URLSearchParams({
    table_name: 'incident',
    table_sys_id: ticket,
    file_name: 'a.png',
    ...params,
  });
  const answer = await fetch(`${instance.baseUrl}${PATH}/file?${query}`, {
    method: 'POST',
    headers: {
      authorization: as ?? basic(USER, PASSWORD),
      ...(mime === null ? {} : { 'content-type': mime }),
    },
    body: Uint8Array.from(bytes),
  });
  return { status: answer.status, text: await answer.text() };
}

async function list(query: string) {
  const answer = await call(instance, 'GET', `${PATH}?sysparm_query=${encodeURIComponent(query)}`);
  return z.array(z.record(z.string(), z.string())).parse(resultOf(answer.text));
}

describe('attachments', () => {
  test('a raw body becomes a file that is described in strings and comes back as it is', async () => {
    const sent = await upload({});
    assert.equal(sent.status, 201);
    const about = recordOf(sent.text);
    assert.equal(about['size_bytes'], '5');
    assert.equal(about['hash'], createHash('sha256').update(BYTES).digest('hex'));
    assert.equal(about['sys_created_by'], USER);
    const answer = await fetch(`${about['download_link']}`, {
      headers: { authorization: basic(USER, PASSWORD) },
    });
    assert.equal(answer.headers.get('content-type'), 'image/png');
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), BYTES);
    assert.deepEqual(recordOf((await call(instance, 'GET', `${PATH}/${about['sys_id']}`)).text), about);
  });

  test('lists follow an encoded query, and widen when it is wrong', async () => {
    const other = await create({});
    await upload({});
    await upload({ table_sys_id: other, file_name: 'b.png' });
    assert.deepEqual(
      (await list(`table_sys_id=${other}`)).map((row) => row['file_name']),
      ['b.png'],
    );
    assert.equal((await list(`nonsense=${other}`)).length, 2);
  });

  test('removing answers 204, then 404', async () => {
    const { sys_id } = recordOf((await upload({})).text);
    assert.equal((await call(instance, 'DELETE', `${PATH}/${sys_id}`)).status, 204);
    assert.equal((await call(instance, 'DELETE', `${PATH}/${sys_id}`)).status, 404);
    assert.deepEqual(await list(''), []);
    assert.deepEqual(instance.sandbox.people.tickets()[0]?.files, []);
  });

  test('what is wrong is refused before anything is stored', async () => {
    assert.equal((await upload({ file_name: '' })).status, 400);
    assert.equal((await upload({ table_name: 'sys_user' })).status, 400);
    assert.equal((await upload({ table_sys_id: '0'.repeat(32) })).status, 404);
    instance.sandbox.setPolicy({ attachmentEndings: ['pdf'] });
    assert.equal((await upload({})).status, 403);
    instance.sandbox.setPolicy({ attachmentEndings: [] });
    instance.sandbox.setProperty('com.glide.attachment.max_size', '1');
    assert.equal((await upload({}, { bytes: new Uint8Array(1024 * 1024 + 1) })).status, 413);
    assert.deepEqual(await list(''), []);
  });

  test('their bytes are no records, and survive a restart', async () => {
    const { sys_id = '' } = recordOf((await upload({})).text);
    assert.equal((await call(instance, 'GET', '/api/now/table/sys_attachment_doc')).status, 403);
    const saved: unknown = JSON.parse(JSON.stringify(instance.sandbox.snapshot()));
    await call(instance, 'DELETE', `${PATH}/${sys_id}`);
    instance.sandbox.restore(saved);
    assert.equal(instance.sandbox.people.tickets()[0]?.files[0]?.size, 5);
  });
});

describe('people with their own sign-in', () => {
  const asPerson = (userName: string, password = passwordOf(userName)) => basic(userName, password);
  const patch = async (as: string, sysId: string, values: Record<string, string>) => {
    const answer = await fetch(`${instance.baseUrl}/api/now/table/incident/${sysId}`, {
      method: 'PATCH',
      headers: { authorization: as, 'content-type': 'application/json' },
      body: JSON.stringify(values),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const seen = (sysId: string) => instance.sandbox.people.tickets().find((one) => one.id === sysId);

  test('an agent writes under his own name', async () => {
    assert.equal(await patch(asPerson('beth.anglin'), ticket, { comments: 'Mine', state: '2' }), 200);
    assert.deepEqual(
      [seen(ticket)?.status, seen(ticket)?.comments.map((comment) => comment.author)],
      ['In Progress', ['Beth Anglin']],
    );
    assert.equal((await upload({}, { as: asPerson('beth.anglin') })).status, 201);
    assert.equal(seen(ticket)?.files[0]?.author, 'Beth Anglin');
  });

  test('a caller comments on his own record only, and whatever else he writes is dropped', async () => {
    assert.equal(await patch(asPerson('ada.lovelace'), ticket, { comments: 'Please', state: '6' }), 200);
    assert.deepEqual([seen(ticket)?.status, seen(ticket)?.comments.length], ['New', 1]);
    assert.equal(await patch(asPerson('grace.hopper'), ticket, { comments: 'Mine?' }), 404);
  });

  test('a wrong, changed or foreign password, and a user who is gone, are 401', async () => {
    assert.equal(await patch(asPerson('beth.anglin', 'wrong'), ticket, { comments: 'x' }), 401);
    instance.sandbox.setPassword('beth.anglin', 'sandbox-new');
    assert.equal(await patch(asPerson('beth.anglin'), ticket, { comments: 'x' }), 401);
    assert.equal(await patch(asPerson('beth.anglin', 'sandbox-new'), ticket, { comments: 'x' }), 200);
    instance.sandbox.addUser({ userName: 'gone', name: 'Gone', email: 'gone@example.com', active: false });
    assert.equal(await patch(asPerson('gone'), ticket, { comments: 'x' }), 401);
    assert.equal(await patch(asPerson(USER), ticket, { comments: 'x' }), 401);
  });
});

describe('what agents do at their forms', () => {
  test('they fill in fields by their labels, and what does not exist throws', () => {
    const { people } = instance.sandbox;
    const agent = people.agents()[0]?.id ?? '';
    people.setField(agent, ticket, 'priority', '2 - High');
    people.setField(agent, ticket, 'group', 'Endpoint Support');
    people.setField(agent, ticket, 'resolution', 'Duplicate');
    people.setField(agent, ticket, 'summary', 'New title');
    const seen = people.tickets()[0];
    assert.deepEqual(
      [seen?.priority, seen?.group, seen?.resolution, seen?.summary],
      ['2 - High', 'Endpoint Support', 'Duplicate', 'New title'],
    );
    assert.throws(() => people.setField(agent, ticket, 'group', 'Nobody'), /no group/);
    assert.throws(() => people.setField(agent, ticket, 'impact', 'Huge'), /no choice/);
  });

  test('the journal is not edited; an administrator takes an entry away without a trace', () => {
    const { people } = instance.sandbox;
    const agent = people.agents()[0]?.id ?? '';
    const entry = people.comment(agent, ticket, 'Oops');
    assert.throws(() => people.editComment(agent, ticket, entry, 'x'), /cannot be edited/);
    assert.throws(() => people.setInternal(agent, ticket, entry, true), /cannot be edited/);
    const before = people.tickets()[0]?.updatedAt;
    people.deleteComment(agent, ticket, entry);
    assert.deepEqual([people.tickets()[0]?.comments, people.tickets()[0]?.updatedAt], [[], before]);
    assert.throws(() => people.deleteComment(agent, ticket, entry), /No journal entry/);
  });
});
