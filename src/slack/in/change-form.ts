import type { App } from '@slack/bolt';
import { z } from 'zod';
import { LinkId, SlackChannel, SlackUser } from '../../model/ids.ts';
import type { AskedFields, Intake } from '../../model/intake.ts';
import { LEVELS, PRIORITIES } from '../../model/ticket.ts';
import { CHANGE_UNREADABLE, NOTHING_FILLED_IN } from '../../texts/change-form.ts';
import { NEEDS_CHOICE, NEEDS_PERSON, tooLong } from '../../texts/desk-forms.ts';
import { CHANGE_FORM, GROUP_MAX, INPUT, STATUSES, SUMMARY_MAX } from './change-view.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { ViewSubmission } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

const Input = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
});
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Input)) });
const Place = z.object({ link: LinkId, channel: SlackChannel.nullable() });

const line = (longest: number) =>
  z
    .string()
    .transform((text) => storable(text).replaceAll(/\s+/g, ' ').trim())
    .pipe(z.string().max(longest, tooLong(longest)));
const choice = <const T extends readonly string[]>(values: T) => z.enum(values, { error: NEEDS_CHOICE });

/** What the form may ask for. The names of its fields are the names of its blocks. */
const Asked = z.object({
  status: choice(STATUSES.map(([value]) => value)).optional(),
  priority: choice(PRIORITIES).optional(),
  impact: choice(LEVELS).optional(),
  urgency: choice(LEVELS).optional(),
  assignee: z
    .string()
    .refine((id) => SlackUser.safeParse(id).success, NEEDS_PERSON)
    .pipe(SlackUser)
    .optional(),
  group: line(GROUP_MAX).optional(),
  summary: line(SUMMARY_MAX).optional(),
});

/** What stands wrong in the form, by block id, in words for the person. */
type FormErrors = Readonly<Record<string, string>>;
type FormReading =
  | { readonly kind: 'errors'; readonly errors: FormErrors }
  | { readonly kind: 'read'; readonly intake: Intake };

/**
 * The form of a card was sent. Runs twice: at the door, where its answer tells the person what is wrong, and when the
 * stored submission is read; both times from memory only.
 */
export function listenForChangeForm(app: App, us: Us): void {
  app.view({ type: 'view_submission', callback_id: CHANGE_FORM }, async ({ body, context, ack }) => {
    const reading = readChangeForm(body, us);
    if (reading.kind === 'errors') {
      await ack({ response_action: 'errors', errors: { ...reading.errors } });
    } else {
      await ack();
      offer(context, reading.intake);
    }
  });
}

function readChangeForm(body: unknown, { teamId: team }: Us): FormReading {
  const parsed = ViewSubmission.safeParse(body);
  const by = SlackUser.safeParse(parsed.data?.user.id);
  const state = State.safeParse(parsed.data?.view.state);
  const place = Place.safeParse(jsonOrNull(parsed.data?.view.private_metadata ?? ''));
  if (!parsed.success || !by.success || !state.success || !place.success) {
    return wrong(CHANGE_UNREADABLE);
  }
  // A card in a shared channel is seen by another company's people, too.
  if (isForeignPerson(parsed.data, team)) return { kind: 'read', intake: ignored('foreign_person') };
  const asked = Asked.safeParse(filledIn(state.data));
  if (!asked.success) {
    const errors = asked.error.issues.map(({ path, message }) => [String(path[0]), message]);
    return { kind: 'errors', errors: Object.fromEntries(errors) };
  }
  const set = withoutEmpty(asked.data);
  if (Object.keys(set).length === 0) return wrong(NOTHING_FILLED_IN);
  return { kind: 'read', intake: { kind: 'change', team, by: by.data, ...place.data, set } };
}

/** About the form as a whole; Slack shows it at the first field. */
function wrong(text: string): FormReading {
  return { kind: 'errors', errors: { status: text } };
}

/** What was typed or chosen, by the name of the field; what was left empty is left out. */
function filledIn(state: z.infer<typeof State>): Readonly<Record<string, string>> {
  const values = Object.keys(Asked.shape).map((name): readonly [string, string] => {
    const input = state.values[name]?.[INPUT];
    return [name, input?.selected_option?.value ?? input?.selected_user ?? input?.value ?? ''];
  });
  return Object.fromEntries(values.filter(([, value]) => value.trim() !== ''));
}

function withoutEmpty(asked: z.infer<typeof Asked>): AskedFields {
  const { status, priority, impact, urgency, assignee, group, summary } = asked;
  return {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(impact === undefined ? {} : { impact }),
    ...(urgency === undefined ? {} : { urgency }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(group ? { group } : {}),
    ...(summary ? { summary } : {}),
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
