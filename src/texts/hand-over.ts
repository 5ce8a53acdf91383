import type { Flow } from '../model/route.ts';

/**
 * What the person who asked reads about what happens next; null where the card says enough. `asks`: Deskbridge may ask
 * those who have to approve.
 */
export function nextStepText(flow: Flow, queue: string, asks: boolean): string | null {
  switch (flow) {
    case 'ticket':
      return null;
    case 'answer':
      return `I cannot answer this by myself yet, so a person of ${queue} will. Reply here to add anything that helps.`;
    case 'hand-off':
      return `A person of ${queue} takes over from here. Reply here to add anything that helps.`;
    case 'incident':
      return `This is on the ticket for ${queue} as an incident. I cannot call anybody yet: if it cannot wait, call the people on duty yourself, as you did before.`;
    case 'approval':
      return asks
        ? 'Somebody has to approve this first. You hear of it here.'
        : 'Somebody has to approve this first. That is decided on the ticket; you hear of it here.';
  }
}

export interface Handed {
  readonly flow: Flow;
  /** Names of approval policies that somebody has to look after himself. */
  readonly policies: readonly string[];
  /** Names, with how many tickets each had. */
  readonly forPerson: readonly Solved[];
  /** What the request is about, as the routing table's product areas know it; null when they do not. */
  readonly service: string | null;
  readonly forService: readonly Solved[];
  readonly forQueue: readonly Solved[];
}

export interface Solved {
  readonly name: string;
  readonly tickets: number;
}

/** What the agents read about what they are asked for; null where there is nothing to say. */
export function handedText({
  flow,
  policies,
  forPerson,
  service,
  forService,
  forQueue,
}: Handed): string | null {
  if (flow === 'ticket') return null;
  const lines = [
    ...(flow === 'answer'
      ? [
          'The routing table asks for an answer. Deskbridge does not answer by itself yet, so it is handed to you.',
        ]
      : []),
    ...(flow === 'incident'
      ? [
          'The routing table calls this an incident. Deskbridge calls nobody yet, so look at it now or call whoever is on duty.',
        ]
      : []),
    ...(flow === 'hand-off' ? ['The routing table hands this to a person.'] : []),
    ...(policies.length > 0
      ? [`It needs an approval (${policies.join(', ')}). Decide it on this ticket before anything is done.`]
      : []),
    ...(forPerson.length > 0 ? [`Solved earlier tickets of this person: ${shown(forPerson)}.`] : []),
    ...(service !== null && forService.length > 0
      ? [`Solved earlier tickets about ${service}: ${shown(forService)}.`]
      : []),
    ...(forQueue.length > 0 ? [`Solved earlier tickets of this queue: ${shown(forQueue)}.`] : []),
  ];
  return lines.length === 0 ? null : lines.join('\n');
}

/** Three know enough; nobody reads more names. */
const MOST_NAMES = 3;
const shown = (solvers: readonly Solved[]) =>
  solvers
    .slice(0, MOST_NAMES)
    .map(({ name, tickets }) => `${name} (${tickets})`)
    .join(', ');
