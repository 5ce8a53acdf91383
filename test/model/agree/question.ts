import { at, type Choice, type Side } from './side.ts';

/** What can be asked of a store, by name. The answer is compared; an error counts as an answer. */
export type Question = (side: Side, choice: Choice) => Promise<unknown>;
export type Questions = Readonly<Record<string, Question>>;

export const withoutId = <T extends { readonly id: unknown }>({ id: _id, ...rest }: T) => rest;

type OnLink = (side: Side, link: Side['links'][number], choice: Choice) => Promise<unknown>;

/** Questions about one link, by its number. */
export function onLink(all: Readonly<Record<string, OnLink>>): Questions {
  return Object.fromEntries(
    Object.entries(all).map(([name, ask]): [string, Question] => [
      name,
      async (side, choice) => {
        const link = at(side.links, choice.a);
        return link === undefined ? null : ask(side, link, choice);
      },
    ]),
  );
}
