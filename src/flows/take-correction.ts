import { type TypedForm, URGENT_REASON } from '../model/form.ts';
import type { DeliveryId, SlackUser } from '../model/ids.ts';
import type { BodyOf, Link, Operation } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Lease } from '../store/leases.ts';
import { notice, type Step, whisper } from '../sync/steps.ts';
import { NOT_YOUR_FORM, NOTHING_TO_FILL, SENT_AGAIN } from '../texts/vendor-forms.ts';
import { keepCardTrue } from './card.ts';
import { knownOf } from './known.ts';
import { answersToTicket, withEndDates } from './offered-forms.ts';
import { formDoc, formDraft, type RequestForm, typedInto } from './request-form.ts';
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
 * The person who filled in a refused form corrected it: the same request is tried again with what he says now. For whom it is,
 * how urgent, where it goes and its files stay as they were.
 */
export async function takeCorrection(
  world: World,
  lease: Lease,
  { link, open, correction }: Corrected,
): Promise<Outcome<null>> {
  const { id, intake } = correction;
  const waiting = waitingForForm(open);
  const close: Step = { do: 'close', delivery: id, reason: 'planned' };
  const only = async (text: string): Promise<Outcome<null>> => {
    const steps = [whisper(intake.by, intake.channel, text), close];
    await world.store.fenced(lease, (tx) => writeSteps(tx, link, steps));
    return ok(null);
  };
  const { route, request } = link;
  if (waiting === null || route === null || request === null) return only(NOTHING_TO_FILL);
  if (!mayCorrect(link, waiting.body.typed, intake.by)) return only(NOT_YOUR_FORM);

  const typed = asBefore(link, waiting.body.typed, intake);
  const sent = await withEndDates(world, typed, await world.store.now());
  if (sent.kind !== 'ok') return sent;
  const form = sent.value;
  const known = await knownOf(world, link, { deliveries: [{ id, intake: form }] });
  if (known.kind !== 'ok') return known;
  const description = formDoc(known.value, form);
  const answers = answersToTicket(world, form, { route, target: waiting.body.target });
  const { participants, ...draft } = formDraft(known.value, form, answers);
  const body: Create = {
    ...waiting.body,
    ...{ summary: form.summary, description, ...draft },
    ...typedInto(world, typed),
  };
  const facts = await world.store.links.factsOf(link.id);
  await world.store.fenced(lease, async (tx) => {
    await tx.parked.edit(waiting.id, body);
    await tx.operations.retryParked(waiting.id);
    if (facts !== null) {
      const site = world.connectors.get(route.connector)?.site ?? route.connector;
      const words = { summary: form.summary, details: description };
      await tx.links.route(link.id, route, words, { site, configHash: world.rules.configHash, facts });
    }
    await tx.audit.record({
      kind: 'form.corrected',
      actor: `slack:${intake.by}`,
      link: link.id,
      data: { operation: waiting.id, form: waiting.body.typed.name },
    });
    await writeSteps(tx, link, [notice(SENT_AGAIN), close]);
    await keepCardTrue(world, tx, link.id);
  });
  return ok(null);
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
  const same = { ...intake, by: before.by, onBehalfOf };
  if (filled === undefined) return same;
  return { ...same, filled: { ...filled, fields: [...filled.fields, ...urgency] } };
}
