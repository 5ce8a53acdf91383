import type { Io } from '../../../model/io.ts';
import type { JiraClient } from '../client.ts';
import { setByRules } from '../maps.ts';
import { fitOfQueue } from '../queues.ts';
import type { DeskTarget } from '../targets.ts';
import type { Parts } from './notes.ts';

/** Three requests, one after the other. */
const TIMEOUT_MS = 45_000;

/** Whether the queues of service desks that targets name would show the tickets that we make. */
export async function lookAtQueues(
  parts: Parts,
  site: { readonly client: JiraClient; readonly io: Io },
): Promise<void> {
  const named = [...parts.targets].flatMap(([queue, target]) =>
    'service_desk' in target && target.queue !== undefined ? [{ queue, target }] : [],
  );
  if (named.length === 0)
    parts.notes.unseen('jira.queues', 'no target names the queue of a service desk (target.queue)');
  for (const { queue, target } of named) await lookAtQueue(parts, site, { queue, target });
}

async function lookAtQueue(
  { notes, maps }: Parts,
  { client, io }: { readonly client: JiraClient; readonly io: Io },
  { queue, target }: { readonly queue: string; readonly target: DeskTarget },
): Promise<void> {
  const number = target.queue ?? '';
  const subject = `${number} (queue ${queue})`;
  const fit = await io.run('ticket.check', { timeoutMs: TIMEOUT_MS }, () =>
    fitOfQueue(client, target, setByRules(maps)),
  );
  if (fit.kind === 'rejected' && (fit.code === 'not-found' || fit.code === 'forbidden')) {
    const wrong = `Service desk ${target.service_desk} shows the account no queue ${number}.`;
    notes.problem('jira.queues', 'missing', { subject, wrong });
    return;
  }
  if (fit.kind !== 'ok' || fit.value === null) {
    notes.unseen('jira.queues', fit.kind === 'ok' ? 'nothing was found' : fit.reason, subject);
    return;
  }
  const { name, problems } = fit.value;
  for (const problem of problems)
    notes.problem('jira.queues', 'not-shown', { subject, wrong: `"${name}": ${problem}.` });
  if (problems.length === 0) notes.passed('jira.queues', `"${name}" can show our tickets`, subject);
}
