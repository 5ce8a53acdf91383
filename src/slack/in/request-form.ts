import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { DeskForm } from '../../model/form.ts';
import type { Intake } from '../../model/intake.ts';
import type { Log } from '../../model/log.ts';
import { FORM_CHANGED, FORM_CHANGED_AGAIN } from '../../texts/vendor-forms.ts';
import { changedSince } from './changed-form.ts';
import { isForeignPerson } from './foreign.ts';
import { CHOOSE_FORM_ACTION, FORM_VIEW, FormPlace, formView, NO_FORM } from './form-view.ts';
import { ignored } from './ignored.ts';
import { isAtDoor, offer } from './offer.ts';
import { readForm } from './read-form.ts';
import { ViewSubmission } from './schema.ts';
import { slackErrorName } from './slack-error-name.ts';
import type { Us } from './us.ts';

/** What is offered to people at this moment, from memory. */
export interface OfferedForms {
  readonly list: () => readonly DeskForm[];
  /** Whether files can be taken along. */
  readonly files: boolean;
}

export interface RequestFormDeps extends Us {
  readonly forms: OfferedForms;
  readonly log: Log;
}

/** Which form somebody chose in an open one (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const Choice = z.object({
  actions: z
    .array(
      z.object({
        action_id: z.literal(CHOOSE_FORM_ACTION),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
  view: z.object({ id: z.string(), hash: z.string(), private_metadata: z.string() }),
});

/** A choice that has to be answered with other fields at once, and is never stored. */
export function choosesForm(body: unknown): boolean {
  return Choice.safeParse(body).success;
}

/** The forms: another one is chosen in an open one, or it is sent. Both from memory only. */
export function listenForRequestForm(app: App, deps: RequestFormDeps): void {
  app.action(CHOOSE_FORM_ACTION, async ({ body, client, ack }) => {
    await show(client, body, deps);
    await ack();
  });
  app.view({ type: 'view_submission', callback_id: FORM_VIEW }, async ({ body, context, ack }) => {
    const whose = ViewSubmission.safeParse(body).data;
    const reading = readForm(body, deps);
    if (reading.kind === 'errors') {
      await ack({ response_action: 'errors', errors: { ...reading.errors } });
      return;
    }
    // What is stored was right when it was sent; only whoever still sees the form can be asked again.
    const changed = isAtDoor(context) ? changedView(reading.intake, deps.forms) : null;
    if (changed !== null) return ack({ response_action: 'update', view: changed });
    await ack();
    const isForeign = whose !== undefined && isForeignPerson(whose, deps.teamId);
    offer(context, isForeign ? ignored('foreign_person') : reading.intake);
  });
}

/** The form as the ticket system asks it by now, with what was typed; null when what was sent still fits. */
function changedView(intake: Intake, forms: OfferedForms): View | null {
  if (intake.kind !== 'open-from-form' || intake.filled === undefined) return null;
  const { filled, again, summary, details, onBehalfOf, urgent } = intake;
  const list = forms.list();
  const form = list.find(({ name }) => name === filled.name);
  const wrong = form === undefined ? null : changedSince(form, filled.fields);
  if (wrong === null) return null;
  const note = again === undefined ? FORM_CHANGED : FORM_CHANGED_AGAIN;
  return formView({
    ...{ forms: list, chosen: filled.name, summary: '', channel: intake.channel ?? '', files: forms.files },
    before: { note, summary, details, onBehalfOf, urgent, fields: filled.fields, wrong },
    ...(again === undefined ? {} : { again }),
  });
}

async function show(client: WebClient, body: unknown, { forms, log }: RequestFormDeps): Promise<void> {
  const choice = Choice.safeParse(body).data;
  if (choice === undefined) return;
  const { view, actions } = choice;
  const chosen = actions[0]?.selected_option?.value ?? NO_FORM;
  const place = FormPlace.safeParse(placeIn(view.private_metadata)).data;
  try {
    await client.views.update({
      view_id: view.id,
      hash: view.hash,
      view: formView({
        forms: forms.list(),
        chosen: chosen === NO_FORM ? null : chosen,
        summary: '',
        channel: place?.channel ?? '',
        files: forms.files,
      }),
    });
  } catch (error) {
    // Whoever chooses twice in a moment changed it meanwhile; the second choice stands.
    log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not show another form');
  }
}

function placeIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
