import { z } from 'zod';
import type { ApprovalRoute, Around } from '../approvals/doubts.ts';
import { isWritten, lintPolicies } from '../approvals/lint.ts';
import { Approvals } from '../approvals/settings.ts';
import { at, entriesAt, listAt } from './raw-settings.ts';
import type { Fault } from './yaml-document.ts';

type Destination = readonly [path: readonly (string | number)[], destination: unknown];

const destinationsIn = (data: unknown): readonly Destination[] => [
  ...listAt(data, 'routing', 'rules').map((rule, index): Destination => [['routing', 'rules', index], rule]),
  [['routing', 'default'], at(data, 'routing', 'default')],
];

/**
 * What the other sections say and policies speak of. It reads checked settings and raw data alike.
 * `groups`: how many people each group has; null: nobody asked. `today` as 2026-05-04.
 */
export function aroundPolicies(
  data: unknown,
  asked: Pick<Around, 'groups' | 'today'> = { groups: null, today: '' },
): Around {
  return {
    ...asked,
    routes: destinationsIn(data).flatMap(([path, destination]): readonly ApprovalRoute[] => {
      const approval = at(destination, 'approval');
      if (typeof approval !== 'string') return [];
      const name = z.string().catch('default').parse(at(destination, 'name'));
      return [{ name, approval, forms: formsOf(destination), path: [...path, 'approval'] }];
    }),
    forms: new Map(
      entriesAt(data, 'forms').map(([name, form]) => [
        name,
        new Map(
          entriesAt(form, 'fields').map(([id, field]) => [id, { isPerson: at(field, 'kind') === 'person' }]),
        ),
      ]),
    ),
    channels: new Set(
      listAt(data, 'slack', 'channels')
        .map((channel) => at(channel, 'id'))
        .filter((id) => typeof id === 'string'),
    ),
  };
}

const Names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** The forms that a rule waits for; null when it takes other requests, too. */
function formsOf(rule: unknown): readonly string[] | null {
  const named = Names.safeParse(at(rule, 'when', 'form', 'form'));
  return named.success ? named.data : null;
}

/** What no installation may start with: approvals that nobody could give, or that do not exist. */
export function approvalFaults(data: unknown): readonly Fault[] {
  const read = Approvals.safeParse(at(data, 'approvals') ?? {});
  return [
    ...channelFaults(data),
    ...twoHomesFaults(data),
    ...(read.success ? [...askWhenFaults(data, read.data), ...keeperFaults(read.data)] : []),
    ...(read.success ? [...hoursFaults(data, read.data), ...policyFaults(data, read.data)] : []),
  ];
}

function policyFaults(data: unknown, approvals: Approvals): readonly Fault[] {
  if (!isWritten(approvals)) return [];
  return lintPolicies(approvals, aroundPolicies(data))
    .filter(({ level }) => level === 'dangerous')
    .map(({ code, text, path }) => ({
      ...{ at: 'value' as const, message: text },
      path: code === 'unknown-policy' ? path : ['approvals', ...path],
    }));
}

function keeperFaults({ keepers, signatures }: Approvals): readonly Fault[] {
  if (keepers === undefined || signatures !== undefined) return [];
  const message = 'need a file for their signatures: name it in approvals.signatures';
  return [{ path: ['approvals', 'keepers'], at: 'value', message }];
}

/** Whoever may read a channel in which requests open reads everything that approvers are shown. */
function channelFaults(data: unknown): readonly Fault[] {
  const channel = at(data, 'approvals', 'cards', 'channel');
  if (typeof channel !== 'string') return [];
  const path = ['approvals', 'cards', 'channel'];
  const isOpen = listAt(data, 'slack', 'channels').some((one) => at(one, 'id') === channel);
  const isHomeless =
    at(data, 'slack', 'oauth') !== undefined && at(data, 'approvals', 'cards', 'workspace') === undefined;
  return [
    ...(isOpen
      ? [
          {
            ...{ path, at: 'value' as const },
            message:
              'is a channel in which people open requests; approvers need a private channel of their own, or leave it out for direct messages',
          },
        ]
      : []),
    ...(isHomeless
      ? [
          {
            ...{ path, at: 'value' as const },
            message: 'needs approvals.cards.workspace, because slack.oauth serves several',
          },
        ]
      : []),
  ];
}

/** One request has one home: the ticket system's own record decides, or Deskbridge does. */
function twoHomesFaults(data: unknown): readonly Fault[] {
  const native = new Set(
    entriesAt(data, 'queues').flatMap(([queue, settings]) =>
      at(settings, 'native_approvals') === true ? [queue] : [],
    ),
  );
  return destinationsIn(data).flatMap(([path, destination]): readonly Fault[] => {
    const queue = at(destination, 'queue');
    if (typeof at(destination, 'approval') !== 'string' || typeof queue !== 'string') return [];
    if (!native.has(queue)) return [];
    return [
      {
        ...{ path: [...path, 'approval'], at: 'value' as const },
        message: `asks for an approval on the queue "${queue}", whose own approvals are brought to Slack (native_approvals); one request is decided in one place: leave one of the two out`,
      },
    ];
  });
}

function askWhenFaults(data: unknown, { kinds }: Approvals): readonly Fault[] {
  return entriesAt(data, 'queues').flatMap(([queue, settings]) =>
    listAt(settings, 'ask_when').flatMap((one, index): readonly Fault[] => {
      const ask = at(one, 'ask');
      if (typeof ask !== 'string' || kinds[ask] !== undefined) return [];
      const path = ['queues', queue, 'ask_when', index, 'ask'];
      return [
        { path, at: 'value', message: `names the kind "${ask}", which does not exist below approvals.kinds` },
      ];
    }),
  );
}

function hoursFaults(data: unknown, { reminders: { hours } }: Approvals): readonly Fault[] {
  const known = entriesAt(data, 'routing', 'hours').map(([name]) => name);
  if (hours === null || known.includes(hours)) return [];
  const there = known.length === 0 ? 'none are configured' : `there are: ${known.join(', ')}`;
  return [
    {
      ...{ path: ['approvals', 'reminders', 'hours'], at: 'value' as const },
      message: `names the hours "${hours}", which do not exist below routing.hours; ${there}`,
    },
  ];
}
