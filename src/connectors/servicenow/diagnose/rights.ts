import { queryValue } from '../query.ts';
import { type Parts, unstopped } from './notes.ts';

/** Roles of the base system that may work on tickets; a role of one's own is known by its name. */
const WORKS = /^(?:itil|itil_admin|sn_incident_write|sn_request_write|.*deskbridge.*)$/i;
const ADMIN = /^(?:admin|security_admin|impersonator|oauth_admin)$/;

/** Roles, and what is read through them: journals and attachments. @throws Stopped */
export async function lookAtRights(parts: Parts): Promise<void> {
  const roles = await lookAtRoles(parts);
  await lookAtJournal(parts, roles);
  const { notes, look } = parts;
  const files = unstopped(
    await look({ table: 'sys_attachment', query: { all: [] }, fields: ['sys_id'], limit: 1 }),
  );
  if (files.kind === 'denied') {
    notes.problem('servicenow.attachments', 'forbidden', {
      wrong: `The integration user may not read sys_attachment (HTTP ${files.status}).`,
    });
  } else notes.passed('servicenow.attachments', 'readable');
  notes.unseen(
    'servicenow.writes',
    'it needs a write, and the doctor makes none; open one test request and look at its card',
  );
}

/** Answers the roles as far as they may be read. */
async function lookAtRoles({ notes, look }: Parts): Promise<readonly string[]> {
  const looked = unstopped(
    await look({
      table: 'sys_user_has_role',
      query: { all: [{ field: 'user', is: '=', script: { kind: 'ourselves' } }] },
      fields: ['role.name'],
      limit: 200,
    }),
  );
  const roles =
    looked.kind === 'rows'
      ? looked.rows.map((row) => row['role.name'] ?? '').filter((role) => role !== '')
      : [];
  const isUnknown = looked.kind === 'denied' || (roles.length === 0 && (looked.total ?? 0) > 0);
  if (isUnknown) {
    const reason =
      'the integration user may not read its roles (sys_user_has_role); look at tab "Roles" of the user';
    notes.unseen('servicenow.roles', reason);
    notes.unseen('servicenow.privilege', reason);
    return roles;
  }
  if (roles.some((role) => WORKS.test(role))) notes.passed('servicenow.roles', roles.join(', '));
  else {
    notes.problem('servicenow.roles', 'missing', {
      wrong: `The integration user has ${roles.length === 0 ? 'no role' : `only ${roles.join(', ')}`}.`,
    });
  }
  const tooMuch = roles.filter((role) => ADMIN.test(role));
  for (const role of tooMuch) {
    notes.problem('servicenow.privilege', 'admin', {
      subject: role,
      wrong: `The integration user has the role ${role}.`,
    });
  }
  if (tooMuch.length === 0) notes.passed('servicenow.privilege', 'no role of an administrator');
  return roles;
}

/** The role of our update set, which reads the journal of our own tickets for us. */
const OWN_READER = 'x_deskbridge.integration';

/** A closed journal is an error on some instances and silence on others: there the total tells. */
async function lookAtJournal({ notes, look }: Parts, roles: readonly string[]): Promise<void> {
  const looked = unstopped(
    await look({ table: 'sys_journal_field', query: { all: [] }, fields: ['sys_id', 'value'], limit: 1 }),
  );
  const isClosed = looked.kind === 'denied' || (looked.rows.length === 0 && (looked.total ?? 0) > 0);
  if (isClosed && roles.includes(OWN_READER)) {
    notes.passed('servicenow.journal', `closed, and read through the update set (role ${OWN_READER})`);
  } else if (looked.kind === 'denied') {
    notes.problem('servicenow.journal', 'forbidden', {
      wrong: `The integration user may not read sys_journal_field (HTTP ${looked.status}).`,
    });
  } else if (looked.rows.length === 0 && (looked.total ?? 0) > 0) {
    notes.problem('servicenow.journal', 'hidden', {
      wrong: `sys_journal_field has entries (${looked.total} in all) and shows none of them.`,
    });
  } else if (looked.rows.length === 0) {
    notes.unseen(
      'servicenow.journal',
      'the instance has no journal entry yet, so nobody can tell whether one would be shown',
    );
  } else if (looked.rows[0]?.['value'] === undefined) {
    notes.problem('servicenow.journal', 'hidden', {
      wrong: 'Entries of sys_journal_field come without their text.',
    });
  } else notes.passed('servicenow.journal', 'readable');
}

/** System properties that make an instance safer. @throws Stopped */
export async function lookAtProperties({ notes, look }: Parts): Promise<void> {
  const property = async (name: string) => {
    const value = queryValue(name);
    if (value === null) return null;
    const looked = unstopped(
      await look({
        table: 'sys_properties',
        query: { all: [{ field: 'name', is: '=', value }] },
        fields: ['name', 'value'],
        limit: 2,
      }),
    );
    if (looked.kind === 'denied') return null;
    return looked.rows.find((row) => row['name'] === name)?.['value'] ?? (looked.total === 0 ? '' : null);
  };
  const hidden = 'the integration user may not read this property; look at sys_properties.list';
  const codeTag = await property('glide.ui.security.allow_codetag');
  if (codeTag === null) notes.unseen('servicenow.code-tag', hidden);
  else if (codeTag === 'false') notes.passed('servicenow.code-tag', 'false');
  else
    notes.problem('servicenow.code-tag', 'on', {
      wrong: 'glide.ui.security.allow_codetag is true, its default.',
    });
  const invalid = await property('glide.invalid_query.returns_no_rows');
  if (invalid === null) notes.unseen('servicenow.invalid-query', hidden);
  else if (invalid === 'true') notes.passed('servicenow.invalid-query', 'true');
  else {
    notes.problem('servicenow.invalid-query', 'widens', {
      wrong: 'glide.invalid_query.returns_no_rows is false, its default.',
    });
  }
}
