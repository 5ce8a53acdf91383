import path from 'node:path';
import { connector as github } from '../../../examples/github-issues/index.ts';
import { ConnectorId } from '../../../src/model/ids.ts';
import { noLog } from '../../../src/model/log.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { SandboxClock } from '../../../src/sandbox/clock.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, type Desk, type DeskKind, ticketView } from '../../stories/desks.ts';
import { agentsOf } from './agents.ts';
import { startHub } from './hub.ts';
import { REPOSITORY } from './records.ts';

const id = ConnectorId.parse('desk');
const module = path.resolve(import.meta.dirname, '../../../examples/github-issues/index.ts');

export const githubKind: DeskKind = {
  targets: { general: { labels: ['general'] }, access: { labels: ['access'] } },
};

function never(what: string): never {
  throw new Error(`GitHub Issues has no ${what}`);
}

/** The example in a whole bridge, configured as a module. */
export async function githubDesk(clock: SandboxClock): Promise<Desk> {
  const hub = await startHub({ clock, token: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
  const agents = agentsOf(hub);
  const settings = { repository: REPOSITORY, base_url: hub.baseUrl };
  return {
    settings: {
      system: 'module',
      module,
      settings,
      secrets: { token_env: 'DESK_SECRET' },
      hook_secret_env: 'DESK_HOOK_SECRET',
    },
    connectors: (io) => {
      const given = { id, settings, hookSecret: DESK_HOOK_SECRET, io, log: noLog };
      return new Map([[id, github.connect({ ...given, secret: () => createSecret(DESK_SECRET) })]]);
    },
    setHookUrl: hub.hooks.setUrl,
    tickets: () =>
      agents.tickets().map((ticket) =>
        ticketView({
          ...ticket,
          key: `helpdesk#${ticket.id}`,
          queue: hub.records.issues.get(Number(ticket.id))?.labels.join(', ') ?? '',
          category: ticket.statusCategory,
        }),
      ),
    comment: agents.comment,
    editComment: (_ticket, comment, text) => agents.editComment(comment, text),
    deleteComment: (_ticket, comment) => agents.deleteComment(comment),
    setInternal: () => never('internal notes'),
    attach: () => never('files'),
    setField: agents.setField,
    moveTo: () => never('states of its own'),
    setStatus: agents.setStatus,
    failAfterCommit: (times) => hub.faults.add('write', { kind: 'fail-after', status: 502 }, times),
    clearFaults: hub.faults.clear,
    cut: hub.cut,
    restore: hub.restore,
    loseHooks: hub.hooks.lose,
    settled: hub.hooks.settled,
    stop: hub.close,
  };
}
