import { type Config, configHash, ownForm } from './config.ts';
import type { FormRules } from './flows/offered-forms.ts';
import type { Rules, World } from './flows/world.ts';
import type { DeskForm } from './model/form.ts';
import type { SlackTeam, SlackUser } from './model/ids.ts';
import { ok } from './model/outcome.ts';
import { createRedactor, withoutPieces } from './privacy/redact.ts';
import { redactIntake } from './privacy/redact-intake.ts';
import { parseSlackBody } from './slack/in/body.ts';
import { createSlackIn, type SlackIn } from './slack/in/slack-in.ts';
import { renderKindQuestion } from './slack/out/ask-kind.ts';
import { renderCard } from './slack/out/card.ts';
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
}

/** Puts together what flows touch; it opens and starts nothing. */
export function openWorld({ config, us, botToken, ...parts }: WorldParts): {
  readonly world: World;
  readonly slackIn: SlackIn;
} {
  const rules = rulesOf(config, us.teamId);
  const offered: readonly DeskForm[] = [...(rules.forms ?? [])].map(([, { form }]) => form);
  const slackIn = createSlackIn({
    ...us,
    botToken,
    apiUrl: config.slack.apiUrl,
    fetch,
    command: config.slack.command,
    marks: config.slack.emoji,
    forms: { list: () => offered, files: config.files.largest > 0 },
    queues: [...config.queues].map(([id, { title }]) => ({ id, title })),
    bots: (id) => config.slack.bots.has(id),
    metrics: parts.metrics,
    log: parts.log,
  });
  const redactor = createRedactor(config.redaction);
  const { files } = parts.slack;
  const world: World = {
    ...parts,
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
      tombstone: renderTombstone,
      longest: LONGEST_SAID,
    },
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

function formsOf({ forms }: Config): ReadonlyMap<string, FormRules> {
  return new Map(
    Object.entries(forms).map(([name, form]) => {
      const fields = Object.entries(form.fields);
      const mapped = fields.flatMap(([id, { ticket_field: field }]) =>
        field === undefined ? [] : [[id, field] as const],
      );
      return [name, { form: ownForm(name, form), ticketFields: new Map(mapped) }];
    }),
  );
}
