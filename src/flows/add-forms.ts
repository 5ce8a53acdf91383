import { type Doc, plainDoc } from '../model/doc.ts';
import { docText } from '../model/doc-text.ts';
import type { DeliveryId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { splitDoc } from '../model/split-doc.ts';
import type { Lease } from '../store/leases.ts';
import { planFormFiles } from '../sync/files-from-slack.ts';
import type { Known } from '../sync/observed.ts';
import type { Unplannable } from '../sync/plan.ts';
import { nameOf } from '../sync/say-on-ticket.ts';
import { type Step, whisper } from '../sync/steps.ts';
import { askedAgain } from '../texts/duplicates.ts';
import { secretWarning } from '../texts/redaction.ts';
import { keepCardTrue } from './card.ts';
import { knownOf } from './known.ts';
import { withEndDates } from './offered-forms.ts';
import { setApart } from './own-faults.ts';
import { formText, type RequestForm } from './request-form.ts';
import type { World } from './world.ts';
import { writeSteps } from './write-steps.ts';

/** A form that turned out to ask for what this request is about already. */
export interface AddedForm {
  readonly id: DeliveryId;
  readonly intake: RequestForm;
}

/** Everything that was filled in goes onto the ticket that is there, with the files; nothing of it is lost. */
export async function addForms(
  world: World,
  lease: Lease,
  { link, forms }: { readonly link: Link; readonly forms: readonly AddedForm[] },
): Promise<Outcome<null>> {
  const known = await knownOf(world, link, { deliveries: forms });
  if (known.kind !== 'ok') return known;
  const steps: Step[] = [];
  const apart: Unplannable[] = [];
  for (const { id, intake } of forms) {
    const form = await withEndDates(world, intake, known.value.now);
    if (form.kind !== 'ok') return form;
    try {
      steps.push(...planForm(known.value, form.value), { do: 'close', delivery: id, reason: 'planned' });
    } catch (error) {
      apart.push({ id, error });
    }
  }
  if (apart.length > 0) await setApart(world, { lease, link, apart });
  await world.store.fenced(lease, async (tx) => {
    await writeSteps(tx, link, steps);
    await keepCardTrue(world, tx, link.id);
  });
  return ok(null);
}

function planForm(known: Known, form: RequestForm): Step[] {
  const { summary, details } = formText(known, form);
  const words = plainDoc(askedAgain(nameOf(known, form.by), summary, docText(details)));
  const { by, channel, files, redacted } = form;
  return [
    ...splitDoc(words, known.limits.longest.ticket).map(noted),
    ...planFormFiles(known, by, files),
    ...(redacted === undefined ? [] : [whisper(by, channel, secretWarning(redacted))]),
  ];
}

/** Whoever asked may read it: it is what he wrote. */
const noted = (part: Doc): Step => ({
  do: 'operate',
  operation: {
    lane: 'ticket',
    itemId: null,
    body: { kind: 'note', text: docText(part), visibility: 'public' },
  },
});
