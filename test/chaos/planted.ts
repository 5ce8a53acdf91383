import { setTimeout as delay } from 'node:timers/promises';
import { type Talk, ticketOf } from '../crash/talk.ts';
import { SLACK_ENV } from '../crash/vendors.ts';
import { until } from '../support/until.ts';
import type { Rig } from './rig.ts';

/** A mistake that is made on purpose, behind the bridge's back: a checker that misses it proves nothing. */
export interface Planted {
  readonly name: string;
  /** What the checker has to say then. */
  readonly caught: RegExp;
  plant(rig: Rig, talk: Talk): Promise<void>;
}

const FOUND_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 200;

/** Posts in the thread with the bridge's own token, as a second attempt of something would. */
async function postAsBridge(rig: Rig, talk: Talk, message: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${rig.wires.slack.port}/api/chat.postMessage`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${SLACK_ENV.SLACK_BOT_TOKEN}`,
    },
    body: JSON.stringify({ channel: talk.channel, thread_ts: talk.root, ...message }),
  });
  const text = await answer.text();
  if (!text.includes('"ok":true')) throw new Error(`The simulated Slack refused the planted post: ${text}`);
}

export const PLANTED: readonly Planted[] = [
  {
    name: 'a post of the bridge stands there twice',
    caught: /^I2 Two things carry the marker/,
    async plant(rig, talk) {
      const ours = rig.world.slack.people
        .messages(talk.channel)
        .findLast((message) => message.isBot && message.metadata !== null);
      if (ours?.metadata == null) throw new Error('There is no post of the bridge');
      await postAsBridge(rig, talk, { text: ours.text, metadata: ours.metadata });
    },
  },
  {
    name: 'words that are nobody else’s business stand in Slack',
    caught: /^I8 Never public/,
    async plant(rig, talk) {
      const [secret] = [...rig.world.truth.secrets].slice(-1);
      await postAsBridge(rig, talk, { text: `by the way: ${secret} between us` });
    },
  },
  {
    name: 'a comment of the bridge is gone from the ticket',
    caught: /^I2 A comment of message .* is not on the ticket any more/,
    async plant({ world }, talk) {
      const ticket = ticketOf(world, talk);
      const ours = await world.query<{ native_id: string }>(
        `select c.native_id from copy c join item i on i.id = c.item_id join place p on p.link_id = i.link_id
         where p.root_ts = $1 and c.channel is null and i.kind = 'message' and not i.gone limit 1`,
        [talk.root],
      );
      const agent = world.system.people.agents()[0]?.id ?? '';
      world.system.people.deleteComment(agent, ticket?.id ?? '', ours[0]?.native_id ?? '');
    },
  },
  {
    name: 'the ledger forgets what became of a message',
    caught: /^I2 Message .* has no comment on the ticket/,
    async plant({ world }, talk) {
      await world.query(
        `delete from copy where item_id in (select i.id from item i join place p on p.link_id = i.link_id
         where p.root_ts = $1 and i.kind = 'message' and i.origin = 'slack' and not i.gone)`,
        [talk.root],
      );
    },
  },
];

/** Makes the mistakes one after the other; answers the names of those that the checker saw, and says what it saw else. */
export async function catchPlanted(rig: Rig, talk: Talk, say: (line: string) => void): Promise<string[]> {
  const caught: string[] = [];
  for (const planted of PLANTED) {
    let problems: string[] = [];
    const says = async () => {
      await delay(LOOK_EVERY_MS);
      problems = await rig.problems();
      return problems.some((problem) => planted.caught.test(problem));
    };
    if (await says()) {
      say(`NOT PLAYED: ${planted.name}; the checker says so before it is made`);
      continue;
    }
    await planted.plant(rig, talk);
    const found = await until(planted.name, FOUND_WITHIN_MS, says).then(
      () => true,
      () => false,
    );
    if (found) caught.push(planted.name);
    else say(`NOT CAUGHT: ${planted.name}; the checker says: ${problems.join(' | ') || 'nothing'}`);
  }
  return caught;
}
