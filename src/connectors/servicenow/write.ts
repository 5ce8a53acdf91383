import type { Attempt, Effect } from '../../model/effect.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { FieldLeft, TicketChange, WrittenFields } from '../../model/ticket.ts';
import { askedInSlack, changeNotKept, toChange } from '../../texts/servicenow-tickets.ts';
import { oneLine } from './fields.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { planWrite } from './plan-write.ts';
import { TicketRecord } from './schema.ts';
import { type SignIns, toldOf } from './sign-ins.ts';
import type { FoundRecord, Tickets } from './tickets.ts';
import type { Piece, PlanParts } from './write-plan.ts';

export interface WriteParts extends PlanParts {
  readonly signIns: SignIns;
  readonly tickets: Tickets;
}

interface Writing {
  readonly parts: WriteParts;
  readonly change: TicketChange;
  readonly found: FoundRecord;
  readonly attempt: Attempt;
}

const FIELDS = Object.keys(TicketRecord.shape);

/** Who asked, where the record would name the integration user; close notes say it themselves. */
function noteOf({ change, attempt }: Writing, pieces: readonly Piece[]): Readonly<Record<string, string>> {
  const wanted = pieces
    .filter((piece) => !('close_notes' in piece.values))
    .flatMap((piece) => piece.fields.map((field) => field.wanted));
  if (change.actor.grant !== null || wanted.length === 0) return {};
  const asked = askedInSlack(oneLine(change.actor.name, 100), oneLine(wanted.join(', '), 600));
  return { work_notes: `${asked}\n\nReference: ${attempt.marker}` };
}

/** Writes these pieces at once; answers what the record did not take although it said nothing. */
async function writePieces(
  writing: Writing,
  pieces: readonly Piece[],
): Promise<Outcome<readonly FieldLeft[]>> {
  const { parts, change, found } = writing;
  const { table, sysId, record } = found;
  const values = Object.assign({}, ...pieces.map((piece) => piece.values), noteOf(writing, pieces));
  const written = await parts.signIns.of(change.actor).client.update(table, sysId, {
    values,
    row: TicketRecord,
    fields: FIELDS,
    display: 'all',
    doing: toChange(record.number.value),
  });
  if (written.kind !== 'ok') return toldOf(change.actor, written);
  const answered = { table, record: written.value };
  return ok(
    pieces
      .flatMap((piece) => piece.fields)
      .filter((field) => !field.isTaken(answered))
      .map(({ field, wanted, advice }) => ({
        field,
        reason: changeNotKept(record.number.value, wanted, advice),
      })),
  );
}

/** A data policy, a business rule or an access rule said no: about these values, not about us. */
const isAboutValues = (outcome: Outcome<unknown>) =>
  outcome.kind === 'rejected' && (outcome.code === 'forbidden' || outcome.code === 'invalid');

/**
 * All at once, as agents save a form; when that is refused each alone, so that one bad value keeps no other back. What was
 * asked for alone and is refused can be tried again by people once its cause is gone.
 */
async function writeAll(writing: Writing, pieces: readonly Piece[]): Promise<Outcome<readonly FieldLeft[]>> {
  const all = await writePieces(writing, pieces);
  if (pieces.length === 1 || !isAboutValues(all)) return all;
  const left: FieldLeft[] = [];
  for (const piece of pieces) {
    const alone = await writePieces(writing, [piece]);
    if (alone.kind === 'ok') left.push(...alone.value);
    else if (alone.kind === 'rejected' && isAboutValues(alone)) {
      left.push(...piece.fields.map(({ field }) => ({ field, reason: alone.reason })));
    } else return alone;
  }
  return ok(left);
}

/**
 * Brings the fields of a record to what is wanted. Proof: compare and set; what says already what is wanted is not
 * written, and what somebody else changed meanwhile is left to him.
 */
export function createWriteEffect(parts: WriteParts): Effect<TicketChange, WrittenFields> {
  return {
    proof: 'compare-and-set',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(change, attempt) {
      const found = await parts.tickets.read(change.ticket);
      if (found.kind !== 'ok') return found;
      const plan = await planWrite(parts, change, found.value);
      if (plan.kind !== 'ok') return plan;
      const { pieces, left } = plan.value;
      if (pieces.length === 0) return ok({ left });
      const written = await writeAll({ parts, change, found: found.value, attempt }, pieces);
      return written.kind === 'ok' ? ok({ left: [...left, ...written.value] }) : written;
    },
    async find(change) {
      const found = await parts.tickets.read(change.ticket);
      if (found.kind !== 'ok') return found;
      const plan = await planWrite(parts, change, found.value);
      if (plan.kind !== 'ok') return plan;
      return ok(plan.value.pieces.length === 0 ? { left: plan.value.left } : null);
    },
  };
}
