/** The matrix through the real flows: a request, its answers and its fields, on paper. */
import { plainDoc } from '../../src/model/doc.ts';
import type { Answers, SlackPlace } from '../../src/privacy/audience.ts';
import { AGENTS, OPS, PEOPLE } from '../model/paper/rules.ts';
import { messageOf, type PaperMessage } from '../model/paper/slack-state.ts';
import type { Sabotage } from '../model/processes.ts';
import { createStage } from '../model/stage.ts';

export interface PathCase {
  readonly place: SlackPlace;
  readonly agents: SlackPlace;
  readonly restricted: boolean;
  readonly confidential: boolean;
  readonly outsiders: boolean;
  readonly answers: Answers;
  /** The channel becomes this only when the conversation is under way. */
  readonly later: boolean;
}

const PUBLIC_WORDS = 'canaryPublicAnswer';
const INTERNAL_WORDS = 'canaryWorkNote';
const FIELD_WORDS = 'canaryAssignee';

export function pathCases(): readonly PathCase[] {
  const cases: PathCase[] = [];
  const flags = [false, true];
  const kinds = ['public', 'private'] as const;
  for (const kind of kinds)
    for (const shared of flags)
      for (const restricted of flags)
        for (const confidential of flags)
          for (const outsiders of flags)
            for (const answers of ['thread', 'ephemeral', 'direct'] as const)
              cases.push({
                place: { kind, shared },
                agents: { kind: shared === outsiders ? 'private' : 'public', shared: restricted && shared },
                restricted,
                confidential,
                outsiders,
                answers,
                later: cases.length % 3 === 0,
              });
  return cases;
}

/** What was shown to whom that must not be; empty when nothing was. `sabotage`: a mistake put in on purpose. */
export async function playPath(one: PathCase, sabotage?: Sabotage['world']): Promise<readonly string[]> {
  const world: NonNullable<Sabotage['world']> = (paper, at) => {
    const ruled = {
      ...paper,
      rules: {
        ...paper.rules,
        outsiders: new Set(one.outsiders ? [OPS] : []),
        answers: new Map([[OPS, { default: one.answers }]]),
      },
    };
    return sabotage?.(ruled, at) ?? ruled;
  };
  const stage = await createStage({ world });
  const { slack } = stage;
  slack.places.set(AGENTS, one.agents);
  if (!one.later) slack.places.set(OPS, one.place);
  const ts = slack.nextTs();
  const [user] = PEOPLE;
  if (user === undefined) throw new Error('nobody is there');
  const words = one.confidential ? 'something confidential' : 'something ordinary';
  const message: PaperMessage = {
    channel: OPS,
    ts,
    root: ts,
    by: 'person',
    user,
    body: plainDoc(words),
    text: words,
    files: [],
    edited: null,
    marker: null,
    gone: false,
  };
  slack.put(message);
  slack.tell(
    { kind: 'message', message: messageOf(message), direct: false },
    { channel: OPS, root: ts, identity: `${OPS}:${ts}:`, type: 'event' },
  );
  await stage.pass(30_000);
  const desk = stage.desks.find((each) => each.all().length > 0);
  const ticket = desk?.all()[0];
  if (desk === undefined || ticket === undefined) throw new Error('no ticket was made');
  const before = slack.all().length;
  slack.places.set(OPS, one.place);
  desk.change(ticket, {
    fields: { ...ticket.fields, assignee: FIELD_WORDS, ...(one.restricted ? { restricted: true } : {}) },
  });
  const draft = { author: 'Agent', marker: null, ours: false, corrects: null };
  desk.addComment(ticket, { ...draft, body: plainDoc(PUBLIC_WORDS), visibility: 'public' });
  desk.addComment(ticket, { ...draft, body: plainDoc(INTERNAL_WORDS), visibility: 'internal' });
  await stage.pass(120_000);
  if (stage.bugs.length > 0) throw new Error(stage.bugs.join('\n'));
  if (slack.all().length < before) throw new Error('messages went away');
  return leaksOn(
    one,
    slack.all(),
    slack.whispers.map(({ text }) => text),
  );
}

/** Person by person, like the other oracle; a direct message is read by him who asked. */
function leaksOn(
  one: PathCase,
  messages: readonly PaperMessage[],
  whispers: readonly string[],
): readonly string[] {
  const found: string[] = [];
  for (const { by, channel, text } of messages) {
    if (by !== 'us') continue;
    const isDirect = channel.startsWith('D');
    const says = (word: string) => text.includes(word);
    if (says(INTERNAL_WORDS)) found.push(`a work note in ${channel}`);
    if (one.restricted && (says(FIELD_WORDS) || says(PUBLIC_WORDS)))
      found.push(`a restricted ticket in ${channel}`);
    if (channel === AGENTS && (one.agents.kind === 'public' || one.agents.shared))
      found.push('the agents’ thread where others read');
    if (isDirect || channel === AGENTS) continue;
    if (one.confidential && (says(FIELD_WORDS) || says(PUBLIC_WORDS)))
      found.push(`confidential words in ${channel}`);
    if (one.place.shared && says(FIELD_WORDS)) found.push(`fields to another company in ${channel}`);
    if (one.place.shared && !one.outsiders && says(PUBLIC_WORDS))
      found.push(`answers to another company in ${channel}`);
    if (one.answers !== 'thread' && says(PUBLIC_WORDS)) found.push(`an answer in the thread of ${channel}`);
  }
  if (whispers.some((text) => text.includes(INTERNAL_WORDS))) found.push('a whispered work note');
  return found;
}
