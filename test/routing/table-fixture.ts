import { SlackChannel, SlackUser } from '../../src/model/ids.ts';
import type { RoutingRequest } from '../../src/routing/table.ts';
import { RoutingTable } from '../../src/routing/table.ts';

/** A table from the input form of the file, checked as the file is. */
export function table(rules: readonly unknown[], fallback: Record<string, unknown> = {}): RoutingTable {
  return RoutingTable.parse({ rules, default: { queue: 'help-desk', ...fallback } });
}

interface Around {
  readonly channel?: string;
  readonly requester?: string;
  readonly form?: Record<string, string>;
}

export function request(text: string, { channel, requester, form = {} }: Around = {}): RoutingRequest {
  return {
    text,
    channel: channel === undefined ? null : SlackChannel.parse(channel),
    requester: requester === undefined ? null : SlackUser.parse(requester),
    form,
  };
}
