import type { FormAnswers } from '../../model/ticket.ts';
import { SCREEN_LACKS_FIELD, screenAsksFor } from '../../texts/jira.ts';
import { encode, fieldOfScreen, type ScreenField } from './form-fields.ts';
import type { Transition } from './schema.ts';

/** The fields of a transition's screen. */
export const screenOf = ({ fields }: Transition): readonly ScreenField[] =>
  Object.entries(fields ?? {}).map(([fieldId, field]) => fieldOfScreen({ ...field, fieldId }));

export type Filled =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly reason: string; readonly of: Readonly<Record<string, string>> };

/** The screen of a transition as Jira takes it: what was answered, and what the configuration says of the rest. */
export function fillScreen(
  transition: Transition,
  answers: FormAnswers,
  configured: Readonly<Record<string, string | readonly string[]>>,
): Filled {
  const fields: Record<string, unknown> = {};
  const wrong: Record<string, string> = {};
  for (const field of screenOf(transition)) {
    const words = answers[field.id] ?? configured[field.id];
    if (words === undefined || words.length === 0) {
      if (field.required) wrong[field.id] = screenAsksFor(field.name);
      continue;
    }
    const encoded = encode(field, words, { wiki: false, accounts: new Map() });
    if ('problem' in encoded) wrong[field.id] = encoded.problem;
    else fields[field.id] = encoded.value;
  }
  for (const id of Object.keys(answers))
    if (transition.fields?.[id] === undefined) wrong[id] = SCREEN_LACKS_FIELD;
  const said = Object.values(wrong);
  return said.length === 0 ? { fields } : { reason: said.join('; '), of: wrong };
}
