/** What people read who let somebody else decide while they are away. `at`, `until`: as Slack shows a moment. */

export const AWAY_TITLE = 'While I am away';
export const AWAY_BUTTON = 'While I am away…';
export const AWAY_END = 'End it';
export const AWAY_WHY =
  'Whoever you name gets your approvals too and decides in your place. You can still decide yourself.';
export const awayLimits = (days: number, risk: string): string =>
  `For ${days} ${days === 1 ? 'day' : 'days'} at most, and up to ${risk} risk. Nobody decides what he asks for himself, and whoever stands in cannot pass it on.`;
export const WHO = 'Who decides for me';
export const FROM = 'From';
export const UNTIL = 'Until';
export const NAME = 'Save';
export const END_IT = 'Nobody stands in for me any more';
export const END_LABEL = 'End the present one';
export const NO_PERSON = 'Choose who decides for you.';
export const NO_TIME = 'Say from when until when.';

/** `who`: as Slack shows a person. */
export const awayNow = (who: string, since: string, until: string): string =>
  `${who} decides for you from ${since} until ${until}. Naming somebody else replaces it.`;

export const AWAY_REFUSED = {
  'not-allowed': 'Here nobody can stand in for anybody: whoever runs Deskbridge has switched that off.',
  yourself: 'You cannot stand in for yourself. Choose somebody else.',
  order: 'The end has to come after the beginning, and may not have passed.',
  'not-fit':
    'That person cannot decide here: bots, guests, people of other companies, auditors and people who have left do not. Choose somebody else.',
  'not-you': 'Deskbridge does not know you as somebody who can decide here, so you cannot name anybody.',
  none: 'Nobody stood in for you, so nothing was changed.',
} as const;
export const tooLong = (days: number): string =>
  `That is longer than ${days} ${days === 1 ? 'day' : 'days'}, the longest here. Choose an earlier end.`;

export const awayNamed = (who: string, since: string, until: string): string =>
  `Written down: ${who} decides for you from ${since} until ${until}, and is told of each approval. End it on your Home or with "away" behind the command.`;
export const AWAY_ENDED = 'Written down: nobody stands in for you any more.';
