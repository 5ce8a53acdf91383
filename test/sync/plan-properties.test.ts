import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { docText, isBlankDoc } from '../../src/model/doc-text.ts';
import { type SlackTs, tsMicros } from '../../src/model/ids.ts';
import type { AskedFields, Intake, SlackMessage } from '../../src/model/intake.ts';
import type { Known } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import { type Paper, paper, planAll, planned, runAll, runOne, write } from './paper-lanes.ts';
import {
  ALMA,
  asked,
  BEN,
  comment,
  deleted,
  EVE,
  edited,
  known,
  limits,
  link,
  message,
  reading,
  saw,
  slackFile,
  ticketFile,
  tsAt,
} from './paper-world.ts';

const RUNS = { numRuns: 300 };

/** Words that fit into one comment, into several, or say nothing. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 999 }).map((n) => `said ${n}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 12, max: 60 }))
      .map(([n, words]) => Array.from({ length: words }, (_, at) => `w${n}-${at}`).join(' ')),
  },
  { weight: 1, arbitrary: fc.constant('  ') },
);
const someFiles = fc.subarray([1, 2]).map((all) => all.map((n) => slackFile(n)));

interface Story {
  readonly ts: SlackTs;
  /** Its versions, the first one first. */
  readonly versions: readonly SlackMessage[];
  readonly isDeleted: boolean;
  readonly deliveries: readonly Intake[];
}

/** One message: as it was written, edited and perhaps deleted. Its files are its own and only ever go away. */
const story = (micros: number): fc.Arbitrary<Story> =>
  fc
    .record({
      texts: fc.array(text, { minLength: 1, maxLength: 4 }),
      files: someFiles,
      dropAt: fc.nat(3),
      isDeleted: fc.boolean(),
    })
    .map(({ texts, files, dropAt, isDeleted }) => {
      const ts = tsAt(micros);
      const own = files.map((file) => ({
        ...file,
        id: slackFile(micros * 10 + Number(file.id.slice(1))).id,
      }));
      const deliveries = texts.map((words, n): Intake => {
        const changes = { files: n > 0 && n >= dropAt ? own.slice(1) : own };
        return n === 0 ? message(ts, words, changes) : edited(ts, n, words, changes);
      });
      const versions = deliveries.flatMap((one) => ('message' in one ? [one.message] : []));
      return { ts, versions, isDeleted, deliveries: isDeleted ? [...deliveries, deleted(ts)] : deliveries };
    });

const stories = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 48 })), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((all) => fc.tuple(...all.map(story)));

/** What happens after one another: deliveries come in, or an operation of the ticket's lane runs. */
type Event = { readonly plan: readonly Intake[] } | 'run';

/** Everything that people did, in any order, some of it twice, cut into plans, with operations running in between. */
const histories = stories.chain((all) => {
  const mail = all.flatMap((one) => one.deliveries);
  return fc
    .record({
      order: fc.shuffledSubarray(mail, { minLength: mail.length }),
      repeats: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }),
      breaks: fc.array(fc.nat({ max: 3 }), { minLength: mail.length + 6, maxLength: mail.length + 6 }),
    })
    .map(({ order, repeats, breaks }) => {
      const arriving = [...order];
      for (const [which, where] of repeats) {
        const again = mail[which % mail.length];
        if (again !== undefined) arriving.splice(where % (arriving.length + 1), 0, again);
      }
      const events: Event[] = [];
      let batch: Intake[] = [];
      for (const [n, intake] of arriving.entries()) {
        batch.push(intake);
        if (breaks[n] === 0) continue;
        events.push({ plan: batch }, ...Array.from({ length: (breaks[n] ?? 0) - 1 }, () => 'run' as const));
        batch = [];
      }
      return { all, events: [...events, { plan: batch }] satisfies Event[] };
    });
});

const small: Known = known({ limits: { ...limits, longest: { slack: 80, ticket: 80 } } });

function live(events: readonly Event[]): Paper {
  let now = paper(small);
  for (const event of events) now = event === 'run' ? runOne(now, 'ticket') : planned(now, saw(event.plan));
  return runAll(now);
}

const squeezed = (words: string) => words.replaceAll(/\s+/g, '');
/** The words of a message with a line for each of its files, as the ticket should say them. */
function wanted(version: SlackMessage): string {
  return squeezed(docText(version.body) + version.files.map((file) => `File: ${file.name}`).join(''));
}
/** What the ticket says for a message: its comments in their order, without the note of a late arrival. */
function onTicket(now: Paper, ts: SlackTs): readonly string[] {
  const item = now.known.items.find((one) => one.kind === 'message' && one.nativeId === ts);
  const parts = [...(item?.copies ?? [])].sort((a, b) => a.part - b.part);
  return parts.map(({ nativeId }) =>
    squeezed((now.ticket.get(nativeId) ?? 'lost').replace(/^\(written [^)]*, arrived late\)/, '')),
  );
}

const GRAVE = squeezed('(Deleted or shortened in Slack.)');
const DELETED = squeezed('This message was deleted in Slack.');

test('whatever order messages, edits and deletions come in, in the end the ticket says what Slack says', () => {
  fc.assert(
    fc.property(histories, ({ all, events }) => {
      const now = live(events);
      for (const { ts, versions, isDeleted } of all) {
        const says = onTicket(now, ts).filter((words) => words !== GRAVE);
        if (isDeleted) {
          assert.deepEqual(says, says.length === 0 ? [] : [DELETED]);
          continue;
        }
        const last = versions.at(-1);
        assert.equal(says.join(''), last === undefined ? '' : wanted(last));
      }
      const lives = all.filter((one) => !one.isDeleted).flatMap((one) => one.versions.at(-1)?.files ?? []);
      assert.deepEqual([...now.files].sort(), lives.map((file) => file.id).sort());
    }),
    RUNS,
  );
});

test('no edit and no repetition ever adds a comment beyond the parts of a message', () => {
  fc.assert(
    fc.property(histories, ({ all, events }) => {
      const now = live(events);
      const items = now.known.items.filter((item) => item.kind === 'message');
      assert.equal(items.length, all.length);
      const copies = now.known.items.flatMap((item) => item.copies.map(({ nativeId }) => nativeId));
      assert.equal(new Set(copies).size, copies.length);
      for (const id of now.ticket.keys()) assert.ok(copies.includes(id), 'a comment that nobody knows');
    }),
    RUNS,
  );
});

test('every delivery is closed exactly once', () => {
  fc.assert(
    fc.property(histories, ({ events }) => {
      let now = paper(small);
      for (const event of events) {
        if (event === 'run') {
          now = runOne(now, 'ticket');
          continue;
        }
        const sight = saw(event.plan);
        const steps = plan(now.known, sight);
        const closed = steps.flatMap((step) => (step.do === 'close' ? [step.delivery] : []));
        assert.deepEqual(closed.sort(), sight.deliveries.map(({ id }) => id).sort());
        now = { ...now, known: write(now.known, steps) };
      }
    }),
    RUNS,
  );
});

test('a plan writes comments in the order of their messages, and marks as late what follows a later one', () => {
  fc.assert(
    fc.property(histories, ({ events }) => {
      const rounds = events.flatMap((event) => (event === 'run' ? [] : [saw(event.plan)]));
      const { plans } = planAll(small, rounds);
      let newest = 0n;
      for (const steps of plans) {
        const before = newest;
        let previous = 0n;
        for (const step of steps) {
          if (step.do !== 'item' || step.item.kind !== 'message') continue;
          const at = BigInt(step.item.atMicros);
          assert.ok(at > previous, 'within a plan the order is that of the timestamps');
          previous = at;
          assert.equal(step.item.late, at < before);
          for (const [n, { body }] of step.mirrors.entries()) {
            if (body.kind !== 'comment') continue;
            assert.deepEqual([tsMicros(body.ts), body.part], [at, n + 1]);
            if (n === 0) assert.equal(docText(body.body).includes('arrived late'), step.item.late);
          }
          if (at > newest) newest = at;
        }
      }
    }),
    RUNS,
  );
});

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

test('plan is pure: the same answer twice, and nothing that it was given is changed', () => {
  const wishes = fc.constantFrom<AskedFields>(
    { status: 'new' },
    { status: 'done', summary: 'x' },
    { priority: 'high', assignee: BEN },
    {},
  );
  const anything = fc.tuple(
    histories,
    fc.subarray([comment(1), comment(2), comment(1, { body: plainDoc('x'), visibility: 'internal' })]),
    fc.constantFrom('live' as const, 'closed' as const, 'parked' as const, 'provisional' as const),
    fc.array(fc.tuple(fc.constantFrom(ALMA, BEN, EVE), wishes), { maxLength: 3 }),
    fc.integer({ min: 0, max: 20 }),
  );
  fc.assert(
    fc.property(anything, ([{ events }, comments, status, changes, days]) => {
      const closedAt = status === 'closed' ? new Date(small.now.getTime() - days * 86_400_000) : null;
      const rounds = events.flatMap((event) => (event === 'run' ? [] : [event.plan]));
      const begun = planned(
        paper({ ...small, link: link({ status, closedAt }) }),
        saw(rounds[0] ?? []),
      ).known;
      const clicks = changes.map(([by, set]) => asked(by, set));
      const read = reading({ comments, files: [ticketFile(1)] }, [comment(9).id]);
      const sight = saw([...rounds.slice(1).flat(), ...clicks], days % 2 === 0 ? read : 'gone');
      const before = structuredClone([begun, sight]);
      const first = structuredClone(plan(freeze(begun), freeze(sight)));
      assert.deepEqual(plan(begun, sight), first);
      assert.deepEqual([begun, sight], before);
    }),
    RUNS,
  );
});

test('the stories hold messages with words, without, long ones, edits, deletions and files', () => {
  const seen = { blank: 0, long: 0, edited: 0, deleted: 0, files: 0 };
  for (const { all } of fc.sample(histories, 200))
    for (const { versions, isDeleted } of all) {
      seen.blank += versions.some(({ body }) => isBlankDoc(body)) ? 1 : 0;
      seen.long += versions.some(({ body }) => docText(body).length > 80) ? 1 : 0;
      seen.edited += versions.length > 1 ? 1 : 0;
      seen.deleted += isDeleted ? 1 : 0;
      seen.files += versions.some(({ files }) => files.length > 0) ? 1 : 0;
    }
  for (const [what, times] of Object.entries(seen)) assert.ok(times > 20, `${what}: ${times}`);
});
