import type { SlackTeam, SlackUser } from '../../model/ids.ts';

/** Who we are in Slack, as auth.test said when the process started. */
export interface Us {
  readonly teamId: SlackTeam;
  readonly botUserId: SlackUser;
}
