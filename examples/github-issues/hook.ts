import * as desk from 'deskbridge/connector';
import { z } from 'zod';

const Body = z.object({
  repository: z.object({ full_name: z.string() }).optional(),
  issue: z.object({ number: z.int().positive(), pull_request: z.unknown().optional() }).optional(),
});

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
export function readHook(secret: string | null, ours: string, hook: desk.HookRequest): desk.HookReading {
  const signed = desk.readSignedHook(Body, hook, { secret, header: 'x-hub-signature-256' });
  if (signed.kind === 'refused') return signed;
  const { 'x-github-delivery': key = '', 'x-github-event': event = '' } = hook.headers;
  // Sent again by an administrator it keeps its id; GitHub itself sends nothing again.
  if (!/^[\w-]{1,100}$/.test(key) || !/^\w{1,100}$/.test(event))
    return { kind: 'refused', status: 400, reason: 'The hook has no delivery id or event of GitHub' };
  const { issue, repository } = signed.body;
  const isOurs = repository?.full_name.toLowerCase() === ours.toLowerCase();
  const isTicket = isOurs && issue !== undefined && issue.pull_request === undefined;
  const ticket = isTicket ? desk.TicketId.parse(String(issue.number)) : null;
  return { kind: 'accepted', key, event, ticket };
}
