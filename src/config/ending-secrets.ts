import { z } from 'zod';

interface Ending {
  /** Where it stands, e.g. "connectors.jira-it.auth". */
  readonly subject: string;
  /** The first moment at which it is over. */
  readonly on: Date;
}

const Group = z.record(z.string(), z.unknown());

/** Every setting `expires_on`, wherever it stands. */
export function endingSecrets({ source }: { readonly source: unknown }): readonly Ending[] {
  return endingBelow(source, []);
}

function endingBelow(data: unknown, path: readonly string[]): readonly Ending[] {
  const group = Group.safeParse(data);
  if (!group.success) return [];
  return Object.entries(group.data).flatMap(([name, value]) =>
    name === 'expires_on' && typeof value === 'string'
      ? [{ subject: path.join('.'), on: new Date(`${value}T23:59:59Z`) }]
      : endingBelow(value, [...path, name]),
  );
}
