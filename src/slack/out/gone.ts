import { WebAPIPlatformError } from '@slack/web-api';

/** For `catch`: null when Slack refused with one of these words because the thing is gone; any other failure goes on. */
export function nullWhenGone(...words: readonly string[]): (error: unknown) => null {
  return (error) => {
    if (error instanceof WebAPIPlatformError && words.includes(error.data.error)) return null;
    throw error;
  };
}
