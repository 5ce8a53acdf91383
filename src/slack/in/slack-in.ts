import { performance } from 'node:perf_hooks';
import { App, type Receiver } from '@slack/bolt';
import type { FetchFunction } from '@slack/web-api';
import type { Intake, Interpret } from '../../model/intake.ts';
import type { Log } from '../../model/log.ts';
import type { Metrics } from '../../model/metrics.ts';
import { NOT_IN_TIME } from '../../texts/desk-command.ts';
import { NO_TICKET_YET } from '../../texts/steps-form.ts';
import { listenForApprovalForms } from './approval-form.ts';
import { listenForApprovalPresses, opensApprovalForm } from './approval-press.ts';
import { listenForAskShortcut } from './ask-shortcut.ts';
import type { SlackBody } from './body.ts';
import { isBoltReadable } from './bolt-readable.ts';
import { typeName } from './call-name.ts';
import { listenForCardActions } from './card-actions.ts';
import { opensForm } from './card-press.ts';
import { listenForChangeForm } from './change-form.ts';
import { asksDatabase, listenForDeskCommand } from './desk-command.ts';
import { listenForDeskForm } from './desk-form.ts';
import { CATEGORIES, type Category } from './desk-view.ts';
import { listenForEscalation } from './escalate-form.ts';
import { asksToEscalate } from './escalate-view.ts';
import { asksToFillAgain, type FormsTyped, listenForFillAgain } from './fill-again.ts';
import { listenForHandToHuman } from './hand-to-human.ts';
import { asksFromHome, listenForHome } from './home.ts';
import { ignored } from './ignored.ts';
import { listenForKindPress, listenForSamePress } from './kind-press.ts';
import { listenForLinks } from './links-shared.ts';
import { listenForMarks, type Marks, NO_MARKS } from './marks.ts';
import { listenForMentions } from './mention.ts';
import { listenForMessages } from './message.ts';
import { listenForMoveForm, type QueueChoice } from './move-form.ts';
import { AT_DOOR, OFFERS } from './offer.ts';
import { listenForOpenAnyway } from './open-anyway.ts';
import { listenForOpenFromMessage } from './open-from-message.ts';
import { listenForPlaceChanges } from './place-change.ts';
import { choosesForm, listenForRequestForm, type OfferedForms } from './request-form.ts';
import { createSlackLogger } from './slack-logger.ts';
import { listenForSteps as listenForWorkflowSteps } from './step.ts';
import { asksForSteps, listenForSteps, type TicketSteps } from './step-form.ts';
import type { Us } from './us.ts';

/** An Ask is answered within this many milliseconds; Slack waits 3,000. */
const ANSWER_MS = 2000;
/** One call to Slack while somebody waits; leaves time to say that it failed. */
const CALL_MS = 1800;

export interface SlackInDeps extends Us {
  /** Asked anew for each call, because tokens rotate. */
  readonly botToken: () => string;
  /** Base of the Web API, e.g. https://slack.com/api/. */
  readonly apiUrl: string;
  readonly fetch: FetchFunction;
  readonly command: string;
  /** Emoji that mean something; none when left out. */
  readonly marks?: Marks;
  /** Where a request can be moved to; nowhere when left out. */
  readonly queues?: readonly QueueChoice[];
  /** Choices of the form; the shipped ones when left out. */
  readonly categories?: readonly Category[];
  /** Forms of the owner; none when left out. */
  readonly forms?: OfferedForms;
  /** What was typed into forms that were refused; nothing can be opened again when left out. */
  readonly typed?: FormsTyped;
  /** Which steps a ticket can take; none when left out. */
  readonly steps?: TicketSteps;
  /** Does this bot (by its bot id, "B…") write words that count? None does when left out. */
  readonly bots?: (botId: string) => boolean;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What the person who asks gets to see. A string is shown to him alone; null closes or shows nothing. */
export interface AskAnswer {
  readonly status: number;
  readonly body: string | Readonly<Record<string, unknown>> | null;
  /** The call was a valid statement: make it durable before this answer leaves. */
  readonly store: boolean;
}

export interface SlackIn {
  /** Reads a stored body. Bad input is `ignored`; a throw is a bug. */
  readonly interpret: Interpret;
  /** Answers what must be answered at once, from memory, within 2 s. Keeps nothing. */
  readonly answer: (body: SlackBody) => Promise<AskAnswer>;
}

/** Slack as Bolt hears it, with one listener per file. Bolt gets no say in what is durable: see receive.ts. */
export function createSlackIn(deps: SlackInDeps): SlackIn {
  const app = createApp(deps);
  return {
    interpret: (body) => interpret(app, body),
    answer: (body) => answer(app, body, deps),
  };
}

function createApp(deps: SlackInDeps): App {
  // Calls reach Bolt through processEvent only; nothing listens by itself.
  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: deps.botToken(), botUserId: deps.botUserId, teamId: deps.teamId }),
    // Our own posts come back as proof that they were made; a listener tells them apart.
    ignoreSelf: false,
    convoStore: false,
    tokenVerificationEnabled: false,
    attachFunctionToken: false,
    logger: createSlackLogger(deps.log, 'slack.in'),
    clientOptions: {
      slackApiUrl: deps.apiUrl,
      fetch: deps.fetch,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: CALL_MS,
      allowAbsoluteUrls: false,
    },
  });
  const { categories = CATEGORIES, command, log } = deps;
  const rules = { ...deps, bots: deps.bots ?? (() => false) };
  listenForMessages(app, rules);
  listenForMentions(app, rules);
  listenForMarks(app, { ...deps, marks: deps.marks ?? NO_MARKS });
  listenForOpenAnyway(app, deps);
  listenForOpenFromMessage(app, deps);
  const forms = deps.forms ?? NO_FORMS;
  listenForDeskCommand(app, { command, categories, forms, log });
  listenForAskShortcut(app, { categories, forms, log });
  listenForHome(app, { ...deps, categories, forms });
  listenForWorkflowSteps(app, deps);
  listenForLinks(app, deps);
  listenForRequestForm(app, { ...deps, forms });
  listenForFillAgain(app, { ...deps, forms, typed: deps.typed ?? NOTHING_TYPED });
  listenForPlaceChanges(app, deps);
  listenForDeskForm(app, { ...deps, categories });
  listenForCardActions(app, { ...deps, queues: deps.queues ?? [] });
  listenForKindPress(app, deps);
  listenForSamePress(app, deps);
  listenForChangeForm(app, deps);
  listenForSteps(app, { ...deps, steps: deps.steps ?? NO_TICKETS });
  listenForMoveForm(app, deps);
  listenForEscalation(app, deps);
  listenForHandToHuman(app, deps);
  listenForApprovalPresses(app, deps);
  listenForApprovalForms(app, deps);
  return app;
}

/** Only these ever have a listener among what is stored. */
const TOLD = new Set([
  'message',
  'app_mention',
  'reaction_added',
  'reaction_removed',
  'function_executed',
  'command',
  'channel_shared',
  'channel_unshared',
  'app_home_opened',
  'link_shared',
  'message_action',
  'block_actions',
  'view_submission',
]);

const NO_TICKETS: TicketSteps = { find: async () => ({ why: NO_TICKET_YET }) };
const NOTHING_TYPED: FormsTyped = { find: async () => 'over', renew: async () => {} };
const NO_FORMS: OfferedForms = { list: () => [], files: false };

/** Bolt asks nobody who may listen to these, and has nothing to add. */
const GRANT_NEWS = new Set(['app_uninstalled', 'tokens_revoked']);

async function interpret(app: App, body: unknown): Promise<Intake> {
  if (!isRecord(body)) return ignored('unreadable');
  const name = typeName(body);
  if (GRANT_NEWS.has(name)) return { kind: 'grant-changed' };
  if (!TOLD.has(name)) return ignored(name);
  if (!isBoltReadable(body)) return ignored(`${name}_unreadable`);
  // A form is opened while somebody waits, never because of something that was stored.
  const opens = [
    opensForm,
    asksToEscalate,
    choosesForm,
    asksFromHome,
    asksToFillAgain,
    asksForSteps,
    opensApprovalForm,
  ];
  if (opens.some((asks) => asks(body))) return ignored('ask');
  if (name === 'command' && !asksDatabase(body)) return ignored('command');
  const offers: Intake[] = [];
  await app.processEvent({ body, ack: async () => {}, customProperties: { [OFFERS]: offers } });
  const [first, second] = offers;
  if (second !== undefined) throw new Error(`Two listeners took the same Slack call of type ${name}`);
  return first ?? ignored(name);
}

async function answer(app: App, body: SlackBody, deps: SlackInDeps): Promise<AskAnswer> {
  const name = typeName(body);
  const started = performance.now();
  const offers: Intake[] = [];
  let said: AskAnswer['body'] | undefined;
  const ack = async (response?: unknown): Promise<void> => {
    said ??= isRecord(response) || typeof response === 'string' ? response : null;
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ANSWER_MS);
  });
  try {
    const call = isBoltReadable(body)
      ? app.processEvent({ body, ack, customProperties: { [OFFERS]: offers, [AT_DOOR]: true } })
      : Promise.resolve();
    await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
  deps.metrics.observe('deskbridge_ask_ms', performance.now() - started, { type: name });
  if (said === undefined) return { status: 200, body: silence(name), store: false };
  return { status: 200, body: said, store: offers.some((intake) => intake.kind !== 'ignored') };
}

/** Nobody took the call, or nobody answered in time. Slack shows an error to the person unless something is said. */
function silence(name: string): AskAnswer['body'] {
  if (name === 'command') return NOT_IN_TIME;
  return name === 'block_suggestion' ? { options: [] } : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
