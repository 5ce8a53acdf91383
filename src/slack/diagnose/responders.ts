import { z } from 'zod';
import type { Obstacle, SlackNotes } from './notes.ts';
import type { AskSlack } from './question.ts';

const Found = z.object({ user: z.object({ deleted: z.boolean().default(false) }) });

/** Looks up everybody who may answer requests. Answers what ended the reading, if anything. */
export async function lookAtResponders(parts: {
  readonly notes: SlackNotes;
  readonly ask: AskSlack;
  readonly botToken: string;
  readonly responders: readonly string[];
}): Promise<Obstacle | null> {
  const { notes, ask, botToken, responders } = parts;
  if (responders.length === 0) notes.unseen('slack.people', 'slack.responders names nobody');
  for (const user of responders) {
    const answer = await ask({ method: 'users.info', token: botToken, args: { user } });
    if (answer.kind !== 'answered') return answer;
    if (answer.error === 'missing_scope') {
      notes.unseen('slack.people', 'a scope is missing, see slack.scopes', user);
      continue;
    }
    const found = Found.safeParse(answer.body);
    if (answer.error !== null || !found.success) {
      notes.problem('slack.people', 'unknown', {
        subject: user,
        wrong: `Slack knows no responder ${user} ("${answer.error ?? 'no user'}").`,
      });
    } else if (found.data.user.deleted) {
      notes.problem('slack.people', 'gone', { subject: user, wrong: `The account ${user} is deactivated.` });
    } else notes.passed('slack.people', 'known and active', user);
  }
  return null;
}
