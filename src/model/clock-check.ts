/** From here on, in seconds, a clock is worth a word. */
const DRIFTS_S = 30;
/** Signatures of Slack and of our hooks are refused from 300 s on; half of that is too near. */
const WRONG_S = 150;

export interface ClockReading {
  /** Our clock just before we asked and just after the answer came. */
  readonly before: Date;
  readonly after: Date;
  readonly theirs: Date;
}

export type ClockVerdict =
  | { readonly kind: 'right' | 'drifts' | 'wrong'; readonly saw: string }
  | { readonly kind: 'unknown' };

/**
 * Compares our clock with another's. A Date header has whole seconds and was written somewhere between question and
 * answer, so only what lies outside of both counts.
 */
export function judgeClock({ before, after, theirs }: ClockReading): ClockVerdict {
  const early = before.getTime() - theirs.getTime() - 1000;
  const late = theirs.getTime() - after.getTime();
  if (Number.isNaN(early)) return { kind: 'unknown' };
  const off = Math.round(Math.max(early, late, 0) / 1000);
  const saw =
    off === 0 ? 'it agrees with ours' : `ours is ${off} s ${early > late ? 'ahead of' : 'behind'} it`;
  return { kind: off >= WRONG_S ? 'wrong' : off >= DRIFTS_S ? 'drifts' : 'right', saw };
}

/** What a clock's check can find, for every catalogue that has one. */
export const CLOCK_PROBLEMS = {
  wrong: {
    severity: 'failed',
    means:
      'Signed requests whose time is more than five minutes away are refused as forged: messages, clicks and hooks get lost or come late.',
    fix: 'Switch time synchronisation on where Deskbridge runs: timedatectl set-ntp true; in a container, on its host.',
  },
  drifts: {
    severity: 'warned',
    means: 'Nothing breaks yet. From five minutes on signed requests are refused as forged.',
    fix: 'Switch time synchronisation on where Deskbridge runs: timedatectl set-ntp true; in a container, on its host.',
  },
} as const;
