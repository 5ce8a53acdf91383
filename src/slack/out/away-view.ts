/** The form in which somebody names who decides while he is away. */
import type { InputBlock, KnownBlock } from '@slack/types';
import type { RiskClass } from '../../model/approval.ts';
import type { SlackUser } from '../../model/ids.ts';
import { CANCEL } from '../../texts/approvals.ts';
import * as say from '../../texts/away.ts';
import { liveDate } from './approval-shown.ts';
import type { FormLook } from './approval-views.ts';
import { inertMrkdwn, mrkdwn } from './mrkdwn.ts';

export const AWAY_ACTIONS = { open: 'desk_away_open', end: 'desk_away_end' } as const;
export const AWAY_FORM = 'desk_away_form';
export const AWAY_INPUTS = { to: 'to', from: 'from', until: 'until', end: 'end' } as const;
/** The one action in each block, as in the other forms of approvals. */
const VALUE = 'value';

/** Who stands in for somebody. Times are milliseconds since 1970. */
export interface StandIn {
  readonly name: string;
  readonly slack: SlackUser | null;
  readonly since: number;
  readonly until: number;
}

export interface AwayForm {
  readonly present: StandIn | null;
  readonly longestDays: number;
  readonly to: RiskClass;
  readonly now: number;
}

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const section = (text: string): KnownBlock => ({ type: 'section', text: mrkdwn(text) });
const seconds = (ms: number) => Math.floor(ms / 1000);
const LONGEST_NAME = 120;
const DAY_MS = 86_400_000;

/** In one sentence, for the form and for Home. */
function standInText({ name, slack, since, until }: StandIn): string {
  const who = slack === null ? inertMrkdwn(name, LONGEST_NAME) : `<@${slack}>`;
  return say.awayNow(who, liveDate(since), liveDate(until));
}

/** On Home. Null: nobody can stand in for anybody here. */
export function awayPart(away: { readonly present: StandIn | null } | null): KnownBlock[] {
  if (away === null) return [];
  const press = (action_id: string, text: string) =>
    ({ type: 'button', action_id, text: plain(text) }) as const;
  return [
    { type: 'divider' },
    { type: 'header', text: plain(say.AWAY_TITLE) },
    away.present === null
      ? { type: 'context', elements: [mrkdwn(say.AWAY_WHY)] }
      : section(standInText(away.present)),
    {
      ...({ type: 'actions', block_id: 'desk_away' } as const),
      elements: [
        press(AWAY_ACTIONS.open, say.AWAY_BUTTON),
        ...(away.present === null ? [] : [press(AWAY_ACTIONS.end, say.AWAY_END)]),
      ],
    },
  ];
}

const input = (
  block_id: string,
  label: string,
  element: InputBlock['element'],
  optional = false,
): InputBlock => ({
  ...{ type: 'input', block_id, label: plain(label), element, optional },
});

/** Slack's dates with a time are seconds since 1970, on the clock of whoever chooses (docs.slack.dev, datetimepicker element). */
export function awayView({ present, longestDays, to, now }: AwayForm): FormLook {
  const { to: who, from, until, end } = AWAY_INPUTS;
  const last = Math.min(7, longestDays) * DAY_MS;
  const ending: KnownBlock[] =
    present === null
      ? []
      : [
          section(standInText(present)),
          input(
            end,
            say.END_LABEL,
            {
              ...({ type: 'checkboxes', action_id: VALUE } as const),
              options: [{ text: plain(say.END_IT), value: 'end' }],
            },
            true,
          ),
        ];
  const date = (at: number) =>
    ({ type: 'datetimepicker', action_id: VALUE, initial_date_time: seconds(at) }) as const;
  return {
    ...({ type: 'modal', callback_id: AWAY_FORM, title: plain(say.AWAY_TITLE) } as const),
    ...{ submit: plain(say.NAME), close: plain(CANCEL) },
    blocks: [
      section(say.AWAY_WHY),
      { type: 'context', elements: [mrkdwn(say.awayLimits(longestDays, to))] },
      ...ending,
      input(who, say.WHO, { type: 'users_select', action_id: VALUE }, present !== null),
      input(from, say.FROM, date(now)),
      input(until, say.UNTIL, date(now + last)),
    ],
  };
}
