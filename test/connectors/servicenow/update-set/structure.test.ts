import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';
import { Command } from 'commander';
import { serviceNowCommands } from '../../../../src/cli/servicenow-commands.ts';
import { TICKET_TABLES } from '../../../../src/connectors/servicenow/tables.ts';
import { updateSetXml } from '../../../../src/connectors/servicenow/update-set/update-set.ts';
import { escapeXml } from '../../../../src/connectors/servicenow/update-set/xml.ts';
import { configFile, MINIMAL } from '../../../config/installation.ts';
import { root } from '../../../docs/markdown.ts';
import { attributeOf, fieldsOf, type ParsedSet, readSet, recordsOf } from './parsed-set.ts';

const xml = updateSetXml({ purpose: 'install' });
const set = readSet(xml);
const ID = /^[0-9a-f]{32}$/;
const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;
const idOf = (update: ParsedSet['updates'][number]) => fieldsOf(update.record).get('sys_id') ?? '';

test('the head says what an instance needs to load the set', () => {
  const { head } = set;
  assert.match(set.unloadDate, TIME);
  for (const name of ['application', 'sys_id', 'remote_sys_id']) assert.match(head.get(name) ?? '', ID, name);
  assert.equal(head.get('application_scope'), 'x_deskbridge');
  assert.equal(head.get('state'), 'loaded');
  assert.match(head.get('application_version') ?? '', /^\d+\.\d+\.\d+$/);
  assert.ok((head.get('application_scope') ?? '').length <= 18, 'a scope is that long at most');
});

test('every update has what an instance reads, its own name and id, and belongs to the set', () => {
  const required = [
    'action application category name payload payload_hash remote_update_set replace_on_upgrade sys_id',
    'sys_recorded_at table target_name type update_domain update_guid update_guid_history view',
  ].flatMap((line) => line.split(' '));
  const names = new Set<string>();
  const ids = new Set<string>();
  const hashes = new Set<string>();
  assert.ok(set.updates.length >= 40, `only ${set.updates.length} updates`);
  for (const { fields, record, wrapper } of set.updates) {
    for (const name of required) assert.ok(fields.has(name), `${fields.get('name')} has no ${name}`);
    assert.equal(fields.get('action'), 'INSERT_OR_UPDATE');
    assert.equal(record.getAttribute('action'), 'INSERT_OR_UPDATE');
    assert.equal(wrapper.tagName, 'record_update');
    assert.equal(fields.get('category'), 'customer');
    assert.equal(fields.get('update_domain'), 'global');
    assert.equal(fields.get('remote_update_set'), set.head.get('sys_id'));
    assert.equal(fields.get('table'), record.tagName);
    assert.match(fields.get('payload_hash') ?? '', /^-?\d{1,10}$/);
    hashes.add(fields.get('payload_hash') ?? '');
    assert.match(fields.get('sys_recorded_at') ?? '', /^[0-9a-f]{11}0000001$/);
    assert.match(fields.get('update_guid') ?? '', ID);
    const own = fieldsOf(record);
    assert.match(own.get('sys_id') ?? '', ID);
    assert.equal(own.get('sys_update_name'), fields.get('name'));
    assert.equal(own.get('sys_scope'), set.head.get('application'));
    names.add(fields.get('name') ?? '');
    ids.add(own.get('sys_id') ?? '');
  }
  assert.equal(names.size, set.updates.length);
  assert.equal(ids.size, set.updates.length);
  assert.equal(hashes.size, set.updates.length, 'a hash for each payload');
});

test('a record is named by its table and id, a column and its label by what they describe', () => {
  for (const { fields, record } of set.updates) {
    const own = fieldsOf(record);
    const name = fields.get('name');
    if (record.tagName === 'sys_dictionary') {
      const element = own.get('element') || 'null';
      assert.equal(name, `sys_dictionary_x_deskbridge_outbox_${element}`);
      assert.equal(record.getAttribute('table'), 'x_deskbridge_outbox');
      assert.equal(record.getAttribute('element'), own.get('element'));
    } else if (record.tagName === 'sys_documentation') {
      assert.equal(name, `sys_documentation_x_deskbridge_outbox_${own.get('element') || 'null'}_en`);
    } else assert.equal(name, `${record.tagName}_${own.get('sys_id')}`);
  }
});

test('what a record refers to is in the set, before it', () => {
  const seen = new Set<string>();
  const REFERENCES = [
    'sys_security_acl',
    'sys_user_role',
    'enforce_acl',
    'web_service_definition',
    'source_scope',
  ];
  let looked = 0;
  for (const update of set.updates) {
    const own = fieldsOf(update.record);
    for (const field of REFERENCES) {
      const to = own.get(field);
      if (to === undefined || update.record.tagName === field) continue;
      assert.ok(seen.has(to), `${update.fields.get('name')} refers to ${field} ${to}`);
      looked += 1;
    }
    seen.add(idOf(update));
  }
  assert.ok(looked >= 10, `only ${looked} references`);
});

test('every name that others could have too begins with the scope', () => {
  const inScope = /^x_deskbridge[._]/;
  for (const [table, field] of [
    ['sys_db_object', 'name'],
    ['sys_user_role', 'name'],
    ['sys_properties', 'name'],
    ['sysevent_register', 'event_name'],
    ['sys_script_include', 'api_name'],
  ] as const) {
    const records = recordsOf(set, table);
    assert.ok(records.length > 0, table);
    for (const record of records) assert.match(record.get(field) ?? '', inScope);
  }
});

test('it holds neither secret nor address, and only a role of its own sees the outbox', () => {
  const properties = new Map(recordsOf(set, 'sys_properties').map((each) => [each.get('name'), each]));
  assert.equal(properties.get('x_deskbridge.hook_secret')?.get('type'), 'password2');
  for (const property of properties.values()) {
    assert.equal(property.get('value'), '');
    assert.equal(property.get('is_private'), 'true');
    assert.equal(property.get('read_roles'), 'x_deskbridge.admin');
  }
  assert.equal(properties.size, 2);
  const [table] = recordsOf(set, 'sys_db_object');
  for (const right of ['ws_access', 'read_access', 'create_access', 'update_access', 'delete_access'])
    assert.equal(table?.get(right), 'false', right);
  const rules = recordsOf(set, 'sys_security_acl').map(
    (each) => `${each.get('type')} ${each.get('operation')}`,
  );
  assert.deepEqual(rules.sort(), ['REST_Endpoint execute', 'record delete', 'record read']);
  const roles = set.updates
    .filter(({ record }) => record.tagName === 'sys_security_acl_role')
    .map(({ record }) => attributeOf(record, 'sys_user_role', 'name'));
  assert.deepEqual(roles.sort(), ['x_deskbridge.admin', 'x_deskbridge.admin', 'x_deskbridge.integration']);
  const privileges = recordsOf(set, 'sys_scope_privilege').map(
    (each) => `${each.get('operation')} ${each.get('target_name')}`,
  );
  const wanted = [...TICKET_TABLES, 'sys_journal_field'].map((name) => `read ${name}`);
  assert.deepEqual(
    privileges.sort(),
    ['execute CertificateEncryption', 'execute RESTMessageV2', ...wanted].sort(),
  );
  const foreign = recordsOf(set, 'sys_scope_privilege').filter(
    (each) => each.get('target_scope') !== 'global',
  );
  assert.deepEqual(
    foreign.map((each) => `${each.get('target_scope')} ${each.get('target_name')}`),
    ['sn_si sn_si_incident'],
  );
});

test('rules run after the write, for tickets of ours only, on the chosen tables', () => {
  const rules = recordsOf(set, 'sys_script');
  assert.deepEqual(
    rules.map((rule) => rule.get('collection')),
    [...TICKET_TABLES, 'sys_attachment'],
  );
  for (const rule of rules) {
    assert.equal(rule.get('when'), 'after');
    const ticket = rule.get('collection') !== 'sys_attachment';
    assert.equal(rule.get('action_delete'), String(!ticket));
    assert.equal(
      rule.get('filter_condition'),
      ticket ? 'correlation_idSTARTSWITHdsk-^EQ' : `table_nameIN${TICKET_TABLES.join(',')}^EQ`,
    );
  }
  const one = readSet(updateSetXml({ purpose: 'install', tables: ['incident'] }));
  assert.deepEqual(
    recordsOf(one, 'sys_script').map((rule) => rule.get('collection')),
    ['incident', 'sys_attachment'],
  );
  assert.ok(!updateSetXml({ purpose: 'install', tables: ['incident'] }).includes('sc_req_item'));
});

test('all scripts are ES5, which is what the instance runs, and the check would see more', () => {
  const scripts = set.updates.flatMap(({ record }) => {
    const own = fieldsOf(record);
    return [own.get('script'), own.get('operation_script')].filter((text) => text !== undefined);
  });
  assert.equal(scripts.length, TICKET_TABLES.length + 5);
  for (const text of scripts) {
    parse(text, { ecmaVersion: 5, sourceType: 'script' });
    assert.match(text, /^[\t\n\x20-\x7e]+$/, 'plain ASCII');
  }
  for (const newer of ['let a = 1', 'var f = () => 1', 'f(`x`)', 'f(a,)', 'class A {}'])
    assert.throws(() => parse(newer, { ecmaVersion: 5 }), SyntaxError, newer);
});

test('the same configuration gives the same bytes; the other set takes the same records away, last ones first', () => {
  assert.equal(updateSetXml({ purpose: 'install' }), xml);
  const away = readSet(updateSetXml({ purpose: 'uninstall' }));
  assert.notEqual(away.head.get('sys_id'), set.head.get('sys_id'));
  assert.deepEqual(away.updates.map(idOf), set.updates.map(idOf).reverse());
  for (const { fields, record } of away.updates) {
    assert.equal(fields.get('action'), 'DELETE');
    assert.equal(record.getAttribute('action'), 'DELETE');
  }
});

test('words that XML would read as its own are escaped, and what it cannot hold is refused', () => {
  assert.equal(escapeXml(`<a b="c">&'`), `&lt;a b=&quot;c&quot;&gt;&amp;'`);
  assert.throws(() => escapeXml('a\u0000b'), /XML/);
  assert.throws(() => escapeXml('\ud800'), /XML/);
});

async function run(args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const program = new Command('deskbridge').exitOverride();
  serviceNowCommands(program, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    exit: (to) => {
      code = to;
    },
    env: {},
  });
  await program.parseAsync(['servicenow', 'update-set', ...args], { from: 'user' });
  return { out: out.join('\n'), err: err.join('\n'), code };
}

const example = path.join(root, 'deskbridge.example.yaml');
const snow = (name: string) =>
  `  ${name}: { system: servicenow, base_url: 'https://${name}.service-now.com', auth: { kind: basic, user: u, password_env: P } }\n`;

test('the command tells of the tables that queues use, and says what to set', async (t) => {
  const printed = await run(['-c', example]);
  assert.equal(printed.out, updateSetXml({ purpose: 'install', tables: ['incident'] }).trimEnd());
  assert.match(printed.err, /x_deskbridge\.hook_url +https:\/\/.*\/hooks\/snow/);
  assert.match(printed.err, /x_deskbridge\.hook_secret +the value of SNOW_HOOK_SECRET/);
  const file = configFile(t, '');
  const written = await run(['-c', example, '--uninstall', '-o', file]);
  assert.equal(written.out, '');
  assert.equal(readFileSync(file, 'utf8'), updateSetXml({ purpose: 'uninstall' }));
});

test('the command says which connector it could mean', async (t) => {
  const none = await run(['-c', configFile(t, MINIMAL)]);
  assert.match(none.err, /connectors has no connector of ServiceNow/);
  assert.equal(none.code, 1);
  const two = configFile(t, MINIMAL.replace('queues:', `${snow('one')}${snow('two')}queues:`));
  assert.match((await run(['-c', two])).err, /several connectors of ServiceNow.*one, two/);
  assert.match((await run(['-c', two, '--connector', 'three'])).err, /called "three"; there is: one, two/);
  const chosen = await run(['-c', two, '--connector', 'two']);
  assert.match(chosen.out, /^<\?xml/);
  assert.match(chosen.err, /hook_secret_env as well, or hooks are refused/);
});
