import { z } from 'zod';
import type { Rules, World } from '../../../src/flows/world.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { ConnectorId, SlackChannel, SlackTs, SlackUser } from '../../../src/model/ids.ts';
import type { Intake } from '../../../src/model/intake.ts';
import { RoutingTable } from '../../../src/routing/table.ts';
import { type SlackState, TEAM } from './slack-state.ts';

export const JIRA = ConnectorId.parse('jira');
export const SNOW = ConnectorId.parse('snow');
export const HELP = SlackChannel.parse('C1');
export const OPS = SlackChannel.parse('C2');
export const CHAT = SlackChannel.parse('C3');
export const AGENTS = SlackChannel.parse('C9');
export const PEOPLE = ['U1', 'U2', 'U3'].map((id) => SlackUser.parse(id));
/** Works at the help desk. */
export const AGENT = SlackUser.parse('U9');
/** Short, so that comments come in parts. */
const LONGEST_MESSAGE = 120;

export const rules: Rules = {
  configHash: 'f'.repeat(64),
  channels: new Set([HELP, OPS]),
  responders: new Set([AGENT]),
  outsiders: new Set(),
  answers: new Map(),
  holdMs: 0,
  bypassEmoji: 'mute',
  command: '/desk',
  routing: RoutingTable.parse({
    rules: [
      { name: 'secret', when: { words: ['confidential'] }, queue: 'help', privacy: 'private' },
      { name: 'ops', when: { channel: OPS }, queue: 'ops' },
      { name: 'vault', when: { words: ['nobody says this'] }, queue: 'vault', privacy: 'private' },
    ],
    default: { queue: 'help' },
  }),
  queues: new Map([
    ['help', { title: 'Help', connector: JIRA, target: {}, internalChannel: null }],
    ['ops', { title: 'Operations', connector: SNOW, target: {}, internalChannel: AGENTS }],
    ['vault', { title: 'Vault', connector: SNOW, target: {}, internalChannel: null }],
  ]),
  unfurlsLinks: false,
  digest: { at: '09:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], zone: 'UTC' },
  reopenDays: 14,
  roles: { responder: new Set(), approver: new Set(), admin: new Set() },
  inboxDays: 30,
  alarmEveryMs: 3_600_000,
  files: { largest: 150, refusedTypes: new Set(['exe']) },
};

const FORM = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Form' }, blocks: [] };

/** How things look: every word that the real ones show, without Slack's blocks. */
export const look: World['look'] = {
  longest: LONGEST_MESSAGE,
  card({ key, summary, fields, priority, stopped, lagging }) {
    const shown = [fields?.status.name, fields?.assignee, fields?.priority ?? priority, stopped, lagging];
    const text = [key, fields?.summary ?? summary, ...shown].filter((one) => one != null).join('\n');
    return { text, blocks: [] };
  },
  message({ author, body, part }) {
    const number = part === null ? '' : ` (${part.number}/${part.of})`;
    return { text: `${author ?? ''}${number}\n${docText(body)}`, blocks: [] };
  },
  linkCard: () => [],
  home: () => ({ type: 'home', blocks: [] }),
  approvalCard: ({ kind }) => ({ text: kind.title, blocks: [] }),
  pendingList: () => [],
  decideForm: () => FORM,
  alikeForm: () => FORM,
  awayForm: () => FORM,
  formNotice: () => FORM,
  kindQuestion: ({ text }) => ({ text, blocks: [] }),
  fillAgain: (text) => ({ text, blocks: [] }),
  notice: (text) => ({ text, blocks: [] }),
  tombstone: (_author, key) => ({ text: `A comment on ${key} was deleted.`, blocks: [] }),
};

const Body = z.object({
  event: z.union([
    z.object({ intake: z.string() }),
    z.object({
      deleted_ts: SlackTs,
      channel: SlackChannel,
      message: z.object({ thread_ts: SlackTs }),
    }),
  ]),
});

/** A message that was read, as the shortcut that opens its thread. */
const Marked = z.object({ user: z.object({ id: SlackUser }), message: z.object({ intake: z.string() }) });

function openFrom(state: SlackState, { user, message: named }: z.infer<typeof Marked>): Intake {
  const intake = state.intakeOf(named.intake);
  if (intake?.kind !== 'message' && intake?.kind !== 'edited') return { kind: 'ignored', reason: 'unknown' };
  const { message } = intake;
  const author = message.bot === null ? message.user : user.id;
  return { kind: 'open-from-message', by: user.id, message: { ...message, user: author } };
}

/** Slack's own language is tested elsewhere: a body names an intake, or is the deletion that repair writes. */
export function createInterpret(state: SlackState): World['interpret'] {
  return async (body): Promise<Intake> => {
    if (body.length === 0) return { kind: 'ignored', reason: 'dropped by retention' };
    const parsed = z.union([Body, Marked]).parse(JSON.parse(Buffer.from(body).toString('utf8')));
    if ('user' in parsed) return openFrom(state, parsed);
    const { event } = parsed;
    if ('intake' in event) return state.intakeOf(event.intake) ?? { kind: 'ignored', reason: 'unknown' };
    const { deleted_ts: ts, channel, message } = event;
    return { kind: 'deleted', team: TEAM, channel, ts, root: message.thread_ts };
  };
}
