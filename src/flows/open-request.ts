import { type Doc, emptyDoc, plainDoc } from '../model/doc.ts';
import { docText } from '../model/doc-text.ts';
import { type SlackChannel, type SlackUser, tsMicros } from '../model/ids.ts';
import type { Intake, SlackMessage } from '../model/intake.ts';
import type { Link, NewOperation, RequestText, Route } from '../model/link.ts';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import { answersFor, decideHome } from '../privacy/audience.ts';
import type { Lease } from '../store/leases.ts';
import type { StoreTx } from '../store/store.ts';
import { planFiles, planFormFiles } from '../sync/files-from-slack.ts';
import type { Known, Observed } from '../sync/observed.ts';
import { messageDoc } from '../sync/say-on-ticket.ts';
import { type Step, warnOfSecrets, whisper } from '../sync/steps.ts';
import { summaryOf } from '../sync/summary.ts';
import { answeredInPerson, looksConfidential } from '../texts/audience.ts';
import { NOTHING_TO_READ } from '../texts/carrying.ts';
import { outsidersMayNotAsk } from '../texts/doors.ts';
import { secretWarning } from '../texts/redaction.ts';
import { agentsOf, giveToAgents } from './agents-thread.ts';
import { ASK_MS, questionFor } from './ask-kind.ts';
import { mayAsk } from './audience.ts';
import { keepCardTrue } from './card.ts';
import { knownOf, limitsOf } from './known.ts';
import { waitsForAnswer } from './likely-duplicates.ts';
import { profileOf } from './names.ts';
import { answersToTicket, withEndDates } from './offered-forms.ts';
import { openWholeThread } from './open-whole-thread.ts';
import { readNewThread } from './read-threads.ts';
import { formDoc, formDraft, formText, noticeOfAsker, typedInto, urgent } from './request-form.ts';
import { handedOn, handOver, routeNew } from './route-request.ts';
import type { World } from './world.ts';
import { writeSteps } from './write-steps.ts';

/** Routes a new request and reserves its ticket: the first plan of every link. */
export async function openRequest(
  world: World,
  asked: { lease: Lease; link: Link; deliveries: Observed['deliveries'] },
): Promise<Outcome<null>> {
  const { lease } = asked;
  const first = openingOf(asked.deliveries);
  if (first === undefined) return rejected('invalid', NOTHING_TO_READ);
  const asker = await notLetToAsk(world, asked.link, first.intake);
  if (asker.kind !== 'ok') return asker;
  if (asker.value !== null) return refuseOutsider(world, { lease, link: asked.link, ...asker.value });
  const whole = await openWholeThread(world, lease, { link: asked.link, opening: first });
  if (whole.kind !== 'ok') return whole;
  return openFrom(world, { lease, ...whole.value });
}

async function openFrom(
  world: World,
  { lease, link, opening }: { lease: Lease; link: Link; opening: Observed['deliveries'][number] },
): Promise<Outcome<null>> {
  const { intake } = opening;
  const known = await knownOf(world, link, { deliveries: [opening] });
  if (known.kind !== 'ok') return known;
  const requester = await profileOf(world, link.requester);
  if (requester.kind !== 'ok') return requester;

  const sent = await formIn(world, intake);
  if (sent.kind !== 'ok') return sent;
  const form = sent.value;
  const text = form === null ? requestText(known.value, intake) : formText(known.value, form);
  const routing = await routeNew(world, link, { intake, request: text });
  const { route: table, facts, target } = routing;
  const waitMs = await waitsForAnswer(world, { lease, link, intake, request: text, routing });
  if (waitMs !== null) return retryLater('Its person is asked whether it is a new one', 'turn', waitMs);
  const human = intake.kind === 'open-from-message' && intake.human === true;
  const question = human ? null : questionFor(world, routing);
  const route = human ? handedOn(table) : form?.urgent === true ? urgent(table) : table;
  const routed = { ...link, route };
  const opened = { ...known.value, link: routed, limits: limitsOf(world, routed) };
  const words = requestText(opened, intake);
  const request = form === null ? words : { ...words, details: formDoc(opened, form) };
  const connector = world.connectors.get(route.connector);
  const create: NewOperation = {
    ...(question === null ? {} : { afterMs: ASK_MS }),
    lane: 'ticket',
    itemId: null,
    body: {
      kind: 'create',
      target,
      summary: request.summary,
      description: request.details,
      requester: requester.value,
      ...(form === null ? {} : formDraft(known.value, form, answersToTicket(world, form, { route, target }))),
      ...typedInto(world, intake),
      ...(route.group === null ? {} : { group: route.group }),
      tags: route.tags,
    },
  };
  const handed = await handOver(world, link, { route, facts });

  const files = filesOf(opened, intake);
  const told = form === null ? null : noticeOfAsker(known.value, form);
  await world.store.fenced(lease, async (tx) => {
    await tx.links.route(link.id, route, request, {
      site: connector?.site ?? route.connector,
      configHash: world.rules.configHash,
      facts,
    });
    if (intake.kind === 'message' || intake.kind === 'open-from-message') {
      await addOpening(tx, link, intake.message);
      // What stood in the thread before somebody made it a request follows; so does what no event brought.
      if (intake.kind === 'open-from-message') await tx.threads.ask(link.id);
    }
    const alone = intake.kind === 'message' && intake.direct;
    if (link.home === 'thread' && !alone) await moveIfPrivate(world, tx, { ...link, route });
    await tx.operations.append(link.id, [create, ...(question === null ? [] : [question]), ...handed]);
    if (files.length > 0) await writeSteps(tx, link, files);
    await giveToAgents(tx, link, agentsOf(world, routed));
    await tx.deliveries.closeAll([opening.id], 'opened');
    await tx.audit.record({
      kind: 'request.routed',
      actor: `slack:${link.requester}`,
      link: link.id,
      data: {
        rule: route.rule,
        kind: route.kind,
        queue: route.queue,
        connector: route.connector,
        config: world.rules.configHash,
      },
    });
    await keepCardTrue(world, tx, link.id);
    if (told !== null) await tx.operations.append(link.id, [told]);
    await writeSteps(tx, link, warningsIn(intake));
  });
  if (intake.kind === 'open-from-message') await readNewThread(world, link.id);
  world.metrics.count('deskbridge_requests_opened', { kind: route.kind, queue: route.queue });
  if (route.rule === 'default') world.metrics.count('deskbridge_requests_defaulted', { queue: route.queue });
  return ok(null);
}

/** The guest or person of another company who asks in a channel where the owner does not let them; null when all is well. */
async function notLetToAsk(
  world: World,
  link: Link,
  intake: Intake,
): Promise<Outcome<{ readonly user: SlackUser; readonly channel: SlackChannel } | null>> {
  // Other doors have to read the message first, and have asked then.
  const asks =
    intake.kind === 'message'
      ? !intake.direct
      : intake.kind === 'open-from-message' && intake.door === undefined;
  if (!asks || (intake.kind !== 'message' && intake.kind !== 'open-from-message')) return ok(null);
  const user = intake.kind === 'message' ? intake.message.user : intake.by;
  const may = await mayAsk(world, { team: link.team, channel: intake.message.channel, user });
  if (may.kind !== 'ok') return may;
  return ok(may.value ? null : { user, channel: intake.message.channel });
}

/** It never was a request; he alone is told. */
async function refuseOutsider(
  world: World,
  asked: {
    readonly lease: Lease;
    readonly link: Link;
    readonly user: SlackUser;
    readonly channel: SlackChannel;
  },
): Promise<Outcome<null>> {
  const { lease, link, user, channel } = asked;
  await world.store.fenced(lease, async (tx) => {
    if (!(await tx.links.withdraw(link.id, 'outsider'))) throw new Error('Something came of it already');
    await tx.errands.add({ kind: 'say', channel, user, root: null, text: outsidersMayNotAsk, button: null });
    const data = { channel, why: 'outsider' };
    await tx.audit.record({ kind: 'request.refused', actor: `slack:${user}`, link: null, data });
  });
  world.metrics.count('deskbridge_requests_refused', { why: 'outsider' });
  return ok(null);
}

/** What the request is about: what somebody asked to open, else the root of the thread; replies may have come before it. */
function openingOf(deliveries: Observed['deliveries']): Observed['deliveries'][number] | undefined {
  const asked = deliveries.find(
    ({ intake }) => intake.kind === 'open-from-message' || intake.kind === 'open-from-form',
  );
  const root = deliveries.find(
    ({ intake }) => intake.kind === 'message' && intake.message.ts === intake.message.root,
  );
  return asked ?? root;
}

async function formIn(world: World, intake: Intake) {
  if (intake.kind !== 'open-from-form') return ok(null);
  return withEndDates(world, intake, await world.store.now());
}

/** He who wrote a secret is told, wherever the conversation goes on. */
export function warningsIn(intake: Intake): Step[] {
  if (intake.kind === 'message' || intake.kind === 'open-from-message') return warnOfSecrets(intake.message);
  if (intake.kind !== 'open-from-form' || intake.redacted === undefined) return [];
  return [whisper(intake.by, intake.channel, secretWarning(intake.redacted))];
}

/** What is confidential, and what its channel wants so, goes on in a direct message. */
export async function moveIfPrivate(
  world: World,
  tx: StoreTx,
  link: Link & { readonly route: Route },
): Promise<void> {
  const confidential = link.route.privacy === 'private';
  const channel = link.conversation?.channel;
  const rules = channel === undefined ? undefined : world.rules.answers.get(channel);
  if (decideHome({ confidential, answers: answersFor(rules, link.route.kind) }) === 'thread') return;
  await tx.links.moveToDirectMessage(link.id);
  const text = confidential ? looksConfidential : answeredInPerson;
  await tx.operations.append(link.id, [
    { lane: 'slack', itemId: null, body: { kind: 'card' } },
    { lane: 'slack', itemId: null, body: { kind: 'post', text, where: 'origin' } },
  ]);
}

async function addOpening(tx: StoreTx, link: Link, { channel, ts, edited }: SlackMessage): Promise<void> {
  await tx.items.add(link.id, {
    kind: 'message',
    origin: 'slack',
    nativeId: ts,
    channel,
    parent: null,
    opens: true,
    atMicros: Number(tsMicros(ts)),
    late: false,
    visibility: 'public',
    stamp: edited,
    gone: false,
  });
}

function filesOf(opened: Known, intake: Intake): readonly Step[] {
  if (intake.kind === 'open-from-form') return planFormFiles(opened, intake.by, intake.files);
  if (intake.kind !== 'message' && intake.kind !== 'open-from-message') return [];
  return planFiles(opened, intake.message, intake.message.files);
}

function requestText(known: Known, intake: Intake): RequestText {
  if (intake.kind === 'open-from-form') return { summary: intake.summary, details: plainDoc(intake.details) };
  if (intake.kind !== 'message' && intake.kind !== 'open-from-message')
    return { summary: '', details: emptyDoc };
  const details: Doc = messageDoc(known, intake.message, intake.message.files);
  return { summary: summaryOf(docText(details)), details };
}
