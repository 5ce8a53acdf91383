import { tsMicros } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, NewOperation, RequestText, Route } from '../model/link.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import { decide } from '../routing/decide.ts';
import type { Lease } from '../store/leases.ts';
import { plainText } from '../sync/from-slack.ts';
import type { Observed } from '../sync/observed.ts';
import { keepCardTrue } from './card.ts';
import { namesIn, profileOf } from './names.ts';
import type { World } from './world.ts';

const LONGEST_SUMMARY = 120;

/** Routes a new request and reserves its ticket: the first plan of every link. */
export async function openRequest(
  world: World,
  { lease, link, deliveries }: { lease: Lease; link: Link; deliveries: Observed['deliveries'] },
): Promise<Outcome<null>> {
  const opening = openingOf(deliveries);
  if (opening === undefined) return rejected('invalid', 'Nothing that opens a request can be read any more');
  const { intake } = opening;
  const names = await namesIn(world, [intake]);
  if (names.kind !== 'ok') return names;
  const requester = await profileOf(world, link.requester);
  if (requester.kind !== 'ok') return requester;

  const request = requestText(intake, names.value);
  const route = routeOf(world, link, intake, request);
  const connector = world.connectors.get(route.connector);
  const create: NewOperation = {
    lane: 'ticket',
    itemId: null,
    body: {
      kind: 'create',
      target: world.rules.queues.get(route.queue)?.target,
      summary: request.summary,
      description: request.details,
      requester: requester.value,
    },
  };

  await world.store.fenced(lease, async (tx) => {
    await tx.links.route(link.id, route, request, {
      site: connector?.site ?? route.connector,
      configHash: world.rules.configHash,
    });
    if (intake.kind === 'message' || intake.kind === 'open-from-message') {
      const { channel, ts } = intake.message;
      const at = { slackChannel: channel, slackTs: ts, commentId: null, atMicros: Number(tsMicros(ts)) };
      await tx.items.add(link.id, { ...at, origin: 'slack', late: false, visibility: 'public' });
    }
    const alone = intake.kind === 'message' && intake.direct;
    if (route.privacy === 'private' && link.home === 'thread' && !alone) await movePrivately(tx, link);
    await tx.operations.append(link.id, [create]);
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
  });
  world.metrics.count('deskbridge_requests_opened', { kind: route.kind, queue: route.queue });
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

async function movePrivately(
  tx: Parameters<Parameters<World['store']['fenced']>[1]>[0],
  link: Link,
): Promise<void> {
  await tx.links.moveToDirectMessage(link.id);
  const text = 'This looks confidential, so I go on with the person who asked in a direct message.';
  await tx.operations.append(link.id, [
    { lane: 'slack', itemId: null, body: { kind: 'card' } },
    {
      lane: 'slack',
      itemId: null,
      body: { kind: 'post', author: null, text, comment: null, where: 'origin' },
    },
  ]);
}

function requestText(intake: Intake, names: Parameters<typeof plainText>[2]): RequestText {
  if (intake.kind === 'open-from-form') return { summary: intake.summary, details: intake.details };
  if (intake.kind !== 'message' && intake.kind !== 'open-from-message') return { summary: '', details: '' };
  const details = plainText(intake.message.text, intake.message.files, names);
  return { summary: summaryOf(details), details };
}

/** The first line, cut at a word. */
function summaryOf(text: string): string {
  const line =
    text
      .split('\n')
      .find((candidate) => candidate.trim() !== '')
      ?.trim() ?? 'Request from Slack';
  if (line.length <= LONGEST_SUMMARY) return line;
  const cut = line.slice(0, LONGEST_SUMMARY - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST_SUMMARY / 2 ? cut.slice(0, space) : cut}…`;
}

function routeOf(world: World, link: Link, intake: Intake, request: RequestText): Route {
  const form = intake.kind === 'open-from-form' ? intake.fields : {};
  const channel =
    intake.kind === 'open-from-form'
      ? intake.channel
      : intake.kind === 'message' || intake.kind === 'open-from-message'
        ? intake.message.channel
        : null;
  const text = request.details.startsWith(request.summary)
    ? request.details
    : `${request.summary}\n${request.details}`;
  const decision = decide(world.rules.routing, { text, channel, form, requester: link.requester });
  const queue = world.rules.queues.get(decision.queue);
  if (queue === undefined)
    throw new Error(`The routing table names the queue "${decision.queue}", which does not exist`);
  return { ...decision, connector: queue.connector };
}
