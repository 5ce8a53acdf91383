import type { KnownBlock, View } from '@slack/types';
import { z } from 'zod';
import { LinkId, SlackChannel } from '../../model/ids.ts';
import type { DeskStep } from '../../model/step.ts';
import { STATUS_CATEGORIES } from '../../model/ticket.ts';
import { CANCEL } from '../../texts/desk-forms.ts';
import { askedElsewhere, STEP_PLACE, STEP_QUESTION, STEP_SEND, STEP_TITLE } from '../../texts/steps-form.ts';
import { type Before, inputOf, optionOf, plain, TEXT_MAX } from './form-input.ts';

export const STEP_FORM = 'desk_step_form';
/** Somebody chose a step in the open form. */
export const CHOOSE_STEP_ACTION = 'desk_choose_step';
const STEP_BLOCK = 'step';
/** Slack takes as many options in a list (docs.slack.dev/reference/block-kit/block-elements). */
const MOST_STEPS = 100;
const LONGEST_ID = 150;

/** What travels with the form. */
export const StepPlace = z.object({
  link: LinkId,
  channel: SlackChannel.nullable(),
  step: z.object({ id: z.string(), to: z.string(), category: z.enum(STATUS_CATEGORIES) }).nullable(),
});
export type StepPlace = z.infer<typeof StepPlace>;

interface StepViewOptions extends Pick<StepPlace, 'link' | 'channel'> {
  readonly steps: readonly DeskStep[];
  /** Id of the step whose fields are shown; null: none yet. */
  readonly chosen: string | null;
  readonly before?: Before & { readonly note: string };
}

/** The steps that a ticket can take, and what the chosen one asks. Without a choice there is nothing to send. */
export function stepView({ link, channel, steps, chosen, before }: StepViewOptions): View {
  const step = steps.find(({ id }) => id === chosen) ?? null;
  const place: StepPlace = {
    ...{ link, channel },
    step: step === null ? null : { id: step.id, to: step.to, category: step.category },
  };
  const isOpen = step !== null && step.missing.length === 0;
  return {
    ...frame([
      ...(before === undefined ? [] : [words(before.note)]),
      chooser(steps, step),
      ...(step === null
        ? []
        : isOpen
          ? step.fields.map((field) => inputOf(field, before))
          : [elsewhere(step)]),
    ]),
    private_metadata: JSON.stringify(place),
    ...(isOpen ? { submit: plain(STEP_SEND) } : {}),
  };
}

/** The same with a sentence alone: while it is read, or because there is nothing to choose. */
export function stepWords(text: string): View {
  return frame([words(text)]);
}

function frame(blocks: KnownBlock[]): View {
  return { type: 'modal', callback_id: STEP_FORM, title: plain(STEP_TITLE), close: plain(CANCEL), blocks };
}

const words = (text: string): KnownBlock => ({
  type: 'section',
  text: plain(text.slice(0, TEXT_MAX).toWellFormed()),
});
const elsewhere = ({ missing }: DeskStep) => words(askedElsewhere(missing));

function chooser(steps: readonly DeskStep[], chosen: DeskStep | null): KnownBlock {
  const offered = steps.filter(({ id }) => id.length <= LONGEST_ID).slice(0, MOST_STEPS);
  const option = ({ id, label, to }: DeskStep) =>
    optionOf({ value: id, label: label === to ? label : `${label} → ${to}` });
  return {
    type: 'section',
    block_id: STEP_BLOCK,
    text: plain(STEP_QUESTION),
    accessory: {
      ...{ type: 'static_select', action_id: CHOOSE_STEP_ACTION, placeholder: plain(STEP_PLACE) },
      options: offered.map(option),
      ...(chosen === null ? {} : { initial_option: option(chosen) }),
    },
  };
}
