import type { Connector } from '../../../src/connectors/connector.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import type { Io } from '../../../src/model/io.ts';
import type { ConnectorBench, OutsideTicket } from '../bench.ts';

/** A real ticket system, as a second pair of eyes sees it: over plain HTTP, not through the connector. */
export interface LiveSite {
  readonly label: string;
  readonly connector: Connector;
  readonly io: Io;
  readonly target: unknown;
  readonly missing: ConnectorBench['missing'];
  readonly secrets: readonly string[];
  /** A ticket that this run made. */
  see(ticket: TicketId): Promise<OutsideTicket>;
  /** Takes a ticket of this run away; false where the account may not, and then it is closed instead. */
  remove(ticket: TicketId): Promise<boolean>;
}

/** A plain call with a credential; answers the JSON, undefined for an empty answer. Throws on anything but 2xx. */
export async function plainCall(
  url: string,
  authorization: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<unknown> {
  const answer = await fetch(url, {
    method: init.method ?? 'GET',
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
    headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** The bytes behind an address. */
export async function plainBytes(url: string, authorization: string): Promise<Uint8Array> {
  const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(60_000) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

export const basic = (user: string, secret: string) =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
