import { channel } from 'node:diagnostics_channel';

/** One call that a simulated vendor answered. */
export interface Exchange {
  readonly vendor: 'jira';
  readonly method: string;
  /** As the vendor documents it, without what a gateway puts before it. */
  readonly path: string;
  /** Without the question mark; empty for none. */
  readonly query: string;
  readonly contentType: string | null;
  /** The parsed body of JSON; of a form, what its files are called and how large they are. */
  readonly body: unknown;
  /** True when the answer was planned by a test and is therefore not what the simulator says by itself. */
  readonly planned: boolean;
  readonly status: number;
  readonly answerType: string | null;
  readonly answer: string;
}

/** The diagnostics channel of this process on which they are told. */
export const EXCHANGES = 'deskbridge.sandbox.exchange';
const exchanges = channel(EXCHANGES);

/** Tells whoever listens in this process about a call; costs nothing where nobody does. */
export async function tellExchange(
  seen: Omit<Exchange, 'status' | 'answerType' | 'answer'>,
  response: Response,
): Promise<void> {
  if (!exchanges.hasSubscribers) return;
  const answerType = response.headers.get('content-type');
  const isText = answerType !== null && /json|text/.test(answerType);
  const exchange: Exchange = {
    ...seen,
    status: response.status,
    answerType,
    answer: isText ? await response.clone().text() : '',
  };
  exchanges.publish(exchange);
}
