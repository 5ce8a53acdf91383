/**
 * What `deskbridge doctor` tells. A check looks at one thing and ends in one of four states; none is a shade of another:
 * what could not be looked at is not passed, and says why.
 */
export type Finding = Passed | Problem | Unseen;

interface Looked {
  /** Stable name of the check, e.g. "slack.scopes". */
  readonly check: string;
  /** The one thing that was looked at, e.g. "#help-it"; null when the check is about the whole connection. */
  readonly subject: string | null;
}

export interface Passed extends Looked {
  readonly state: 'passed';
  readonly saw: string;
}

export interface Problem extends Looked {
  readonly state: 'failed' | 'warned';
  /** Stable name of what is wrong: the check's name, a dot, the problem's. */
  readonly code: string;
  /** What is wrong, in one sentence and without secrets. */
  readonly wrong: string;
  /** What it means for people. */
  readonly means: string;
  /** What to click or to change. */
  readonly fix: string;
}

export interface Unseen extends Looked {
  readonly state: 'not-checked';
  readonly reason: string;
}

export interface KnownProblem {
  /** `failed`: something that people expect does not work. `warned`: it works, but not safely or not for long. */
  readonly severity: 'failed' | 'warned';
  readonly means: string;
  readonly fix: string;
}

export interface KnownCheck {
  /** What it looks at, for the documentation. */
  readonly about: string;
  /** Only with `--security`. */
  readonly security?: true;
  readonly problems: Readonly<Record<string, KnownProblem>>;
}

/** All checks of one kind of connection, in the order in which they are told. */
export type CheckCatalogue = Readonly<Record<string, KnownCheck>>;

type CheckOf<C extends CheckCatalogue> = keyof C & string;
type ProblemOf<C extends CheckCatalogue, K extends CheckOf<C>> = keyof C[K]['problems'] & string;

export interface Seen {
  readonly wrong: string;
  readonly subject?: string;
  /** More precise than what the catalogue says. */
  readonly fix?: string;
}

/** What a diagnosis writes down on its way through a catalogue. */
export interface Notes<C extends CheckCatalogue> {
  passed(check: CheckOf<C>, saw: string, subject?: string): void;
  problem<K extends CheckOf<C>>(check: K, problem: ProblemOf<C, K>, seen: Seen): void;
  unseen(check: CheckOf<C>, reason: string, subject?: string): void;
  /** Everything that was written, in the catalogue's order. Checks that nobody came to are not checked, because of `left`. */
  findings(left: string): readonly Finding[];
}

/** Whether a run looks at security, too. */
export interface DiagnosisOptions {
  readonly security: boolean;
}

export function createNotes<const C extends CheckCatalogue>(
  catalogue: C,
  { security }: DiagnosisOptions,
): Notes<C> {
  const written: Finding[] = [];
  const write = (finding: Finding) => {
    if (security || catalogue[finding.check]?.security !== true) written.push(finding);
  };
  return {
    passed: (check, saw, subject) => write({ state: 'passed', check, subject: subject ?? null, saw }),
    problem(check, problem, { wrong, subject, fix }) {
      const known = catalogue[check]?.problems[problem];
      if (known === undefined) throw new Error(`The catalogue of checks has no ${check}.${problem}`);
      const { severity, means } = known;
      write({
        state: severity,
        check,
        code: `${check}.${problem}`,
        subject: subject ?? null,
        wrong,
        means,
        fix: fix ?? known.fix,
      });
    },
    unseen: (check, reason, subject) =>
      write({ state: 'not-checked', check, subject: subject ?? null, reason }),
    findings: (left) =>
      Object.entries(catalogue).flatMap(([check, known]): readonly Finding[] => {
        const here = written.filter((finding) => finding.check === check);
        if (here.length > 0) return here;
        if (known.security === true && !security) return [];
        return [{ state: 'not-checked', check, subject: null, reason: left }];
      }),
  };
}
