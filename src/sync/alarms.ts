import type { Intake } from '../model/intake.ts';
import type { NewOperation } from '../model/link.ts';
import {
  escalatedBefore,
  escalatedNews,
  escalatedNote,
  escalatedText,
  handedBefore,
  handedNews,
  handedNote,
  handedText,
  notYours,
  overAlready,
  type Told,
} from '../texts/alarms.ts';
import { theRequest } from '../texts/names.ts';
import type { Known } from './observed.ts';
import { planWrite } from './plan-write.ts';
import { oneUp } from './reactions.ts';
import { nameOf } from './say-on-ticket.ts';
import { mayNotAct, type Step, whisper } from './steps.ts';

type Alarm = Extract<Intake, { kind: 'escalate' | 'want-human' }>;

const MINUTE_MS = 60_000;

/**
 * Somebody says that it cannot wait, or that he wants a person: it stands on the ticket, and those who answer are told once.
 * `raised` holds what was raised in this very round.
 */
export function planAlarm(known: Known, alarm: Alarm, raised: Set<string>): Step[] {
  const { by, channel, kind } = alarm;
  const refusal = refusalOf(known, alarm, raised);
  if (refusal !== null) return [whisper(by, channel, refusal)];
  raised.add(kind);
  const queue = known.queueTitle;
  const told = toldOf(known, alarm);
  const steps: Step[] = [{ do: 'alarm', kind }, ...hurried(known), onTicket(noteOf(known, alarm))];
  steps.push(...tellThose(known, alarm, told));
  if (kind === 'want-human') {
    const inChannel = known.link.home === 'thread';
    const record: Step = { do: 'record', kind: 'request.handed', actor: `slack:${by}`, data: { told } };
    return [...steps, record, whisper(by, channel, handedText(queue, told, inChannel))];
  }
  const next = known.deciding === undefined ? oneUp(known) : 'held';
  const priority = next === 'highest' || next === 'unknown' || next === 'held' ? null : next;
  const write = priority === null ? [] : planWrite(known, by, { set: { priority }, implied: false });
  const data = { told, priority };
  const record: Step = { do: 'record', kind: 'request.escalated', actor: `slack:${by}`, data };
  return [...steps, ...write, record, whisper(by, channel, escalatedText(queue, told, next))];
}

/** Why nothing is done; null when it is. */
function refusalOf(known: Known, { by, kind }: Alarm, raised: ReadonlySet<string>): string | null {
  const { link, responders, alarms, now } = known;
  const stranger = mayNotAct(known, by);
  if (stranger !== null) return stranger;
  if (by !== link.requester && !responders.has(by)) return notYours;
  if (link.status === 'closed') return overAlready(theRequest(link.ticket?.key));
  if (alarms === undefined) throw new Error('An alarm without knowing of those before it');
  const last = raised.has(kind) ? now : alarms.last.get(kind);
  const waitMs = last === undefined ? 0 : last.getTime() + alarms.everyMs - now.getTime();
  if (waitMs <= 0) return null;
  const minutes = Math.ceil(waitMs / MINUTE_MS);
  return kind === 'escalate' ? escalatedBefore(minutes) : handedBefore(minutes);
}

/** A ticket that waits for the person's answer to "What is it about?" waits no longer. */
function hurried({ open }: Known): Step[] {
  return open.flatMap(({ id, body, state, startedAt }): Step[] =>
    body.kind === 'create' && state === 'ready' && startedAt === null ? [{ do: 'hurry', operation: id }] : [],
  );
}

function noteOf(known: Known, alarm: Alarm): string {
  const by = nameOf(known, alarm.by);
  return alarm.kind === 'escalate' ? escalatedNote(by, alarm.why) : handedNote(by);
}

const onTicket = (text: string): Step => ({
  do: 'operate',
  operation: { lane: 'ticket', itemId: null, body: { kind: 'note', text } },
});

function toldOf({ link, open, alarms }: Known, { by }: Alarm): Told {
  const opens = open.some(({ body, state }) => body.kind === 'open-internal' && state !== 'parked');
  if (link.internal !== null || opens) return 'agents';
  return alarms?.responders.some((user) => user !== by) === true ? 'responders' : 'nobody';
}

/** The agents where they talk among themselves, else each of those who answer; never whoever raised it. */
function tellThose(known: Known, alarm: Alarm, told: Told): Step[] {
  const { link, queueTitle, alarms } = known;
  const key = link.ticket?.key ?? 'a request';
  const by = nameOf(known, alarm.by);
  const text =
    alarm.kind === 'escalate' ? escalatedNews(key, queueTitle, by) : handedNews(key, queueTitle, by);
  const bodies = ((): NewOperation['body'][] => {
    switch (told) {
      case 'agents':
        return [{ kind: 'post', text, where: 'internal' }];
      case 'responders':
        return (alarms?.responders ?? []).flatMap((user) =>
          user === alarm.by ? [] : [{ kind: 'tell' as const, user, text, alarm: true as const }],
        );
      case 'nobody':
        return [];
    }
  })();
  return bodies.map((body) => ({ do: 'operate', operation: { lane: 'slack', itemId: null, body } }));
}
