import type { Doc } from '../model/doc.ts';
import { type TypedForm, URGENT_REASON } from '../model/form.ts';
import type { DeliveryId, SlackUser } from '../model/ids.ts';
import type { BodyOf, Link, Operation, RequestText } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import type { Known } from '../sync/observed.ts';
import { notice, type Step, whisper } from '../sync/steps.ts';
import { belongsElsewhere, NOT_YOUR_FORM, NOTHING_TO_FILL, SENT_AGAIN } from '../texts/vendor-forms.ts';
import { keepCardTrue } from './card.ts';
import { knownOf } from './known.ts';
import { answersToTicket, withEndDates } from './offered-forms.ts';
import { warningsIn } from './open-request.ts';
import { queueTitle } from './queue-title.ts';
import { formDoc, formDraft, formText, type RequestForm, typedInto, urgent } from './request-form.ts';
import { asksNothingNew, handOver, noLess, type RoutedRequest, routed, routeNew } from './route-request.ts';
import type { World } from './world.ts';
import { writeSteps } from './write-steps.ts';

/** A form that the ticket system refused, filled in anew. */
export interface Correction {
  readonly id: DeliveryId;
  readonly intake: RequestForm;
}

interface Corrected {
  readonly link: Link;
  readonly open: readonly Operation[];
  readonly correction: Correction;
}

type Create = BodyOf<'create'>;

/** The creation that waits for its form; null when it does not, or may have happened. */
export function waitingForForm(
  open: readonly Operation[],
): { readonly id: Operation['id']; readonly body: Create & Required<Pick<Create, 'typed'>> } | null {
  for (const { id, body, state, startedAt } of open) {
    if (body.kind !== 'create' || body.typed === undefined) continue;
    return state === 'parked' && startedAt === null ? { id, body: { ...body, typed: body.typed } } : null;
  }
  return null;
}

/**
 * The person who filled in a refused form corrected it: the same request is tried again with what he says now, and routed and
 * judged by that. For whom it is, how urgent, its queue and its files stay as they were.
 */
export async function takeCorrection(
  world: World,
  lease: Lease,
  { link, open, correction }: Corrected,
): Promise<Outcome<null>> {
  const { id, intake } = correction;
  const waiting = waitingForForm(open);
  const close: Step = { do: 'close', delivery: id, reason: 'planned' };
  const only = async (text: string, ...more: readonly Step[]): Promise<Outcome<null>> => {
    const steps = [whisper(intake.by, intake.channel, text), ...more, close];
    await world.store.fenced(lease, (tx) => writeSteps(tx, link, steps));
    return ok(null);
  };
  const { route: before, request } = link;
  if (waiting === null || before === null || request === null) return only(NOTHING_TO_FILL);
  const { typed: waits } = waiting.body;
  if (!mayCorrect(link, waits, intake.by)) return only(NOT_YOUR_FORM);

  const typed = asBefore(link, waits, intake);
  const sent = await withEndDates(world, typed, await world.store.now());
  if (sent.kind !== 'ok') return sent;
  const form = sent.value;
  const known = await knownOf(world, link, { deliveries: [{ id, intake: form }] });
  if (known.kind !== 'ok') return known;
  const to = await routedAnew(world, link, form, formText(known.value, form));
  const actor = `slack:${intake.by}`;
  if (to.route.queue !== before.queue) {
    const { queue, rule } = to.route;
    const text = belongsElsewhere(queueTitle(world.rules, queue), queueTitle(world.rules, before.queue));
    return only(text, { do: 'record', kind: 'form.refused', actor, data: { form: waits.name, queue, rule } });
  }
  const route = noLess(to.route, before);
  const details = formDoc(known.value, form);
  const body = createAnew(world, waiting.body, {
    known: known.value,
    form,
    typed,
    details,
    to: { ...to, route },
  });
  const handed = asksNothingNew(route, before) ? [] : await handOver(world, link, { route, facts: to.facts });
  await world.store.fenced(lease, async (tx) => {
    // Whoever runs the bridge may have sent it as it was, or given it other words.
    if (!(await tx.parked.edit(waiting.id, body)))
      return writeSteps(tx, link, [whisper(intake.by, intake.channel, NOTHING_TO_FILL), close]);
    await tx.operations.retryParked(waiting.id);
    const site = world.connectors.get(route.connector)?.site ?? route.connector;
    const { configHash } = world.rules;
    const at = { site, configHash, facts: to.facts };
    await tx.links.route(link.id, route, { summary: form.summary, details }, at);
    const data = { operation: waiting.id, form: waits.name, rule: route.rule, config: configHash };
    await tx.audit.record({ kind: 'form.corrected', actor, link: link.id, data });
    await tx.operations.append(link.id, handed);
    await writeSteps(tx, link, [notice(SENT_AGAIN), ...warningsIn(intake), close]);
    await keepCardTrue(world, tx, link.id);
  });
  return ok(null);
}

/** Asks the routing table again. What somebody chose by a button stays his choice; all else is what the form says now. */
async function routedAnew(
  world: World,
  link: Link,
  form: RequestForm,
  request: RequestText,
): Promise<RoutedRequest> {
  const facts = await world.store.links.factsOf(link.id);
  if (facts === null) {
    const fresh = await routeNew(world, link, { intake: form, request });
    return form.urgent ? { ...fresh, route: urgent(fresh.route) } : fresh;
  }
  const kind = facts.kind !== null && facts.form['kind'] === facts.kind ? facts.kind : null;
  const fields = { ...(kind === null ? {} : { kind }), ...form.fields };
  const anew = routed(world, { ...facts, kind, form: fields }, request);
  return facts.urgent ? { ...anew, route: urgent(anew.route) } : anew;
}

/** The creation that waits, with nothing of what was typed before. */
function createAnew(
  world: World,
  waiting: Create,
  now: {
    readonly known: Known;
    readonly form: RequestForm;
    readonly typed: RequestForm;
    readonly details: Doc;
    readonly to: Pick<RoutedRequest, 'route' | 'target'>;
  },
): Create {
  const { known, form, typed, details, to } = now;
  const { route, target } = to;
  const { typed: _typed, group: _group, ...rest } = waiting;
  // Who else shall hear of it was not asked again.
  const { participants: _, ...draft } = formDraft(known, form, answersToTicket(world, form, to));
  return {
    ...rest,
    ...{ target, summary: form.summary, description: details, tags: route.tags },
    ...draft,
    ...typedInto(world, typed),
    ...(route.group === null ? {} : { group: route.group }),
  };
}

/** Whoever typed it, and whom it is for: the ticket tells him all of it. */
export function mayCorrect({ requester }: Link, { by }: TypedForm, user: SlackUser): boolean {
  return user === by || user === requester;
}

/** What the corrected form did not ask again. */
function asBefore({ requester }: Link, before: TypedForm, intake: RequestForm): RequestForm {
  const onBehalfOf = requester === before.by ? null : requester;
  const urgency = before.fields.filter(({ id }) => id === URGENT_REASON);
  const { filled } = intake;
  const same = { ...intake, by: before.by, onBehalfOf, urgent: urgency.length > 0 };
  if (filled === undefined) return same;
  return { ...same, filled: { ...filled, fields: [...filled.fields, ...urgency] } };
}
