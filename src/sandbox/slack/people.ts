import type { SlackPeople } from '../worlds.ts';
import { openHome } from './app-home.ts';
import { channelFor, impossible, messageFor, viewFor } from './find-for-person.ts';
import { actInHome } from './home-actions.ts';
import {
  chooseOption,
  type InteractionDeps,
  pressButton,
  runGlobalShortcut,
  runShortcut,
  typeCommand,
} from './interactions.ts';
import { closeView, submitView } from './modal-answers.ts';
import { createPens } from './pens.ts';
import { addReaction, takeReaction } from './reactions.ts';
import { runStep } from './run-step.ts';
import { createSight } from './sight.ts';
import { chooseInView, uploadInView } from './view-actions.ts';

/** The people's side of the simulated Slack. Whatever Slack's client would not let them do throws. */
export function createSlackPeople(deps: InteractionDeps): SlackPeople {
  const { world } = deps;
  return {
    ...createSight(world),
    ...createPens(deps),
    async click(userId, channelId, ts, actionId) {
      return pressButton(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, actionId);
    },
    async choose(userId, channelId, ts, choice) {
      return chooseOption(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, choice);
    },
    react(userId, channelId, ts, name) {
      addReaction(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, name);
    },
    unreact(userId, channelId, ts, name) {
      takeReaction(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, name);
    },
    async shortcut(userId, channelId, ts, callbackId) {
      return runShortcut(deps, { userId, message: messageFor(world, { userId, channelId, ts }) }, callbackId);
    },
    async globalShortcut(userId, callbackId) {
      return runGlobalShortcut(deps, userId, callbackId);
    },
    runStep: (callbackId, inputs) => runStep(deps, callbackId, inputs),
    stepOf(execution) {
      return world.executions.get(execution) ?? impossible(`there is no execution ${execution}`);
    },
    async command(userId, channelId, command, text) {
      channelFor(world, userId, channelId);
      return typeCommand(deps, { userId, channelId, command, text });
    },
    async submit(userId, viewId, values) {
      return submitView(deps, viewFor(world, userId, viewId), values);
    },
    async chooseInView(userId, viewId, choice) {
      return chooseInView(deps, viewFor(world, userId, viewId), choice);
    },
    uploadInView: (userId, viewId, file) => uploadInView(deps, viewFor(world, userId, viewId), file),
    close(userId, viewId) {
      closeView(deps, viewFor(world, userId, viewId));
    },
    openHome: (userId) => openHome({ world, publish: (event) => deps.hooks.event(event) }, userId),
    home: (userId) => world.views.home(userId)?.definition ?? null,
    async actInHome(userId, act) {
      const home = world.views.home(userId) ?? impossible(`${userId} has no Home`);
      return actInHome(deps, home, act);
    },
  };
}
