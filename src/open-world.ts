import { type Config, configHash, ownForm } from './config.ts';
import type { FormShelf, ShelfRules } from './flows/form-shelf.ts';
import type { FormRules } from './flows/offered-forms.ts';
import { mayCorrect, waitingForForm } from './flows/take-correction.ts';
import { stepsFor } from './flows/ticket-steps.ts';
import type { Rules, World } from './flows/world.ts';
import type { SlackTeam, SlackUser } from './model/ids.ts';
import { ok } from './model/outcome.ts';
import { createRedactor, withoutPieces } from './privacy/redact.ts';
import { redactIntake } from './privacy/redact-intake.ts';
import { parseSlackBody } from './slack/in/body.ts';
import type { FormsTyped } from './slack/in/fill-again.ts';
import { createSlackIn, type SlackIn } from './slack/in/slack-in.ts';
import { renderApproval } from './slack/out/approval-card.ts';
import { renderPending } from './slack/out/approval-list.ts';
import { alikeView, decideView, noticeView } from './slack/out/approval-views.ts';
import { renderKindQuestion } from './slack/out/ask-kind.ts';
import { awayView } from './slack/out/away-view.ts';
import { renderCard } from './slack/out/card.ts';
import { renderFillAgain } from './slack/out/fill-again.ts';
import { renderHome } from './slack/out/home.ts';
import { LONGEST_SAID, renderMessage, renderNotice, renderTombstone } from './slack/out/rich-text.ts';
import { renderLinkCard } from './slack/out/unfurl.ts';

export interface WorldParts
  extends Pick<
    World,
    | 'store'
    | 'io'
    | 'slack'
    | 'connectors'
    | 'connecting'
    | 'approvals'
    | 'tokenOf'
    | 'ring'
    | 'grantChanged'
    | 'metrics'
    | 'log'
  > {
  readonly config: Config;
  readonly botToken: () => string;
  /** Who we are in Slack. */
  readonly us: { readonly teamId: SlackTeam; readonly botUserId: SlackUser };
  /** Forms as they can be opened now; those of the configuration alone when left out. */
  readonly shelf?: FormShelf;
}

/** Puts together what flows touch; it opens and starts nothing. */
export function openWorld({ config, us, botToken, shelf, ...parts }: WorldParts): {
  readonly world: World;
  readonly slackIn: SlackIn;
} {
  const rules = rulesOf(config, us.teamId);
  const slackIn = createSlackIn({
    ...us,
    botToken,
    apiUrl: config.slack.apiUrl,
    fetch,
    command: config.slack.command,
    marks: config.slack.emoji,
    forms: { list: () => shelf?.list() ?? [], files: config.files.largest > 0 },
    typed: formsTyped(parts.store, shelf),
    steps: { find: (link, by) => stepsFor(world, link, by) },
    queues: [...config.queues].map(([id, { title }]) => ({ id, title })),
    bots: (id) => config.slack.bots.has(id),
    metrics: parts.metrics,
    log: parts.log,
  });
  const redactor = createRedactor(config.redaction);
  const { files } = parts.slack;
  const world: World = {
    ...parts,
    ...(shelf === undefined ? {} : { renewForm: (name) => void shelf.renew(name) }),
    team: us.teamId,
    slack: {
      ...parts.slack,
      files: {
        ...files,
        async read(id) {
          const read = await files.read(id);
          if (read.kind !== 'ok') return read;
          return ok({ ...read.value, name: withoutPieces(read.value.name, redactor(read.value.name)) });
        },
      },
    },
    look: {
      card: renderCard,
      home: renderHome,
      linkCard: renderLinkCard,
      message: renderMessage,
      notice: renderNotice,
      kindQuestion: renderKindQuestion,
      fillAgain: renderFillAgain,
      approvalCard: renderApproval,
      pendingList: renderPending,
      decideForm: decideView,
      alikeForm: alikeView,
      awayForm: awayView,
      formNotice: noticeView,
      tombstone: renderTombstone,
      longest: LONGEST_SAID,
    },
    withoutSecrets: (text) => withoutPieces(text, redactor(text)),
    interpret: async (bytes) => redactIntake(redactor, await slackIn.interpret(parseSlackBody(bytes))),
    rules,
  };
  return { world, slackIn };
}

/** What is said of a workspace is for that one; what is said of none is for all. */
function rulesOf(config: Config, own: SlackTeam): Rules {
  const isOwn = (workspace: SlackTeam | null) => workspace === null || workspace === own;
  const channels = config.slack.channels.filter(({ workspace }) => isOwn(workspace));
  return {
    configHash: configHash(config),
    channels: new Set(channels.map((channel) => channel.id)),
    responders: new Set(config.slack.responders),
    roles: config.roles,
    answers: new Map(channels.map((channel) => [channel.id, channel.answers])),
    outsiders: new Set(channels.filter(({ outsiders }) => outsiders).map((channel) => channel.id)),
    holdMs: config.slack.holdSeconds * 1000,
    bypassEmoji: config.slack.emoji.bypass,
    command: config.slack.command,
    routing: config.routing,
    classifier: config.classifier,
    channelNames: new Map(channels.map(({ id, name }) => [id, name])),
    queues: new Map(
      [...config.queues].map(([name, queue]) => [
        name,
        { ...queue, internalChannel: isOwn(queue.internalWorkspace) ? queue.internalChannel : null },
      ]),
    ),
    forms: formsOf(config),
    unfurlsLinks: config.slack.unfurlsLinks,
    digest: config.digest,
    reopenDays: config.reopenDays,
    inboxDays: config.retention.inboxDays,
    alarmEveryMs: config.slack.alarmMinutes * 60_000,
    limits: config.slack.limits,
    files: config.files,
  };
}

/** What a shelf of forms is made with: the same for all workspaces. */
export function shelfRulesOf(config: Config): ShelfRules {
  return { routing: config.routing, queues: config.queues, forms: formsOf(config) };
}

/** Forms that were refused lie in the outbox, sealed, until they are taken. */
function formsTyped({ links, operations, parked }: World['store'], shelf: FormShelf | undefined): FormsTyped {
  return {
    async find(id, by) {
      const link = await links.get(id);
      if (link === null) return 'over';
      const waiting = waitingForForm(await operations.open(id));
      if (waiting === null) return 'over';
      const { typed } = waiting.body;
      if (!mayCorrect(link, typed, by)) return 'not-yours';
      return { form: typed, reason: (await parked.stopOf(id)) ?? '' };
    },
    renew: async (name) => shelf?.renew(name),
  };
}

function formsOf({ forms }: Config): ReadonlyMap<string, FormRules> {
  return new Map(
    Object.entries(forms).map(([name, form]) => {
      const fields = Object.entries(form.fields);
      const mapped = fields.flatMap(([id, { ticket_field: field }]) =>
        field === undefined ? [] : [[id, field] as const],
      );
      const { from } = form;
      const source = from === undefined ? null : { ...from, hidden: new Set(from.hidden) };
      return [name, { form: ownForm(name, form), ticketFields: new Map(mapped), from: source }];
    }),
  );
}
