import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { z } from 'zod';
import { emailOf, seededId } from '../../../src/sandbox/servicenow/seed.ts';
import { call, type Instance, recordOf, resultOf, startInstance } from './instance.ts';

const Plain = z.object({ result: z.record(z.string(), z.string()) });
const PlainList = z.object({ result: z.array(z.record(z.string(), z.string())) });
const Answer = z.object({
  result: z.record(z.string(), z.string()).optional(),
  error: z.object({ message: z.string(), detail: z.string().nullable() }).optional(),
});
const Failure = z.object({ error: z.object({ message: z.string(), detail: z.string().nullable() }) });
const group = seededId('group:Major Incident');
const ada = seededId('user:ada.lovelace');

let instance: Instance;
beforeEach(async () => {
  instance = await startInstance();
});
afterEach(() => instance.close());

const NO_LINKS = 'sysparm_exclude_reference_link=true';

async function create(values: Record<string, unknown>, table = 'incident') {
  const answer = await call(instance, 'POST', `/api/now/table/${table}?${NO_LINKS}`, values);
  assert.equal(answer.status, 201, answer.text);
  return Plain.parse(JSON.parse(answer.text)).result;
}
async function patch(sysId: string, values: Record<string, unknown>, table = 'incident') {
  const answer = await call(instance, 'PATCH', `/api/now/table/${table}/${sysId}?${NO_LINKS}`, values);
  const { result = {}, error } = Answer.parse(JSON.parse(answer.text));
  return { status: answer.status, result, error };
}
async function list(table: string, query: string, more = '') {
  const params = `sysparm_query=${encodeURIComponent(query)}&${NO_LINKS}${more}`;
  const answer = await call(instance, 'GET', `/api/now/table/${table}?${params}`);
  assert.equal(answer.status, 200, answer.text);
  return { rows: PlainList.parse(JSON.parse(answer.text)).result, headers: answer.headers };
}

describe('records', () => {
  test('an insert answers 201 with a location, strings only, and a number', async () => {
    const answer = await call(instance, 'POST', '/api/now/table/incident', {
      short_description: 'Mail is down',
      impact: 1,
      urgency: 2,
      caller_id: ada,
      priority: '5',
      nonsense: 'x',
    });
    assert.equal(answer.status, 201);
    const { result } = z.object({ result: z.record(z.string(), z.unknown()) }).parse(JSON.parse(answer.text));
    assert.match(String(result['number']), /^INC\d{7}$/);
    assert.equal(result['active'], 'true');
    assert.equal(result['priority'], '2');
    assert.equal(result['assignment_group'], '');
    assert.equal(result['comments'], '');
    assert.deepEqual(result['caller_id'], {
      link: `${instance.baseUrl}/api/now/table/sys_user/${ada}`,
      value: ada,
    });
    assert.equal('nonsense' in result, false);
    assert.ok(answer.headers.get('location')?.endsWith(`/api/now/table/incident/${result['sys_id']}`));
  });

  test('display values come in three modes', async () => {
    const { sys_id } = await create({ assignment_group: group, state: '2' });
    const read = async (mode: string) => {
      const fields = 'state,assignment_group,assignment_group.name';
      const path = `/api/now/table/incident/${sys_id}?sysparm_display_value=${mode}&sysparm_fields=${fields}`;
      return resultOf((await call(instance, 'GET', `${path}&${NO_LINKS}`)).text);
    };
    const name = 'Major Incident';
    assert.deepEqual(await read('false'), {
      state: '2',
      assignment_group: group,
      'assignment_group.name': name,
    });
    assert.deepEqual(await read('true'), {
      state: 'In Progress',
      assignment_group: name,
      'assignment_group.name': name,
    });
    assert.deepEqual(await read('all'), {
      state: { display_value: 'In Progress', value: '2' },
      assignment_group: { display_value: name, value: group },
      'assignment_group.name': { display_value: name, value: name },
    });
  });

  test('a write that changes nothing leaves no trace', async () => {
    const before = await create({ short_description: 'Same' });
    const { result } = await patch(before['sys_id'] ?? '', { short_description: 'Same' });
    assert.equal(result['sys_mod_count'], '0');
    const changed = await patch(before['sys_id'] ?? '', { short_description: 'Other' });
    assert.equal(changed.result['sys_mod_count'], '1');
  });

  test('missing and hidden records are the same 404', async () => {
    const { sys_id = '' } = await create({});
    instance.sandbox.setPolicy({ unreadable: [sys_id] });
    const hidden = await call(instance, 'GET', `/api/now/table/incident/${sys_id}`);
    const missing = await call(instance, 'GET', `/api/now/table/incident/${'0'.repeat(32)}`);
    assert.deepEqual([hidden.status, hidden.text], [404, missing.text]);
  });

  test('wrong credentials, unknown tables and other tables are refused in the usual envelope', async () => {
    const stranger = await fetch(`${instance.baseUrl}/api/now/table/incident`, {
      headers: { authorization: `Basic ${Buffer.from('deskbridge.bot:wrong').toString('base64')}` },
    });
    assert.equal(stranger.status, 401);
    assert.equal(Failure.parse(await stranger.json()).error.message, 'User Not Authenticated');
    instance.sandbox.setPolicy({ securityIncidents: false });
    const unknown = await call(instance, 'GET', '/api/now/table/sn_si_incident');
    assert.deepEqual(
      [unknown.status, Failure.parse(JSON.parse(unknown.text)).error.message],
      [400, 'Invalid table sn_si_incident'],
    );
    assert.equal((await call(instance, 'POST', '/api/now/table/sys_user', { name: 'x' })).status, 403);
    assert.equal((await call(instance, 'DELETE', `/api/now/table/incident/${ada}`)).status, 403);
    assert.equal((await call(instance, 'POST', '/api/now/table/incident', [1])).status, 400);
  });
});

describe('queries', () => {
  test('an unknown field widens the result, unless the property forbids it', async () => {
    await create({ correlation_id: 'a' });
    await create({ correlation_id: 'b' });
    assert.equal((await list('incident', 'correlation_id=a')).rows.length, 1);
    assert.equal((await list('incident', 'corelation_id=a')).rows.length, 2);
    instance.sandbox.setPolicy({ invalidQueryReturnsNoRows: true });
    assert.equal((await list('incident', 'corelation_id=a')).rows.length, 0);
  });

  test('AND, OR, new query, IN, LIKE, STARTSWITH, dots and order', async () => {
    for (const [short_description, impact] of [
      ['alpha one', '1'],
      ['alpha two', '2'],
      ['beta', '2'],
    ]) {
      await create({ short_description, impact, assignment_group: group });
    }
    const found = async (query: string) =>
      (await list('incident', `${query}^ORDERBYDESCshort_description`)).rows.map(
        (row) => row['short_description'],
      );
    assert.deepEqual(await found('short_descriptionSTARTSWITHalpha^impact=2'), ['alpha two']);
    assert.deepEqual(await found('impact=1^ORshort_description=beta^short_description!=zeta'), [
      'beta',
      'alpha one',
    ]);
    assert.deepEqual(await found('impact=1^NQshort_descriptionLIKEtwo'), ['alpha two', 'alpha one']);
    assert.deepEqual(await found('impactIN1,3'), ['alpha one']);
    assert.deepEqual(await found('assignment_group.name=Major Incident^impact>=2'), ['beta', 'alpha two']);
    const own = await list('sys_user', 'sys_id=javascript:gs.getUserID()');
    assert.deepEqual(
      own.rows.map((row) => row['user_name']),
      ['deskbridge.bot'],
    );
  });

  test('the limit counts before the ACL and the total counts all', async () => {
    const ids = [];
    for (const short_description of ['1', '2', '3'])
      ids.push((await create({ short_description }))['sys_id'] ?? '');
    instance.sandbox.setPolicy({ unreadable: ids.slice(0, 2) });
    const page = await list('incident', 'ORDERBYshort_description', '&sysparm_limit=2');
    assert.equal(page.rows.length, 0);
    assert.equal(page.headers.get('x-total-count'), '3');
    const next = await list('incident', 'ORDERBYshort_description', '&sysparm_limit=2&sysparm_offset=2');
    assert.equal(next.rows.length, 1);
  });

  test('times in a query are read in the zone of the API user', async () => {
    const far = await startInstance({ timeZone: 'America/New_York' });
    try {
      const made = await call(far, 'POST', `/api/now/table/incident?${NO_LINKS}`, {});
      const { sys_updated_on } = recordOf(made.text);
      const [date, time] = (sys_updated_on ?? '').split(' ');
      const query = `sys_updated_on>=javascript:gs.dateGenerate('${date}','${time}')`;
      const answer = await call(
        far,
        'GET',
        `/api/now/table/incident?sysparm_query=${encodeURIComponent(query)}`,
      );
      assert.equal(
        z.array(z.unknown()).parse(resultOf(answer.text)).length,
        0,
        'a UTC text means a later moment in New York',
      );
    } finally {
      await far.close();
    }
  });
});

describe('rules', () => {
  test('resolving needs a code and notes, holding a reason, awaiting the caller a comment', async () => {
    const { sys_id = '' } = await create({ caller_id: ada });
    const bare = await patch(sys_id, { state: '6' });
    assert.equal(bare.status, 403);
    assert.match(bare.error?.detail ?? '', /mandatory: Resolution code, Resolution notes/);
    assert.equal((await patch(sys_id, { state: '3' })).status, 403);
    assert.equal((await patch(sys_id, { state: '3', hold_reason: '1' })).status, 403);
    const held = await patch(sys_id, { state: '3', hold_reason: '1', comments: 'Which device?' });
    assert.equal(held.result['state'], '3');
    const agents = instance.sandbox.people.agents();
    instance.sandbox.people.comment(agents[0]?.id ?? '', sys_id, 'Still waiting.');
    assert.equal(instance.sandbox.people.tickets()[0]?.status, 'On Hold (Awaiting Caller)');
    instance.sandbox.people.comment(ada, sys_id, 'My laptop.');
    assert.equal(instance.sandbox.people.tickets()[0]?.status, 'In Progress');
    const done = await patch(sys_id, { state: '6', close_code: 'Solution provided', close_notes: 'Fixed.' });
    assert.deepEqual(
      [done.result['state'], done.result['incident_state'], done.result['hold_reason']],
      ['6', '6', ''],
    );
  });

  test('what may not be written is dropped with a 200', async () => {
    const { sys_id = '' } = await create({});
    instance.sandbox.setPolicy({ unwritable: ['incident.state'] });
    const answer = await patch(sys_id, { state: '2', number: 'INC1', priority: '1' });
    assert.deepEqual([answer.status, answer.result['state'], answer.result['priority']], [200, '1', '5']);
    assert.notEqual(answer.result['number'], 'INC1');
  });

  test('a business rule aborts with a 403 that names it', async () => {
    instance.sandbox.setPolicy({ abortingRule: 'Freeze window' });
    const answer = await call(instance, 'POST', '/api/now/table/incident', {});
    assert.equal(answer.status, 403);
    assert.match(
      Failure.parse(JSON.parse(answer.text)).error.detail ?? '',
      /^Operation against file 'incident' was aborted by Business Rule 'Freeze window\^[0-9a-f]{32}'/,
    );
  });

  test('request items have their own states and a priority of their own', async () => {
    const item = await create({ priority: '2', assignment_group: group }, 'sc_req_item');
    assert.match(item['number'] ?? '', /^RITM\d{7}$/);
    const closed = await patch(item['sys_id'] ?? '', { state: '3' }, 'sc_req_item');
    assert.deepEqual([closed.result['priority'], closed.result['active']], ['2', 'false']);
  });
});

describe('journal', () => {
  test('reads empty in the record; entries stand in sys_journal_field under their author', async () => {
    const { sys_id = '' } = await create({});
    const { result } = await patch(sys_id, { comments: 'Hello', work_notes: 'Psst' });
    assert.deepEqual([result['comments'], result['work_notes']], ['', '']);
    const { rows } = await list('sys_journal_field', `element_id=${sys_id}^ORDERBYelement`);
    assert.deepEqual(
      rows.map((row) => [row['element'], row['value'], row['sys_created_by'], row['name']]),
      [
        ['comments', 'Hello', 'deskbridge.bot', 'incident'],
        ['work_notes', 'Psst', 'deskbridge.bot', 'incident'],
      ],
    );
    const shown = await call(
      instance,
      'GET',
      `/api/now/table/incident/${sys_id}?sysparm_display_value=true&sysparm_fields=comments`,
    );
    const text = recordOf(shown.text)['comments'] ?? '';
    assert.match(
      text,
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - Deskbridge Integration \(Additional comments\)\nHello\n\n$/,
    );
  });

  test('it can be closed to the API user in two ways', async () => {
    const { sys_id = '' } = await create({ comments: 'Hello' });
    instance.sandbox.setPolicy({ journal: 'forbidden' });
    assert.equal((await call(instance, 'GET', '/api/now/table/sys_journal_field')).status, 403);
    instance.sandbox.setPolicy({ journal: 'hidden' });
    const hidden = await list('sys_journal_field', `element_id=${sys_id}`);
    assert.deepEqual([hidden.rows.length, hidden.headers.get('x-total-count')], [0, '1']);
  });
});

describe('state of the instance', () => {
  test('survives a snapshot and tells listeners about changes', async () => {
    let changes = 0;
    const end = instance.sandbox.onChange(() => {
      changes += 1;
    });
    const { sys_id = '' } = await create({ short_description: 'Kept', comments: 'Hello', caller_id: ada });
    assert.equal(changes, 1);
    end();
    const saved: unknown = JSON.parse(JSON.stringify(instance.sandbox.snapshot()));
    const other = await startInstance();
    try {
      other.sandbox.restore(saved);
      assert.deepEqual(other.sandbox.people.tickets(), instance.sandbox.people.tickets());
      const [view] = other.sandbox.people.tickets();
      assert.deepEqual(
        [view?.id, view?.reporter, view?.comments[0]?.text],
        [sys_id, 'Ada Lovelace', 'Hello'],
      );
      assert.equal(other.sandbox.callers()[0]?.email, emailOf('ada.lovelace'));
    } finally {
      await other.close();
    }
  });

  test('refuses what looks like real credentials', async () => {
    await assert.rejects(startInstance({ password: 'hunter2hunter2' }), /begins with "sandbox-"/);
    assert.throws(() => instance.sandbox.setHookUrl('https://example.com/hooks'), /this machine only/);
  });
});
