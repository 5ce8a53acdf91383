/** Something in the policies that cannot be meant. */
export interface PolicyDoubt {
  /** The rule, the kind or the route that it is about. */
  readonly about: string;
  readonly code:
    | 'any-manager'
    | 'deny-never'
    | 'manager-alone'
    | 'no-keepers'
    | 'no-rule'
    | 'nobody'
    | 'overlap'
    | 'review'
    | 'same-people'
    | 'shadowed'
    | 'unclassified'
    | 'unknown-channel'
    | 'unknown-field'
    | 'unknown-group'
    | 'unknown-policy'
    | 'work-missing';
  /** An error makes `policy lint` fail. What is `dangerous` is no configuration that starts. */
  readonly level: 'dangerous' | 'error' | 'warning';
  /** One sentence, with what to do. */
  readonly text: string;
  /** Where it stands, below `approvals`; of an unknown policy below the file. */
  readonly path: readonly (string | number)[];
}

/** One way to a ticket that needs an approval. */
export interface ApprovalRoute {
  readonly name: string;
  readonly approval: string;
  /** Forms that lead here; null where other requests do, too. */
  readonly forms: readonly string[] | null;
  readonly path: readonly (string | number)[];
}

/** What stands elsewhere and policies speak of. */
export interface Around {
  readonly routes: readonly ApprovalRoute[];
  /** Names of each form's fields, and which of them name a person. */
  readonly forms: ReadonlyMap<string, ReadonlyMap<string, { readonly isPerson: boolean }>>;
  readonly channels: ReadonlySet<string>;
  /** How many active people each group has; null: no directory was asked. */
  readonly groups: ReadonlyMap<string, number> | null;
  /** Such as 2026-05-04. */
  readonly today: string;
}
