import { createClock, type SandboxClock } from '../../src/sandbox/clock.ts';

/** A clock that stands until it is moved: what counts calls by the second then counts the same on a slow machine. */
export function createStillClock(): SandboxClock {
  const clock = createClock();
  let at = clock.now().getTime();
  return {
    ...clock,
    now: () => new Date(at),
    advance(ms) {
      at += ms;
      clock.advance(ms);
    },
  };
}
