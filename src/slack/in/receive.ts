import { type Accept, installPartition } from '../../model/delivery.ts';
import type { SlackChannel, SlackTeam } from '../../model/ids.ts';
import type { Metrics } from '../../model/metrics.ts';
import type { SlackBody } from './body.ts';
import { type Classified, classify } from './classify.ts';
import { type Marks, NO_MARKS } from './marks.ts';
import type { AskAnswer, SlackIn } from './slack-in.ts';
import type { Us } from './us.ts';

/** One verified call of Slack, by whatever transport it came. */
export interface SlackCall {
  readonly body: SlackBody;
  /** What is stored; `parseSlackBody` reads it back. */
  readonly bytes: Uint8Array;
  /** Names this very call for ever: the v0 signature over HTTP, the envelope id over a socket. */
  readonly callKey: string;
}

export interface SlackReply {
  readonly status: number;
  readonly body: AskAnswer['body'];
}

/** Resolves with the answer to send: an Ask is answered, a Tell is committed. Rejects with StoreUnavailable. */
export type Receive = (call: SlackCall) => Promise<SlackReply>;

export interface ReceiveDeps {
  readonly answer: SlackIn['answer'];
  readonly accept: Accept;
  /** Do we work in this channel? What people write elsewhere is none of our business and is not kept. */
  readonly knowsChannel: (team: SlackTeam, channel: SlackChannel) => Promise<boolean>;
  readonly us: Us;
  /** Emoji that mean something; none when left out. */
  readonly marks?: Marks;
  readonly metrics: Metrics;
}

const OK: SlackReply = { status: 200, body: null };

/** What both transports do with a call. */
export function createReceive(deps: ReceiveDeps): Receive {
  const count = (type: string, result: string) =>
    deps.metrics.count('deskbridge_slack_calls_total', { type, result });

  return async (call) => {
    const what = classify(call.body, { ...deps.us, marks: deps.marks ?? NO_MARKS });
    switch (what.kind) {
      case 'count':
        count(what.name, what.reason);
        return OK;
      case 'tell':
        count(what.name, await tell(call, { what, deps }));
        return OK;
      default: {
        const { store, ...reply } = await deps.answer(call.body);
        if (what.kind === 'submission' && store) {
          const submission = {
            key: null,
            identity: null,
            partition: installPartition,
            type: what.name === 'command' ? 'command' : 'interactive',
          } as const;
          count(what.name, await deps.accept(toDelivery(call, submission)));
        } else {
          count(what.name, 'answered');
        }
        return reply;
      }
    }
  };
}

type Tell = Extract<Classified, { kind: 'tell' }>;

async function tell(
  call: SlackCall,
  { what, deps }: { readonly what: Tell; readonly deps: ReceiveDeps },
): Promise<string> {
  if (what.onlyIfKnown !== null && !(await deps.knowsChannel(deps.us.teamId, what.onlyIfKnown))) {
    return 'unknown-channel';
  }
  return deps.accept(toDelivery(call, what));
}

function toDelivery(call: SlackCall, what: Pick<Tell, 'key' | 'identity' | 'partition' | 'type'>) {
  return {
    source: 'slack',
    key: what.key ?? call.callKey,
    identity: what.identity,
    partition: what.partition,
    type: what.type,
    body: call.bytes,
  };
}
