import type { HomeView, InputBlock, KnownBlock, PlainTextElement } from '@slack/types';
import { NOTICE_CHOICES, type NoticeChoice } from '../../model/notice.ts';
import type { StatusCategory } from '../../model/ticket.ts';
import { alikeButton } from '../../texts/approvals.ts';
import * as say from '../../texts/home.ts';
import { WAITING_FOR_YOU } from '../../texts/pending-approvals.ts';
import { PENDING_ACTIONS, type PendingList, renderPending } from './approval-list.ts';
import { plainValue } from './approval-shown.ts';
import { awayPart, type StandIn } from './away-view.ts';
import { inertMrkdwn, mrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** One request as its reader may see it. */
export interface HomeRequest {
  /** Null until the ticket system has answered. */
  readonly key: string | null;
  readonly url: string | null;
  /** Null: only the link may be shown. */
  readonly shown: {
    readonly summary: string;
    /** In the words of the ticket system; null while there is no ticket. */
    readonly status: { readonly name: string; readonly category: StatusCategory } | null;
    readonly assignee: string | null;
    /** Why it stopped and who can help; null while it goes on. */
    readonly stopped: string | null;
  } | null;
  readonly queue: string;
}

/** Somebody's account at one ticket system. */
export interface HomeAccount {
  readonly connector: string;
  /** Host name of the system. */
  readonly site: string;
  readonly state: 'connected' | 'refused' | 'known' | 'none';
  readonly account: string | null;
  /** He can sign in there himself. */
  readonly connectable: boolean;
  /** A one-time link that was just made for him; null: none was. */
  readonly invitation: { readonly url: string; readonly hours: number } | null;
}

export interface Approvals {
  readonly pending: readonly { readonly request: HomeRequest; readonly approvers: readonly string[] }[];
  /** Keys of tickets whose approvals cannot be seen. */
  readonly unknown: readonly string[];
}

/** A whole Home as Slack takes it. */
export type HomeLook = HomeView;

/** Everything that one person's Home shows. */
export interface Home {
  /** May he ask from here? Guests and people of other companies may not. */
  readonly asks: boolean;
  readonly mine: { readonly requests: readonly HomeRequest[]; readonly more: boolean };
  readonly waiting: readonly { readonly request: HomeRequest; readonly why: 'ticket' | 'kind' }[];
  /** What he has to decide; null: nothing. */
  readonly decisions: {
    readonly list: PendingList;
    readonly alike: readonly { readonly id: string; readonly title: string; readonly n: number }[];
  } | null;
  /** Who decides for him while he is away; null: nobody can here. */
  readonly away: { readonly present: StandIn | null } | null;
  readonly approvals: Approvals | 'looking';
  /** Null for whom answers no requests. */
  readonly queues: { readonly requests: readonly HomeRequest[]; readonly more: boolean } | null;
  readonly accounts: readonly HomeAccount[];
  readonly notices: { readonly choice: NoticeChoice; readonly at: string };
  readonly now: Date;
}

const DOT: Record<StatusCategory, string> = {
  new: ':large_blue_circle:',
  active: ':large_yellow_circle:',
  done: ':white_check_mark:',
};
const LONGEST_SUMMARY = 300;
const LONGEST_VALUE = 200;
const LONGEST_NOTE = 1_000;
/** Slack takes 100 blocks in a view; ours are far fewer unless somebody configured very many systems. */
const MOST_BLOCKS = 100;
const MOST_ACCOUNTS = 20;
const MOST_ALIKE = 5;
/** Slack takes 75 characters on a button. */
const LONGEST_BUTTON = 75;

const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });
const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) });
const note = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] });
const heading = (text: string): readonly KnownBlock[] => [
  { type: 'divider' },
  { type: 'header', text: plain(text) },
];
const inert = (text: string) => inertMrkdwn(text, LONGEST_VALUE);

function nameOf({ key, url }: HomeRequest): string {
  if (key === null) return inert(say.NO_TICKET_YET);
  return url === null ? inert(key) : mrkdwnLink(url, key, LONGEST_VALUE);
}

function requestText(request: HomeRequest, extra: string | null = null): string {
  const { shown, queue } = request;
  if (shown === null) return `*${nameOf(request)}*  ${inert(say.ONLY_LINK)}`;
  const { status, assignee, stopped } = shown;
  const state =
    stopped !== null
      ? `:warning: ${inertMrkdwn(stopped, LONGEST_NOTE)}`
      : status === null
        ? `:hourglass_flowing_sand: ${say.OPENING}`
        : `${DOT[status.category]} ${inert(status.name)}`;
  const facts = [state, inert(queue), ...(assignee === null ? [] : [inert(assignee)])].join('  ·  ');
  const head = `*${nameOf(request)}*  ${inertMrkdwn(shown.summary, LONGEST_SUMMARY)}`;
  return [head, facts, ...(extra === null ? [] : [inertMrkdwn(extra, LONGEST_NOTE)])].join('\n');
}

function asking(asks: boolean): KnownBlock[] {
  if (!asks) return [section(inertMrkdwn(say.OUTSIDER, LONGEST_NOTE))];
  const line: InputBlock = {
    type: 'input',
    block_id: 'desk_home_line',
    dispatch_action: true,
    label: plain(say.ASK),
    hint: plain(say.ASK_HINT),
    element: {
      type: 'plain_text_input',
      action_id: 'desk_home_ask',
      max_length: 150,
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
    },
  };
  const open = {
    type: 'button',
    action_id: 'desk_home_new',
    text: plain(say.NEW_REQUEST),
    style: 'primary',
  } as const;
  return [line, { type: 'actions', block_id: 'desk_home_doors', elements: [open] }];
}

function waitingPart({ waiting }: Home): KnownBlock[] {
  // An empty part would only push down what is there.
  if (waiting.length === 0) return [...heading(say.WAITING), note(say.NOTHING_WAITS)];
  const words = { ticket: say.TICKET_WAITS, kind: say.KIND_WAITS };
  return [
    ...heading(say.WAITING),
    ...waiting.map(({ request, why }) => section(requestText(request, words[why]))),
  ];
}

function minePart({ mine, asks }: Home): KnownBlock[] {
  if (mine.requests.length === 0) return [...heading(say.MINE), ...(asks ? [note(say.NO_REQUESTS)] : [])];
  return [
    ...heading(say.MINE),
    ...mine.requests.map((request) => section(requestText(request))),
    ...(mine.more ? [note(say.MORE_MINE)] : []),
  ];
}

/** Above all else: somebody waits for it. */
function decisionsPart({ decisions }: Home): KnownBlock[] {
  if (decisions === null) return [];
  const buttons = decisions.alike.slice(0, MOST_ALIKE).map(({ id, title, n }) => ({
    ...({ type: 'button', action_id: PENDING_ACTIONS.alike, value: id } as const),
    text: plain(plainValue(alikeButton(n, title), LONGEST_BUTTON)),
  }));
  return [
    ...heading(WAITING_FOR_YOU),
    ...renderPending(decisions.list),
    ...(buttons.length === 0
      ? []
      : [{ type: 'actions' as const, block_id: 'desk_pending_alike', elements: buttons }]),
  ];
}

function approvalsPart({ approvals }: Home): KnownBlock[] {
  if (approvals === 'looking') return [...heading(say.APPROVALS), note(say.LOOKING)];
  const { pending, unknown } = approvals;
  return [
    ...heading(say.APPROVALS),
    ...pending.map(({ request, approvers }) => section(requestText(request, say.waitsFor(approvers)))),
    ...(pending.length === 0 ? [note(say.NO_APPROVALS)] : []),
    ...(unknown.length === 0 ? [] : [note(inertMrkdwn(say.approvalsUnseen(unknown), LONGEST_NOTE))]),
  ];
}

function queuesPart({ queues }: Home): KnownBlock[] {
  if (queues === null) return [];
  return [
    ...heading(say.QUEUES),
    ...queues.requests.map((request) => section(requestText(request))),
    ...(queues.requests.length === 0 ? [note(say.NO_QUEUE_REQUESTS)] : []),
    ...(queues.more ? [note(say.MORE_QUEUE)] : []),
  ];
}

function accountText({ state, account, invitation }: HomeAccount): string {
  if (invitation !== null) return say.INVITED(invitation.hours);
  switch (state) {
    case 'connected':
      return say.connectedAs(account ?? '');
    case 'refused':
      return say.SIGN_IN_REFUSED;
    case 'known':
      return say.knownAs(account ?? '');
    case 'none':
      return say.NOT_CONNECTED;
  }
}

function accountButton(account: HomeAccount) {
  const { connector, site, state, connectable, invitation } = account;
  if (invitation !== null)
    return {
      ...({ type: 'button', action_id: 'desk_home_go', style: 'primary' } as const),
      ...{ text: plain(say.GO_CONNECT), url: invitation.url },
    };
  if (state === 'connected')
    return {
      ...({ type: 'button', action_id: 'desk_home_disconnect' } as const),
      ...{ text: plain(say.DISCONNECT), value: connector },
      confirm: {
        title: plain(`${say.DISCONNECT}?`),
        text: plain(say.disconnectSure(site).slice(0, 300)),
        confirm: plain(say.DISCONNECT),
        deny: plain(say.CANCEL),
      },
    };
  if (!connectable) return null;
  const text = plain(state === 'refused' ? say.CONNECT_AGAIN : say.CONNECT);
  return { type: 'button', action_id: 'desk_home_connect', text, value: connector } as const;
}

function accountsPart({ accounts }: Home): KnownBlock[] {
  if (accounts.length === 0) return [];
  return [
    ...heading(say.ACCOUNTS),
    note(say.ACCOUNTS_WHY),
    ...accounts.slice(0, MOST_ACCOUNTS).map((account): KnownBlock => {
      const button = accountButton(account);
      return {
        type: 'section',
        text: mrkdwn(`*${inert(account.site)}*\n${inertMrkdwn(accountText(account), LONGEST_NOTE)}`),
        ...(button === null ? {} : { accessory: button }),
      };
    }),
  ];
}

function noticesPart({ notices: { choice, at } }: Home): KnownBlock[] {
  const options = NOTICE_CHOICES.map((value) => ({ text: plain(say.noticeLabel(value, at)), value }));
  const initial = options.find(({ value }) => value === choice);
  return [
    ...heading(say.NOTICES),
    {
      type: 'section',
      block_id: 'desk_home_choice',
      text: mrkdwn(say.NOTICES_WHY),
      accessory: {
        type: 'static_select',
        action_id: 'desk_home_notices',
        placeholder: plain(say.CHOOSE_NOTICES),
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    },
  ];
}

/** The Home tab. Limits: 100 blocks, 3,000 characters in a section (docs.slack.dev/surfaces/app-home). */
export function renderHome(home: Home): HomeLook {
  const when = `${home.now.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const blocks = [
    ...asking(home.asks),
    ...decisionsPart(home),
    ...waitingPart(home),
    ...minePart(home),
    ...approvalsPart(home),
    ...queuesPart(home),
    ...accountsPart(home),
    ...awayPart(home.away),
    ...noticesPart(home),
    note(say.asOf(when)),
  ];
  return { type: 'home', blocks: blocks.slice(0, MOST_BLOCKS) };
}
