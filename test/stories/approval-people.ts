/** What the stories of approvals in Slack share: people of an organisation, their cards, and what they read. */
import assert from 'node:assert/strict';
import { ApprovalId } from '../../src/model/approval.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { SlackMessageView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import type { Story } from './rig.ts';
import { ours, shown } from './story-suite.ts';

export const LIMIT_MS = 20_000;
export const ALMA = SlackUser.parse('U0ALMA');
export const BEN = SlackUser.parse('U0BEN');
export const CHEN = SlackUser.parse('U0CHEN');
const DANA = SlackUser.parse('U0DANA');

interface Employee {
  readonly name: string;
  readonly slack: SlackUser;
  readonly manager?: string;
  readonly groups?: readonly string[];
}

/** Ben is Alma's manager; Chen answers for security. */
const STAFF: readonly Employee[] = [
  { name: 'ben', slack: BEN, groups: ['iam'] },
  { name: 'alma', slack: ALMA, manager: 'ben' },
  { name: 'chen', slack: CHEN, groups: ['security'] },
  { name: 'dana', slack: DANA, manager: 'ben' },
];

export async function employ({ bridge }: Story, staff: readonly Employee[] = STAFF): Promise<void> {
  for (const { name, slack, manager = null, groups = [] } of staff) {
    const taken = await bridge.world.store.transaction((tx) =>
      tx.principals.take({
        ...{ id: name, name, email: null, slack, accounts: new Map(), manager, active: true },
        ...{ department: null, groups: [...groups], tier: null },
      }),
    );
    assert.notEqual(taken.kind, 'conflict');
  }
}

/** The conversation of the app with him; null before there is one. */
export const directOf = ({ slack }: Story, user: string): string | null =>
  slack.people.channels().find(({ isIm, members }) => isIm && members.includes(user))?.id ?? null;

const inDirect = (story: Story, user: string): readonly SlackMessageView[] => {
  const channel = directOf(story, user);
  return channel === null ? [] : story.slack.people.messages(channel);
};

export interface Card {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
}

const isCard = (message: SlackMessageView) => /Fingerprint/.test(shown(message));

/** The latest card that says this, in his direct messages. */
export async function cardOf(story: Story, user: string, says: RegExp): Promise<Card> {
  const found = () => inDirect(story, user).findLast((one) => isCard(one) && says.test(shown(one)));
  await until(`a card of ${user} says ${says}`, LIMIT_MS, () => found() !== undefined);
  const message = found() ?? assert.fail();
  return { channel: directOf(story, user) ?? assert.fail(), ts: message.ts, text: shown(message) };
}

export const cardsOf = (story: Story, user: string): number => inDirect(story, user).filter(isCard).length;

export async function press(story: Story, user: string, { channel, ts }: Card, what: string): Promise<void> {
  const pressed = await story.slack.people.click(user, channel, ts, `desk_approval_${what}`);
  assert.ok(pressed.ok, pressed.message ?? '');
}

/** What he alone is told, in his direct messages or where he pressed. */
export const hears = (story: Story, user: string, words: RegExp): Promise<void> =>
  until(`${user} reads ${words}`, LIMIT_MS, () =>
    story.slack.people
      .channels()
      .some(({ id, isIm, members }) =>
        story.slack.people
          .messages(id)
          .some(
            (message) =>
              (message.ephemeralFor === user || (isIm && members.includes(user))) &&
              words.test(shown(message)),
          ),
      ),
  );

/** The form that he has open says this. */
export async function form(story: Story, user: string, words: RegExp): Promise<string> {
  const top = () => story.slack.people.views(user).at(-1);
  await until(`the form of ${user} says ${words}`, LIMIT_MS, () =>
    words.test(JSON.stringify(top()?.view ?? {})),
  );
  return top()?.viewId ?? assert.fail();
}

const notes = (story: Story, id: string) =>
  (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
    .filter(({ internal }) => internal)
    .map(({ text }) => text)
    .join('\n');
export const agentsRead = (story: Story, id: string, words: RegExp): Promise<void> =>
  until(`the agents read ${words}`, LIMIT_MS, () => words.test(notes(story, id)));
export const threadSays = (story: Story, ts: string, words: RegExp): Promise<void> =>
  until(`the thread says ${words}`, LIMIT_MS, () =>
    ours(story, ts).some((message) => words.test(shown(message))),
  );

export async function latest(story: Story) {
  const [row] = await story.query<{ id: string }>('select id from approval order by opened_at desc limit 1');
  const record =
    row === undefined ? null : await story.bridge.world.store.approvals.get(ApprovalId.parse(row.id));
  return record ?? assert.fail('there is an approval');
}
/** Every event about approvals that was written has the fields that an auditor needs; answers them in their order. */
export async function auditOf(story: Story) {
  const events = await story.query<{ kind: string; actor: string; data: Record<string, unknown> }>(
    "select kind, actor, data from audit_event where kind like 'approval.%' order by at, id",
  );
  assert.ok(events.length > 0, 'nothing was written');
  for (const { kind, actor, data } of events) {
    const said = `${kind} by ${actor}: ${JSON.stringify(data)}`;
    assert.equal(data['v'], 1, said);
    assert.match(String(data['build']), /^\d+\.\d+\.\d+/, said);
    const fields = ['policy_hash', 'payload_hash', 'corr', 'actor_principal', 'actor_slack', 'actor_account'];
    for (const field of [...fields, 'action', 'object', 'cause', 'policy', 'result', 'surface', 'actor_kind'])
      assert.ok(field in data, `${said} has no ${field}`);
    if (typeof data['object'] === 'string' && data['object'].startsWith('approval:')) {
      assert.match(String(data['policy_hash']), /^[0-9a-f]{64}$/, said);
      assert.match(String(data['payload_hash']), /^[0-9a-f]{64}$/, said);
      assert.notEqual(data['corr'], null, said);
    }
    if (data['actor_kind'] === 'person')
      assert.ok(data['actor_slack'] !== null || data['actor_account'] !== null, said);
    if (actor.startsWith('slack:')) assert.equal(data['actor_slack'], actor.slice('slack:'.length), said);
  }
  return events;
}
export const becomes = (story: Story, status: string): Promise<void> =>
  until(`the approval is ${status}`, LIMIT_MS, async () => (await latest(story)).approval.status === status);
