import {
  type Answers,
  answersFor,
  type Carried,
  type Sending,
  type Verdict,
} from '../../src/privacy/audience.ts';
import { viewOf } from '../../src/slack/out/places.ts';

/** Somebody who may look at a place. `helper`: an agent of the queue; `other helper`: of another one. */
const READERS = [
  ...(['requester', 'foreign requester', 'helper', 'other helper'] as const),
  ...(['colleague', 'guest', 'stranger'] as const),
];
type Reader = (typeof READERS)[number];

/** What is told, as the ticket has it. */
const TOLD = [
  'card',
  'status',
  'public comment',
  'public file',
  'internal comment',
  'unknown comment',
  'agents talk',
] as const;
type Told = (typeof TOLD)[number];

/** Facts as the vendors and the owner tell them, and one person who looks. */
export interface AudienceCase {
  readonly slack: {
    readonly is_im: boolean;
    readonly is_mpim: boolean;
    readonly is_private: boolean;
    readonly is_ext_shared: boolean;
    readonly is_pending_ext_shared: boolean;
  };
  readonly outsiders: boolean;
  readonly rule: Answers | null;
  readonly fallback: Answers | null;
  readonly privacy: 'thread' | 'private';
  readonly security: string | null;
  readonly told: Told;
  /** The agents of the queue in which it lies now talk there. */
  readonly agents: boolean;
  readonly reader: Reader;
}

const flags = [false, true];
const rules = ['thread', 'ephemeral', 'direct', null] as const;

/** Every combination, each once. */
export function* audienceCases(): Generator<AudienceCase> {
  const places = flags.flatMap((is_im) =>
    flags.flatMap((is_mpim) =>
      flags.flatMap((is_private) =>
        flags.flatMap((is_ext_shared) =>
          flags.map((is_pending_ext_shared) => ({
            is_im,
            is_mpim,
            is_private,
            is_ext_shared,
            is_pending_ext_shared,
          })),
        ),
      ),
    ),
  );
  for (const slack of places)
    for (const outsiders of flags)
      for (const rule of rules)
        for (const fallback of rules)
          for (const privacy of ['thread', 'private'] as const)
            for (const security of [null, 'Managers'])
              for (const told of TOLD)
                for (const agents of told === 'agents talk' ? flags : [false])
                  for (const reader of READERS)
                    yield { slack, outsiders, rule, fallback, privacy, security, told, agents, reader };
}

const CARRIED: Readonly<Record<Told, Carried>> = {
  card: 'card',
  status: 'notice',
  'public comment': 'words',
  'public file': 'words',
  'internal comment': 'words',
  'unknown comment': 'words',
  'agents talk': 'internal',
};

/** The way of the product: Slack's flags, the owner's rules, then the decision; only what is public is ever asked about. */
export function verdictFor(one: AudienceCase, decide: (sending: Sending) => Verdict): Verdict | 'never sent' {
  if (one.told === 'internal comment' || one.told === 'unknown comment') return 'never sent';
  const ownRules = {
    ...(one.rule === null ? {} : { iam: one.rule }),
    ...(one.fallback === null ? {} : { default: one.fallback }),
  };
  return decide({
    carried: CARRIED[one.told],
    place: viewOf({ channel: one.slack }),
    outsiders: one.outsiders,
    restricted: one.security !== null,
    confidential: one.privacy === 'private',
    agents: one.agents,
    answers: answersFor(ownRules, 'iam'),
  });
}

/** Is he there? Told from Slack's flags, not from what the product makes of them. */
function isThere({ slack, told, agents, reader }: AudienceCase): boolean {
  const others = slack.is_ext_shared || slack.is_pending_ext_shared;
  if (slack.is_im) return reader === (others ? 'foreign requester' : 'requester');
  if (reader === 'stranger' || reader === 'foreign requester') return others;
  // Agents keep their own channel to themselves: colleagues come in only where anybody can.
  if (told === 'agents talk' && (slack.is_private || slack.is_mpim))
    return reader === (agents ? 'helper' : 'other helper');
  return true;
}

/** What a person may read, asked by the promises. */
function mayRead({ told, reader, privacy, security, outsiders, slack }: AudienceCase): boolean {
  switch (told) {
    case 'agents talk':
      return reader === 'helper' || (reader === 'other helper' && privacy !== 'private');
    case 'internal comment':
    case 'unknown comment':
      return false;
    default:
      break;
  }
  if (security !== null) return false;
  const isForeign = reader === 'stranger' || reader === 'foreign requester';
  if (told === 'card' && isForeign) return false;
  if (reader === 'requester' || (reader === 'foreign requester' && slack.is_im)) return true;
  if (privacy === 'private') return false;
  return isForeign ? outsiders : true;
}

/** What he reads that he must not; null when nothing. */
export function leakIn(one: AudienceCase, verdict: Verdict | 'never sent'): string | null {
  const isShown = verdict !== 'never sent' && verdict.kind === 'go';
  return isShown && isThere(one) && !mayRead(one) ? `${one.told} read by ${one.reader}` : null;
}

/** The same facts without the reader: what is kept back although everybody who is there may read it. */
export function isNeedless(one: AudienceCase, verdict: Verdict | 'never sent'): boolean {
  const isKept = verdict === 'never sent' || verdict.kind !== 'go';
  const wants = one.rule ?? one.fallback ?? 'thread';
  const isAnswer = one.told === 'public comment' || one.told === 'public file';
  if (!isKept || (isAnswer && wants !== 'thread')) return false;
  const there = READERS.map((reader) => ({ ...one, reader })).filter(isThere);
  return there.length > 0 && there.every(mayRead);
}
