import type { DeliveryId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link, Operation } from '../model/link.ts';
import type { Lease } from '../store/leases.ts';
import { notice, type Step, whisper } from '../sync/steps.ts';
import { choseNote, NOT_YOURS_TO_SAY, thanksText, tooLateText } from '../texts/ask-kind.ts';
import { agentsOf, giveToAgents } from './agents-thread.ts';
import { keepCardTrue } from './card.ts';
import { moveIfPrivate } from './open-request.ts';
import { queueTitle } from './queue-title.ts';
import { urgent } from './request-form.ts';
import { respondersAmong } from './responders.ts';
import { handOver, type RoutedRequest, routed } from './route-request.ts';
import type { World } from './world.ts';
import { writeSteps } from './write-steps.ts';

type Pick = Extract<Intake, { kind: 'pick-kind' }>;
export type Picks = readonly { readonly id: DeliveryId; readonly intake: Pick }[];

interface Asked {
  readonly link: Link;
  readonly open: readonly Operation[];
  readonly picks: Picks;
}

/**
 * A person said what his request is about. While its ticket waits, it goes where he says; once it may be on its way, what
 * he said is written down and the agents are told. The first of several answers counts.
 */
export async function takePick(world: World, lease: Lease, { link, open, picks }: Asked): Promise<void> {
  const responders = await respondersAmong(
    world,
    world.store,
    picks.map(({ intake }) => intake.by),
  );
  const mayPick = ({ by }: Pick) => by === link.requester || responders.has(by);
  const steps = picks.flatMap(({ id, intake }): Step[] => [
    ...(mayPick(intake) ? [] : [whisper(intake.by, intake.channel, NOT_YOURS_TO_SAY)]),
    { do: 'close', delivery: id, reason: 'planned' },
  ]);
  const pick = picks.find(({ intake }) => mayPick(intake))?.intake;
  if (pick === undefined) return world.store.fenced(lease, (tx) => writeSteps(tx, link, steps));
  const { by, picked } = pick;
  const create = open.find(({ body }) => body.kind === 'create');
  // Where somebody moved it is his word, and a later one.
  const isFirst = create?.body.kind === 'create' && create.body.moved === undefined;
  const waits = isFirst && create.state === 'ready' && create.startedAt === null ? create : null;
  const to = picked === null ? null : await routedAs(world, link, picked);
  const handed = to === null ? [] : await handOver(world, link, to);
  await world.store.fenced(lease, async (tx) => {
    await writeSteps(tx, link, steps);
    if (waits !== null) await tx.operations.lookAgain(waits.id, 0);
    if (to === null || link.route === null || link.request === null) return;
    const { route, facts, target } = to;
    const { queue: was } = link.route;
    await tx.routing.correct(link.id, { how: 'picked', kind: route.kind, was, became: route.queue });
    const data = { kind: route.kind, from: was, to: route.queue, late: waits === null };
    await tx.audit.record({ kind: 'request.picked', actor: `slack:${by}`, link: link.id, data });
    const title = queueTitle(world.rules, route.queue);
    if (waits?.body.kind !== 'create') {
      const note = { kind: 'note' as const, text: choseNote(title) };
      await tx.operations.append(link.id, [{ lane: 'ticket', itemId: null, body: note }]);
      return writeSteps(tx, link, [notice(tooLateText(link.ticket?.key ?? null))]);
    }
    const { group: _, ...rest } = waits.body;
    const group = route.group === null ? {} : { group: route.group };
    await tx.operations.replace(waits.id, { ...rest, ...group, target, tags: route.tags });
    const site = world.connectors.get(route.connector)?.site ?? route.connector;
    await tx.links.route(link.id, route, link.request, { site, configHash: world.rules.configHash, facts });
    if (link.home === 'thread') await moveIfPrivate(world, tx, { ...link, route });
    if (was !== route.queue) await giveToAgents(tx, link, agentsOf(world, { route }));
    await writeSteps(tx, link, [notice(thanksText(title))]);
    await tx.operations.append(link.id, handed);
    await keepCardTrue(world, tx, link.id);
  });
  world.metrics.count('deskbridge_requests_picked', { late: String(waits === null) });
}

/** Where it goes as what he said; null when nothing is known of how it was routed. */
async function routedAs(world: World, link: Link, kind: string): Promise<RoutedRequest | null> {
  const facts = await world.store.links.factsOf(link.id);
  if (facts === null || link.request === null) return null;
  const chosen = { ...facts, kind, form: { ...facts.form, kind } };
  const to = routed(world, chosen, link.request);
  if (to.route.rule === 'default') return null;
  return facts.urgent === true ? { ...to, route: urgent(to.route) } : to;
}
