import { connector as github } from '../../../examples/github-issues/index.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noLog } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { ConnectorBench } from '../../conformance/bench.ts';
import { startReceiver } from '../../sandbox/jira/site.ts';
import { agentsOf } from './agents.ts';
import { startHub } from './hub.ts';
import { REPOSITORY } from './records.ts';
import { ALAN, GRACE, HOOK_SECRET, LAG_MS, OWN_TOKEN, TOKEN } from './repository.ts';

const WITHDRAWN = 'sandbox-github-token-that-was-withdrawn';
const EMAIL = 'grace@example.test';
const NO_FILES = {
  cannot: 'agents put pictures into the words of a comment; there are no files on an issue',
};

/** The example connector against a simulated GitHub over loopback. */
export async function makeBench(): Promise<ConnectorBench> {
  const hub = await startHub();
  const { clock, hooks, faults } = hub;
  const agents = agentsOf(hub);
  let refusing = 0;
  const receiver = await startReceiver(clock.now, () => {
    if (refusing === 0) return 204;
    refusing -= 1;
    return 503;
  });
  hooks.setUrl(receiver.url);
  const io = createIo({ metrics: noMetrics });
  const settings = { repository: REPOSITORY, base_url: hub.baseUrl, people: { [EMAIL]: GRACE } };
  const build = (hookSecret: string) =>
    github.connect({
      id: ConnectorId.parse('github'),
      settings,
      secret: () => createSecret(TOKEN),
      hookSecret,
      io,
      log: noLog,
    });

  return {
    connector: build(HOOK_SECRET),
    stranger: build('the-secret-of-somebody-else'),
    io,
    target: { labels: ['support'] },
    missing: {
      ticket: TicketId.parse('99999'),
      comment: CommentId.parse('88888'),
      file: AttachmentId.parse('77777'),
    },
    person: { account: GRACE, name: GRACE, email: EMAIL },
    group: 'any',
    signed: {
      name: ALAN,
      grant: { account: ALAN, secret: createSecret(OWN_TOKEN) },
      refused: { account: ALAN, secret: createSecret(WITHDRAWN) },
    },
    secrets: [TOKEN, OWN_TOKEN, WITHDRAWN, HOOK_SECRET],
    now: clock.now,
    outside: {
      notes: { cannot: 'whoever can read a repository can read every comment' },
      setInternal: { cannot: 'whoever can read a repository can read every comment' },
      comment: async (ticket, text) => agents.comment(ticket, text),
      editComment: async (_ticket, comment, text) => agents.editComment(comment, text),
      deleteComment: async (_ticket, comment) => agents.deleteComment(comment),
      setStatus: async (ticket, category) => agents.setStatus(ticket, category),
      setField: async (ticket, field, value) => agents.setField(ticket, field, value),
      tickets: async () => agents.tickets(),
      attach: NO_FILES,
      removeFile: NO_FILES,
      fault(on, fault, times) {
        faults.add(on === 'reads' ? '*' : 'write', fault, times);
      },
      clearFaults: faults.clear,
      cut: hub.cut,
      restore: hub.restore,
      requests: hub.requests,
      hooks: () => receiver.hooks,
      refuseHooks(times) {
        refusing = times;
      },
      loseHooks: hooks.lose,
      pass: async (ms) => clock.advance(ms),
      async settle() {
        clock.advance(LAG_MS + 1);
        await hooks.redeliver();
      },
    },
    async close() {
      await hub.close();
      await receiver.close();
    },
  };
}
