import { WebAPIPlatformError } from '@slack/web-api';

/** Slack's own word for what went wrong, else the kind of error; never its message, which may hold a token. */
export function slackErrorName(error: unknown): string {
  if (error instanceof WebAPIPlatformError) return error.data.error;
  return error instanceof Error ? error.name : 'unknown';
}
