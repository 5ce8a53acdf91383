import type { App } from '@slack/bolt';
import { z } from 'zod';
import { ApprovalId, DECISIONS, PayloadHash } from '../../model/approval.ts';
import { type ApprovalAct, ApprovalPlace, MOST_IN_BATCH } from '../../model/approval-act.ts';
import { SlackUser } from '../../model/ids.ts';
import { ALIKE_NONE, CHOOSE, NO_QUESTION, NO_REASON, RECORDING } from '../../texts/approvals.ts';
import { NO_PERSON, NO_TIME } from '../../texts/away.ts';
import { APPROVAL_FORMS, APPROVAL_INPUTS as BLOCK } from '../out/approval-modal.ts';
import { ALIKE_FORM, waitView } from '../out/approval-views.ts';
import { AWAY_FORM, AWAY_INPUTS } from '../out/away-view.ts';
import { formName } from './approval-press.ts';
import { isForeignPerson } from './foreign.ts';
import { ignored } from './ignored.ts';
import { offer } from './offer.ts';
import { ViewSubmission } from './schema.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

/** The longest reason or question, in characters. */
const WORDS_MAX = 2_000;

const Input = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
  /** Seconds since 1970. */
  selected_date_time: z.int().nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});
const State = z.object({ values: z.record(z.string(), z.record(z.string(), Input)).default({}) });
type State = z.infer<typeof State>;

const Denied = z.object({ token: z.string(), place: ApprovalPlace.nullable() });
const Tokens = z.object({ approve: z.string(), deny: z.string() });

interface Sent {
  readonly metadata: string;
  readonly state: State;
}

/** `wrong`: what stands wrong in the form, by the block that says it. */
type Read =
  | { readonly kind: 'wrong'; readonly block: string; readonly text: string }
  | { readonly kind: 'read'; readonly act: ApprovalAct; readonly place: ApprovalPlace | null }
  | null;

const wrong = (block: string, text: string): Read => ({ kind: 'wrong', block, text });
const read = (act: ApprovalAct, place: ApprovalPlace | null = null): Read => ({ kind: 'read', act, place });

const words = ({ state }: Sent, block: string) =>
  storable(state.values[block]?.[BLOCK.value]?.value ?? '')
    .trim()
    .slice(0, WORDS_MAX)
    .toWellFormed();

const READERS: Readonly<Record<string, (sent: Sent) => Read>> = {
  [APPROVAL_FORMS.deny](sent) {
    const about = Denied.safeParse(jsonIn(sent.metadata)).data;
    if (about === undefined) return null;
    const reason = words(sent, BLOCK.reason);
    if (reason === '') return wrong(BLOCK.reason, NO_REASON);
    const { token, place } = about;
    // Where the card was says nothing more once the form is open: the form is his alone.
    return read({ kind: 'vote', token, decision: 'deny', reason, seen: true }, place);
  },
  [APPROVAL_FORMS.info](sent) {
    const id = ApprovalId.safeParse(sent.metadata).data;
    const question = words(sent, BLOCK.question);
    if (id === undefined) return null;
    return question === ''
      ? wrong(BLOCK.question, NO_QUESTION)
      : read({ kind: 'ask', approval: id, question });
  },
  [APPROVAL_FORMS.decide](sent) {
    const tokens = Tokens.safeParse(jsonIn(sent.metadata)).data;
    if (tokens === undefined) return null;
    const chosen = sent.state.values[BLOCK.decision]?.[BLOCK.value]?.selected_option?.value;
    // Several outcomes may decide the same: their number stands behind it.
    const decision = z.enum(DECISIONS).safeParse(chosen?.split(':')[0]).data;
    if (decision === undefined) return wrong(BLOCK.decision, CHOOSE);
    const reason = words(sent, BLOCK.reason);
    if (decision === 'deny' && reason === '') return wrong(BLOCK.reason, NO_REASON);
    return read({ kind: 'vote', token: tokens[decision], decision, reason, seen: true });
  },
  [AWAY_FORM](sent) {
    const at = (block: string) => sent.state.values[block]?.[BLOCK.value];
    if ((at(AWAY_INPUTS.end)?.selected_options ?? []).length > 0) return read({ kind: 'end-delegation' });
    const to = SlackUser.safeParse(at(AWAY_INPUTS.to)?.selected_user).data;
    const [from, until] = [
      at(AWAY_INPUTS.from)?.selected_date_time,
      at(AWAY_INPUTS.until)?.selected_date_time,
    ];
    if (to === undefined) return wrong(AWAY_INPUTS.to, NO_PERSON);
    if (from == null || until == null) return wrong(AWAY_INPUTS.until, NO_TIME);
    return read({ kind: 'name-delegate', to, from: from * 1000, until: until * 1000 });
  },
  [ALIKE_FORM](sent) {
    const chosen = sent.state.values[BLOCK.chosen]?.[BLOCK.value]?.selected_options ?? [];
    const shown = chosen.slice(0, MOST_IN_BATCH).flatMap(({ value }) => {
      const [id, hash] = value.split(':');
      const [approval, ph] = [ApprovalId.safeParse(id).data, PayloadHash.safeParse(hash).data];
      return approval === undefined || ph === undefined ? [] : [{ approval, hash: ph }];
    });
    return shown.length === 0 ? wrong(BLOCK.chosen, ALIKE_NONE) : read({ kind: 'approve-alike', shown });
  },
};

/**
 * The forms behind a card. Read twice: at the door, where the answer says what is wrong and holds the place for what becomes
 * of it, and when the stored submission is read; both times from memory only.
 */
export function listenForApprovalForms(app: App, { teamId }: Us): void {
  for (const [callback, reader] of Object.entries(READERS)) {
    app.view({ type: 'view_submission', callback_id: callback }, async ({ body, context, ack }) => {
      const parsed = ViewSubmission.safeParse(body).data;
      const by = SlackUser.safeParse(parsed?.user.id).data;
      const state = State.safeParse(parsed?.view.state).data;
      const sent =
        parsed === undefined || state === undefined
          ? null
          : reader({ metadata: parsed.view.private_metadata ?? '', state });
      if (parsed === undefined || by === undefined || sent === null) {
        await ack();
        return offer(context, ignored('approval_form_unreadable'));
      }
      if (isForeignPerson(parsed, teamId)) {
        await ack();
        return offer(context, ignored('foreign_person'));
      }
      if (sent.kind === 'wrong')
        return ack({ response_action: 'errors', errors: { [sent.block]: sent.text } });
      const view = formName(`${parsed.view.id}:${parsed.view.hash ?? ''}`);
      await ack({ response_action: 'update', view: waitView(view, RECORDING) });
      offer(context, { kind: 'approval-act', by, act: sent.act, place: sent.place, view });
    });
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
