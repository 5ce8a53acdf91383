import type { View } from '@slack/types';
import { type Category, deskView } from './desk-view.ts';
import { formView } from './form-view.ts';
import type { OfferedForms } from './request-form.ts';

export interface ViewChoice {
  readonly categories: readonly Category[];
  readonly forms: OfferedForms;
}

/**
 * The form that somebody gets: one by its name ("access", "new access"), else the choice among all of them with what he typed
 * in its first line; the short form with a category where the owner has configured none.
 */
export function viewToOpen(
  { categories, forms }: ViewChoice,
  { summary, channel }: { readonly summary: string; readonly channel: string },
): View {
  const list = forms.list();
  if (list.length === 0) return deskView({ categories, summary, channel });
  const word = summary.replace(/^new\s+/i, '').toLowerCase();
  const named = list.find(({ name }) => name === word);
  const chosen = named?.name ?? null;
  return formView({
    forms: list,
    chosen,
    summary: chosen === null ? summary : '',
    channel,
    files: forms.files,
  });
}
