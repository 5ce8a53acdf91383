import type { LinkView, OperationView, Violation } from './view.ts';

interface Moment {
  readonly when: 'rest' | 'running';
  readonly graceMs: number;
  readonly now: Date;
}

/** Nothing is silent: everything is done, waits for a time, or is parked with a reason; and what was done was written down. */
export function checkTelling(view: LinkView, moment: Moment): Violation[] {
  return [
    ...checkWaiting(view, moment),
    ...checkParked(view),
    ...checkAudit(view),
    ...checkAsked(view),
    ...checkReadings(view),
  ];
}

const about = (view: LinkView, invariant: Violation['invariant'], what: string): Violation => ({
  invariant,
  link: view.link.id,
  what,
});

/** What stands behind a stopped operation waits for it. */
function behindStop(view: LinkView, { lane, seq }: OperationView): boolean {
  return view.operations.some(
    (other) => other.lane === lane && other.state === 'parked' && other.blocks && other.seq < seq,
  );
}

function checkWaiting(view: LinkView, { when, graceMs, now }: Moment): Violation[] {
  const waiting = view.operations.filter(({ state }) => state === 'ready' || state === 'sending');
  return waiting
    .filter((operation) => !behindStop(view, operation))
    .filter((operation) => {
      if (when === 'rest') return true;
      const isHead = !waiting.some(({ lane, seq }) => lane === operation.lane && seq < operation.seq);
      return isHead && now.getTime() - operation.nextAt.getTime() > graceMs;
    })
    .map(({ kind, id, state, nextAt }) =>
      about(
        view,
        'I9',
        `The ${kind} ${id} is ${state} since ${nextAt.toISOString()}, and nobody works on it.`,
      ),
    );
}

function checkParked(view: LinkView): Violation[] {
  const silent = view.operations.filter(
    ({ state, reason }) => (state === 'parked' || state === 'skipped') && (reason ?? '').trim() === '',
  );
  const found = silent.map(({ kind, id, state }) =>
    about(view, 'I9', `The ${kind} ${id} is ${state} without a reason.`),
  );
  const { status, parkedReason } = view.link;
  if (status === 'parked' && (parkedReason ?? '').trim() === '')
    found.push(about(view, 'I9', 'The link is parked without a reason.'));
  const { parkedWhy } = view.link;
  if (
    status === 'parked' &&
    parkedWhy === 'operation' &&
    !view.operations.some(({ state }) => state === 'parked')
  )
    found.push(about(view, 'I9', 'The link is parked for an operation, and none of its operations is.'));
  const stopped = view.operations.some(({ state, blocks }) => state === 'parked' && blocks);
  if (stopped && status !== 'parked')
    found.push(about(view, 'I9', `A lane is stopped, and the link says that it is ${status}.`));
  return found;
}

/** Every effect that is done stands in the audit, once. */
function checkAudit(view: LinkView): Violation[] {
  const { audit } = view;
  if (audit === null) return [];
  const done = new Map<string, number>();
  for (const { state, kind } of view.operations)
    if (state === 'done') done.set(kind, (done.get(kind) ?? 0) + 1);
  return [...done].flatMap(([kind, count]) => {
    const written = audit.get(`${kind}.done`) ?? 0;
    return written === count
      ? []
      : [about(view, 'I10', `${count} effects "${kind}" are done, and the audit tells of ${written}.`)];
  });
}

/** What was asked for once is done once at most. */
function checkAsked(view: LinkView): Violation[] {
  const { asked, audit } = view;
  if (asked === null) return [];
  const found: Violation[] = [];
  const acted = (audit?.get('change.asked') ?? 0) + (audit?.get('change.refused') ?? 0);
  if (acted > asked.changes + asked.messages)
    found.push(
      about(view, 'I6', `People asked ${asked.changes} times for a change, and ${acted} were made of it.`),
    );
  if (asked.whispers > asked.receipts + asked.changes)
    found.push(
      about(view, 'I6', `${asked.receipts} asked for a receipt, and ${asked.whispers} answers were given.`),
    );
  return found;
}

function checkReadings(view: LinkView): Violation[] {
  return view.readings.flatMap((reading, index) => {
    const before = view.readings[index - 1];
    if (before === undefined || before <= reading) return [];
    const what = `The ticket of ${reading.toISOString()} was saved after that of ${before.toISOString()}.`;
    return [about(view, 'I12', what)];
  });
}
