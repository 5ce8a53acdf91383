import { queryValue } from '../query.ts';
import { type Account, type Parts, unstopped } from './notes.ts';

/** Roles of the base system that may work on tickets; a role of one's own is known by its name. */
const WORKS = /^(?:itil|itil_admin|sn_incident_write|sn_request_write|.*deskbridge.*)$/i;
const ADMIN = /^(?:admin|security_admin|impersonator|oauth_admin)$/;

const subjectOf = ({ name }: Account) => (name === null ? {} : { subject: name });

/** The roles of the account that writes, and whether one of ours has too many. @throws Stopped */
export async function lookAtRoles({ notes, accounts }: Parts, account: Account): Promise<void> {
  const roles = await rolesOf(account);
  const isBridge = account === accounts.bridge;
  const subject = account.name ?? undefined;
  if (roles === null) {
    const reason =
      'the integration user may not read its roles (sys_user_has_role); look at tab "Roles" of the user';
    if (isBridge) notes.unseen('servicenow.roles', reason);
    notes.unseen('servicenow.privilege', reason, subject);
    return;
  }
  const works = roles.some((role) => WORKS.test(role));
  if (isBridge && works) notes.passed('servicenow.roles', roles.join(', '));
  else if (isBridge) {
    notes.problem('servicenow.roles', 'missing', {
      wrong: `The integration user has ${roles.length === 0 ? 'no role' : `only ${roles.join(', ')}`}.`,
    });
  }
  const tooMuch = roles.filter((role) => ADMIN.test(role));
  for (const role of tooMuch) {
    notes.problem('servicenow.privilege', 'admin', {
      subject: subject === undefined ? role : `${role} (${subject})`,
      wrong: `The integration user${subject === undefined ? '' : ` of ${subject}`} has the role ${role}.`,
    });
  }
  if (tooMuch.length === 0) notes.passed('servicenow.privilege', 'no role of an administrator', subject);
}

/** Its roles; null when they may not be read. @throws Stopped */
async function rolesOf({ look }: Account): Promise<readonly string[] | null> {
  const looked = unstopped(
    await look({
      table: 'sys_user_has_role',
      query: { all: [{ field: 'user', is: '=', script: { kind: 'ourselves' } }] },
      fields: ['role.name'],
      limit: 200,
    }),
  );
  if (looked.kind === 'denied') return null;
  const roles = looked.rows.map((row) => row['role.name'] ?? '').filter((role) => role !== '');
  return roles.length === 0 && (looked.total ?? 0) > 0 ? null : roles;
}

/** Journals and attachments, as the account sees them that reads. @throws Stopped */
export async function lookAtContent(parts: Parts): Promise<void> {
  const { notes, accounts } = parts;
  await lookAtJournal(parts, accounts.reader);
  const files = unstopped(
    await accounts.reader.look({
      table: 'sys_attachment',
      query: { all: [] },
      fields: ['sys_id'],
      limit: 1,
    }),
  );
  if (files.kind === 'denied') {
    notes.problem('servicenow.attachments', 'forbidden', {
      ...subjectOf(accounts.reader),
      wrong: `The integration user may not read sys_attachment (HTTP ${files.status}).`,
    });
  } else notes.passed('servicenow.attachments', 'readable');
}

/** The role of our update set, which reads the journal of our own tickets for us. */
const OWN_READER = 'x_deskbridge.integration';

/** A closed journal is an error on some instances and silence on others: there the total tells. */
async function lookAtJournal({ notes }: Parts, account: Account): Promise<void> {
  const { look } = account;
  const looked = unstopped(
    await look({ table: 'sys_journal_field', query: { all: [] }, fields: ['sys_id', 'value'], limit: 1 }),
  );
  const isClosed = looked.kind === 'denied' || (looked.rows.length === 0 && (looked.total ?? 0) > 0);
  if (isClosed && (await rolesOf(account))?.includes(OWN_READER) === true) {
    notes.passed('servicenow.journal', `closed, and read through the update set (role ${OWN_READER})`);
  } else if (looked.kind === 'denied') {
    notes.problem('servicenow.journal', 'forbidden', {
      ...subjectOf(account),
      wrong: `The integration user may not read sys_journal_field (HTTP ${looked.status}).`,
    });
  } else if (looked.rows.length === 0 && (looked.total ?? 0) > 0) {
    notes.problem('servicenow.journal', 'hidden', {
      ...subjectOf(account),
      wrong: `sys_journal_field has entries (${looked.total} in all) and shows none of them.`,
    });
  } else if (looked.rows.length === 0) {
    notes.unseen(
      'servicenow.journal',
      'the instance has no journal entry yet, so nobody can tell whether one would be shown',
    );
  } else if (looked.rows[0]?.['value'] === undefined) {
    notes.problem('servicenow.journal', 'hidden', {
      ...subjectOf(account),
      wrong: 'Entries of sys_journal_field come without their text.',
    });
  } else notes.passed('servicenow.journal', 'readable');
}

const SIGNATURES = 'com.glide.e_signature_approvals';

/** Who is asked for approvals, and whether they demand a signature, as the account sees it that reads them. @throws Stopped */
export async function lookAtApprovals(
  { notes, accounts }: Parts,
  eSignature: readonly string[] | null,
): Promise<void> {
  const { look } = accounts.approvals;
  const subject = subjectOf(accounts.approvals);
  const rows = unstopped(
    await look({ table: 'sysapproval_approver', query: { all: [] }, fields: ['sys_id'], limit: 1 }),
  );
  if (rows.kind === 'denied' || (rows.rows.length === 0 && (rows.total ?? 0) > 0)) {
    const what = rows.kind === 'denied' ? `HTTP ${rows.status}` : `${rows.total} records, all hidden`;
    notes.problem('servicenow.approvals', 'forbidden', {
      ...subject,
      wrong: `The integration user may not read sysapproval_approver (${what}).`,
    });
    return;
  }
  const value = queryValue(SIGNATURES);
  const query = { all: value === null ? [] : [{ field: 'id', is: '=', value } as const] };
  const plugins =
    eSignature === null
      ? unstopped(await look({ table: 'v_plugin', query, fields: ['id'], limit: 2 }))
      : null;
  const isTold =
    plugins === null || (plugins.kind === 'rows' && plugins.rows.some(({ id }) => id === SIGNATURES));
  if (isTold) notes.passed('servicenow.approvals', 'readable');
  else {
    notes.problem('servicenow.approvals', 'signature-unknown', {
      ...subject,
      wrong: `Nobody tells whether approvals demand an electronic signature: v_plugin does not show ${SIGNATURES}.`,
    });
  }
}

/** System properties that make an instance safer. @throws Stopped */
export async function lookAtProperties({ notes, accounts }: Parts): Promise<void> {
  const { look } = accounts.bridge;
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
