import type { Slot, Vote } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import type { Standing } from './standing.ts';

/** How many votes a slot needs of so many people; a slot of nobody can never be filled. */
export function needed(need: Slot['need'], people: number): number {
  if (people === 0) return Number.POSITIVE_INFINITY;
  if (need === 'any') return 1;
  return need === 'all' ? people : Math.floor(people / 2) + 1;
}

/** A vote counts while its voter may decide, and may still take the seat that he took. */
export const counting = (votes: readonly Vote[], who: Standing): readonly Vote[] =>
  votes.filter(({ by, seat }) => who.seatsOf(by).includes(seat));

/**
 * Whether these seats fill all slots of a step, each seat in one of them. A group that has shrunk since its step was planned
 * needs as many as then, one that has grown as many as now.
 */
export function fills(slots: readonly Slot[], seats: readonly PrincipalId[], who: Standing): boolean {
  const places: (readonly PrincipalId[])[] = [];
  for (const { from, need, opened } of slots) {
    const members = who.membersOf(from);
    const wanted = Math.max(opened, needed(need, members.length));
    if (wanted > members.length) return false;
    for (let place = 0; place < wanted; place += 1) places.push(members);
  }
  return seatAll(places, new Set(seats));
}

/** Finds a seat for every place (a matching; people are moved to another place where that makes room). */
function seatAll(places: readonly (readonly PrincipalId[])[], seats: ReadonlySet<PrincipalId>): boolean {
  const placeOf = new Map<PrincipalId, number>();
  const seat = (place: number, tried: Set<PrincipalId>): boolean => {
    for (const person of places[place] ?? []) {
      if (!seats.has(person) || tried.has(person)) continue;
      tried.add(person);
      const held = placeOf.get(person);
      if (held !== undefined && !seat(held, tried)) continue;
      placeOf.set(person, place);
      return true;
    }
    return false;
  };
  return places.every((_members, place) => seat(place, new Set()));
}
