/** What is said when somebody says that a request cannot wait, or that he wants a person. */

import type { Priority } from '../model/ticket.ts';

export const ESCALATE = 'Escalate…';
export const ESCALATE_SUBMIT = 'Escalate';
export const ESCALATE_TITLE = 'Escalate the request';
export const ESCALATE_WHY = 'Why can it not wait?';
export const ESCALATE_HINT = 'Whoever answers the request reads this on the ticket.';
export const ESCALATE_NO_WHY = 'Say in a few words why it cannot wait.';

export const notARequest =
  'This thread is no request, so there is nothing to escalate. Choose "Open request" in the menu of its first message, then escalate that.';
export const nothingToHandOver =
  'Nobody has asked for anything here, so there is nothing to hand over. Write what you need in a new message; a person reads it.';

export const notYours =
  'Only the person who asked and those who answer requests can do this, so nothing was done. A reply in the thread reaches the help desk.';
export const overAlready = (key: string) =>
  `${key} is closed, so nothing was done. Reply in the thread to open it again, or write a new message.`;

const inMinutes = (minutes: number) => (minutes === 1 ? 'a minute' : `${minutes} minutes`);
export const escalatedBefore = (minutes: number) =>
  `This was escalated already, and everybody concerned was told. It can be escalated again in ${inMinutes(minutes)}; a reply in the thread reaches the ticket at once.`;
export const handedBefore = (minutes: number) =>
  `A person was asked for already. You can ask again in ${inMinutes(minutes)}; a reply in the thread reaches the ticket at once.`;

/** Who heard of it beside those who read the ticket. */
export type Told = 'agents' | 'responders' | 'nobody';

const toldText = (told: Told, queue: string) => {
  switch (told) {
    case 'agents':
      return `The people of ${queue} were told in their channel.`;
    case 'responders':
      return `Those who answer requests of ${queue} were told in a direct message.`;
    case 'nobody':
      return `It stands on the ticket, where the people of ${queue} read it.`;
  }
};

/** `held`: an approval is open, which a change of the priority would void. */
export const escalatedText = (
  queue: string,
  told: Told,
  raisedTo: Priority | 'highest' | 'unknown' | 'held',
) =>
  [
    'Escalated.',
    toldText(told, queue),
    raisedTo === 'highest'
      ? 'The priority is the highest already.'
      : raisedTo === 'held'
        ? 'The priority stays as it is while an approval is open: a change of it would make every decision void.'
        : raisedTo === 'unknown'
          ? 'The priority stays as it is, because I do not know what comes above it; the agents can change it in the ticket.'
          : `I ask the ticket to make the priority ${raisedTo}; the card shows it.`,
    'If it cannot wait at all, call the people on duty: I cannot call anybody.',
  ].join(' ');

/** How long it takes is not said, because nobody knows. */
export const handedText = (queue: string, told: Told, inChannel: boolean) =>
  `A person of ${queue} takes it from here. ${toldText(told, queue)} ${
    inChannel ? 'The answer comes in this thread' : 'The answer comes in our direct message'
  }; reply there to add anything that helps.`;

export const escalatedNote = (by: string, why: string) => `${by} escalated this from Slack: ${why}`;
export const handedNote = (by: string) => `${by} asked in Slack for a person to take this.`;

export const escalatedNews = (key: string, queue: string, by: string) =>
  `${by} escalated ${key} (${queue}). Why stands on the ticket. Take it, or say in the thread when somebody will.`;
export const handedNews = (key: string, queue: string, by: string) =>
  `${by} wants a person for ${key} (${queue}). Take it, or say in the thread when somebody will.`;
