/** Who decides: steps that nobody can fill, approvers who are too many or unknown, evidence that nobody can bring. */
import type { ApprovalRoute, Around, PolicyDoubt } from './doubts.ts';
import type { Policy } from './policy.ts';
import { isAtLeast } from './risk.ts';
import type { Approvals, Reviewers } from './settings.ts';
import { WORDS } from './work.ts';

type Step = Policy['steps'][number];
type Found = Omit<PolicyDoubt, 'about' | 'path'>;

export function lintSteps(approvals: Approvals, around: Around): readonly PolicyDoubt[] {
  const { rules } = approvals;
  return rules.flatMap((rule, index) => {
    const at = (found: readonly Found[], ...path: readonly (string | number)[]) =>
      found.map((one): PolicyDoubt => ({ about: rule.name, path: ['rules', index, ...path], ...one }));
    return [
      ...rule.steps.flatMap((step, n) => at(stepDoubts(step, rule, { approvals, around }), 'steps', n)),
      ...at(ruleDoubts(rule, approvals), 'steps'),
      ...at(twice(rule), 'steps'),
      ...rule.evidence.fields.flatMap((field, n) =>
        at(fieldDoubts(field, rule, { approvals, around }), 'evidence', 'fields', n),
      ),
      ...at(workDoubts(rule, approvals), 'steps'),
    ];
  });
}

interface Looking {
  readonly approvals: Approvals;
  readonly around: Around;
}

const error = (code: Found['code'], text: string): Found => ({ code, level: 'error', text });
const dangerous = (code: Found['code'], text: string): Found => ({ code, level: 'dangerous', text });

function stepDoubts(step: Step, rule: Policy, looking: Looking): readonly Found[] {
  const words = [...new Set(step.slots.map(({ from }) => from))];
  const named = words.flatMap((from) => nobody(from, rule, looking) ?? []);
  const seats = words.flatMap((from): readonly Found[] => {
    const wanted = step.slots.filter((slot) => slot.from === from).length;
    const there = capacity(from, looking);
    return there !== null && wanted > there
      ? [
          dangerous(
            'nobody',
            `has a step "${step.name}" with ${wanted} seats for ${from}, who ${there === 1 ? 'is one person' : `are ${there}`}: it could never be filled. Name others for some of them`,
          ),
        ]
      : [];
  });
  return [...named, ...(named.length > 0 ? [] : seats), ...denials(step, looking), ...wide(step)];
}

/** So many refusals must be possible, or nobody could refuse. */
function denials({ name, slots, deny }: Step, looking: Looking): readonly Found[] {
  const all = [...new Set(slots.map(({ from }) => from))].map((from) => capacity(from, looking));
  const most = all.includes(null) ? null : all.reduce<number>((sum, n) => sum + (n ?? 0), 0);
  if (most === null || most === 0 || deny <= most) return [];
  return [
    dangerous(
      'deny-never',
      `has a step "${name}" that takes ${deny} refusals and asks ${most}: nobody could refuse it. Lower deny`,
    ),
  ];
}

/** A group of that sort holds whoever is kind enough. */
const ANY_MANAGER =
  /\b(?:all|every(?:body|one)|any(?:body|one)|employees|staff|managers?|supervisors?|leads?|team leads?)\b/i;

function wide({ slots, name }: Step): readonly Found[] {
  return slots.flatMap(({ from, need }): readonly Found[] =>
    from.startsWith('group:') && need === 'any' && ANY_MANAGER.test(from)
      ? [
          error(
            'any-manager',
            `lets any one of ${from} decide the step "${name}", so people pick the manager who says yes. Ask \`manager\`, the requester's own`,
          ),
        ]
      : [],
  );
}

/** Why nobody sits there; null when somebody does, or when nobody can tell. */
function nobody(from: string, rule: Policy, { approvals, around }: Looking): Found | null {
  const [word = '', name = ''] = splitWord(from);
  const { people, kinds } = approvals;
  switch (word) {
    case 'senior':
      return size(people.senior) === 0
        ? dangerous('nobody', 'asks a senior reviewer, and approvals.people.senior names nobody')
        : null;
    case 'on-call':
      return size(people.on_call[name]) === 0
        ? dangerous('nobody', `asks ${from}, and approvals.people.on_call has nobody of that name`)
        : null;
    case 'service-owner': {
      const homeless = rule.when.kinds.find((kind) => kinds[kind]?.service === null);
      if (homeless !== undefined)
        return dangerous('nobody', `asks the service's owner, and the kind "${homeless}" says no service`);
      return Object.keys(people.service_owners).length === 0
        ? dangerous('nobody', "asks the service's owner, and approvals.people.service_owners names nobody")
        : null;
    }
    case 'field':
      return nobodyInField(name, rule, around);
    case 'group': {
      const there = around.groups?.get(name) ?? (around.groups === null ? null : 0);
      return there === 0
        ? {
            code: 'unknown-group',
            level: 'error',
            text: `asks the group "${name}", in which the directory knows nobody. Compare its name`,
          }
        : null;
    }
    default:
      return null;
  }
}

function nobodyInField(name: string, rule: Policy, { routes, forms }: Around): Found | null {
  for (const route of routesTo(rule, routes)) {
    const lacking = (route.forms ?? []).find((form) => forms.get(form)?.get(name)?.isPerson !== true);
    if (lacking !== undefined)
      return dangerous(
        'nobody',
        `asks whom the field "${name}" names, and the form "${lacking}" has no such field of the kind person`,
      );
    if (route.forms === null)
      return error(
        'nobody',
        `asks whom the field "${name}" names, and the route "${route.name}" takes requests without a form, too. Let them ask somebody else`,
      );
  }
  return null;
}

const routesTo = ({ when }: Policy, routes: readonly ApprovalRoute[]) =>
  routes.filter(({ approval }) => when.kinds.includes(approval));

const size = (reviewers: Reviewers | undefined): number =>
  reviewers === undefined ? 0 : reviewers.groups.length + reviewers.users.length;

/** `group:iam` as `['group', 'iam']`. */
function splitWord(from: string): readonly [string, string] {
  const colon = from.indexOf(':');
  return colon < 0 ? [from, ''] : [from.slice(0, colon), from.slice(colon + 1)];
}

/** How many people there are at most; null: nobody can tell. */
function capacity(from: string, { approvals, around }: Looking): number | null {
  const [word, name] = splitWord(from);
  const counted = (reviewers: Reviewers | undefined) =>
    reviewers === undefined || reviewers.groups.length > 0 ? null : new Set(reviewers.users).size;
  if (word === 'manager' || word === 'field') return 1;
  if (word === 'senior') return counted(approvals.people.senior);
  if (word === 'on-call') return counted(approvals.people.on_call[name]);
  return word === 'group' ? (around.groups?.get(name) ?? null) : null;
}

function ruleDoubts({ verdict, steps, when }: Policy, { people }: Approvals): readonly Found[] {
  const escalates = steps.find(({ timeout }) => timeout.outcome === 'escalate');
  const senior = size(people.senior) > 0;
  const words = new Set(steps.flatMap(({ slots }) => slots.map(({ from }) => from)));
  return [
    ...(verdict === 'escalate' && !senior
      ? [dangerous('nobody', 'escalates to a senior reviewer, and approvals.people.senior names nobody')]
      : []),
    ...(escalates !== undefined && !senior
      ? [
          dangerous(
            'nobody',
            `escalates when the step "${escalates.name}" waits too long, and approvals.people.senior names nobody`,
          ),
        ]
      : []),
    ...(verdict === 'approve' && words.size === 1 && words.has('manager') && isAtLeast(when.to, 'high')
      ? [
          {
            code: 'manager-alone',
            level: 'warning',
            text: `lets a manager alone decide up to risk ${when.to}. Add a seat of another function, or end it at medium`,
          } as const,
        ]
      : []),
  ];
}

/** One person may sit in two steps. Whether a manager is in a group, too, nobody can tell from here. */
function twice({ verdict, steps }: Policy): readonly Found[] {
  const last = verdict === 'escalate' ? [{ name: 'senior', words: ['senior'] }] : [];
  const own = steps.map(({ name, slots }) => ({ name, words: slots.map(({ from }) => from) }));
  const all = [...own, ...last];
  const words = new Set(all.flatMap((one) => one.words));
  return [...words].flatMap((from): readonly Found[] => {
    const [first, second] = all.filter((one) => one.words.includes(from));
    if (first === undefined || second === undefined) return [];
    const what =
      from === 'senior'
        ? 'nobody is senior reviewer after having voted, so it takes two of them'
        : 'one person could decide both. Ask others in one of them';
    const text = `asks ${from} in the steps "${first.name}" and "${second.name}": ${what}`;
    return [{ code: 'same-people', level: 'warning', text }];
  });
}

function fieldDoubts(field: string, rule: Policy, { approvals, around }: Looking): readonly Found[] {
  const { routes, forms } = around;
  if (field === WORDS) return [];
  const onTicket = /^ticket\.(.+)$/.exec(field)?.[1];
  if (onTicket !== undefined) {
    const free = rule.when.kinds.find(
      (kind) => !(approvals.kinds[kind]?.bound ?? []).some((bound) => bound === onTicket),
    );
    return free === undefined
      ? []
      : [error('unknown-field', `demands "${field}", and the kind "${free}" does not bind that field`)];
  }
  const known = [...forms.values()].some((fields) => fields.has(field));
  if (!known) return [error('unknown-field', `demands the field "${field}", which no form has`)];
  return routesTo(rule, routes).flatMap(({ name, forms: led }): readonly Found[] => {
    const lacking = (led ?? []).find((form) => forms.get(form)?.has(field) !== true);
    if (lacking !== undefined)
      return [
        error(
          'unknown-field',
          `demands the field "${field}", which the form "${lacking}" does not have: its requests are refused`,
        ),
      ];
    return led === null
      ? [
          {
            code: 'unknown-field',
            level: 'warning',
            text: `demands the field "${field}", and the route "${name}" takes requests without a form, too: they are refused and told to use it`,
          },
        ]
      : [];
  });
}

/** Work that runs must be written, or the request could not be opened. */
function workDoubts({ steps, when, verdict }: Policy, { kinds }: Approvals): readonly Found[] {
  if (verdict === 'block') return [];
  // The last of all steps runs `main`; where it escalates, that is the senior's.
  const between = verdict === 'escalate' ? steps : steps.slice(0, -1);
  const wanted = [...between.filter(({ runs }) => runs).map(({ name }) => name), 'main'];
  return when.kinds.flatMap((kind) =>
    wanted.flatMap((work): readonly Found[] => {
      const known = kinds[kind];
      return known === undefined || work in known.work
        ? []
        : [
            dangerous(
              'work-missing',
              `runs the work "${work}", which approvals.kinds.${kind}.work does not describe`,
            ),
          ];
    }),
  );
}
