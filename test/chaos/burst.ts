import {
  answer,
  askReceipt,
  changeMinds,
  fillForm,
  removeFiles,
  solve,
  type Talk,
  talkOn,
  ticketOf,
  toggle,
  upload,
} from '../crash/talk.ts';
import type { Rig } from './rig.ts';

type Press = (world: Rig['world'], talk: Talk) => Promise<void>;

/** A person presses something; while nobody answers he reads that it did not work. */
async function press(rig: Rig, talk: Talk, how: Press): Promise<boolean> {
  return how(rig.world, talk).then(
    () => true,
    () => false,
  );
}

/** Everybody does something in every one of these requests, in an order drawn by lot. */
export async function burst(rig: Rig, talks: readonly Talk[]): Promise<void> {
  const { world, lot } = rig;
  for (const talk of talks) {
    const acts: (() => unknown)[] = [
      () => upload(world, talk),
      () => talkOn(world, talk),
      () => press(rig, talk, lot.pick([solve, askReceipt, fillForm])),
    ];
    if (ticketOf(world, talk) !== null) {
      acts.push(() => toggle(world, talk));
      // What was said can be corrected once.
      if (talk.answers.size === 0) acts.push(() => answer(world, talk));
      else if (!corrected.has(talk)) {
        corrected.add(talk);
        acts.push(() => changeMinds(world, talk));
        acts.push(() => removeFiles(world, talk));
      }
    }
    for (const act of shuffled(acts, lot)) await act();
  }
}

const corrected = new WeakSet<Talk>();

export function shuffled<T>(from: readonly T[], lot: Rig['lot']): T[] {
  return from
    .map((one) => ({ one, at: lot.draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
