import type { App } from '@slack/bolt';
import { z } from 'zod';
import { SlackUser } from '../../model/ids.ts';
import type { Log } from '../../model/log.ts';
import { ESCALATE_NO_WHY } from '../../texts/alarms.ts';
import { openForm } from './card-actions.ts';
import {
  About,
  ESCALATE_FORM,
  ESCALATE_SHORTCUT,
  escalateView,
  INPUT,
  WHY,
  WHY_MAX,
} from './escalate-view.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { MessageShortcut, tsOrNull, ViewSubmission } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

const State = z.object({
  values: z.object({ [WHY]: z.object({ [INPUT]: z.object({ value: z.string().nullish() }) }) }),
});

export function listenForEscalation(app: App, deps: Us & { readonly log: Log }): void {
  const { teamId: team, log } = deps;
  app.shortcut({ type: 'message_action', callback_id: ESCALATE_SHORTCUT }, async ({ body, client, ack }) => {
    const call = MessageShortcut.safeParse(body).data;
    const by = SlackUser.safeParse(call?.user.id);
    const root =
      tsOrNull(call?.message.thread_ts) ?? tsOrNull(call?.message.ts) ?? tsOrNull(call?.message_ts);
    if (call === undefined || !by.success || root === null || isForeignPerson(call, team)) return ack();
    const channel = call.channel.id;
    const press = { channel, by: by.data, threadTs: root, trigger: call.trigger_id || null };
    const view = escalateView({ at: { channel, root }, channel });
    await openForm(client, { press, view, ack: () => ack(), log });
  });
  app.view({ type: 'view_submission', callback_id: ESCALATE_FORM }, async ({ body, context, ack }) => {
    const parsed = ViewSubmission.safeParse(body);
    const by = SlackUser.safeParse(parsed.data?.user.id);
    const state = State.safeParse(parsed.data?.view.state);
    const about = About.safeParse(jsonOrNull(parsed.data?.view.private_metadata ?? ''));
    if (!parsed.success || !by.success || !state.success || !about.success) {
      await ack();
      return offer(context, ignored('escalation_unreadable'));
    }
    const why = storable(state.data.values[WHY][INPUT].value ?? '')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, WHY_MAX);
    if (why === '') return ack({ response_action: 'errors', errors: { [WHY]: ESCALATE_NO_WHY } });
    await ack();
    if (isForeignPerson(parsed.data, team)) return offer(context, ignored('foreign_person'));
    offer(context, { kind: 'escalate', team, by: by.data, ...about.data, why });
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
