import { readAskedForm, type ShelfParts, type ShelfRules } from '../../flows/form-shelf.ts';
import { createNotes, type DiagnosisOptions, type Finding, type Notes } from '../../model/finding.ts';
import { FORM_CHECKS } from './checks.ts';

/** Has any form questions of a ticket system? */
export function asksTicketSystems({ forms }: ShelfRules): boolean {
  return [...forms.values()].some(({ from }) => from !== null);
}

/** Reads every form that asks what a ticket system asks, and says what of it people are not asked. */
export async function examineForms(
  shelf: Pick<ShelfParts, 'rules' | 'connectors' | 'io'>,
  options: DiagnosisOptions,
): Promise<readonly Finding[]> {
  const notes = createNotes(FORM_CHECKS, options);
  for (const name of shelf.rules.forms.keys()) {
    const read = await readAskedForm(shelf, name);
    if (read !== null) tell(notes, name, read);
  }
  return notes.findings('no form has `from`: all of them ask what the configuration says');
}

type Read = NonNullable<Awaited<ReturnType<typeof readAskedForm>>>;

function tell(notes: Notes<typeof FORM_CHECKS>, subject: string, read: Read): void {
  if (read.kind !== 'ok') {
    notes.problem('forms.questions', 'unread', { subject, wrong: read.reason });
    return;
  }
  const { form, leftOut, wrong } = read.value;
  for (const { label, required, reason } of leftOut) {
    const what = required ? 'has to be answered and cannot be asked' : 'is not asked';
    notes.problem('forms.questions', required ? 'unusable' : 'left-out', {
      subject,
      wrong: `"${label}" ${what}: ${reason}.`,
    });
  }
  for (const what of wrong)
    notes.problem('forms.questions', 'wrong', { subject, wrong: `${subject}: ${what}.` });
  if (leftOut.length + wrong.length === 0)
    notes.passed('forms.questions', `${form.fields.length} questions`, subject);
}
