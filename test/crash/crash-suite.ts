import { after, suite, test } from 'node:test';
import { assertWorld } from './assert-world.ts';
import type { ChildBridge } from './child-bridge.ts';
import { agree, playThrough, viewOf } from './crash-run.ts';
import type { SystemKind } from './systems.ts';
import { type CrashWorld, startWorld } from './world.ts';

/** One world in which bridges die at one point after the other; each death has a request of its own. */
export function crashesOf(kind: SystemKind, plans: readonly (readonly string[])[]): void {
  suite(`SIGKILL with ${kind.name}`, { concurrency: false }, () => {
    const ends: (() => Promise<void>)[] = [];
    let world: CrashWorld | null = null;
    let child: ChildBridge | null = null;

    async function living(): Promise<{ world: CrashWorld; child: ChildBridge }> {
      world ??= await startWorld({ after: (end) => void ends.push(end) }, { kind });
      if (child === null) await world.killBridges();
      if (child === null || child.isGone()) child = await world.startBridge();
      return { world, child };
    }

    after(async () => {
      for (const end of ends) await end();
    });

    for (const points of plans) {
      test(`at ${points.join(', then at ')}`, async () => {
        const now = await living();
        // When it fails, whatever still runs is not to disturb the next one.
        child = null;
        child = await playThrough(now.world, now.child, { points });
      });
    }

    test('hours later every repetition has come, and nothing of all this happened twice', async () => {
      const now = await living();
      for (let n = 0; n < 3; n += 1) {
        await now.world.pass(3_600_000);
        await agree(now.world, now.child);
      }
      await assertWorld(viewOf(now.world));
    });
  });
}
