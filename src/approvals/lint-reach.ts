/** Which rule decides what: names that lead nowhere, rules that never decide, and requests that no rule knows. */
import { RISK_CLASSES, type RiskClass } from '../model/approval.ts';
import type { Around, PolicyDoubt } from './doubts.ts';
import type { Policy } from './policy.ts';
import { isAtLeast, rate } from './risk.ts';
import { type Approvals, classificationOf } from './settings.ts';

export function lintReach(approvals: Approvals, around: Around): readonly PolicyDoubt[] {
  return [
    ...unknownNames(approvals, around),
    ...enabling(approvals, around),
    ...sameNames(approvals),
    ...approvals.rules.flatMap((rule, index) => lies(approvals.rules, rule, index)),
    ...unruled(approvals, around),
    ...overdue(approvals, around),
    ...unkept(approvals),
  ];
}

function unknownNames({ kinds, rules }: Approvals, { routes }: Around): readonly PolicyDoubt[] {
  const known = Object.keys(kinds);
  const there = known.length === 0 ? 'there is none' : `there are: ${known.join(', ')}`;
  return [
    ...routes
      .filter(({ approval }) => !known.includes(approval))
      .map(
        ({ name, approval, path }): PolicyDoubt => ({
          ...{ about: name, code: 'unknown-policy', level: 'dangerous', path },
          text: `names the approval "${approval}", which does not exist below approvals.kinds; ${there}`,
        }),
      ),
    ...rules.flatMap(({ name, when }, index) =>
      when.kinds.flatMap((kind, at): readonly PolicyDoubt[] =>
        known.includes(kind)
          ? []
          : [
              {
                ...{ about: name, code: 'unclassified', level: 'dangerous' },
                text: `names the kind "${kind}", which nobody has classified below approvals.kinds; ${there}`,
                path: ['rules', index, 'when', 'kinds', at],
              },
            ],
      ),
    ),
  ];
}

function enabling({ enable, kinds }: Approvals, { channels }: Around): readonly PolicyDoubt[] {
  return enable.flatMap((entry, index) => [
    ...(entry.kinds ?? []).flatMap((kind, at): readonly PolicyDoubt[] =>
      kind in kinds
        ? []
        : [
            {
              ...{ about: `enable ${index + 1}`, code: 'unclassified', level: 'dangerous' },
              text: `names the kind "${kind}", which does not exist below approvals.kinds`,
              path: ['enable', index, 'kinds', at],
            },
          ],
    ),
    ...(entry.channels ?? []).flatMap((channel, at): readonly PolicyDoubt[] =>
      channels.has(channel)
        ? []
        : [
            {
              ...{ about: `enable ${index + 1}`, code: 'unknown-channel', level: 'warning' },
              text: `names the channel ${channel}, which is not among slack.channels; only forms and emoji reach it there. Compare its id`,
              path: ['enable', index, 'channels', at],
            },
          ],
    ),
  ]);
}

function sameNames({ rules }: Approvals): readonly PolicyDoubt[] {
  return rules.flatMap(({ name }, index): readonly PolicyDoubt[] => {
    const first = rules.findIndex((rule) => rule.name === name);
    if (first === index) return [];
    const text = `has the name of rule ${first + 1}; cards and the log could not tell them apart`;
    return [{ about: name, code: 'overlap', level: 'dangerous', text, path: ['rules', index, 'name'] }];
  });
}

const classesOf = ({ when }: Policy): readonly RiskClass[] =>
  RISK_CLASSES.filter((risk) => isAtLeast(risk, when.from) && isAtLeast(when.to, risk));
const actsOf = ({ when }: Policy): readonly string[] =>
  when.by === 'anyone' ? ['own-rights', 'others'] : [when.by];

/** Every single case that a rule takes. */
function casesOf(rule: Policy): readonly string[] {
  return rule.when.kinds.flatMap((kind) =>
    classesOf(rule).flatMap((risk) => actsOf(rule).map((by) => `${kind} of risk ${risk} by ${by}`)),
  );
}

/** Whether others take everything from a rule, or a part of it. */
function lies(rules: readonly Policy[], rule: Policy, index: number): readonly PolicyDoubt[] {
  const own = casesOf(rule);
  const blocks = rule.verdict === 'block';
  const above = rules.filter(
    (other, at) =>
      other !== rule && (other.verdict === 'block' ? !blocks || at < index : !blocks && at < index),
  );
  const taken = own.filter((one) => above.some((other) => casesOf(other).includes(one)));
  const by = above.filter((other) => casesOf(other).some((one) => own.includes(one)));
  const names = by.map(({ name }) => `"${name}"`).join(' and ');
  const path = ['rules', index, 'when'];
  if (own.length === 0)
    return [
      {
        ...{ about: rule.name, code: 'shadowed', level: 'error', path },
        text: 'never decides, because its lowest risk is above its highest. Change `from` or `to`',
      },
    ];
  if (taken.length === own.length)
    return [
      {
        ...{ about: rule.name, code: 'shadowed', level: 'error', path },
        text: `never decides: ${names} above it ${by.length === 1 ? 'takes' : 'take'} everything. Take it out, or narrow the others`,
      },
    ];
  // A block is above the others wherever it stands, so that it takes a part is what it is for.
  const open = by.filter(({ verdict }) => verdict !== 'block');
  const shared = taken.find((one) => open.some((other) => casesOf(other).includes(one)));
  if (shared === undefined) return [];
  return [
    {
      ...{ about: rule.name, code: 'overlap', level: 'error', path },
      text: `overlaps ${open.map(({ name }) => `"${name}"`).join(' and ')}: both take ${shared}. Let their risks or kinds part`,
    },
  ];
}

/** Requests that would come and that no rule knows are refused, which nobody means. */
function unruled({ kinds, rules, matrix }: Approvals, { routes }: Around): readonly PolicyDoubt[] {
  const wanted = new Set(routes.map(({ approval }) => approval));
  return Object.entries(kinds).flatMap(([name, kind]): readonly PolicyDoubt[] => {
    const classes = [0, matrix.rate.most].flatMap((before) => {
      const rated = rate(matrix, classificationOf(kind), before);
      return rated.kind === 'rated' ? [rated.risk] : [];
    });
    const lost = [...new Set(classes)].find(
      (risk) => !rules.some((rule) => casesOf(rule).includes(`${name} of risk ${risk} by others`)),
    );
    if (lost === undefined) return [];
    return [
      {
        ...{ about: name, code: 'no-rule', level: wanted.has(name) ? 'error' : 'warning' },
        text: `can have the risk ${lost}, and no rule decides that: such requests are refused. Add a rule for it`,
        path: ['kinds', name],
      },
    ];
  });
}

function overdue({ rules }: Approvals, { today }: Around): readonly PolicyDoubt[] {
  return rules.flatMap(({ name, review, owner }, index): readonly PolicyDoubt[] =>
    review >= today
      ? []
      : [
          {
            ...{ about: name, code: 'review', level: 'error', path: ['rules', index, 'review'] },
            text: `had to be looked at by ${review}. ${owner} reads it again and sets the next date`,
          },
        ],
  );
}

/** Where work runs on what approvers say, nobody should be able to change alone who they are. */
function unkept({ enable, keepers }: Approvals): readonly PolicyDoubt[] {
  const on = enable.findIndex(({ mode }) => mode === 'on');
  if (on < 0 || keepers !== undefined) return [];
  return [
    {
      ...{ about: `enable ${on + 1}`, code: 'no-keepers', level: 'warning', path: ['enable', on, 'mode'] },
      text: 'is on, and one person alone can change every policy. Name two people below `approvals.keepers`',
    },
  ];
}
