import { z } from 'zod';
import { JsonObject } from '../message-store.ts';
import { defineMethod, fail, type MethodContext, nested, succeed } from '../method.ts';

const execution = { function_execution_id: z.string() };

function end(
  { world }: MethodContext,
  id: string,
  to: { readonly outputs: JsonObject; readonly error: string | null },
) {
  const refused = world.executions.end(id, to);
  world.changed();
  return refused === null ? succeed() : fail(refused);
}

const completeSuccess = defineMethod({
  tier: 't3',
  args: z.object({ ...execution, outputs: nested(JsonObject) }),
  errors: { outputs: 'parameter_validation_failed' },
  run: ({ function_execution_id: id, outputs }, context) => end(context, id, { outputs, error: null }),
});

const completeError = defineMethod({
  tier: 't3',
  args: z.object({ ...execution, error: z.string().min(1) }),
  run: ({ function_execution_id: id, error }, context) => end(context, id, { outputs: {}, error }),
});

/** docs.slack.dev/reference/methods/functions.completeSuccess and functions.completeError: no scope. */
export const functionMethods = {
  'functions.completeSuccess': completeSuccess,
  'functions.completeError': completeError,
};
