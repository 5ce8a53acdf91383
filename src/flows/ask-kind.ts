import type { NewOperation } from '../model/link.ts';
import { kindOf } from '../routing/decide.ts';
import { SOMETHING_ELSE, WHAT_IS_IT } from '../texts/ask-kind.ts';
import { queueTitle } from './queue-title.ts';
import type { RoutedRequest } from './route-request.ts';
import type { World } from './world.ts';

/** How long a ticket waits for the person's answer before it opens in the default queue. */
export const ASK_MS = 60_000;
const MOST = 5;

/** What the person is asked when neither a rule nor the classifier knows; null when nobody is to be asked. */
export function questionFor(world: World, { isUnsure, guesses }: RoutedRequest): NewOperation | null {
  const { routing, queues } = world.rules;
  if (!isUnsure || !routing.classifier.ask) return null;
  const none = kindOf(routing.default);
  const rules = routing.rules.filter((rule) => kindOf(rule) !== none);
  // The likeliest first; then kinds of the owner's own that no model knows.
  const order = [...guesses.map(({ kind }) => kind), ...rules.map(kindOf)];
  const chosen = [...new Set(order)].filter((kind) => rules.some((rule) => kindOf(rule) === kind));
  if (chosen.length === 0) return null;
  const titled = chosen.slice(0, MOST).map((kind) => {
    const queue = rules.find((rule) => kindOf(rule) === kind)?.queue ?? kind;
    return { kind, label: queueTitle({ queues }, queue) };
  });
  const isShared = (label: string) => titled.filter((one) => one.label === label).length > 1;
  const kinds = titled.map(({ kind, label }) => ({
    kind,
    label: isShared(label) ? `${label}: ${kind}` : label,
  }));
  return {
    lane: 'slack',
    itemId: null,
    body: {
      ...{ kind: 'post', text: WHAT_IS_IT, where: 'conversation' },
      kinds: [...kinds, { kind: '', label: SOMETHING_ELSE }],
    },
  };
}
