import type { SlackNotes } from './notes.ts';
import type { AskSlack } from './question.ts';

/** Words with which Slack says that the app does not use Socket Mode. */
const SWITCHED_OFF = new Set(['socket_mode_not_enabled', 'feature_not_enabled', 'method_not_allowed']);

/** Asks for the address of a socket, as every start does; it is not opened, and Slack forgets it. */
export async function lookAtAppToken(notes: SlackNotes, ask: AskSlack, token: string): Promise<void> {
  const answer = await ask({ method: 'apps.connections.open', token });
  if (answer.kind !== 'answered') {
    notes.unseen('slack.app-token', 'Slack did not answer');
    return;
  }
  const { error } = answer;
  if (error === null) {
    notes.passed('slack.app-token', 'it opens a connection');
    return;
  }
  const problem =
    error === 'missing_scope' ? 'missing-scope' : SWITCHED_OFF.has(error) ? 'socket-mode-off' : 'refused';
  notes.problem('slack.app-token', problem, { wrong: `Slack refuses the app-level token ("${error}").` });
}
