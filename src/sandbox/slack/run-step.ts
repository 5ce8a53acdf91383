import { impossible } from './find-for-person.ts';
import type { InteractionDeps } from './interactions.ts';
import { randomId } from './random-id.ts';

/** A workflow reaches a step of the app (docs.slack.dev/reference/events/function_executed). */
export function runStep(
  { world, hooks, installed }: InteractionDeps,
  callbackId: string,
  inputs: Readonly<Record<string, unknown>>,
): string {
  if (!installed.offers('step', callbackId)) impossible(`there is no step "${callbackId}"`);
  const execution = world.executions.start();
  hooks.event({
    type: 'function_executed',
    function: { id: randomId('Fn'), callback_id: callbackId, title: callbackId, app_id: world.app.appId },
    inputs,
    function_execution_id: execution,
    workflow_execution_id: randomId('Wx'),
    bot_access_token: 'xwfp-sandbox-step',
    event_ts: (world.clock.now().getTime() / 1000).toFixed(6),
  });
  return execution;
}
