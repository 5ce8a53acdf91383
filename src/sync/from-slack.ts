import { type SlackUser, tsMicros } from '../model/ids.ts';
import type { Intake, SlackMessage, TextPart } from '../model/intake.ts';
import type { LinkedTicket } from '../model/link.ts';
import { isReached, type StatusCategory, type WantedStatus } from '../model/ticket.ts';
import type { Known, Observed } from './observed.ts';
import { notice, type Step } from './steps.ts';

const DAY_MS = 86_400_000;

/** A name for people to read; never a raw id. */
function nameOf(names: ReadonlyMap<SlackUser, string>, user: SlackUser): string {
  return names.get(user) ?? 'A person in Slack';
}

/** Plain text with people by name, and a line for every file that hangs on the message. */
export function plainText(
  parts: readonly TextPart[],
  files: readonly string[],
  names: ReadonlyMap<SlackUser, string>,
): string {
  const text = parts
    .map((part) => (part.kind === 'text' ? part.text : `@${nameOf(names, part.user)}`))
    .join('');
  return [text.trim(), ...files.map((file) => `(file in Slack: ${file})`)]
    .filter((line) => line !== '')
    .join('\n');
}

type Seen = { readonly id: Observed['deliveries'][number]['id']; readonly intake: Intake };

/** What the new Slack deliveries of a link ask for, messages in the order of their ts. */
export function planSlack(known: Known, deliveries: readonly Seen[]): Step[] {
  const steps: Step[] = [];
  const seen = new Set(known.items.map((item) => item.slackTs));
  let newest = Math.max(
    0,
    ...known.items.filter((item) => item.origin === 'slack').map((item) => item.atMicros),
  );

  const messages = deliveries.flatMap(({ id, intake }) =>
    intake.kind === 'message' ? [{ id, message: intake.message }] : [],
  );
  messages.sort((a, b) => Number(tsMicros(a.message.ts) - tsMicros(b.message.ts)));
  const fresh: SlackMessage[] = [];
  for (const { id, message } of messages) {
    if (seen.has(message.ts)) {
      steps.push({ do: 'close', delivery: id, reason: 'seen-before' });
      continue;
    }
    seen.add(message.ts);
    fresh.push(message);
    const at = Number(tsMicros(message.ts));
    steps.push(...planReply(known, message, at < newest), { do: 'close', delivery: id, reason: 'planned' });
    newest = Math.max(newest, at);
  }
  steps.push(...planReopening(known, fresh));

  for (const { id, intake } of deliveries) {
    if (intake.kind === 'message') continue;
    if (intake.kind === 'change-status') steps.push(...planStatusChange(known, intake.by, intake.status));
    steps.push({
      do: 'close',
      delivery: id,
      reason: intake.kind === 'ignored' ? intake.reason : intake.kind,
    });
  }
  return steps;
}

function planReply(known: Known, message: SlackMessage, late: boolean): Step[] {
  const item = {
    origin: 'slack' as const,
    slackChannel: message.channel,
    slackTs: message.ts,
    commentId: null,
    atMicros: Number(tsMicros(message.ts)),
    late,
    visibility: 'public' as const,
  };
  const said = plainText(message.text, message.files, known.names);
  if (said === '') return [{ do: 'item', item, mirror: null }];
  const written = new Date(Number(tsMicros(message.ts) / 1000n)).toISOString().slice(0, 16).replace('T', ' ');
  const text = late ? `(written ${written} UTC, arrived late)\n${said}` : said;
  const author = nameOf(known.names, message.user);
  const body = { kind: 'comment' as const, author, text, channel: message.channel, ts: message.ts };
  const steps: Step[] = [{ do: 'item', item, mirror: { lane: 'ticket', itemId: null, body } }];
  if (late)
    steps.push({
      do: 'record',
      kind: 'message.late',
      actor: `slack:${message.user}`,
      data: { ts: message.ts },
    });
  return steps;
}

/** A reply to a closed request reopens it for some days; later it is passed on and the person is told. */
function planReopening(known: Known, messages: readonly SlackMessage[]): Step[] {
  const { link } = known;
  const last = messages.at(-1);
  if (link.status !== 'closed' || link.closedAt === null || last === undefined) return [];
  if (known.now.getTime() - link.closedAt.getTime() > known.reopenDays * DAY_MS) {
    return [
      notice(
        `${link.ticket?.key ?? 'This request'} has been closed for more than ${known.reopenDays} days, so it stays closed. ` +
          'Your message was added to it. If you still need help, please start a new thread.',
      ),
    ];
  }
  return writeStatus(link.ticket, 'open', nameOf(known.names, last.user), last.user);
}

function planStatusChange(known: Known, by: SlackUser, wanted: StatusCategory): Step[] {
  const { link } = known;
  if (by !== link.requester && !known.responders.has(by)) {
    return [
      { do: 'record', kind: 'status.refused', actor: `slack:${by}`, data: { status: wanted } },
      notice(
        `${nameOf(known.names, by)} cannot change the status here. The person who asked can, and so can the help desk.`,
      ),
    ];
  }
  // Somebody who reopens wants it not to be done any more; which state that is, the ticket's workflow says.
  const status = wanted === 'done' ? 'done' : 'open';
  return writeStatus(link.ticket, status, nameOf(known.names, by), by);
}

function writeStatus(
  ticket: LinkedTicket | null,
  status: WantedStatus,
  actor: string,
  by: SlackUser,
): Step[] {
  const now = ticket?.status?.category;
  if (now !== undefined && isReached(now, status)) return [];
  return [
    { do: 'record', kind: 'status.asked', actor: `slack:${by}`, data: { status } },
    { do: 'operate', operation: { lane: 'ticket', itemId: null, body: { kind: 'write', status, actor } } },
  ];
}
