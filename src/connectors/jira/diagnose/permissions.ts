import { z } from 'zod';
import type { Parts } from './notes.ts';
import type { SeenProject } from './projects.ts';

/** Permissions by the key that Jira's API gives them, with what they are for. */
const NEEDED: Readonly<Record<string, string>> = {
  BROWSE_PROJECTS: 'read tickets and their comments',
  CREATE_ISSUES: 'open tickets',
  ADD_COMMENTS: 'mirror what is said in Slack',
  EDIT_OWN_COMMENTS: 'follow edits of messages',
  DELETE_OWN_COMMENTS: 'follow deletions of messages',
  CREATE_ATTACHMENTS: 'attach files of messages',
  DELETE_OWN_ATTACHMENTS: 'follow deletions of files',
  EDIT_ISSUES: 'change summary, priority and fields from Slack',
  ASSIGN_ISSUES: 'assign from Slack',
  TRANSITION_ISSUES: 'change the status from Slack',
};
const DESK: Readonly<Record<string, string>> = {
  SERVICEDESK_AGENT: 'see internal comments, so that they are kept out of Slack',
};
/** Worth having, and nothing is stopped without it. */
const LINKS = 'LINK_ISSUES';
const ADMIN = 'ADMINISTER';

const Permissions = z.object({
  permissions: z.record(
    z.string(),
    z.object({ name: z.string().default(''), havePermission: z.boolean().default(false) }),
  ),
});

/** What the account may do in each project, and whether it may do too much. @throws Stopped */
export async function lookAtPermissions(parts: Parts, projects: readonly SeenProject[]): Promise<void> {
  const { notes, targets } = parts;
  for (const { key } of projects) {
    const isDesk = [...targets.values()].some((one) => one.project === key && !('issue_type' in one));
    await lookAtProject(parts, key, isDesk ? { ...NEEDED, ...DESK } : NEEDED);
  }
  if (projects.length === 0) notes.unseen('jira.permissions', 'no project of a queue is shown');
  if (parts.wanted.security) await lookAtPrivilege(parts);
}

async function lookAtProject(
  { notes, look }: Parts,
  key: string,
  needed: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await look.at(Permissions, '/rest/api/3/mypermissions', {
    projectKey: key,
    permissions: [...Object.keys(needed), LINKS].join(','),
  });
  if (answer.kind === 'denied') {
    notes.unseen('jira.permissions', `Jira does not tell them (HTTP ${answer.status})`, key);
    return;
  }
  const { permissions } = answer.value;
  const missing = Object.entries(needed).filter(([name]) => permissions[name]?.havePermission !== true);
  for (const [name, reason] of missing) {
    const title = permissions[name]?.name || name;
    notes.problem('jira.permissions', 'missing', {
      subject: `${key} ${name}`,
      wrong: `In ${key} the account lacks "${title}" (${name}), which is needed to: ${reason}.`,
    });
  }
  if (permissions[LINKS]?.havePermission !== true) {
    notes.problem('jira.permissions', 'no-links', {
      subject: `${key} ${LINKS}`,
      wrong: `In ${key} the account lacks "${permissions[LINKS]?.name || 'Link issues'}" (${LINKS}).`,
    });
  }
  if (missing.length === 0) notes.passed('jira.permissions', `all ${Object.keys(needed).length}`, key);
}

async function lookAtPrivilege({ notes, look }: Parts): Promise<void> {
  const answer = await look.at(Permissions, '/rest/api/3/mypermissions', { permissions: ADMIN });
  if (answer.kind === 'denied') {
    notes.unseen('jira.privilege', `Jira does not tell it (HTTP ${answer.status})`);
  } else if (answer.value.permissions[ADMIN]?.havePermission === true) {
    notes.problem('jira.privilege', 'admin', { wrong: 'The account administers Jira.' });
  } else notes.passed('jira.privilege', 'the account does not administer Jira');
}
