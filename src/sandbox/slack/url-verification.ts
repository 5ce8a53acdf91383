import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { HttpSender } from './http-sender.ts';

/** Rejects unless the URL gives the challenge back, as JSON or plain text. */
export async function verifyEventsUrl(sender: HttpSender, url: string): Promise<void> {
  const challenge = randomBytes(24).toString('hex');
  const body = JSON.stringify({ type: 'url_verification', token: 'sandbox-verification-token', challenge });
  const result = await sender.send(url, { body, contentType: 'application/json' });
  if (result.kind === 'failed') {
    const status = result.status === null ? '' : ` (HTTP ${result.status})`;
    throw new Error(
      `The events URL did not pass url_verification: ${result.reason}${status}. The earlier URL was kept. ` +
        'Check that the app listens there and has the same signing secret.',
    );
  }
  if (result.body.trim() === challenge || answered(result.body) === challenge) return;
  throw new Error(
    'The events URL answered url_verification without the challenge. The earlier URL was kept. ' +
      'Answer {"challenge": "<the challenge>"} with status 200.',
  );
}

function answered(body: string): string | null {
  try {
    const parsed = z.object({ challenge: z.string() }).safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.challenge : null;
  } catch {
    return null;
  }
}
