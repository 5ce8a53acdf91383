import type { NewDelivery } from '../../../src/model/delivery.ts';
import { SlackTs } from '../../../src/model/ids.ts';

/** A message by the identity of a delivery: channel, ts, and what happened to it. */
export function toldOf({
  identity,
  source,
}: Pick<NewDelivery, 'identity' | 'source'>): { readonly ts: SlackTs; readonly gone: boolean } | null {
  if (source !== 'slack' || identity === null) return null;
  const [, ts = '', what = ''] = identity.split(':');
  const gone = what === 'message_deleted';
  if (!gone && what !== '' && !/^[0-9]/.test(what)) return null;
  return { ts: SlackTs.parse(ts), gone };
}
