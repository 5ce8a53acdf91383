import { actionOf, type Mode, modeOf } from '../approvals/settings.ts';
import type { Link } from '../model/link.ts';
import type { RoutingFacts } from '../model/route.ts';
import type { Store, StoreTx } from '../store/store.ts';
import type { Approving } from './approving.ts';

/** What the owner has decided for such requests, as it is now. `known`: its facts, where they are not stored yet. */
export async function modeFor(
  rows: Pick<Store | StoreTx, 'links' | 'principals'>,
  { rules }: Pick<Approving, 'rules'>,
  link: Pick<Link, 'id' | 'requester'>,
  kind: string,
  known: Pick<RoutingFacts, 'channel'> | null = null,
): Promise<Mode> {
  const facts = known ?? (await rows.links.factsOf(link.id));
  const { groups } = await rows.principals.factsOf(link.requester);
  const actions = [...new Set(Object.values(rules.kinds[kind]?.work ?? {}).map(actionOf))];
  return modeOf(rules, { channel: facts?.channel ?? null, kind, groups, actions });
}
