import fc from 'fast-check';
import { IO_POINTS } from '../../src/model/io.ts';
import { STATUS_CATEGORIES } from '../../src/model/ticket.ts';
import { NETS } from './paper/office.ts';
import { FATES } from './weather.ts';

export const FILES = ['small', 'big', 'refused', 'unsized'] as const;

const nth = fc.nat({ max: 7 });
const who = fc.nat({ max: 3 });
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constant('short' as const) },
  { weight: 2, arbitrary: fc.constant('long' as const) },
  { weight: 1, arbitrary: fc.constantFrom('mention' as const, 'secret' as const) },
);
const file = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(...FILES) },
);
/** Milliseconds until the next act: several at once, people's pace, and long silences. */
const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, 0, 400) },
  { weight: 5, arbitrary: fc.constantFrom(2_000, 15_000, 40_000) },
  { weight: 1, arbitrary: fc.constantFrom(100_000, 3_600_000) },
);
const points = [...IO_POINTS, 'slack.', 'ticket.', 'ticket.comment', 'slack.post', 'ticket.read'];
const point = fc.constantFrom(...points);
const steps = IO_POINTS.flatMap((name) => [`${name}:before`, `${name}:exchanged`, `${name}:after`]);

const act = <K extends string, T>(name: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.tuple(gap, fc.record<T>(fields)).map(([ms, rest]) => ({ act: name, gap: ms, ...rest }));

const people = {
  ask: act('ask', { who, where: fc.nat({ max: 3 }), words, file }),
  reply: act('reply', { who, thread: nth, words, file, bot: fc.nat({ max: 9 }) }),
  edit: act('edit', { message: nth, words }),
  remove: act('remove', { message: nth }),
  dropFile: act('drop-file', { message: nth }),
  shortcut: act('shortcut', { message: nth, who }),
  form: act('form', { who, words }),
  press: act('press', { link: nth, who, button: fc.nat({ max: 5 }) }),
  receipt: act('receipt', { link: nth, who }),
};
const agents = {
  comment: act('comment', { ticket: nth, visibility: fc.nat({ max: 5 }), words }),
  amend: act('amend', { comment: nth, words }),
  flip: act('flip', { comment: nth }),
  strike: act('strike', { comment: nth }),
  attach: act('attach', { ticket: nth, visibility: fc.nat({ max: 3 }), file: fc.constantFrom(...FILES) }),
  detach: act('detach', { file: nth }),
  status: act('status', { ticket: nth, to: fc.constantFrom(...STATUS_CATEGORIES) }),
  field: act('field', { ticket: nth, value: nth }),
  bulk: act('bulk', { ticket: nth, times: fc.constantFrom(20, 60) }),
};
const troubles = {
  fate: act('fate', {
    at: point,
    fate: fc.constantFrom(...FATES),
    times: fc.constantFrom(1, 1, 2, 5),
    ms: fc.constantFrom(1_000, 20_000, 45_000),
  }),
  lag: act('lag', { of: fc.constantFrom('slack', 'jira', 'snow'), ms: fc.constantFrom(0, 2_000, 12_000) }),
  net: act('net', {
    kind: fc.constantFrom(...NETS),
    times: fc.constantFrom(1, 2, 5),
    ms: fc.constantFrom(1_000, 30_000, 400_000, 3 * 86_400_000),
  }),
  crash: act('crash', {
    at: fc.constantFrom(...steps, 'store.before', 'store.after'),
    nth: fc.integer({ min: 1, max: 4 }),
  }),
  stall: act('stall', {
    at: fc.constantFrom(...steps, 'store.before', 'store.after'),
    nth: fc.integer({ min: 1, max: 4 }),
  }),
  down: act('down', { ms: fc.constantFrom(10_000, 200_000, 7_200_000, 3 * 86_400_000) }),
  revoke: act('revoke', { refuses: fc.boolean() }),
  retry: act('retry', {}),
};

/** One thing that happens. Numbers choose among what is there at that moment, so every history can be played. */
export const Act = fc.oneof(
  { weight: 5, arbitrary: people.ask },
  { weight: 12, arbitrary: people.reply },
  { weight: 5, arbitrary: people.edit },
  { weight: 3, arbitrary: people.remove },
  { weight: 1, arbitrary: people.dropFile },
  { weight: 2, arbitrary: people.shortcut },
  { weight: 1, arbitrary: people.form },
  { weight: 3, arbitrary: people.press },
  { weight: 1, arbitrary: people.receipt },
  { weight: 10, arbitrary: agents.comment },
  { weight: 4, arbitrary: agents.amend },
  { weight: 3, arbitrary: agents.flip },
  { weight: 2, arbitrary: agents.strike },
  { weight: 1, arbitrary: agents.attach },
  { weight: 1, arbitrary: agents.detach },
  { weight: 3, arbitrary: agents.status },
  { weight: 2, arbitrary: agents.field },
  { weight: 7, arbitrary: troubles.fate },
  { weight: 2, arbitrary: troubles.lag },
  { weight: 4, arbitrary: troubles.net },
  { weight: 3, arbitrary: troubles.crash },
  { weight: 2, arbitrary: troubles.stall },
  { weight: 1, arbitrary: troubles.down },
  { weight: 1, arbitrary: troubles.revoke },
  { weight: 1, arbitrary: troubles.retry },
);
export type Act = typeof Act extends fc.Arbitrary<infer A> ? A : never;

/** Rare, because it costs as much as many others. */
export const BulkAct = agents.bulk;
export type AnyAct = Act | (typeof BulkAct extends fc.Arbitrary<infer A> ? A : never);

/** Every history begins with a request, else little happens in it. */
export const Acts: fc.Arbitrary<readonly AnyAct[]> = fc
  .tuple(
    people.ask,
    fc.array(fc.oneof({ weight: 200, arbitrary: Act }, { weight: 1, arbitrary: BulkAct }), {
      maxLength: 24,
      size: 'max',
    }),
  )
  .map(([first, rest]) => [first, ...rest]);
