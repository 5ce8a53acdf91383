import { type DeskField, type DeskForm, type FilledField, ticketFieldOf } from '../../model/form.ts';
import { NEWLY_NEEDED, NO_LONGER_OFFERED } from '../../texts/vendor-forms.ts';

/**
 * What the ticket system asks otherwise since a form was opened, by the ids of its fields as the form is now; null when what
 * was sent still fits.
 */
export function changedSince(
  form: DeskForm,
  filled: readonly FilledField[],
): Readonly<Record<string, string>> | null {
  if (form.without !== undefined) return null;
  const now = new Map(form.fields.filter(isAskedThere).map((field) => [field.id, field]));
  const wrong: Record<string, string> = {};
  for (const { id, required } of now.values())
    if (required && !filled.some((one) => one.id === id)) wrong[id] = NEWLY_NEEDED;
  for (const one of filled) {
    const field = now.get(one.id);
    if (field !== undefined && !isOffered(field, one)) wrong[one.id] = NO_LONGER_OFFERED;
  }
  const isGone = filled.some((one) => isAskedThere(one) && !now.has(one.id));
  return isGone || Object.keys(wrong).length > 0 ? wrong : null;
}

const isAskedThere = ({ id }: Pick<DeskField, 'id'>) => ticketFieldOf(id) !== null;

function isOffered({ kind, options }: DeskField, { kind: was, answer }: FilledField): boolean {
  if (kind !== was) return false;
  if (kind !== 'choice' && kind !== 'choices') return true;
  return [answer].flat().every((one) => options.some(({ value }) => value === one));
}
