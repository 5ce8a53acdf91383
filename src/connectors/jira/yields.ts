import { TAG_NAMES, type TagName, tagsIn } from '../../model/route.ts';
import type { TicketDraft } from '../../model/ticket.ts';
import { TAG_LABELS } from '../../texts/tags.ts';
import { encode, type ScreenField } from './form-fields.ts';
import type { ProjectMaps } from './maps.ts';
import type { JiraTarget } from './targets.ts';

/** Where a group and tags find their place: the screen that is filled in, and whether it takes labels. */
export interface Places {
  readonly maps: ProjectMaps | undefined;
  readonly fields: readonly ScreenField[];
  readonly takesLabels: boolean;
}

/** A label has no spaces: `area-remote-access`. */
const labelOf = (name: TagName, value: string) =>
  `${name}-${value.normalize('NFKC').trim().toLowerCase().replace(/\s+/gu, '-')}`.slice(0, 255);

/** Could a tag of the routing table be this label? `label` is in small letters. */
export function isTagLabel(label: string): boolean {
  return TAG_NAMES.some((name) => label.startsWith(`${name}-`));
}

/** Would the screen take these words in this field? */
function takes(fields: readonly ScreenField[], id: string, words: string | readonly string[]): boolean {
  const field = fields.find((one) => one.id === id);
  if (field === undefined || field.isPreset) return false;
  return !('problem' in encode(field, words, { wiki: false, accounts: new Map() }));
}

/**
 * The target and the draft with what routing adds: in the fields that the maps name, else as labels; what the screen has
 * no place for is said in the description. A tag never keeps a ticket from being made.
 */
export function withYields<Target extends JiraTarget>(
  target: Target,
  draft: TicketDraft,
  { maps, fields, takesLabels }: Places,
): { readonly target: Target; readonly draft: TicketDraft } {
  const labels = [...(target.labels ?? [])];
  const components = [...(target.components ?? [])];
  const values = { ...target.fields };
  const said: string[] = [];
  const put = (id: string, value: string): boolean => {
    if (id === 'components') {
      if (!takes(fields, id, [...components, value])) return false;
      components.push(value);
      return true;
    }
    // A field of several values takes a list.
    const words = [value, [value]].find((each) => takes(fields, id, each));
    if (words === undefined) return false;
    values[id] = words;
    return true;
  };
  const { group } = draft;
  const groupField = maps?.fields?.group;
  if (group !== undefined && (groupField === undefined || !put(groupField, group))) said.push(`For ${group}`);
  for (const [name, value] of tagsIn(draft.tags ?? {})) {
    const place = maps?.tags?.[name] ?? 'labels';
    if (place !== 'labels' && put(place, value)) continue;
    if (takesLabels) labels.push(labelOf(name, value));
    else said.push(`${TAG_LABELS[name]}: ${value}`);
  }
  const reason = said.length === 0 ? draft.reason : `${draft.reason} ${said.join('; ')}.`;
  return {
    draft: { ...draft, reason },
    target: {
      ...target,
      ...(labels.length === 0 ? {} : { labels: [...new Set(labels)] }),
      ...(components.length === 0 ? {} : { components: [...new Set(components)] }),
      ...(Object.keys(values).length === 0 ? {} : { fields: values }),
    },
  };
}
