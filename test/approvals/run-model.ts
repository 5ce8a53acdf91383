/** Histories of one request each, drawn by lot, told to the machine and held against the checker's book. */

import { MEANS } from '../../src/approvals/means.ts';
import { open } from '../../src/approvals/open.ts';
import { DAY_MS } from '../../src/approvals/standing.ts';
import type { Event, Step } from '../../src/approvals/step.ts';
import { type Approval, SURFACES } from '../../src/model/approval.ts';
import type { Lot } from '../support/lot.ts';
import { check, newBook } from './check.ts';
import { BOT, below, drawnRequest, drawnRoster, MINUTE, PEOPLE, POLICIES, START } from './world.ts';

export interface Tally {
  steps: number;
  histories: number;
  violations: string[];
  /** How often the machine took each kind of event, and came to each state. */
  readonly taken: Map<string, number>;
}

const KINDS = [
  ...['vote', 'vote', 'vote', 'vote', 'vote', 'vote', 'vote', 'vote'],
  ...['execute', 'execute', 'edit', 'delegate', 'revoke', 'expire', 'crash', 'done'],
] as const;
const ENDS = ['done', 'done', 'crash', 'not-run', 'vote', 'execute'] as const;
const genuine = { card: 'button', home: 'button', web: 'page', jsm: 'record', servicenow: 'record' } as const;

function drawnEvent(lot: Lot, approval: Approval, now: number): Event {
  const all = [...PEOPLE, BOT];
  const roster = drawnRoster(lot, now);
  const rarely = below(lot, 12) === 0;
  const rule = lot.pick(POLICIES.rules);
  const isEnded = approval.status !== 'executing' && below(lot, 100) === 0;
  const wanted = isEnded ? 'end' : approval.status === 'executing' ? lot.pick(ENDS) : lot.pick(KINDS);
  const at = { now, roster };
  const surface = lot.pick(SURFACES);
  switch (wanted) {
    case 'vote':
      return {
        ...{ ...at, kind: 'vote', by: lot.pick(all), surface },
        means: rarely ? lot.pick(MEANS) : genuine[surface],
        decision: below(lot, 8) === 0 ? 'deny' : 'approve',
        hash: approval.hash,
        round: approval.round - (below(lot, 20) === 0 ? 1 : 0),
        reason: below(lot, 4) === 0 ? ' ' : 'No.',
      };
    case 'edit':
      return { ...at, kind: 'edit', request: drawnRequest(lot, rule), rule };
    case 'delegate':
      return {
        ...{ ...at, kind: 'delegate', by: lot.pick(all), to: lot.pick(all) },
        until: now + below(lot, 20) * DAY_MS,
      };
    case 'revoke':
      return { ...at, kind: 'revoke', by: lot.pick(all) };
    case 'execute':
      return {
        ...{ ...at, kind: 'execute' },
        request: below(lot, 6) === 0 ? drawnRequest(lot, rule) : approval.request,
      };
    case 'done':
      return { ...at, kind: 'done', ok: below(lot, 5) > 0 };
    case 'crash':
    case 'not-run':
    case 'end':
    case 'expire':
      return { ...at, kind: wanted };
  }
}

/** A step takes some microseconds: on a busy machine, too, whoever needs a millisecond for each hangs. */
const LONGEST_STEP_MS = 1;
const LEAST_MS = 120_000;

/**
 * Goes on until so many steps were taken, or something is wrong.
 * @throws when that takes absurdly long
 */
export function runModel(step: Step, lot: Lot, most: number): Tally {
  const until = performance.now() + Math.max(LEAST_MS, most * LONGEST_STEP_MS);
  const tally: Tally = { steps: 0, histories: 0, violations: [], taken: new Map() };
  const count = (what: string) => tally.taken.set(what, (tally.taken.get(what) ?? 0) + 1);
  while (tally.steps < most && tally.violations.length === 0) {
    if (performance.now() > until) throw new Error(`The model hangs after ${tally.steps} steps`);
    let now = START;
    const rule = lot.pick(POLICIES.rules);
    const roster = drawnRoster(lot, now);
    const begun = open(drawnRequest(lot, rule), rule, POLICIES, { roster, now, round: 1 });
    tally.steps += 1;
    count(begun.kind === 'opened' ? 'request' : 'request refused');
    if (begun.kind === 'refused') continue;
    tally.histories += 1;
    let approval = begun.approval;
    const book = newBook(approval, now);
    for (let turn = 0, after = 0; turn < 40 && after < 3; turn += 1) {
      now += lot.pick([0, 1, 1000, MINUTE, MINUTE, 10 * MINUTE, 40 * MINUTE]);
      if (below(lot, 60) === 0) now += DAY_MS;
      const event = drawnEvent(lot, approval, now);
      const answer = step(approval, event);
      tally.steps += 1;
      tally.violations.push(...check(book, approval, event, answer));
      if (book.over) after += 1;
      if (answer.kind === 'refused') {
        count(`refused: ${answer.why}`);
        continue;
      }
      count(event.kind);
      if (answer.approval.status !== approval.status) count(`now ${answer.approval.status}`);
      approval = answer.approval;
    }
  }
  return tally;
}
