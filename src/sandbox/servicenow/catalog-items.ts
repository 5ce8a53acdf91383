/** A question of a catalogue item, as the Service Catalog API tells it. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** e.g. `single_line_text`. */
  readonly friendly_type: string;
  readonly mandatory: boolean;
  readonly read_only?: boolean;
  readonly help_text?: string;
  readonly reference?: string;
  readonly choices?: readonly { readonly label: string; readonly value: string }[];
  /** Of a container. */
  readonly children?: readonly Variable[];
}

export interface CatalogItem {
  readonly name: string;
  readonly variables: readonly Variable[];
}

const optional = { mandatory: false } as const;
const mandatory = { mandatory: true } as const;
const line = (name: string, label: string): Variable => ({
  name,
  label,
  friendly_type: 'single_line_text',
  ...optional,
});
/** What an administrator adds for us, so that an order can be found again. */
const reference = line('deskbridge_reference', 'Reference');

const SIZES: Variable = {
  name: 'model',
  label: 'Model',
  friendly_type: 'select_box',
  ...mandatory,
  choices: [
    { label: '-- None --', value: '' },
    { label: 'Light', value: 'light' },
    { label: 'Strong', value: 'strong' },
  ],
};

/** Items that can be ordered. */
export const CATALOG: readonly CatalogItem[] = [
  {
    name: 'New laptop',
    variables: [
      { name: 'intro', label: 'Please tell us what you need', friendly_type: 'label', ...optional },
      { name: 'box', label: 'The machine', friendly_type: 'container_start', ...optional, children: [SIZES] },
      {
        name: 'why',
        label: 'Why',
        friendly_type: 'multi_line_text',
        ...mandatory,
        help_text: 'For your manager',
      },
      { name: 'needed_by', label: 'Needed by', friendly_type: 'date', ...optional },
      { name: 'remote', label: 'For remote work', friendly_type: 'check_box', ...optional },
      { name: 'manager', label: 'Manager', friendly_type: 'reference', ...optional, reference: 'sys_user' },
      {
        name: 'building',
        label: 'Building',
        friendly_type: 'reference',
        ...optional,
        reference: 'cmn_location',
      },
      reference,
    ],
  },
  { name: 'Something else', variables: [reference] },
  { name: 'Parking space', variables: [line('plate', 'Number plate')] },
  {
    name: 'Signed contract',
    variables: [{ name: 'scan', label: 'Scan', friendly_type: 'attachment', ...mandatory }, reference],
  },
];

/** Variables with those inside of containers, in the order of the form. */
export const flatVariables = (variables: readonly Variable[]): readonly Variable[] =>
  variables.flatMap((one) => [one, ...flatVariables(one.children ?? [])]);
