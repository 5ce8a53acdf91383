import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import type { Author } from '../../model/ticket.ts';
import { grantSecret } from '../grant-secret.ts';
import type { DeskApi } from './desk.ts';
import type { Records } from './records.ts';
import { type CallKind, type Reply, WireBroken } from './wire.ts';

/** The name under which the desk knows the bridge. */
export const ACCOUNT = 'Deskbridge';
/** Of every effect, in milliseconds. */
export const TIMEOUT_MS = 10_000;

/** One call to the desk, with `as` as the person who signs it: whatever becomes of it is an outcome. */
export interface Ask {
  <T>(on: CallKind, work: (records: Records) => Reply<T>): Promise<Outcome<T>>;
  /** The same in the person's own name where he has a grant; `work` learns under which name that is. */
  as<T>(author: Author | null, work: (records: Records, name: string) => Reply<T>): Promise<Outcome<T>>;
}

function refusal(status: number): Outcome<never> {
  if (status === 401)
    return rejected('auth', 'The desk does not let us in; an administrator must renew our access');
  if (status === 403)
    return rejected('forbidden', 'The desk forbids this to our account; its administrator can allow it');
  if (status === 404)
    return rejected('not-found', 'The desk does not have this record, or does not show it to us');
  if (status === 409)
    return rejected('conflict', 'The record changed meanwhile; read it again and decide anew');
  return rejected(
    'invalid',
    `The desk refused the request as malformed (${status}); this needs a change on our side`,
  );
}

/** The answer got lost or makes no sense: after a write only the proof can tell, a read can simply be repeated. */
function unclear(on: CallKind, what: string): Outcome<never> {
  if (on === 'writes') return unknownEffect(`${what}; we will look up whether it took effect`);
  return retryLater(`${what}; we will read again`, 'destination');
}

function outcomeOf<T>(on: CallKind, reply: Reply<T>): Outcome<T> {
  if (reply.kind === 'value') return ok(reply.value);
  if (reply.kind === 'html') {
    if (on === 'content') {
      return rejected(
        'forbidden',
        'The desk answered a web page instead of the file; an administrator must let our account read files',
      );
    }
    return unclear(on, 'The desk answered a web page instead of data');
  }
  if (reply.status === 429) {
    const afterMs = reply.retryAfterS === null ? undefined : reply.retryAfterS * 1000;
    return retryLater('The desk asked us to slow down; we wait as long as it said', 'destination', afterMs);
  }
  if (reply.status >= 500) return unclear(on, `The desk failed (${reply.status})`);
  return refusal(reply.status);
}

export function createAsk({ wire, records, nameOf }: DeskApi, io: Io): Ask {
  async function ask<T>(on: CallKind, work: (records: Records) => Reply<T>): Promise<Outcome<T>> {
    let sent = false;
    try {
      const reply = await io.exchange((signal) => {
        sent = true;
        return wire.call(on, signal, () => work(records));
      });
      return outcomeOf(on, reply);
    } catch (problem) {
      if (problem instanceof WireBroken && problem.how === 'refused') {
        return retryLater('Nobody answers at the desk; we try again until it is back', 'destination');
      }
      if (problem instanceof WireBroken) return unclear(on, 'The connection broke before the answer came');
      if (problem instanceof DOMException && problem.name === 'TimeoutError') {
        if (!sent) return retryLater('Our time ran out before anything was sent; we try again', 'operation');
        return unclear(on, 'The desk did not answer in time');
      }
      throw problem;
    }
  }

  async function as<T>(author: Author | null, work: (records: Records, name: string) => Reply<T>) {
    if (author === null || author.grant === null) return ask('writes', (all) => work(all, ACCOUNT));
    const { grant } = author;
    const secret = await grantSecret(grant);
    if (secret.kind !== 'ok') return secret;
    const outcome = await ask('writes', (all) => {
      const name = nameOf(grant.account, secret.value.reveal());
      return name === null ? { kind: 'error', status: 401, retryAfterS: null } : work(all, name);
    });
    // Never silently in another name: whoever linked his account has to link it again.
    if (outcome.kind !== 'rejected' || outcome.code !== 'auth') return outcome;
    return rejected(
      'auth',
      `The desk refuses the sign-in of ${author.name}, who has to link the account again`,
    );
  }
  return Object.assign(ask, { as });
}
