import type { App } from '@slack/bolt';
import type { View } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { type TypedForm, ticketFieldId } from '../../model/form.ts';
import { LinkId, SlackUser } from '../../model/ids.ts';
import type { Log } from '../../model/log.ts';
import {
  FILL_AGAIN_HINT,
  NOT_READ_AGAIN,
  NOT_YOUR_FORM,
  NOTHING_TO_FILL,
  OPENING,
  wasRefused,
} from '../../texts/vendor-forms.ts';
import { changedSince } from './changed-form.ts';
import { isForeignPerson } from './foreign.ts';
import { formView, waitingView } from './form-view.ts';
import type { OfferedForms } from './request-form.ts';
import { BlockActions } from './schema.ts';
import { slackErrorName } from './slack-error-name.ts';
import type { Us } from './us.ts';

/** The button below a request whose form was refused; its value is the link's id, an opaque word that grants nothing. */
const FILL_AGAIN_ACTION = 'desk_fill_again';

/** Forms that wait for somebody to correct them. The one thing that a form is opened from beside memory. */
export interface FormsTyped {
  /** What this person typed, and why it was refused. `over`: nobody waits for it any more. */
  find(
    link: LinkId,
    by: SlackUser,
  ): Promise<{ readonly form: TypedForm; readonly reason: string } | 'not-yours' | 'over'>;
  /** Reads the questions of a form anew. */
  renew(name: string): Promise<void>;
}

export interface FillAgainDeps extends Us {
  readonly forms: OfferedForms;
  readonly typed: FormsTyped;
  readonly log: Log;
}

const pressIn = (body: unknown) => {
  const press = BlockActions.safeParse(body).data;
  return press?.actions[0]?.action_id === FILL_AGAIN_ACTION ? press : null;
};

/** A press that has to be answered with a form at once: its trigger lives 3 s, so it is never stored. */
export const asksToFillAgain = (body: unknown): boolean => pressIn(body) !== null;

/** Opens a form at once, and fills it in when it is known what was typed and what is asked by now. */
export function listenForFillAgain(app: App, deps: FillAgainDeps): void {
  app.action(
    { type: 'block_actions', action_id: FILL_AGAIN_ACTION },
    async ({ body, client, ack }): Promise<void> => {
      const press = pressIn(body);
      const link = LinkId.safeParse(press?.actions[0]?.value);
      const by = SlackUser.safeParse(press?.user.id);
      const mayOpen = press !== null && link.success && by.success && !isForeignPerson(press, deps.teamId);
      if (!mayOpen || !press?.trigger_id || !link.success || !by.success) return ack();
      const opened = await openWaiting(client, press.trigger_id, deps.log);
      await ack();
      if (opened === null) return;
      await fillIn(client, deps, { view: opened, link: link.data, by: by.data });
    },
  );
}

/** The id of the view that stands; null when Slack did not open it. */
async function openWaiting(client: WebClient, trigger: string, log: Log): Promise<string | null> {
  try {
    const opened = await client.views.open({ trigger_id: trigger, view: waitingView(OPENING) });
    return opened.view?.id ?? null;
  } catch (error) {
    log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not open a form again');
    return null;
  }
}

async function fillIn(
  client: WebClient,
  deps: FillAgainDeps,
  { view, ...who }: { readonly view: string; readonly link: LinkId; readonly by: SlackUser },
): Promise<void> {
  let shown: View;
  try {
    shown = await viewFor(deps, who);
  } catch (error) {
    deps.log.error({ part: 'slack.in', error: String(error) }, 'A form could not be opened again');
    shown = waitingView(NOT_READ_AGAIN);
  }
  try {
    await client.views.update({ view_id: view, view: shown });
  } catch (error) {
    deps.log.warn({ part: 'slack.in', code: slackErrorName(error) }, 'Slack did not fill in a form');
  }
}

async function viewFor(
  { typed, forms }: FillAgainDeps,
  { link, by }: { readonly link: LinkId; readonly by: SlackUser },
): Promise<View> {
  const found = await typed.find(link, by);
  if (found === 'over') return waitingView(NOTHING_TO_FILL);
  if (found === 'not-yours') return waitingView(NOT_YOUR_FORM);
  const { name, fields, summary, details, refused = {} } = found.form;
  await typed.renew(name);
  const list = forms.list();
  const form = list.find((one) => one.name === name);
  const said = Object.entries(refused).map(([id, what]) => [ticketFieldId(id), what] as const);
  const wrong = { ...Object.fromEntries(said), ...(form === undefined ? null : changedSince(form, fields)) };
  return formView({
    ...{ forms: list, chosen: name, summary: '', channel: '', files: false, again: link },
    before: {
      note: `${wasRefused(found.reason)} ${FILL_AGAIN_HINT}`,
      ...{ summary, details, fields, wrong, onBehalfOf: null, urgent: false },
    },
  });
}
