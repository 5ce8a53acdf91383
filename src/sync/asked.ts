import type { DeliveryId, SlackChannel, SlackUser } from '../model/ids.ts';
import type { AskedFields, Intake, SlackMessage } from '../model/intake.ts';
import type { ChosenStep } from '../model/step.ts';
import type { WantedFields, WantedPerson } from '../model/ticket.ts';
import { standsStill } from '../texts/approval-answers.ts';
import { notWatching, watching, whoText, whyText } from '../texts/card-answers.ts';
import { requestName, theRequest } from '../texts/names.ts';
import { secretWarning } from '../texts/redaction.ts';
import { mayNotChange, staysClosed } from '../texts/status.ts';
import { planAlarm } from './alarms.ts';
import type { Known, Observed } from './observed.ts';
import { planWrite } from './plan-write.ts';
import { cannotRaise, type Reaction, subjectOf, undoing, wantedBy } from './reactions.ts';
import { type Receivable, receiptText } from './receipt.ts';
import { nameOf, visibilityIn } from './say-on-ticket.ts';
import { mayNotAct, notice, type Step, whisper } from './steps.ts';

const DAY_MS = 86_400_000;
/** What the person who asked may change himself; everything else belongs to the help desk. */
const REQUESTERS = new Set<string>(['status', 'summary', 'urgency'] satisfies (keyof AskedFields)[]);

/** A reply to a closed request reopens it for some days; later it is passed on and the person is told. */
export function planReopening(known: Known, messages: readonly SlackMessage[]): Step[] {
  const { link } = known;
  const last = messages.findLast(
    (message) => message.bot === null && visibilityIn(link, message) === 'public',
  );
  if (link.status !== 'closed' || link.closedAt === null || last === undefined) return [];
  if (known.now.getTime() - link.closedAt.getTime() > known.reopenDays * DAY_MS) {
    return [notice(staysClosed(theRequest(link.ticket?.key), known.reopenDays))];
  }
  const still = standingStill(known);
  if (still !== null) return [whisper(last.user, last.channel, still)];
  return planWrite(known, last.user, { set: { status: 'open' }, implied: true });
}

/** What people asked of the card, and the end of every delivery that is no message. */
export function planAsked(known: Known, deliveries: Observed['deliveries']): Step[] {
  const raised = new Set<string>();
  return deliveries.flatMap(({ id, intake }): Step[] => {
    switch (intake.kind) {
      case 'message':
      case 'edited':
      case 'deleted':
        return [];
      case 'change':
        return [...planChange(known, intake), { do: 'close', delivery: id, reason: 'planned' }];
      case 'ask-card':
        return [...planAnswer(known, intake), { do: 'close', delivery: id, reason: 'planned' }];
      case 'react':
        return [...planReaction(known, intake), { do: 'close', delivery: id, reason: 'planned' }];
      case 'escalate':
      case 'want-human':
        return [...planAlarm(known, intake, raised), { do: 'close', delivery: id, reason: 'planned' }];
      case 'ask-receipt':
        return planReceipt(known, id, intake);
      default:
        return [
          { do: 'close', delivery: id, reason: intake.kind === 'ignored' ? intake.reason : intake.kind },
        ];
    }
  });
}

/** Answers whoever asked the card whether both sides agree; nothing has to be read for it. */
export function planReceipt(
  known: Receivable,
  delivery: DeliveryId,
  { by, channel }: Extract<Intake, { kind: 'ask-receipt' }>,
): Step[] {
  return [whisper(by, channel, receiptText(known)), { do: 'close', delivery, reason: 'planned' }];
}

function planReaction(known: Known, reaction: Reaction): Step[] {
  const { by, on, channel } = reaction;
  const refusal = mayNotAct(known, by);
  if (refusal !== null) return [whisper(by, channel, refusal)];
  if (on) {
    const set = wantedBy(known, reaction);
    if (set === null) return [cannotRaise(known, reaction)];
    const waits = refuseMeanwhile(known, reaction, set);
    if (waits !== null) return waits;
    return planWrite(known, by, { set, implied: false, because: subjectOf(reaction) });
  }
  const undo = undoing(known, reaction);
  if ('set' in undo)
    return (
      refuseMeanwhile(known, reaction, undo.set) ?? planWrite(known, by, { set: undo.set, implied: false })
    );
  return undo.step === null ? [] : [undo.step];
}

type CardQuestion = Extract<Intake, { kind: 'ask-card' }>;

/** Whoever can press a card reads the thread that it stands in, so he may watch, too. */
function planAnswer(known: Known, { by, channel, ask }: CardQuestion): Step[] {
  const { link, responders, watchers, audience, queueTitle: queue } = known;
  const refusal = ask === 'who' ? null : mayNotAct(known, by);
  if (refusal !== null) return [whisper(by, channel, refusal)];
  const { route, ticket } = link;
  const key = requestName(ticket?.key);
  switch (ask) {
    case 'watch': {
      const on = !watchers.has(by);
      return [{ do: 'watch', user: by, on }, whisper(by, channel, on ? watching(key) : notWatching(key))];
    }
    case 'why':
      return route === null ? [] : [whisper(by, channel, whyText({ ...route, queue }, responders.has(by)))];
    case 'who': {
      if (audience === undefined) return [];
      const readers = { ...audience, key: ticket?.key ?? null, queue };
      return [whisper(by, channel, whoText(readers))];
    }
  }
}

interface Change {
  readonly by: SlackUser;
  readonly set: AskedFields;
  readonly channel: SlackChannel | null;
  readonly step?: ChosenStep;
  readonly redacted?: readonly string[];
}

function planChange(known: Known, change: Change): Step[] {
  const { redacted = [], by, channel } = change;
  const told = redacted.length === 0 ? [] : [whisper(by, channel, secretWarning(redacted))];
  return [...planAllowed(known, change), ...told];
}

function planAllowed(known: Known, { by, set, channel, step }: Change): Step[] {
  const { link } = known;
  const refusal = mayNotAct(known, by);
  if (refusal !== null) {
    const data = { fields: Object.keys(set).join(', ') };
    return [
      { do: 'record', kind: 'change.refused', actor: `slack:${by}`, data },
      whisper(by, channel, refusal),
    ];
  }
  const helps = known.responders.has(by);
  const refused = Object.keys(set).filter(
    (field) => !helps && !(step === undefined && by === link.requester && REQUESTERS.has(field)),
  );
  if (refused.length > 0) {
    const data = { fields: refused.join(', ') };
    return [
      { do: 'record', kind: 'change.refused', actor: `slack:${by}`, data },
      whisper(by, channel, mayNotChange(refused)),
    ];
  }
  const meanwhile = refuseMeanwhile(known, { by, channel }, set);
  if (meanwhile !== null) return meanwhile;
  if (step !== undefined)
    return planWrite(known, by, { set: { status: step.category }, step, implied: false });
  const { status, assignee, ...plain } = set;
  const wanted: WantedFields = {
    ...plain,
    // Somebody who reopens wants it not to be done any more; which state that is, the ticket's workflow says.
    ...(status === undefined ? {} : { status: status === 'done' ? 'done' : 'open' }),
    ...(assignee === undefined ? {} : { assignee: assignee === null ? null : personOf(known, assignee) }),
  };
  return planWrite(known, by, { set: wanted, implied: false });
}

/** What is decided about must not move under the approvers' hands; null: nothing is being decided. */
function standingStill({ link, deciding }: Known): string | null {
  if (deciding === undefined) return null;
  return standsStill(theRequest(link.ticket?.key), deciding.names, deciding.isDecided);
}

function refuseMeanwhile(
  known: Known,
  { by, channel }: Pick<Change, 'by' | 'channel'>,
  set: AskedFields | WantedFields,
): Step[] | null {
  const text = standingStill(known);
  if (text === null) return null;
  const data = { fields: Object.keys(set).join(', '), why: 'approval-open' };
  return [{ do: 'record', kind: 'change.refused', actor: `slack:${by}`, data }, whisper(by, channel, text)];
}

function personOf(known: Known, user: SlackUser): WantedPerson {
  const person = known.people.get(user);
  return { name: nameOf(known, user), email: person?.email ?? null, account: person?.account ?? null };
}
