interface Known {
  readonly email: string | null;
  readonly ids: ReadonlyMap<string, string>;
}

interface Address {
  readonly system: string;
  readonly id: string;
  readonly email: string;
}

export interface Suggestion {
  readonly directoryId: string;
  readonly system: string;
  readonly id: string;
}

/**
 * Who may be whom by his address, for an operator to look at: addresses are given away, reused and typed by their owners, so
 * they link nobody. An address that two people of the directory share suggests nothing.
 */
export function suggestions(people: readonly Known[], addresses: readonly Address[]): readonly Suggestion[] {
  const byAddress = Map.groupBy(
    people.filter(({ email }) => email !== null),
    ({ email }) => (email ?? '').toLowerCase(),
  );
  const linked = new Set(people.flatMap(({ ids }) => [...ids].map(([system, id]) => `${system}:${id}`)));
  return addresses.flatMap(({ system, id, email }): Suggestion[] => {
    const [person, another] = byAddress.get(email.toLowerCase()) ?? [];
    const directoryId = person?.ids.get('@directory');
    if (person === undefined || another !== undefined || directoryId === undefined) return [];
    if (person.ids.has(system) || linked.has(`${system}:${id}`)) return [];
    return [{ directoryId, system, id }];
  });
}
