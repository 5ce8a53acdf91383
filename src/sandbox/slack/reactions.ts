import { impossible } from './find-for-person.ts';
import type { ActedOn, InteractionDeps } from './interactions.ts';

function nameOf(name: string): string {
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) impossible(`there is no emoji "${name}"`);
  return name;
}

/** Adds an emoji to a message. */
export function addReaction(
  { messaging }: InteractionDeps,
  { userId, message }: ActedOn,
  name: string,
): void {
  if (message.ephemeralFor !== null) impossible('nobody can react to a message that he alone sees');
  messaging.react(message, { user: userId, name: nameOf(name), added: true });
}

/** Takes his own emoji away again. */
export function takeReaction(
  { messaging }: InteractionDeps,
  { userId, message }: ActedOn,
  name: string,
): void {
  messaging.react(message, { user: userId, name: nameOf(name), added: false });
}
