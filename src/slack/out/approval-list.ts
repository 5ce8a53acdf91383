/** What waits for somebody's decision: behind the command and on Home. */
import type { KnownBlock, PlainTextElement, StaticSelect } from '@slack/types';
import { RISK_CLASSES, type RiskClass } from '../../model/approval.ts';
import { filterPending, type Pending, type PendingFilter, sortPending } from '../../model/pending.ts';
import { RISK_WORDS } from '../../texts/approvals.ts';
import * as say from '../../texts/pending-approvals.ts';
import { inertValue, linkValue, liveDate, plainValue } from './approval-shown.ts';
import { mrkdwn } from './mrkdwn.ts';

export const PENDING_ACTIONS = {
  open: 'desk_pending_open',
  /** The value is the id of one of those that are alike. */
  alike: 'desk_pending_alike',
  domain: 'desk_pending_domain',
  risk: 'desk_pending_risk',
  system: 'desk_pending_system',
  blocks: 'desk_pending_blocks',
} as const;
/** The value of "all" in a filter. */
export const ALL_VALUE = '*';

export interface PendingList {
  /** `value` of its button: opaque here. Null: it can only be seen. */
  readonly items: readonly (Pending & { readonly value: string | null })[];
  readonly filter: PendingFilter;
  readonly now: number;
  /** So many are shown; a message takes 50 blocks, a Home with everything else in it 100. */
  readonly most: number;
  /** It is narrowed down already, and cannot be here. */
  readonly isFixed?: boolean;
}

const LONGEST_TITLE = 120;
const LONGEST_SUMMARY = 240;
const LONGEST_TAG = 60;
/** Slack takes 100 options of 75 characters, and values of 150 (docs.slack.dev/reference/block-kit). */
const MOST_OPTIONS = 99;
const LONGEST_OPTION = 75;
const LONGEST_VALUE = 140;
const DOT: Readonly<Record<RiskClass, string>> = {
  low: ':white_circle:',
  medium: ':large_yellow_circle:',
  high: ':large_orange_circle:',
  critical: ':red_circle:',
};

const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });
const note = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] });

/** The list by risk times urgency, with its filters; without a heading, which the place gives it. */
export function renderPending({ items, filter, now, most, isFixed = false }: PendingList): KnownBlock[] {
  if (items.length === 0) return [note(say.NOTHING_WAITS)];
  const values = new Map(items.map(({ id, value }) => [id, value]));
  const fitting = sortPending(filterPending(items, filter), now);
  const shown = fitting.slice(0, most);
  return [
    ...(isFixed ? [] : filters(items, filter)),
    ...(fitting.length === 0 ? [note(say.NONE_FITS)] : []),
    ...shown.map((one) => itemBlock(one, values.get(one.id) ?? null, now)),
    note(
      [
        say.countWords(shown.length, items.length),
        ...(fitting.length > shown.length ? [say.moreWords(fitting.length - shown.length)] : []),
      ].join(' '),
    ),
  ];
}

function itemBlock(one: Pending, value: string | null, now: number): KnownBlock {
  const { title, key, url, summary, requester, risk, domain, system, blocksPerson, until } = one;
  const name = linkValue(url, key, LONGEST_TAG);
  const tags = [
    `${DOT[risk]} ${RISK_WORDS[risk]}`,
    inertValue(domain, LONGEST_TAG),
    inertValue(system, LONGEST_TAG),
    ...(blocksPerson ? [`:hourglass_flowing_sand: ${say.BLOCKS}`] : []),
    inertValue(say.askedBy(requester), LONGEST_TITLE),
    ...(until === null ? [] : [`${until < now ? say.OVERDUE : say.DUE} ${liveDate(until)}`]),
  ];
  const text = `*${inertValue(title, LONGEST_TITLE)}*  ${name}  ${inertValue(summary, LONGEST_SUMMARY)}\n${tags.join('  ·  ')}`;
  return {
    type: 'section',
    text: mrkdwn(text),
    ...(value === null
      ? {}
      : {
          accessory: { type: 'button', action_id: PENDING_ACTIONS.open, text: plain(say.DECIDE), value },
        }),
  };
}

/** Only what there is to choose from is offered; one of a sort needs no filter. */
function filters(items: readonly Pending[], filter: PendingFilter): KnownBlock[] {
  const risks = RISK_CLASSES.filter((risk) => items.some((one) => one.risk === risk));
  const selects = [
    select('domain', namesOf(items.map(({ domain }) => domain)), filter.domain),
    select('risk', risks.map((risk) => [risk, RISK_WORDS[risk]] as const).reverse(), filter.risk),
    select('system', namesOf(items.map(({ system }) => system)), filter.system),
    ...(items.some(({ blocksPerson }) => blocksPerson)
      ? [select('blocks', [['blocks', say.BLOCKED_ONLY]], filter.blocksPerson ? 'blocks' : null, 1)]
      : []),
  ].filter((one) => one !== null);
  return selects.length === 0
    ? []
    : [{ type: 'actions', block_id: 'desk_pending_filters', elements: selects }];
}

const namesOf = (names: readonly string[]): (readonly [string, string])[] =>
  [...new Set(names)].sort().map((name) => [name, name]);

function select(
  what: Exclude<keyof typeof PENDING_ACTIONS, 'open' | 'alike'>,
  choices: readonly (readonly [string, string])[],
  chosen: string | null,
  fewest = 2,
): StaticSelect | null {
  if (choices.length < fewest) return null;
  const fitting = choices.filter(
    ([value]) => value !== '' && value.length <= LONGEST_VALUE && value !== ALL_VALUE,
  );
  const options = [
    [ALL_VALUE, `${say.FILTERS[what]}: ${say.ALL}`] as const,
    ...fitting.slice(0, MOST_OPTIONS),
  ].map(([value, label]) => ({ text: plain(plainValue(label, LONGEST_OPTION)), value }));
  const initial = options.find(({ value }) => value === (chosen ?? ALL_VALUE)) ?? options[0];
  return {
    type: 'static_select',
    action_id: PENDING_ACTIONS[what],
    placeholder: plain(say.FILTERS[what]),
    options,
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
}
