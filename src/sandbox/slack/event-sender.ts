import type { DeliveryTracker } from './delivery-tracker.ts';
import type { HttpSender } from './http-sender.ts';
import type { JsonObject } from './message-store.ts';
import { randomId } from './random-id.ts';
import type { SubscriptionHealth } from './subscription-health.ts';
import type { SlackWorld } from './world.ts';

/** Three retries: at once, after one minute, after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

/** The outer body of one event. Every retry carries the same one. */
export function eventEnvelope(world: SlackWorld, event: JsonObject): JsonObject {
  const { team, app } = world;
  const organisation = team.organisation ?? null;
  return {
    token: 'sandbox-verification-token',
    team_id: team.id,
    context_team_id: team.id,
    ...(organisation === null ? {} : { enterprise_id: organisation.id }),
    context_enterprise_id: organisation?.id ?? null,
    api_app_id: app.appId,
    event,
    type: 'event_callback',
    event_id: randomId('Ev'),
    event_time: Math.floor(world.clock.now().getTime() / 1000),
    authorizations: [
      {
        enterprise_id: organisation?.id ?? null,
        team_id: team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: organisation !== null,
      },
    ],
    is_ext_shared_channel: false,
    event_context: randomId('4-', 24),
  };
}

export interface EventSenderDeps {
  readonly sender: HttpSender;
  readonly tracker: DeliveryTracker;
  readonly eventsUrl: () => string | null;
  readonly health: SubscriptionHealth;
  readonly log: (line: string) => void;
}

/** Sends an envelope to the events URL, signed afresh each time, until it is answered or the retries are used up. */
export function sendEventOverHttp(deps: EventSenderDeps, envelope: JsonObject): void {
  const body = JSON.stringify(envelope);
  if (deps.health.isDisabled()) {
    deps.log(
      'event not sent: the subscription was disabled after too many failures; save the events URL again',
    );
    return;
  }

  async function attempt(retry: number, reason: string): Promise<void> {
    const url = deps.eventsUrl();
    const headers: Record<string, string> =
      retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
    const result =
      url === null
        ? ({ kind: 'failed', reason: 'connection_failed', noRetry: false, status: null } as const)
        : await deps.sender.send(url, { body, contentType: 'application/json', headers });
    deps.health.record(result.kind === 'answered');
    if (result.kind === 'answered' || result.noRetry) return;
    const wait = RETRY_AFTER_MS[retry];
    const what = `event ${String(envelope['event_id'])}: ${result.reason} (${result.status ?? 'no status'})`;
    if (wait === undefined) {
      deps.log(`${what}; given up after ${retry} retries, as Slack does`);
      return;
    }
    deps.log(`${what}; retry ${retry + 1} in ${wait / 1000} s`);
    deps.tracker.schedule(wait, () => start(retry + 1, result.reason));
  }

  function start(retry: number, reason: string): void {
    void deps.tracker.track(attempt(retry, reason));
  }

  start(0, '');
}
