import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { ConnectorId, SlackUser } from '../../src/model/ids.ts';
import { readCsv } from '../../src/people/csv.ts';
import { readImportFile } from '../../src/people/import-file.ts';
import { rolesOf } from '../../src/people/roles.ts';
import { suggestions } from '../../src/people/suggest.ts';

const JIRA = ConnectorId.parse('jira-it');
const EU = ConnectorId.parse('jira-eu');
const SNOW = ConnectorId.parse('snow');
const COLUMNS = new Map([
  ['jira-it', [JIRA]],
  ['jira_account_id', [JIRA, EU]],
  ['servicenow_sys_id', [SNOW]],
]);

function peopleOf(text: string, format: 'csv' | 'json') {
  const read = readImportFile(text, format, COLUMNS);
  assert.equal(read.kind, 'people', JSON.stringify(read));
  return read.kind === 'people' ? read.people : [];
}

test('a CSV export names people with all their ids, and whoever has left', () => {
  const text = [
    '\uFEFFid,Name,Slack User ID,Jira Account ID,ServiceNow sys_id,manager,department,groups,tier,active',
    '1,"Lindqvist, ""Alma""",U1,acc-1,aaa,2,Finance,staff; vip-desk ;staff,gold,TRUE',
    '',
    '2,Ben,,,,,,,,no',
  ].join('\r\n');
  const [alma, ben] = peopleOf(text, 'csv');
  assert.deepEqual(alma, {
    id: '1',
    name: 'Lindqvist, "Alma"',
    email: null,
    slack: SlackUser.parse('U1'),
    accounts: new Map([
      [JIRA, 'acc-1'],
      [EU, 'acc-1'],
      [SNOW, 'aaa'],
    ]),
    manager: '2',
    department: 'Finance',
    groups: ['staff', 'vip-desk'],
    tier: 'gold',
    active: true,
  });
  assert.deepEqual([ben?.active, ben?.slack, ben?.groups, ben?.accounts.size], [false, null, [], 0]);
});

test('a list of SCIM users is read as the same people', () => {
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const users = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 1,
    Resources: [
      {
        id: '1',
        displayName: 'Alma',
        active: true,
        emails: [{ value: 'old@example.com' }, { value: 'alma@example.com', primary: true }],
        groups: [{ value: 'g1', display: 'staff' }],
        slack_user_id: 'U1',
        'jira-it': 'acc-1',
        [enterprise]: { department: 'Finance', manager: { value: '2' } },
      },
    ],
  };
  const [alma] = peopleOf(JSON.stringify(users), 'json');
  assert.deepEqual(
    [alma?.name, alma?.email, alma?.groups, alma?.department, alma?.manager, alma?.accounts.get(JIRA)],
    ['Alma', 'alma@example.com', ['staff'], 'Finance', '2', 'acc-1'],
  );
});

test('a file with faults is not half read: every fault is told with its place', () => {
  const text =
    'id,slack_user_id,active\n1,U1,true\n1,U2,true\n3,U1,yes\n,U4,true\n5,not an id,true\n6,U6,maybe\n';
  const read = readImportFile(text, 'csv', COLUMNS);
  assert.deepEqual(read, {
    kind: 'faults',
    faults: [
      'line 3: id 1 stands in line 2, too',
      'line 4: slack_user_id U1 stands in line 2, too',
      'line 5: has no id of 1 to 256 characters',
      'line 6: slack_user_id is no member id such as U012AB3CD',
      'line 7: active must be true or false',
    ],
  });
  for (const [bad, format] of [
    ['id\n', 'csv'],
    ['name\nAlma\n', 'csv'],
    ['id\n"open', 'csv'],
    ['{', 'json'],
    ['{}', 'json'],
    ['[]', 'json'],
  ] as const)
    assert.equal(readImportFile(bad, format, COLUMNS).kind, 'faults', bad);
});

test('what is written as CSV comes back from it, whatever stands in it', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(table, (rows) => {
      const text = rows
        .map((cells) => cells.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
        .join('\r\n');
      assert.deepEqual(
        readCsv(text)?.map(({ cells }) => cells),
        rows,
      );
    }),
  );
});

test('groups give roles by their exact names', () => {
  const given = {
    responder: new Set(['desk']),
    approver: new Set(['leads', 'desk']),
    admin: new Set(['ops']),
  };
  assert.deepEqual([...rolesOf({ groups: ['staff', 'desk'] }, given)], ['responder', 'approver']);
  assert.deepEqual([...rolesOf({ groups: ['Desk', 'op'] }, given)], []);
});

test('an address suggests whom nobody linked, unless two share it', () => {
  const person = (id: string, email: string, more: Record<string, string> = {}) => ({
    email,
    ids: new Map(Object.entries({ '@directory': id, ...more })),
  });
  const people = [
    person('1', 'Alma@example.com'),
    person('2', 'ben@example.com', { slack: 'U2' }),
    person('3', 'desk@example.com'),
    person('4', 'desk@example.com'),
  ];
  const slack = (id: string, email: string) => ({ system: 'slack', id, email });
  assert.deepEqual(
    suggestions(people, [
      slack('U1', 'alma@example.com'),
      slack('U9', 'ben@example.com'),
      slack('U2', 'alma@example.com'),
      slack('U3', 'desk@example.com'),
    ]),
    [{ directoryId: '1', system: 'slack', id: 'U1' }],
  );
});
