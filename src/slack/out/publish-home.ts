import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { SlackUser } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import { askSlack } from './ask-slack.ts';

/** Shows a Home to its person; twice is harmless (docs.slack.dev/reference/methods/views.publish). */
export async function publishHome(
  client: WebClient,
  user: SlackUser,
  view: HomeView,
): Promise<Outcome<null>> {
  const shown = await askSlack(z.unknown(), false, () => client.views.publish({ user_id: user, view }));
  return shown.kind === 'ok' ? ok(null) : shown;
}
