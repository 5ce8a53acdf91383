import type { DeliveryId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link } from '../model/link.ts';
import type { Observed } from '../sync/observed.ts';
import type { Unplannable } from '../sync/plan.ts';
import type { AddedForm } from './add-forms.ts';
import { isOfLeftThread } from './agents-thread.ts';
import type { SamePicks } from './likely-duplicates.ts';
import type { Correction } from './take-correction.ts';
import type { Picks } from './take-pick.ts';
import type { World } from './world.ts';

export type AskedReceipts = readonly {
  readonly id: DeliveryId;
  readonly intake: Extract<Intake, { kind: 'ask-receipt' }>;
}[];

/** What was sorted to this link. Who asks how things stand is answered when all else that can be done now is done. */
export async function readDeliveries(
  world: World,
  link: Link,
): Promise<
  Pick<Observed, 'deliveries'> & {
    readonly asked: AskedReceipts;
    readonly picks: Picks;
    readonly same: SamePicks;
    readonly corrections: readonly Correction[];
    readonly forms: readonly AddedForm[];
    readonly apart: readonly Unplannable[];
    readonly left: readonly DeliveryId[];
  }
> {
  const stored = await world.store.deliveries.sortedFor(link.id);
  const deliveries: Observed['deliveries'][number][] = [];
  const asked: AskedReceipts[number][] = [];
  const picks: Picks[number][] = [];
  const corrections: Correction[] = [];
  const forms: AddedForm[] = [];
  const same: SamePicks[number][] = [];
  const apart: Unplannable[] = [];
  const left: DeliveryId[] = [];
  for (const { id, body, repaired, sealedBecause } of stored) {
    try {
      if (sealedBecause !== null) throw new Error(sealedBecause);
      const intake = await world.interpret(body);
      if (intake.kind === 'ask-receipt') asked.push({ id, intake });
      else if (intake.kind === 'pick-kind') picks.push({ id, intake });
      else if (intake.kind === 'pick-same') same.push({ id, intake });
      else if (intake.kind === 'open-from-form' && intake.again !== undefined)
        corrections.push({ id, intake });
      else if (intake.kind === 'open-from-form' && link.route !== null) forms.push({ id, intake });
      else if (await isOfLeftThread(world, link, intake)) left.push(id);
      else deliveries.push({ id, intake: await asSaid(world, link, intake), found: repaired });
    } catch (error) {
      apart.push({ id, error });
    }
  }
  return { asked, picks, same, corrections, forms, deliveries, apart, left };
}

/** The message of a request that turned out to be this one is what was said to it; nobody else may bring it. */
async function asSaid(world: World, link: Link, intake: Intake): Promise<Intake> {
  if (intake.kind !== 'open-from-message' || link.route === null || intake.message.bot !== null)
    return intake;
  const { channel, root } = intake.message;
  const places = await world.store.links.placesOf(link.id);
  const isSame = places.some(
    (one) => one.role === 'follower' && one.channel === channel && one.root === root,
  );
  return isSame ? { kind: 'message', direct: false, message: intake.message } : intake;
}
