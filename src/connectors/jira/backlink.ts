import { createHash } from 'node:crypto';
import { ok } from '../../model/outcome.ts';
import { SLACK_THREAD, TALKED_ABOUT_IN } from '../../texts/jira.ts';
import type { Backlink, ThreadLink } from '../capabilities.ts';
import type { JiraClients } from './clients.ts';
import { foreignId } from './comments.ts';
import { WrittenLink } from './schema-desk.ts';
import { oneLine, shorten } from './text.ts';

const TIMEOUT_MS = 20_000;
/** Reads of one issue are consistent; this covers a replica that is a moment behind. */
const SETTLE_MS = 5_000;
const MAX_GLOBAL_ID = 255;
const MAX_TITLE = 255;

/** The same thread has the same link for ever, so that writing it again changes it instead of adding another. */
function globalIdOf(thread: string): string {
  const id = `appId=deskbridge&thread=${encodeURIComponent(thread)}`;
  if (id.length <= MAX_GLOBAL_ID) return id;
  return `appId=deskbridge&hash=${createHash('sha256').update(thread).digest('hex')}`;
}

const titleOf = ({ title }: ThreadLink) => shorten(oneLine(title), MAX_TITLE) || SLACK_THREAD;

/** A link among the issue's web links, to the thread where it is talked about. Customers of the portal do not see it. */
export function createBacklink(clients: JiraClients): Backlink {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(link) {
      const foreign = foreignId(link.ticket);
      if (foreign !== null) return foreign;
      // The whole of it every time: what an update leaves out is emptied.
      const written = await clients.bridge.write(WrittenLink, ({ cloud }) =>
        cloud.issueRemoteLinks.createOrUpdateRemoteIssueLink({
          issueIdOrKey: link.ticket,
          globalId: globalIdOf(link.thread),
          application: { type: 'deskbridge', name: 'Deskbridge' },
          relationship: TALKED_ABOUT_IN,
          object: {
            url: link.url,
            title: titleOf(link),
            status: { resolved: link.isDone },
          },
        }),
      );
      return written.kind === 'ok' ? ok(null) : written;
    },
    // Its result carries nothing, so nothing can be found; setting it again is harmless.
    find: async () => ok(null),
  };
}
