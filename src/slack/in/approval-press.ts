import { createHash } from 'node:crypto';
import type { App, Context } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { ApprovalId } from '../../model/approval.ts';
import type { ApprovalAct, ApprovalPlace } from '../../model/approval-act.ts';
import { SlackUser } from '../../model/ids.ts';
import type { Log } from '../../model/log.ts';
import { LOOKING } from '../../texts/approvals.ts';
import { APPROVAL_ACTIONS } from '../out/approval-card.ts';
import { ALL_VALUE, PENDING_ACTIONS } from '../out/approval-list.ts';
import { denyView, needsInfoView } from '../out/approval-modal.ts';
import { waitView } from '../out/approval-views.ts';
import { AWAY_ACTIONS } from '../out/away-view.ts';
import { openForm } from './card-actions.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { isAtDoor, offer } from './offer.ts';
import { BlockActions, channelOrNull, tsOrNull } from './schema.ts';
import type { Us } from './us.ts';

/** The longest token there is; Slack takes 2,000 characters as the value of a button. */
const LONGEST_VALUE = 2_000;

const { approve, deny, needsInfo, escalate, look, page } = APPROVAL_ACTIONS;
const { open, domain, risk, system, blocks, alike } = PENDING_ACTIONS;
/** What each of Slack's names of buttons and choices means. */
const NAMES = new Map([
  ...([
    [approve, 'approve'],
    [deny, 'deny'],
    [needsInfo, 'info'],
    [escalate, 'escalate'],
  ] as const),
  ...([
    [look, 'open'],
    [open, 'open'],
    [alike, 'alike'],
    [page, 'page'],
  ] as const),
  ...([
    [AWAY_ACTIONS.open, 'away'],
    [AWAY_ACTIONS.end, 'away-end'],
  ] as const),
  ...([
    [domain, 'domain'],
    [risk, 'risk'],
    [system, 'system'],
    [blocks, 'blocks'],
  ] as const),
] as const);
type Name = typeof NAMES extends ReadonlyMap<string, infer N> ? N : never;
const nameOf = (action: string): Name | undefined => [...NAMES].find(([id]) => id === action)?.[1];

interface ApprovalPress {
  readonly name: Name;
  readonly value: string;
  readonly by: SlackUser;
  /** The message with the button; null on a Home. */
  readonly place: ApprovalPlace | null;
  readonly threadTs: string | null;
  readonly trigger: string | null;
  readonly call: BlockActions;
}

function readPress(body: unknown): ApprovalPress | null {
  const parsed = BlockActions.safeParse(body).data;
  const action = parsed?.actions[0];
  const by = SlackUser.safeParse(parsed?.user.id);
  const name = nameOf(action?.action_id ?? '');
  if (parsed === undefined || action === undefined || name === undefined || !by.success) return null;
  const value = action.selected_option?.value ?? action.value ?? '';
  if (value.length > LONGEST_VALUE) return null;
  const { channel, container, message, trigger_id: trigger } = parsed;
  const at = channel?.id ?? channelOrNull(container?.channel_id);
  const ts = tsOrNull(container?.message_ts) ?? tsOrNull(message?.ts);
  return {
    ...{ name, value, by: by.data, call: parsed, trigger: trigger || null },
    place: at === null || ts === null ? null : { channel: at, ts },
    threadTs: message?.thread_ts ?? container?.thread_ts ?? null,
  };
}

/** A press that has to be answered with a form at once, and means nothing more. */
export function opensApprovalForm(body: unknown): boolean {
  const name = readPress(body)?.name;
  return name === 'deny' || name === 'info';
}

/** A press that is answered with a form, in which the answer of the database is shown later. */
export function looksAtApproval(body: unknown): boolean {
  const name = readPress(body)?.name;
  return name === 'open' || name === 'alike' || name === 'away';
}

/** Leads to a page. */
export const leadsToPage = (body: unknown): boolean => readPress(body)?.name === 'page';

/** The name of a form that is opened because of this call: whoever reads the call later finds the form by it. */
export const formName = (trigger: string): string =>
  `desk_${createHash('sha256').update(trigger).digest('hex').slice(0, 40)}`;

export interface ApprovalPressDeps extends Us {
  readonly log: Log;
}

interface Call {
  readonly press: ApprovalPress;
  readonly context: Context;
  readonly client: WebClient;
  readonly ack: () => Promise<void>;
}

export function listenForApprovalPresses(app: App, deps: ApprovalPressDeps): void {
  for (const [action] of NAMES) {
    app.action({ type: 'block_actions', action_id: action }, async ({ body, context, client, ack }) => {
      const press = readPress(body);
      if (press === null || isForeignPerson(press.call, deps.teamId)) {
        await ack();
        return offer(context, ignored(press === null ? 'action_unreadable' : 'foreign_person'));
      }
      await take(deps, { press, context, client, ack: () => ack() });
    });
  }
}

async function take(deps: ApprovalPressDeps, { press, context, client, ack }: Call): Promise<void> {
  const { name, value, by, place } = press;
  const id = ApprovalId.safeParse(value).data;
  const tell = async (act: ApprovalAct | null, view: string | null = null) => {
    await ack();
    const known =
      act === null ? ignored('action_unreadable') : { kind: 'approval-act' as const, by, act, place, view };
    offer(context, known);
  };
  switch (name) {
    case 'approve':
      return tell({ kind: 'vote', token: value, decision: 'approve', reason: '', seen: false });
    case 'escalate':
      return tell(id === undefined ? null : { kind: 'escalate', approval: id });
    case 'deny':
      return void (await openForm(client, {
        press: opening(press),
        view: denyView(JSON.stringify({ token: value, place })),
        ack,
        log: deps.log,
      }));
    case 'info':
      if (id === undefined) return ack();
      return void (await openForm(client, {
        press: opening(press),
        view: needsInfoView(id),
        ack,
        log: deps.log,
      }));
    case 'away-end':
      return tell({ kind: 'end-delegation' });
    case 'away':
    case 'open':
    case 'alike': {
      const act = actOf(name, id, place);
      if (act === null || press.trigger === null) return tell(null);
      const view = formName(press.trigger);
      const wait = { press: opening(press), view: waitView(view, LOOKING), ack, log: deps.log };
      // Whoever reads the stored call later finds the form open.
      if (isAtDoor(context) && !(await openForm(client, wait))) return offer(context, ignored('no_form'));
      return tell(act, view);
    }
    case 'domain':
    case 'risk':
    case 'system':
    case 'blocks':
      await ack();
      return offer(context, {
        ...{ kind: 'filter-approvals', by, what: name },
        value: value === ALL_VALUE || value === '' ? null : value,
      });
    case 'page':
      await ack();
      return offer(context, ignored('link'));
  }
}

const opening = ({ place, by, threadTs, trigger }: ApprovalPress) => ({
  ...{ channel: place?.channel ?? null, by, threadTs, trigger },
});

function actOf(
  name: 'away' | 'open' | 'alike',
  id: ApprovalId | undefined,
  place: ApprovalPlace | null,
): ApprovalAct | null {
  if (name === 'away') return { kind: 'look-away' };
  if (id === undefined) return null;
  return name === 'open' ? lookAt(id, place) : { kind: 'look-alike', approval: id };
}

const lookAt = (id: string, place: ApprovalPlace | null): ApprovalAct => ({
  ...{ kind: 'look', named: id, decision: null, aud: place === null ? 'home' : 'card' },
});
