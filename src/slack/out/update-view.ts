import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { FormLook } from './approval-views.ts';
import { askSlack } from './ask-slack.ts';
import { nullWhenGone } from './gone.ts';

/**
 * Shows something else in a form that is open, by the name that we gave it; twice is harmless. `gone`: there is none of this
 * name, or not yet (https://docs.slack.dev/reference/methods/views.update).
 */
export async function updateView(
  client: WebClient,
  name: string,
  view: FormLook,
): Promise<Outcome<'shown' | 'gone'>> {
  const shown = await askSlack(z.unknown(), true, () =>
    client.views
      .update({ external_id: name, view: { ...view, external_id: name } })
      .catch(nullWhenGone('not_found')),
  );
  return shown.kind === 'ok' ? ok(shown.value === null ? 'gone' : 'shown') : shown;
}
