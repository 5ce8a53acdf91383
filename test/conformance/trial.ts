import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import type { Connector } from '../../src/connectors/connector.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import type { Attempt, Effect } from '../../src/model/effect.ts';
import { type CommentId, Marker, type TicketId } from '../../src/model/ids.ts';
import type { IoLimits, IoPoint } from '../../src/model/io.ts';
import { type Outcome, ok, type Refusal, type Retry } from '../../src/model/outcome.ts';
import type {
  CommentDraft,
  CommentRevision,
  FileDraft,
  OpenFile,
  TicketChange,
  TicketComment,
  TicketDraft,
  TicketRef,
} from '../../src/model/ticket.ts';
import type { ConnectorBench, OutsideTicket } from './bench.ts';

/** One rule that every connector keeps. It fails by throwing. */
export interface Rule {
  readonly name: string;
  run(trial: Trial): Promise<void>;
}

/** What a rule works with: a fresh bench, and shortcuts that say what they do. */
export interface Trial {
  readonly bench: ConnectorBench;
  readonly outside: ConnectorBench['outside'];
  /** The bench's connector; every call runs in its own io scope, and what it says about failures is kept. */
  readonly connector: Connector;
  /** The same connector under other limits. */
  within(limits: IoLimits): Connector;
  /** Every reason that the connector gave, for the check on secrets. */
  readonly reasons: readonly string[];
  attempt(): Attempt;
  draft(changes?: Partial<TicketDraft>): TicketDraft;
  /** A public comment that speaks for the bridge, unless changed. */
  words(ticket: TicketId, text: string, changes?: Partial<CommentDraft>): CommentDraft;
  /** The same draft for a comment that is there. */
  revision(draft: CommentDraft, comment: CommentId, text: string): CommentRevision;
  /** A text file with this content, unless changed; announced as it is. */
  file(ticket: TicketId, content: string | Uint8Array, changes?: Partial<FileDraft>): FileDraft;
  /** A change that Ada asks for, without having seen anything, unless changed. */
  change(ticket: TicketId, set: TicketChange['set'], changes?: Partial<TicketChange>): TicketChange;
  /**
   * Asks until it is not told to slow down, surely without effect. For rules that write a lot, where how fast one may is
   * not what they are about.
   */
  patiently<T>(ask: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** Creates a ticket through the connector. */
  ticket(): Promise<TicketRef>;
  /** The ticket as agents see it. */
  seen(ticket: TicketId): Promise<OutsideTicket>;
}

const LIMITS: IoLimits = { timeoutMs: 30_000 };

/** A connector whose every call runs in an io scope of its own; `heard` gets each reason it gives. */
function inScope(bench: ConnectorBench, limits: IoLimits, heard: (reason: string) => void): Connector {
  const { connector, io } = bench;

  async function run<T>(point: IoPoint, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await io.run(point, limits, work);
    if (outcome.kind !== 'ok') heard(outcome.reason);
    return outcome;
  }

  function scoped<I, R>(
    name: 'create' | 'comment' | 'revise' | 'file' | 'write',
    effect: Effect<I, R>,
  ): Effect<I, R> {
    const { proof, timeoutMs, settleMs } = effect;
    return {
      proof,
      timeoutMs,
      settleMs,
      send: (input, attempt) => run(`ticket.${name}.send`, () => effect.send(input, attempt)),
      find: (input, attempt) => run(`ticket.${name}.find`, () => effect.find(input, attempt)),
    };
  }

  const { comments, files } = connector;
  return {
    id: connector.id,
    site: connector.site,
    check: () => run('ticket.check', () => connector.check()),
    create: scoped('create', connector.create),
    read: (ticket) => run('ticket.read', () => connector.read(ticket)),
    write: scoped('write', connector.write),
    comments: {
      longest: comments.longest,
      add: scoped('comment', comments.add),
      revise: scoped('revise', comments.revise),
      read: (ticket, comment) => run('ticket.read', () => comments.read(ticket, comment)),
    },
    files:
      'absent' in files
        ? files
        : {
            largest: files.largest,
            add: scoped('file', files.add),
            remove: scoped('file', files.remove),
            // Read to its end within the scope, as whoever carries a file does.
            open: (ticket, file) =>
              run('ticket.read', async () => {
                const outcome = await files.open(ticket, file);
                return outcome.kind === 'ok' ? ok(await readThrough(outcome.value)) : outcome;
              }),
          },
    people: (email) => run('ticket.read', () => connector.people(email)),
    readHook(hook) {
      const reading = connector.readHook(hook);
      if (reading.kind === 'refused') heard(reading.reason);
      return reading;
    },
    changesSince: (cursor) => run('ticket.changes', () => connector.changesSince(cursor)),
    can: capabilitiesInScope(connector.can, run),
  };
}

type Run = <T>(point: IoPoint, work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

function capabilitiesInScope(
  { approvals, knowledge, clocks, catalog, priorities, backlink, ...others }: Connector['can'],
  run: Run,
): Connector['can'] {
  const effect = <I, R>(one: Effect<I, R>): Effect<I, R> => ({
    ...one,
    send: (input, attempt) => run('ticket.write.send', () => one.send(input, attempt)),
    find: (input, attempt) => run('ticket.write.find', () => one.find(input, attempt)),
  });
  return {
    ...others,
    ...(approvals && {
      approvals: {
        surface: approvals.surface,
        list: (ticket) => run('ticket.read', () => approvals.list(ticket)),
        answer: effect(approvals.answer),
      },
    }),
    ...(knowledge && {
      knowledge: {
        search: (words, options) => run('ticket.read', () => knowledge.search(words, options)),
      },
    }),
    ...(clocks && { clocks: { read: (ticket) => run('ticket.read', () => clocks.read(ticket)) } }),
    ...(catalog && { catalog: { form: (target) => run('ticket.read', () => catalog.form(target)) } }),
    ...(priorities && {
      priorities: {
        meaning: (ticket, names) => run('ticket.read', () => priorities.meaning(ticket, names)),
      },
    }),
    ...(backlink && { backlink: effect(backlink) }),
  };
}

async function readThrough(file: OpenFile): Promise<OpenFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.bytes) chunks.push(chunk);
  return { ...file, bytes: chunked(Buffer.concat(chunks)) };
}

/** Bytes in chunks of uneven size, as a network brings them. */
export async function* chunked(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 65_521)
    yield bytes.subarray(at, at + size);
}

/** The content of a file that was opened. */
export async function bytesOf(file: OpenFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a comment says, as plain words. */
export function said(comment: Pick<TicketComment, 'body'> | undefined): string {
  return comment === undefined ? '(no comment)' : docText(comment.body);
}

export function createTrial(bench: ConnectorBench): Trial {
  const reasons: string[] = [];
  const heard = (reason: string) => reasons.push(reason);
  const connector = inScope(bench, LIMITS, heard);

  const attempt = () => ({
    marker: Marker.parse(`dsk-${randomUUID().replaceAll('-', '')}`),
    startedAt: bench.now(),
  });
  const draft = (changes: Partial<TicketDraft> = {}): TicketDraft => ({
    target: bench.target,
    summary: `${bench.summaryPrefix ?? ''} Cannot open the door ${randomUUID()}`.trim(),
    description: plainDoc('First line\nSecond line'),
    kind: 'iam',
    priority: 'medium',
    requester: { name: 'Ada Lovelace', email: 'ada@example.com' },
    reason: 'Rule "doors" matched the word "door"',
    permalink: 'https://example.slack.com/archives/C0123456789/p1700000000000100',
    ...changes,
  });

  return {
    bench,
    outside: bench.outside,
    connector,
    within: (limits) => inScope(bench, limits, heard),
    reasons,
    attempt,
    draft,
    words: (ticket, text, changes = {}) => ({
      ticket,
      author: null,
      body: plainDoc(text),
      visibility: 'public',
      source: null,
      part: null,
      ...changes,
    }),
    revision: (draft, comment, text) => ({ ...draft, comment, body: plainDoc(text), withdrawn: false }),
    file(ticket, content, changes = {}) {
      const bytes = Buffer.from(content);
      return {
        ticket,
        name: `notes-${randomUUID()}.txt`,
        mime: 'text/plain',
        size: bytes.length,
        sha256: sha256(bytes),
        author: null,
        open: () => chunked(bytes),
        ...changes,
      };
    },
    change: (ticket, set, changes = {}) => ({
      ticket,
      set,
      before: null,
      actor: { name: 'Ada Lovelace', grant: null },
      ...changes,
    }),
    async patiently(ask) {
      for (let times = 0; times < 100; times += 1) {
        const outcome = await ask();
        if (outcome.kind !== 'retry') return outcome;
        await bench.outside.pass(retried(outcome, 'none').afterMs ?? 1000);
      }
      return assert.fail('asked to slow down a hundred times');
    },
    ticket: async () => value(await connector.create.send(draft(), attempt())),
    async seen(ticket) {
      const found = (await bench.outside.tickets()).find((candidate) => candidate.id === ticket);
      assert.ok(found, `agents see no ticket ${ticket}`);
      return found;
    },
  };
}

/** The value of an outcome that has to be ok. */
export function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  assert.fail(`expected ok, got ${JSON.stringify(outcome)}`);
}

/** The outcome has to be a retry with this effect. */
export function retried(outcome: Outcome<unknown>, effect: Retry['effect']): Retry {
  if (outcome.kind !== 'retry') assert.fail(`expected a retry, got ${JSON.stringify(outcome)}`);
  assert.equal(outcome.effect, effect, `the effect is ${effect}, not ${outcome.effect}: ${outcome.reason}`);
  return outcome;
}

/** The outcome has to be a refusal for this cause. */
export function refused(outcome: Outcome<unknown>, code: Refusal): void {
  if (outcome.kind !== 'rejected') assert.fail(`expected "${code}", got ${JSON.stringify(outcome)}`);
  assert.equal(outcome.code, code, outcome.reason);
}

/** Text without white space, characters that nobody sees and the dots that break markup: systems may change those. */
export function bare(text: string): string {
  return text.replace(/[\p{C}\p{Z}\s·]+/gu, '');
}

/** Reasons reach people and logs: sentences without secrets and without the inside of the program. */
export function assertDiscreet(reasons: readonly string[], secrets: readonly string[]): void {
  for (const reason of reasons) {
    for (const secret of secrets) assert.ok(!reason.includes(secret), 'a reason contains a secret');
    assert.ok(bare(reason).length > 10, `a reason says nothing: "${reason}"`);
    assert.ok(reason.length <= 1000, `a reason is too long to be read: ${reason.slice(0, 200)}…`);
    assert.ok(!/\n\s+at /.test(reason), `a reason contains a stack: ${reason}`);
  }
}
