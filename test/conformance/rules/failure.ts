import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import type { Connector } from '../../../src/connectors/connector.ts';
import { DeadlinePassed } from '../../../src/connectors/io.ts';
import type { AttachmentId, CommentId, TicketId } from '../../../src/model/ids.ts';
import type { Outcome, Refusal } from '../../../src/model/outcome.ts';
import { filesOf, takesFiles } from '../bench.ts';
import { type Rule, refused, retried, type Trial, value } from '../trial.ts';

type Call = (connector: Connector) => Promise<Outcome<unknown>>;

interface There {
  readonly ticket: TicketId;
  readonly comment: CommentId;
  /** Null where the system takes none. */
  readonly file: AttachmentId | null;
  readonly cursor: string;
}

/** Every call of the contract that reads. */
function readsOf({ bench, draft, attempt, words, revision, file, change }: Trial, there: There) {
  const { ticket, comment, cursor } = there;
  const other = revision(words(ticket, ''), comment, 'Other words');
  const fileReads = (id: AttachmentId) => ({
    'files.open': (connector: Connector) => filesOf(connector).open(ticket, id),
    'files.add.find': (connector: Connector) => filesOf(connector).add.find(file(ticket, 'Hello'), attempt()),
  });
  return {
    check: (connector) => connector.check(),
    'create.find': (connector) => connector.create.find(draft(), attempt()),
    read: (connector) => connector.read(ticket),
    'write.find': (connector) => connector.write.find(change(ticket, { status: 'done' }), attempt()),
    'comments.read': (connector) => connector.comments.read(ticket, comment),
    'comments.add.find': (connector) => connector.comments.add.find(words(ticket, 'Hello'), attempt()),
    'comments.revise.find': (connector) => connector.comments.revise.find(other, attempt()),
    people: (connector) => connector.people(bench.person.email),
    changesSince: (connector) => connector.changesSince(cursor),
    ...(there.file === null ? {} : fileReads(there.file)),
  } satisfies Record<string, Call>;
}

/** Every call of the contract that changes something. */
function writesOf(
  { draft, attempt, words, revision, file, change }: Trial,
  { ticket, comment, file: id }: There,
) {
  const other = revision(words(ticket, ''), comment, 'Other words');
  const fileWrites = (id: AttachmentId) => ({
    'files.add.send': (connector: Connector) => filesOf(connector).add.send(file(ticket, 'Hello'), attempt()),
    'files.remove.send': (connector: Connector) =>
      filesOf(connector).remove.send({ ticket, file: id }, attempt()),
  });
  return {
    'create.send': (connector) => connector.create.send(draft(), attempt()),
    'write.send': (connector) => connector.write.send(change(ticket, { status: 'active' }), attempt()),
    'comments.add.send': (connector) => connector.comments.add.send(words(ticket, 'Hello'), attempt()),
    'comments.revise.send': (connector) => connector.comments.revise.send(other, attempt()),
    ...(id === null ? {} : fileWrites(id)),
  } satisfies Record<string, Call>;
}

async function callsOf(trial: Trial) {
  const { connector, attempt } = trial;
  const { id } = await trial.ticket();
  const comment = value(await connector.comments.add.send(trial.words(id, 'Written before'), attempt())).id;
  const file = takesFiles(connector)
    ? value(await connector.files.add.send(trial.file(id, 'Attached before'), attempt())).id
    : null;
  // Whatever is asked once and remembered (who we are, which fields there are) is asked now, not under a fault.
  value(await connector.check());
  const { cursor } = value(await connector.changesSince(null));
  const there: There = { ticket: id, comment, file, cursor };
  const reads: Record<string, Call> = readsOf(trial, there);
  const writes: Record<string, Call> = writesOf(trial, there);
  for (const call of Object.values(reads)) value(await call(connector));
  return { id, reads: Object.entries(reads), writes: Object.entries(writes) };
}

const slowDown: Rule = {
  name: '429 is a retry with the server’s delay and surely no effect',
  async run(trial) {
    const { reads, writes } = await callsOf(trial);
    const before = (await trial.outside.tickets()).length;
    for (const [name, call] of [...reads, ...writes]) {
      const kind = writes.some(([write]) => write === name) ? 'writes' : 'reads';
      trial.outside.fault(kind, { kind: 'limit', retryAfterS: 7 }, 1);
      const { afterMs } = retried(await call(trial.connector), 'none');
      trial.outside.clearFaults();
      assert.ok(afterMs !== undefined && afterMs >= 7000 && afterMs <= 8000, `${name} says ${afterMs} ms`);
    }
    assert.equal((await trial.outside.tickets()).length, before);
  },
};

const cut: Rule = {
  name: 'a connection that is refused is a retry for the destination, surely without effect, and heals',
  async run(trial) {
    const { id, reads, writes } = await callsOf(trial);
    const before = await trial.outside.tickets();
    await trial.outside.cut();
    for (const [name, call] of [...reads, ...writes]) {
      assert.equal(retried(await call(trial.connector), 'none').scope, 'destination', name);
    }
    await trial.outside.restore();
    assert.deepEqual(await trial.outside.tickets(), before);
    value(await trial.connector.read(id));
    value(await trial.connector.create.send(trial.draft(), trial.attempt()));
  },
};

const brokenReads: Rule = {
  name: 'a read that meets a web page, a 5xx or a reset is a retry, never an answer',
  async run(trial) {
    const { reads } = await callsOf(trial);
    const faults = [
      { kind: 'html' },
      { kind: 'fail-before', status: 500 },
      { kind: 'reset-before' },
    ] as const;
    for (const fault of faults) {
      for (const [name, call] of reads) {
        trial.outside.fault('reads', fault, 1);
        const outcome = await call(trial.connector);
        trial.outside.clearFaults();
        const shown = `${name} after ${fault.kind}: ${JSON.stringify(outcome)}`;
        // A web page in the place of a file is a login page: asking again brings it again.
        if (name === 'files.open' && fault.kind === 'html') assert.notEqual(outcome.kind, 'ok', shown);
        else assert.equal(outcome.kind, 'retry', shown);
      }
    }
  },
};

const hangingRead: Rule = {
  name: 'a read that is never answered ends in time as a retry',
  async run(trial) {
    const { id } = await callsOf(trial);
    trial.outside.fault('reads', { kind: 'hang' }, 1);
    const outcome = await trial.within({ timeoutMs: 500 }).read(id);
    assert.equal(outcome.kind, 'retry', JSON.stringify(outcome));
  },
};

/** A queue that is not there is our configuration's fault; a file that is not there needs no removal. */
const NO_404 = new Set(['create.send', 'files.remove.send']);

/** A policy of the system that refuses one value is a reason to leave that field. */
function isLeft(outcome: Outcome<unknown>, status: number): boolean {
  if (outcome.kind !== 'ok' || (status !== 400 && status !== 403)) return false;
  return Left.parse(outcome.value).left.length > 0;
}
const Left = z.object({
  left: z.array(z.object({ field: z.literal('status'), reason: z.string().min(15) })),
});

const refusals: Rule = {
  name: '400, 401, 403 and 404 are refusals that name the cause',
  async run(trial) {
    const { reads, writes } = await callsOf(trial);
    const causes: readonly (readonly [number, Refusal])[] = [
      [400, 'invalid'],
      [401, 'auth'],
      [403, 'forbidden'],
      [404, 'not-found'],
    ];
    for (const [status, code] of causes) {
      for (const [name, call] of writes.filter(([name]) => status !== 404 || !NO_404.has(name))) {
        // Twice: a form that was refused may be read anew and sent once more.
        trial.outside.fault('writes', { kind: 'fail-before', status }, 2);
        const outcome = await call(trial.connector);
        if (name !== 'write.send' || !isLeft(outcome, status)) refused(outcome, code);
        trial.outside.clearFaults();
      }
      const read = reads.find(([name]) => name === 'read');
      assert.ok(read);
      trial.outside.fault('reads', { kind: 'fail-before', status }, 1);
      refused(await read[1](trial.connector), code);
      trial.outside.clearFaults();
    }
  },
};

const deadline: Rule = {
  name: 'after the end of the lease nothing is sent and DeadlinePassed reaches the caller',
  async run(trial) {
    const { reads, writes } = await callsOf(trial);
    const ended = performance.now() - 1;
    const late = trial.within({ timeoutMs: 5000, notAfter: () => ended });
    const before = trial.outside.requests();
    for (const [name, call] of [...reads, ...writes]) {
      await assert.rejects(() => call(late), DeadlinePassed, name);
    }
    assert.equal(trial.outside.requests(), before);
  },
};

const knowsItself: Rule = {
  name: 'check names the account that we are let in as',
  async run({ connector }) {
    assert.notEqual(value(await connector.check()).account.trim(), '');
    assert.notEqual(connector.site, '');
  },
};

export const failureRules: readonly Rule[] = [
  knowsItself,
  slowDown,
  cut,
  brokenReads,
  hangingRead,
  refusals,
  deadline,
];
