import type { SlackUser } from '../model/ids.ts';
import type { ChosenStep } from '../model/step.ts';
import { isReached, type WantedFields } from '../model/ticket.ts';
import type { Known } from './observed.ts';
import { nameOf } from './say-on-ticket.ts';
import type { Step } from './steps.ts';

interface Wanted {
  readonly set: WantedFields;
  readonly implied: boolean;
  readonly because?: string;
  /** The step that was chosen: it may lead from one state to another that means the same. */
  readonly step?: ChosenStep;
}

/** Asks for a change of the ticket, unless everything is as wanted already. */
export function planWrite(
  known: Known,
  by: SlackUser,
  { set: wanted, implied, because, step }: Wanted,
): Step[] {
  const { link } = known;
  const seen = link.ticket?.fields ?? null;
  // Whoever asks for a second thing before the first was read back has not seen what the ticket says now.
  const isChanging = link.ownChange !== null || known.open.some(({ body }) => body.kind === 'write');
  const before = isChanging ? null : seen;
  const { status, ...rest } = wanted;
  const reached =
    status === undefined ||
    (step === undefined && !isChanging && seen !== null && isReached(seen.status.category, status));
  const set: WantedFields = status === undefined || reached ? rest : wanted;
  if (Object.keys(set).length === 0) return [];
  const data = { fields: Object.keys(set).join(', '), status: set.status ?? null };
  return [
    { do: 'record', kind: 'change.asked', actor: `slack:${by}`, data },
    {
      do: 'operate',
      operation: {
        lane: 'ticket',
        itemId: null,
        body: {
          ...{ kind: 'write' as const, set, before, actor: nameOf(known, by), by, implied },
          ...(because === undefined ? {} : { because }),
          ...(step === undefined ? {} : { step }),
        },
      },
    },
  ];
}
