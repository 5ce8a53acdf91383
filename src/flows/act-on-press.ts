import { OPEN_APPROVAL_ACTION } from '../model/approval-act.ts';
import type { Errand } from '../model/errand.ts';
import { SlackChannel } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { FormLook } from '../slack/out/approval-views.ts';
import type { HeldErrand } from '../store/errands.ts';
import { awayText, NOT_COUNTED, OPEN_DIFFERENCE } from '../texts/approval-answers.ts';
import { type Answer, type Pressed, refusal } from './approval-pressed.ts';
import { approveAlike, lookAlike } from './approve-alike.ts';
import { askForInfo, escalateToSenior } from './ask-about-approval.ts';
import { endDelegation, lookAway, nameDelegate } from './name-delegate.ts';
import { openDifference } from './open-difference.ts';
import { voteInSlack } from './vote-in-slack.ts';
import type { World } from './world.ts';

type Of<K extends Errand['kind']> = Extract<Errand, { kind: K }>;

const AGAIN_MS = 1_000;
/** So often it is tried while a vendor is away; a form waits no longer than that. */
const MOST_TRIES = 8;
const VIEW_TIMEOUT_MS = 10_000;
/** A form that is not there after so many looks was closed; Slack puts it there within a moment. */
const MOST_LOOKS = 4;
const LOOK_MS = 500;

/** Does what a press or a form asked for, and tells its person. Answers after how many milliseconds to try again. */
export async function actOnPress(
  world: World,
  { attempt }: Pick<HeldErrand, 'attempt'>,
  pressed: Pressed,
): Promise<number | null> {
  const acted = await act(world, pressed, attempt);
  if (acted.kind !== 'ok') {
    if (attempt < MOST_TRIES) return AGAIN_MS * attempt;
    world.log.warn({ reason: acted.reason, act: pressed.act.kind }, 'A press on an approval came to nothing');
    await tellWords(world, pressed, { kind: 'words', text: awayText, isRefusal: true });
    return null;
  }
  const answer = acted.value;
  if (answer === null) return null;
  if (answer.kind === 'not-yet') return AGAIN_MS;
  if (answer.kind === 'form') return showForm(world, pressed, answer.form, attempt);
  await tellWords(world, pressed, answer);
  return null;
}

function act(world: World, pressed: Pressed, attempt: number): Promise<Outcome<Answer>> {
  const approving = world.approvals;
  if (approving === undefined) return Promise.resolve(ok(refusal(NOT_COUNTED['no-such'])));
  const asked = { world, approving, pressed };
  const { act: wanted } = pressed;
  switch (wanted.kind) {
    case 'vote':
      return voteInSlack(asked, wanted, attempt);
    case 'look':
      return openDifference(asked, wanted);
    case 'ask':
      return askForInfo(asked, wanted);
    case 'escalate':
      return escalateToSenior(asked, wanted);
    case 'look-alike':
      return lookAlike(asked, wanted);
    case 'approve-alike':
      return approveAlike(asked, wanted);
    case 'look-away':
      return lookAway(asked);
    case 'name-delegate':
      return nameDelegate(asked, wanted);
    case 'end-delegation':
      return endDelegation(asked);
  }
}

async function showForm(
  world: World,
  { view, by }: Pressed,
  form: FormLook,
  attempt: number,
): Promise<number | null> {
  if (view === null) return null;
  const shown = await world.io.run('slack.view', { timeoutMs: VIEW_TIMEOUT_MS }, () =>
    world.slack.updateView(view, form),
  );
  if (shown.kind === 'ok') return shown.value === 'shown' || attempt >= MOST_LOOKS ? null : LOOK_MS;
  if (shown.kind === 'retry' && attempt < MOST_TRIES) return shown.afterMs ?? AGAIN_MS;
  world.log.warn({ by, reason: shown.reason }, 'Slack did not show what was asked for in a form');
  return null;
}

/** In the form from which he did it, else beside the card to him alone, else in a direct message. */
async function tellWords(
  world: World,
  { view, by, place }: Pressed,
  { text, isRefusal, look }: Extract<Answer, { kind: 'words' }>,
): Promise<void> {
  if (view !== null) {
    await world.store.errands.add({ kind: 'answer-in-form', view, by, text, orElse: isRefusal });
  } else {
    const button =
      look === undefined ? null : { action: OPEN_APPROVAL_ACTION, label: OPEN_DIFFERENCE, value: look };
    const channel = place?.channel ?? SlackChannel.parse(by);
    const user = place === null ? null : by;
    await world.store.errands.add({ kind: 'say', channel, user, root: null, text, button });
  }
}

/** Shows a sentence in the form that waits for it; one that is not there yet comes within a moment, or was closed. */
export async function answerInForm(
  world: World,
  { attempt }: Pick<HeldErrand, 'attempt'>,
  { view, by, text, orElse }: Of<'answer-in-form'>,
): Promise<number | null> {
  const shown = await world.io.run('slack.view', { timeoutMs: VIEW_TIMEOUT_MS }, () =>
    world.slack.updateView(view, world.look.formNotice(text)),
  );
  if (shown.kind === 'ok' && shown.value === 'shown') return null;
  if (shown.kind === 'retry' && attempt < MOST_TRIES) return shown.afterMs ?? AGAIN_MS;
  if (shown.kind === 'ok' && attempt < MOST_LOOKS) return LOOK_MS;
  if (!orElse) return null;
  // Slack takes a person's id as the address of his direct message (docs.slack.dev/reference/methods/chat.postMessage).
  const channel = SlackChannel.parse(by);
  await world.store.errands.add({ kind: 'say', channel, user: null, root: null, text, button: null });
  return null;
}
