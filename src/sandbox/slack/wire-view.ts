import type { JsonObject } from './message-store.ts';
import type { StoredView } from './view-store.ts';
import type { SlackWorld } from './world.ts';

/** A view as Slack writes it in answers and payloads; `values` is what the person filled in. */
export function wireView(world: SlackWorld, view: StoredView, values: JsonObject = {}): JsonObject {
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    close: null,
    submit: null,
    ...view.definition,
    id: view.id,
    team_id: world.team.id,
    state: { values },
    hash: view.hash,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: world.app.appId,
    app_installed_team_id: world.team.organisation?.id ?? world.team.id,
    bot_id: world.app.botId,
  };
}
