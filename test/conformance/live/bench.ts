import { setTimeout as wait } from 'node:timers/promises';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { Effect } from '../../../src/model/effect.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import type { TicketDraft, TicketRef } from '../../../src/model/ticket.ts';
import { type ConnectorBench, NotApplicable } from '../bench.ts';
import type { LiveSite } from './site.ts';

/** Every summary that a live run writes begins with this, so that a leftover is known for what it is. */
const PREFIX = '[deskbridge-live]';

const never = (): never => {
  throw new NotApplicable('a real site is not made to fail, and no agent of it is asked to act');
};

/** Remembers each ticket that was made. */
function remembering(create: Connector['create'], made: Set<TicketId>): Effect<TicketDraft, TicketRef> {
  return {
    ...create,
    async send(draft, attempt) {
      const outcome = await create.send(draft, attempt);
      if (outcome.kind === 'ok') made.add(outcome.value.id);
      return outcome;
    },
  };
}

/** A bench on a real site: it can look and wait, and nothing else. `made` collects what has to be taken away again. */
export function createLiveBench(site: LiveSite, made: Set<TicketId>, settleMs: number): ConnectorBench {
  const connector = { ...site.connector, create: remembering(site.connector.create, made) };
  const { io, target, missing, secrets } = site;
  return {
    ...{ connector, stranger: connector, io, target, missing, secrets },
    summaryPrefix: PREFIX,
    person: { account: '', name: '', email: '' },
    group: '',
    signed: { cannot: 'the live run has the credential of the bridge alone' },
    now: () => new Date(),
    outside: {
      notes: true,
      tickets: () => Promise.all([...made].map((ticket) => site.see(ticket))),
      pass: (ms) => wait(Math.min(ms, 5000)),
      settle: () => wait(settleMs),
      ...{ comment: never, editComment: never, deleteComment: never, setInternal: never },
      ...{ attach: never, removeFile: never, setStatus: never, setField: never },
      ...{ fault: never, clearFaults: never, cut: never, restore: never, requests: never },
      ...{ hooks: never, refuseHooks: never, loseHooks: never },
    },
    close: async () => {},
  };
}
