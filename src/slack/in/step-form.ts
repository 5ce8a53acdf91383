import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { ticketFieldId } from '../../model/form.ts';
import { LinkId, SlackUser } from '../../model/ids.ts';
import type { Log } from '../../model/log.ts';
import type { DeskStep, RefusedStep } from '../../model/step.ts';
import { NEEDS_CHOICE } from '../../texts/desk-forms.ts';
import { READING_STEPS, STEPS_UNREAD, stepRefused } from '../../texts/steps-form.ts';
import { CHANGE_FORM, INPUT, OTHER_STEPS } from './change-view.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { readFields } from './read-form.ts';
import { BlockActions, channelOrNull, ViewSubmission } from './schema.ts';
import { slackErrorName } from './slack-error-name.ts';
import { CHOOSE_STEP_ACTION, STEP_FORM, StepPlace, stepView, stepWords } from './step-view.ts';
import type { Us } from './us.ts';

/** The button below a step that was refused; its value is the link's id. */
const STEP_AGAIN_ACTION = 'desk_step_again';
const ACTIONS: readonly string[] = [STEP_AGAIN_ACTION, CHOOSE_STEP_ACTION];
/** The status in the form of a card's fields. */
const STATUS = { block_id: 'status', action_id: INPUT };

/** Which steps a ticket can take: asked while a form stands and says so. */
export interface TicketSteps {
  find(
    link: LinkId,
    by: SlackUser,
  ): Promise<
    { readonly steps: readonly DeskStep[]; readonly refused: RefusedStep | null } | { readonly why: string }
  >;
}

export interface StepFormDeps extends Us {
  readonly steps: TicketSteps;
  readonly log: Log;
}

const InView = z.object({
  view: z.object({ id: z.string(), callback_id: z.string(), private_metadata: z.string() }),
});

/** A choice of the status, whichever it is: Slack tells of all of them. */
function choosesStatus(body: unknown): boolean {
  const action = BlockActions.safeParse(body).data?.actions[0];
  const isStatus = action?.block_id === STATUS.block_id && action.action_id === STATUS.action_id;
  return isStatus && InView.safeParse(body).data?.view.callback_id === CHANGE_FORM;
}

/** A press that is answered in the form at once, and is never stored. */
export function asksForSteps(body: unknown): boolean {
  return (
    choosesStatus(body) || ACTIONS.includes(BlockActions.safeParse(body).data?.actions[0]?.action_id ?? '')
  );
}

/** It is set when the form is sent, like every other field. */
function isPlainStatus(body: unknown): boolean {
  const chosen = BlockActions.safeParse(body).data?.actions[0]?.selected_option?.value;
  return choosesStatus(body) && chosen !== OTHER_STEPS;
}

interface Press extends Pick<StepPlace, 'link' | 'channel'> {
  readonly action: string;
  readonly by: SlackUser;
  /** The view in which it was pressed; null in a message. */
  readonly view: string | null;
  readonly trigger: string | null;
  /** The step that was chosen. */
  readonly chosen: string | null;
}

function readPress(body: unknown, { teamId }: Us): Press | null {
  const press = BlockActions.safeParse(body).data;
  const action = press?.actions[0];
  const by = SlackUser.safeParse(press?.user.id);
  if (press === undefined || action === undefined || !by.success || isForeignPerson(press, teamId))
    return null;
  const view = InView.safeParse(body).data?.view ?? null;
  const place = StepPlace.pick({ link: true, channel: true }).safeParse(
    jsonOrNull(view?.private_metadata ?? ''),
  );
  const link = place.data?.link ?? LinkId.safeParse(action.value).data;
  if (link === undefined) return null;
  return {
    ...{ action: action.action_id, by: by.data, link, view: view?.id ?? null },
    channel: place.data?.channel ?? press.channel?.id ?? channelOrNull(press.container?.channel_id),
    trigger: press.trigger_id || null,
    chosen: action.action_id === CHOOSE_STEP_ACTION ? (action.selected_option?.value ?? null) : null,
  };
}

/** The form of a ticket's steps: opened at once, filled in when the ticket was read, and sent. */
export function listenForSteps(app: App, deps: StepFormDeps): void {
  for (const wanted of [STATUS, ...ACTIONS.map((action_id) => ({ action_id }))]) {
    app.action({ type: 'block_actions', ...wanted }, async ({ body, client, ack }) => {
      const press = readPress(body, deps);
      if (press === null || isPlainStatus(body)) return ack();
      const view = press.action === CHOOSE_STEP_ACTION ? press.view : await stand(client, press, deps.log);
      await ack();
      if (view !== null) await show(client, deps, { ...press, view });
    });
  }
  app.view({ type: 'view_submission', callback_id: STEP_FORM }, async ({ body, context, ack }) => {
    const parsed = ViewSubmission.safeParse(body);
    const by = SlackUser.safeParse(parsed.data?.user.id);
    const place = StepPlace.safeParse(jsonOrNull(parsed.data?.view.private_metadata ?? ''));
    const read = readFields(body);
    if (!parsed.success || !by.success || !place.success || place.data.step === null || read === null) {
      await ack({ response_action: 'errors', errors: { step: NEEDS_CHOICE } });
      return;
    }
    if (Object.keys(read.errors).length > 0)
      return ack({ response_action: 'errors', errors: { ...read.errors } });
    await ack();
    if (isForeignPerson(parsed.data, deps.teamId)) return offer(context, ignored('foreign_person'));
    const { link, channel, step } = place.data;
    offer(context, {
      ...{ kind: 'change', team: deps.teamId, by: by.data, link, channel },
      set: { status: step.category },
      step: { ...step, fields: read.filled },
    });
  });
}

/** A form that says that it is being read: in place of the one in which the button was, or a new one. */
async function stand(client: WebClient, { view, trigger }: Press, log: Log): Promise<string | null> {
  const waiting = stepWords(READING_STEPS);
  try {
    if (view !== null) {
      await client.views.update({ view_id: view, view: waiting });
      return view;
    }
    if (trigger === null) return null;
    return (await client.views.open({ trigger_id: trigger, view: waiting })).view?.id ?? null;
  } catch (error) {
    log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not open the steps of a ticket');
    return null;
  }
}

async function show(
  client: WebClient,
  { steps, log }: StepFormDeps,
  press: Press & { readonly view: string },
): Promise<void> {
  const shown = await viewOf(steps, press).catch((error: unknown): View => {
    log.error({ part: 'slack.in', error: String(error) }, 'The steps of a ticket could not be read');
    return stepWords(STEPS_UNREAD);
  });
  try {
    await client.views.update({ view_id: press.view, view: shown });
  } catch (error) {
    log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not show the steps of a ticket');
  }
}

async function viewOf(ticket: TicketSteps, { link, channel, by, action, chosen }: Press): Promise<View> {
  const found = await ticket.find(link, by);
  if ('why' in found) return stepWords(found.why);
  const { steps, refused } = found;
  if (action !== STEP_AGAIN_ACTION || refused === null) return stepView({ link, channel, steps, chosen });
  const wrong = Object.entries(refused.refused).map(([id, what]) => [ticketFieldId(id), what] as const);
  return stepView({
    ...{ link, channel, steps, chosen: refused.step.id },
    before: {
      note: stepRefused(refused.reason),
      fields: refused.step.fields,
      wrong: Object.fromEntries(wrong),
    },
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
