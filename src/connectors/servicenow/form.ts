import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  ASKS_FOR_FILE,
  ASKS_FOR_SECRET,
  chosenFromTable,
  NO_TABLE_AND_GROUP,
  typeNotAsked,
} from '../../texts/servicenow-tickets.ts';
import type { Catalog, Form, FormField, FormFieldKind } from '../capabilities.ts';
import type { CatalogApi, CatalogItem, Variable } from './catalog-api.ts';
import { ServiceNowTarget, SysId } from './schema.ts';

/** What only arranges a form or explains it. */
const LAYOUT = new Set([
  ...['label', 'rich_text_label', 'break', 'ui_page', 'macro', 'macro_with_label', 'custom'],
  ...['container_start', 'container_split', 'container_end'],
]);

const KINDS: Readonly<Record<string, FormFieldKind>> = {
  single_line_text: 'line',
  wide_single_line_text: 'line',
  email: 'line',
  url: 'line',
  ip_address: 'line',
  multi_line_text: 'text',
  html: 'text',
  date: 'date',
  date_time: 'time',
  check_box: 'yes-no',
  yes_no: 'yes-no',
  select_box: 'choice',
  multiple_choice: 'choice',
  numeric_scale: 'choice',
  lookup_select_box: 'choice',
  lookup_multiple_choice: 'choice',
  requested_for: 'person',
};

/** Why a question cannot be answered from here. */
function beyondReason({ type, reference }: Variable): string {
  if (type === 'masked') return ASKS_FOR_SECRET;
  if (type === 'attachment') return ASKS_FOR_FILE;
  if (type === 'reference') return chosenFromTable(reference);
  return typeNotAsked(type || 'without a name');
}

export function kindOf(variable: Variable): FormFieldKind | null {
  const isPerson = variable.type === 'reference' && variable.reference === 'sys_user';
  const kind = isPerson ? 'person' : (KINDS[variable.type] ?? null);
  return kind === 'choice' && variable.choices.length === 0 ? null : kind;
}

/** What a person is asked: neither what arranges the form, nor what is ours or only shown. */
export function questionsOf(item: CatalogItem, reference: string): readonly Variable[] {
  return item.variables.filter(
    ({ name, type, isReadOnly }) => !LAYOUT.has(type) && name !== reference && name !== '' && !isReadOnly,
  );
}

function formOf(item: CatalogItem, reference: string): Form {
  const questions = questionsOf(item, reference).map((one) => ({ one, kind: kindOf(one) }));
  return {
    name: item.name,
    fields: questions.flatMap(({ one, kind }): readonly FormField[] => {
      if (kind === null) return [];
      const { name: id, label, isMandatory: required, help: hint } = one;
      return [{ id, label, kind, required, hint, options: kind === 'choice' ? one.choices : [] }];
    }),
    beyond: questions.flatMap(({ one, kind }) =>
      kind === null ? [{ label: one.label, required: one.isMandatory, reason: beyondReason(one) }] : [],
    ),
  };
}

/** The questions of the catalogue item behind a target; every other target asks nothing. */
export function createForms(api: CatalogApi): Catalog {
  return {
    async form(target): Promise<Outcome<Form>> {
      const parsed = ServiceNowTarget.safeParse(target);
      if (!parsed.success) return rejected('invalid', NO_TABLE_AND_GROUP);
      const item = 'cat_item' in parsed.data ? SysId.safeParse(parsed.data.cat_item) : null;
      if (item === null || !item.success || !('cat_item' in parsed.data))
        return ok({ name: parsed.data.table, fields: [], beyond: [] });
      const read = await api.item(item.data);
      return read.kind === 'ok' ? ok(formOf(read.value, parsed.data.reference_variable)) : read;
    },
  };
}
