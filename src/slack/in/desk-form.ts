import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import { lineTooLong, NEEDS_CATEGORY, NEEDS_LINE, tooLong, UNREADABLE_FORM } from '../../texts/desk-forms.ts';
import { type Category, DESK_FORM, DETAILS_MAX, INPUT, SUMMARY_MAX } from './desk-view.ts';
import { offer } from './offer.ts';
import { channelOrNull, ViewSubmission } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

const Input = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Input)) });

/** What stands wrong in the form, by block id, in words for the person. */
type FormErrors = Readonly<Record<string, string>>;

export interface DeskFormDeps extends Us {
  readonly categories: readonly Category[];
}

/**
 * The form of /desk was sent. Runs twice: at the door, where its answer tells the person what is wrong, and when the
 * stored submission is read; both times from memory only.
 */
export function listenForDeskForm(app: App, deps: DeskFormDeps): void {
  app.view({ type: 'view_submission', callback_id: DESK_FORM }, async ({ body, context, ack }) => {
    const reading = readDeskForm(body, deps);
    if (reading.kind === 'errors') {
      await ack({ response_action: 'errors', errors: { ...reading.errors } });
    } else {
      await ack();
      offer(context, reading.intake);
    }
  });
}

type FormReading =
  | { readonly kind: 'errors'; readonly errors: FormErrors }
  | { readonly kind: 'read'; readonly intake: Intake };

function readDeskForm(body: unknown, deps: DeskFormDeps): FormReading {
  const parsed = ViewSubmission.safeParse(body);
  const by = SlackUser.safeParse(parsed.data?.user.id);
  const state = State.safeParse(parsed.data?.view.state);
  if (!parsed.success || !by.success || !state.success) {
    return {
      kind: 'errors',
      errors: { summary: UNREADABLE_FORM },
    };
  }
  const field = (name: string) => {
    const input = state.data.values[name]?.[INPUT];
    return storable(input?.selected_option?.value ?? input?.value ?? '').trim();
  };
  const form = { summary: field('summary'), details: field('details'), category: field('category') };
  const errors = findErrors(form, deps.categories);
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
  return {
    kind: 'read',
    intake: {
      kind: 'open-from-form',
      team: deps.teamId,
      by: by.data,
      submission: parsed.data.view.id,
      summary: form.summary,
      details: form.details,
      fields: { category: form.category },
      channel: channelOrNull(parsed.data.view.private_metadata),
      answers: {},
      onBehalfOf: null,
      participants: [],
      urgent: false,
      files: [],
    },
  };
}

function findErrors(
  form: { readonly summary: string; readonly details: string; readonly category: string },
  categories: readonly Category[],
): FormErrors {
  const errors: Record<string, string> = {};
  if (form.summary === '') errors['summary'] = NEEDS_LINE;
  else if (form.summary.length > SUMMARY_MAX) {
    errors['summary'] = lineTooLong(SUMMARY_MAX);
  }
  if (form.details.length > DETAILS_MAX) errors['details'] = tooLong(DETAILS_MAX);
  if (!categories.some(({ value }) => value === form.category)) {
    errors['category'] = NEEDS_CATEGORY;
  }
  return errors;
}
