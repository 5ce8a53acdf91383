/** A bridge with one approval that Ben is asked for, and a page on which he decides. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApprovalId } from '../../src/model/approval.ts';
import { type PrincipalId, SlackUser } from '../../src/model/ids.ts';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import { SECRETS, type Story, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;
const ALMA = SlackUser.parse('U0ALMA');
export const BEN = SlackUser.parse('U0BEN');
export const DANA = SlackUser.parse('U0DANA');
const CLIENT = '25259531569.1115258246291';
export const TEAM = 'T0SANDBOX';
const HOSTILE = '<script>alert(1)</script> & <img src=x onerror=alert(1)> \u202egnp.exe';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

export async function beginOnPage(t: Parameters<typeof startStory>[0]) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const asking = { name: 'database', when: { words: ['database'] }, queue: 'access', kind: 'iam' };
  const redirectUris = [`${base}/approvals/signed-in`];
  const app = { clientId: CLIENT, clientSecret: SECRETS.SLACK_CLIENT_SECRET, redirectUris };
  const story = await startStory(t, {
    ...{ kind: jiraKind, desk: jiraDesk, approvals: settingsWith(), port, publicUrl: base },
    routing: { rules: [{ ...asking, flow: 'approval', approval: 'access' }] },
    workspace: { openId: app },
    signIn: CLIENT,
  });
  const ben = await employ(story);
  const { ticket } = await opened(story, `Please let me into the database ${HOSTILE}`);
  let id = '';
  await until('Ben is asked', LIMIT_MS, async () => {
    const [row] = await story.query<{ approval_id: string }>('select approval_id from approval_asked');
    id = row?.approval_id ?? '';
    return id !== '';
  });
  return { story, base, ben, ticket, id: ApprovalId.parse(id) };
}

async function employ({ bridge }: Story): Promise<PrincipalId> {
  const person = (id: string, slack: SlackUser, manager: string | null) =>
    bridge.world.store.transaction((tx) =>
      tx.principals.take({
        ...{ id, name: id, email: null, slack, accounts: new Map(), manager, active: true },
        ...{ department: null, groups: [], tier: null },
      }),
    );
  const ben = await person('ben', BEN, null);
  await person('alma', ALMA, 'ben');
  await person('dana', DANA, null);
  return ben.kind === 'conflict' ? assert.fail() : ben.principal;
}
