import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ConnectorId, SlackChannel, SlackTeam, SlackTs, TicketId } from './ids.ts';

/** Number of shards that deliveries and links are spread over; a ring wakes one. Changing it needs no migration. */
export const SHARDS = 8;

/** What belongs together in order: one thread, one ticket, or the install as a whole. */
export const Partition = z
  .string()
  .regex(/^(slack:[^:]+:[^:]+:[^:]+|ticket:[^:]+:[^:]+|install)$/)
  .brand('Partition');
export type Partition = z.infer<typeof Partition>;

export function threadPartition(team: SlackTeam, channel: SlackChannel, root: SlackTs): Partition {
  return Partition.parse(`slack:${team}:${channel}:${root}`);
}

export function ticketPartition(connector: ConnectorId, ticket: TicketId): Partition {
  return Partition.parse(`ticket:${connector}:${ticket}`);
}

export const installPartition = Partition.parse('install');

/** A stable number below 2^31 for a partition or a link id; the shard is its remainder. */
export function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) >>> 1;
}

/** The shard of a partition or a link id: the same in every process. */
export function shardOf(text: string): number {
  return hashOf(text) % SHARDS;
}

/** One inbound call that a door has verified and wants to make durable. */
export interface NewDelivery {
  /** `slack`, or the id of the connector whose hook it is. */
  readonly source: string;
  /** Same for every repetition of this call, kept for ever. */
  readonly key: string;
  /** A second identity that repetitions under another key share (Slack: channel, ts, edited ts); null when there is none. */
  readonly identity: string | null;
  readonly partition: Partition;
  /** `event`, `interactive`, `command` or `hook`. */
  readonly type: 'event' | 'interactive' | 'command' | 'hook';
  /** The exact bytes that came in. */
  readonly body: Uint8Array;
}

/**
 * Makes a delivery durable and rings. Resolves after the commit: `stored` for a new one, `duplicate` when its key or
 * identity is known. Rejects with StoreUnavailable when the database did not answer in time; the delivery may then
 * still have been stored, so the caller answers 503.
 */
export type Accept = (delivery: NewDelivery) => Promise<'stored' | 'duplicate'>;

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
