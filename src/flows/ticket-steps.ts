import type { TicketStep } from '../connectors/capabilities.ts';
import type { LinkId, SlackUser } from '../model/ids.ts';
import type { DeskStep, RefusedStep } from '../model/step.ts';
import { mayAct } from '../privacy/audience.ts';
import { outsidersMayNotAct } from '../texts/audience.ts';
import {
  NO_STEPS,
  NO_TICKET_YET,
  STEPS_NOT_YOURS,
  STEPS_UNKNOWN,
  STEPS_UNREAD,
} from '../texts/steps-form.ts';
import { askedForm } from './asked-form.ts';
import { standingOf } from './audience.ts';
import { respondersAmong } from './responders.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 10_000;

/** The steps that somebody may take with a ticket now, or in a sentence why there are none. */
export type StepsFound =
  | { readonly steps: readonly DeskStep[]; readonly refused: RefusedStep | null }
  | { readonly why: string };

/** Reads at the ticket system; for a form that stands already. */
export async function stepsFor(world: World, id: LinkId, by: SlackUser): Promise<StepsFound> {
  const link = await world.store.links.get(id);
  const ticket = link?.ticket ?? null;
  if (link === null || ticket === null || ticket.id === null) return { why: NO_TICKET_YET };
  const standing = await standingOf(world, link.team, by);
  if (standing.kind !== 'ok') return { why: STEPS_UNREAD };
  if (!mayAct(standing.value)) return { why: outsidersMayNotAct };
  const helps =
    link.route?.responders.includes(by) || (await respondersAmong(world, world.store, [by])).has(by);
  if (!helps) return { why: STEPS_NOT_YOURS };
  const { id: ticketId } = ticket;
  const steps = world.connectors.get(ticket.connector)?.can.steps;
  if (steps === undefined) return { why: STEPS_UNKNOWN };
  const read = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () => steps.list(ticketId));
  if (read.kind !== 'ok') return { why: STEPS_UNREAD };
  if (read.value.length === 0) return { why: NO_STEPS };
  const refused = await world.store.operations.refusedStep(id);
  return { steps: read.value.map(asDeskStep), refused };
}

const NOTHING_OWN = { name: '', title: '', summary: null, fields: [] };
const NOTHING_SAID = { queue: '', order: [], hidden: new Set<string>(), preset: {} };

function asDeskStep({ fields, beyond, ...step }: TicketStep): DeskStep {
  const { form, leftOut } = askedForm(NOTHING_OWN, NOTHING_SAID, { name: step.label, fields, beyond });
  const missing = leftOut.filter(({ required }) => required).map((one) => one.label);
  return { ...step, fields: form.fields, missing };
}
