import { z } from 'zod';
import type { PersonAnswer } from '../worlds.ts';
import { AppReply, showReply } from './app-answers.ts';
import { type FoundElement, interactiveElements } from './block-ids.ts';
import type { Hooks } from './hooks.ts';
import type { InstalledApp } from './installed-app.ts';
import type { JsonObject, StoredMessage } from './message-store.ts';
import type { Messaging } from './messaging.ts';
import { issueResponseUrl } from './response-urls.ts';
import { wireMessage } from './wire-message.ts';
import type { SlackWorld } from './world.ts';

export interface InteractionDeps {
  readonly world: SlackWorld;
  readonly messaging: Messaging;
  readonly hooks: Hooks;
  readonly installed: InstalledApp;
}

/** A person and the message that he acts on; both are known to exist. */
export interface ActedOn {
  readonly userId: string;
  readonly message: StoredMessage;
}

export const DONE: PersonAnswer = { ok: true, message: null };

/** The part that all interactive payloads share. */
export function payloadBase(world: SlackWorld, userId: string): JsonObject {
  const organisation = world.team.organisation ?? null;
  const name = world.people.get(userId)?.name ?? userId;
  const username = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.');
  return {
    user: {
      id: userId,
      username,
      name: username,
      team_id: world.people.get(userId)?.otherTeam ?? world.team.id,
    },
    // Of an app that is installed in a whole organisation Slack names the organisation alone.
    team: organisation === null ? { id: world.team.id, domain: world.team.domain } : null,
    enterprise: organisation,
    is_enterprise_install: organisation !== null,
    api_app_id: world.app.appId,
    token: 'sandbox-verification-token',
  };
}

function actionTs(world: SlackWorld): string {
  return (world.clock.now().getTime() / 1000).toFixed(6);
}

function place(world: SlackWorld, { channel }: StoredMessage): JsonObject {
  const known = world.channels.get(channel);
  return { id: channel, name: known?.kind === 'im' ? 'directmessage' : known?.name };
}

function elementOf({ message }: ActedOn, actionId: string, type: 'button' | 'overflow'): FoundElement {
  const found = interactiveElements(message.blocks).find(({ element }) => element['action_id'] === actionId);
  if (found === undefined || found.element['type'] !== type) {
    throw new Error(`Message ${message.ts} has no ${type} with action_id "${actionId}"`);
  }
  return found;
}

/** Sends what a person did to an element of a message. An ephemeral message travels without its body. */
async function sendAction(
  { world, messaging, hooks }: InteractionDeps,
  { userId, message }: ActedOn,
  action: JsonObject,
): Promise<PersonAnswer> {
  const thread = message.threadTs === null ? {} : { thread_ts: message.threadTs };
  const isEphemeral = message.ephemeralFor !== null;
  const answer = await hooks.interactive('block_actions', {
    type: 'block_actions',
    ...payloadBase(world, userId),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    trigger_id: world.triggers.issue({ userId, viewId: null }),
    channel: place(world, message),
    ...(isEphemeral ? {} : { message: wireMessage(world, message, { allMetadata: true }) }),
    state: { values: {} },
    response_url: issueResponseUrl(
      { world, messaging },
      { userId, channelId: message.channel, messageTs: message.ts },
    ),
    actions: [{ ...action, action_ts: actionTs(world) }],
  });
  if (answer.kind === 'answered') return DONE;
  return { ok: false, message: 'Something went wrong with this button. Try again.' };
}

/** Presses a button of a message. */
export async function pressButton(
  deps: InteractionDeps,
  on: ActedOn,
  actionId: string,
): Promise<PersonAnswer> {
  const { element, blockId } = elementOf(on, actionId, 'button');
  const { style, value, text } = element;
  return sendAction(deps, on, { type: 'button', action_id: actionId, block_id: blockId, text, value, style });
}

const Options = z.array(z.looseObject({ value: z.string() }));

/** Chooses an option of an overflow menu. */
export async function chooseOption(
  deps: InteractionDeps,
  on: ActedOn,
  { actionId, value }: { readonly actionId: string; readonly value: string },
): Promise<PersonAnswer> {
  const { element, blockId } = elementOf(on, actionId, 'overflow');
  const option = Options.parse(element['options']).find((each) => each.value === value);
  if (option === undefined) throw new Error(`The menu "${actionId}" has no option "${value}"`);
  return sendAction(deps, on, {
    type: 'overflow',
    action_id: actionId,
    block_id: blockId,
    selected_option: option,
  });
}

/** Runs a message shortcut. */
export async function runShortcut(
  { world, messaging, hooks, installed }: InteractionDeps,
  { userId, message }: ActedOn,
  callbackId: string,
): Promise<PersonAnswer> {
  if (!installed.offers('shortcut', callbackId)) return { ok: false, message: 'There is no such shortcut.' };
  const answer = await hooks.interactive('message_action', {
    type: 'message_action',
    ...payloadBase(world, userId),
    action_ts: actionTs(world),
    callback_id: callbackId,
    trigger_id: world.triggers.issue({ userId, viewId: null }),
    message_ts: message.ts,
    channel: place(world, message),
    message: wireMessage(world, message, { allMetadata: true }),
    response_url: issueResponseUrl(
      { world, messaging },
      { userId, channelId: message.channel, messageTs: message.ts },
    ),
  });
  if (answer.kind === 'answered') return DONE;
  return { ok: false, message: 'This shortcut did not work. Try again.' };
}

/** Chooses a global shortcut: it names no channel and has no response_url. */
export async function runGlobalShortcut(
  { world, hooks, installed }: InteractionDeps,
  userId: string,
  callbackId: string,
): Promise<PersonAnswer> {
  if (!installed.offers('shortcut', callbackId)) return { ok: false, message: 'There is no such shortcut.' };
  const answer = await hooks.interactive('shortcut', {
    type: 'shortcut',
    ...payloadBase(world, userId),
    action_ts: actionTs(world),
    callback_id: callbackId,
    trigger_id: world.triggers.issue({ userId, viewId: null }),
  });
  if (answer.kind === 'answered') return DONE;
  return { ok: false, message: 'This shortcut did not work. Try again.' };
}

export interface TypedCommand {
  readonly userId: string;
  readonly channelId: string;
  readonly command: string;
  readonly text: string;
}

/** Types a slash command; what the app answers with is shown to the person, or to all when it says in_channel. */
export async function typeCommand(deps: InteractionDeps, typed: TypedCommand): Promise<PersonAnswer> {
  const { world, hooks, installed } = deps;
  const { userId, channelId, command, text } = typed;
  if (!installed.offers('command', command))
    return { ok: false, message: `${command} is not a valid command.` };
  const channel = world.channels.get(channelId);
  const name = world.people.get(userId)?.name ?? userId;
  const target = { userId, channelId, messageTs: null };
  const answer = await hooks.command({
    token: 'sandbox-verification-token',
    team_id: world.team.id,
    team_domain: world.team.domain,
    channel_id: channelId,
    channel_name: channel?.kind === 'im' ? 'directmessage' : (channel?.name ?? ''),
    user_id: userId,
    user_name: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.'),
    command,
    text,
    api_app_id: world.app.appId,
    ...(world.team.organisation == null
      ? { is_enterprise_install: 'false' }
      : { enterprise_id: world.team.organisation.id, is_enterprise_install: 'true' }),
    response_url: issueResponseUrl(deps, target),
    trigger_id: world.triggers.issue({ userId, viewId: null }),
  });
  if (answer.kind === 'failed') {
    return { ok: false, message: `${command} failed with the error "${answer.reason}"` };
  }
  const body = typeof answer.body === 'string' ? { text: answer.body } : answer.body;
  const reply = AppReply.safeParse(body);
  if (!reply.success || (!reply.data.text && !reply.data.blocks?.length)) return DONE;
  showReply(deps, target, reply.data);
  return { ok: true, message: reply.data.text ?? null };
}
