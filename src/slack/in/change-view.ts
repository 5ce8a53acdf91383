import type { View } from '@slack/types';
import type { LinkId, SlackChannel } from '../../model/ids.ts';
import { LEVELS, PRIORITIES, type StatusCategory } from '../../model/ticket.ts';
import { IMPACT, PRIORITY, STATUS, URGENCY } from '../../texts/card.ts';
import {
  ASSIGNED_TO,
  ASSIGNMENT_GROUP,
  CHANGE_SUBMIT,
  CHANGE_TITLE,
  LEAVE,
  levelName,
  STATUS_OPEN,
  STATUS_SOLVED,
  SUMMARY,
} from '../../texts/change-form.ts';
import { CANCEL } from '../../texts/desk-forms.ts';
import { STEP_OFFER } from '../../texts/steps-form.ts';

/** The choice of somebody who wants the steps of the ticket's own workflow instead. */
export const OTHER_STEPS = 'steps';
export const CHANGE_FORM = 'desk_change_form';
export const SUMMARY_MAX = 250;
export const GROUP_MAX = 100;
/** Every input has the field's name as its block id and this as its action id. */
export const INPUT = 'value';

export const STATUSES = [
  ['done', STATUS_SOLVED],
  ['active', STATUS_OPEN],
] as const satisfies readonly (readonly [StatusCategory, string])[];

export interface ChangeViewOptions {
  readonly link: LinkId;
  /** Where the card is; travels with the form, because a submission does not say. */
  readonly channel: SlackChannel | null;
}

/** The form behind a card's "Change": what stays empty stays as it is. */
export function changeView({ link, channel }: ChangeViewOptions): View {
  return {
    type: 'modal',
    callback_id: CHANGE_FORM,
    private_metadata: JSON.stringify({ link, channel }),
    title: { type: 'plain_text', text: CHANGE_TITLE },
    submit: { type: 'plain_text', text: CHANGE_SUBMIT },
    close: { type: 'plain_text', text: CANCEL },
    blocks: [
      statusSelect(),
      select('priority', PRIORITY, [...PRIORITIES].reverse().map(named)),
      select('impact', IMPACT, LEVELS.map(named)),
      select('urgency', URGENCY, LEVELS.map(named)),
      {
        ...optionalInput('assignee', ASSIGNED_TO),
        element: { type: 'users_select', action_id: INPUT, placeholder: AS_IT_IS },
      },
      line('group', { label: ASSIGNMENT_GROUP, longest: GROUP_MAX }),
      line('summary', { label: SUMMARY, longest: SUMMARY_MAX }),
    ],
  };
}

const AS_IT_IS = { type: 'plain_text', text: LEAVE } as const;

function optionalInput(name: string, label: string) {
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: { type: 'plain_text', text: label },
  } as const;
}

function select(name: string, label: string, choices: readonly (readonly [string, string])[]) {
  const options = choices.map(([value, text]) => ({ text: { type: 'plain_text', text } as const, value }));
  return {
    ...optionalInput(name, label),
    element: { type: 'static_select', action_id: INPUT, placeholder: AS_IT_IS, options },
  } as const;
}

function line(name: string, { label, longest }: { readonly label: string; readonly longest: number }) {
  return {
    ...optionalInput(name, label),
    element: { type: 'plain_text_input', action_id: INPUT, max_length: longest, placeholder: AS_IT_IS },
  } as const;
}

/** We hear of a choice at once, because one of them leads to another form. */
function statusSelect() {
  const other = [OTHER_STEPS, STEP_OFFER] as const;
  return { ...select('status', STATUS, [...STATUSES, other]), dispatch_action: true };
}

function named(word: string): readonly [string, string] {
  return [word, levelName(word)];
}
