import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import { z } from 'zod';
import { LinkId, SlackChannel, SlackUser } from '../../model/ids.ts';
import { CANCEL } from '../../texts/desk-forms.ts';
import { MOVE_HINT, MOVE_NONE, MOVE_QUEUE, MOVE_SUBMIT, MOVE_TITLE, MOVE_WHY } from '../../texts/move.ts';
import type { ChangeViewOptions } from './change-view.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { ViewSubmission } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

/** A queue as people choose it. */
export interface QueueChoice {
  readonly id: string;
  readonly title: string;
}

const MOVE_FORM = 'desk_move_form';
const INPUT = 'value';
const WHY_MAX = 300;
/** Slack takes 100 options and 75 characters of each (docs.slack.dev/reference/block-kit/block-elements/select-menu-element). */
const MOST_OPTIONS = 100;
const LONGEST_OPTION = 75;

const plain = (text: string) => ({ type: 'plain_text', text }) as const;

/** The form behind "Move to another queue…". What it needs is known without asking anybody. */
export function moveView({ link, channel }: ChangeViewOptions, queues: readonly QueueChoice[]): View {
  const frame = {
    type: 'modal' as const,
    callback_id: MOVE_FORM,
    private_metadata: JSON.stringify({ link, channel }),
    title: plain(MOVE_TITLE),
    close: plain(CANCEL),
  };
  if (queues.length < 2) return { ...frame, blocks: [{ type: 'section', text: plain(MOVE_NONE) }] };
  const options = queues.slice(0, MOST_OPTIONS).map(({ id, title }) => ({
    text: plain(title.length > LONGEST_OPTION ? `${title.slice(0, LONGEST_OPTION - 1)}…` : title),
    value: id,
  }));
  return {
    ...frame,
    submit: plain(MOVE_SUBMIT),
    blocks: [
      {
        type: 'input',
        block_id: 'queue',
        label: plain(MOVE_QUEUE),
        element: { type: 'static_select', action_id: INPUT, options },
      },
      {
        type: 'input',
        block_id: 'why',
        optional: true,
        label: plain(MOVE_WHY),
        hint: plain(MOVE_HINT),
        element: { type: 'plain_text_input', action_id: INPUT, max_length: WHY_MAX },
      },
    ],
  };
}

const Place = z.object({ link: LinkId, channel: SlackChannel.nullable() });
const State = z.object({
  values: z.object({
    queue: z.object({ [INPUT]: z.object({ selected_option: z.object({ value: z.string().min(1) }) }) }),
    why: z.object({ [INPUT]: z.object({ value: z.string().nullish() }) }).optional(),
  }),
});

export function listenForMoveForm(app: App, { teamId: team }: Us): void {
  app.view({ type: 'view_submission', callback_id: MOVE_FORM }, async ({ body, context, ack }) => {
    const parsed = ViewSubmission.safeParse(body);
    const by = SlackUser.safeParse(parsed.data?.user.id);
    const state = State.safeParse(parsed.data?.view.state);
    const place = Place.safeParse(jsonOrNull(parsed.data?.view.private_metadata ?? ''));
    await ack();
    if (!parsed.success || !by.success || !state.success || !place.success)
      return offer(context, ignored('move_unreadable'));
    if (isForeignPerson(parsed.data, team)) return offer(context, ignored('foreign_person'));
    const { queue, why } = state.data.values;
    const words = storable(why?.[INPUT].value ?? '')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, WHY_MAX);
    offer(context, {
      kind: 'move',
      team,
      by: by.data,
      ...place.data,
      queue: queue[INPUT].selected_option.value,
      why: words,
    });
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
