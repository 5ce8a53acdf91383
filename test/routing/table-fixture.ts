import { SlackChannel, SlackUser } from '../../src/model/ids.ts';
import { type RoutingRequest, RoutingTable, textAlone } from '../../src/routing/table.ts';

/** A table from the input form of the file, checked as the file is. */
export function table(rules: readonly unknown[], fallback: Record<string, unknown> = {}): RoutingTable {
  return RoutingTable.parse({ rules, default: { queue: 'help-desk', ...fallback } });
}

interface Around extends Partial<Pick<RoutingRequest, 'door' | 'person' | 'urgent' | 'at' | 'kind'>> {
  readonly channel?: string;
  readonly requester?: string;
  readonly form?: Record<string, string>;
}

export function request(
  text: string,
  { channel, requester, form = {}, ...facts }: Around = {},
): RoutingRequest {
  return {
    ...textAlone(text),
    channel: channel === undefined ? null : SlackChannel.parse(channel),
    requester: requester === undefined ? null : SlackUser.parse(requester),
    form,
    ...facts,
  };
}
