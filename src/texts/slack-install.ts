/** What people read who give Deskbridge their Slack workspace, and where a workspace has taken it away. */

export const SLACK_HEAD = 'Slack';
export const INSTALL_HEAD = 'Install Deskbridge in Slack';
export const GO_ON_TO_SLACK = 'Go on to Slack';

export const LINK_IS_STALE =
  'This link was used, is too old, or was begun in another browser. Nothing was installed. Ask the operator of Deskbridge for a new one.';

export const BEGUN_ELSEWHERE =
  'This was not begun on the page of Deskbridge. Nothing was installed. Open the link that you were given.';

export const YOU_DECLINED =
  'You did not allow it, so nothing was installed. Ask the operator of Deskbridge for a new link to try again.';

export const NOT_INSTALLED = (reason: string): string =>
  `Nothing was installed. ${reason.replace(/\.?$/, '.')} Ask the operator of Deskbridge for a new link to try again.`;

export const BEFORE_INSTALL =
  'On the next page Slack asks in which workspace, or in which organisation, the app may work. You have to be allowed to install apps there.';

export const INSTALLED = (place: string, isOrganisation: boolean): string =>
  isOrganisation
    ? `Deskbridge is installed in the organisation ${place}. Next, an administrator of the organisation adds the app to its workspaces; then invite the app to the help channels.`
    : `Deskbridge is installed in ${place}. Next, invite the app to the help channels.`;

export const SCOPES_MISSING = (scopes: readonly string[]): string =>
  `Slack did not grant ${scopes.join(', ')}: what needs that will be refused. Add it to the Slack app below "OAuth & Permissions" and install again.`;

/** Why the requests of a workspace stand still. */
export const TAKEN_BACK = (place: string): string =>
  `${place} took the app away, or its token back, so nothing can be read or said in Slack. What was not sent yet is kept. An administrator of Slack can install the app again, with the link of "deskbridge slack install-link"; then it goes on.`;

export const UNINSTALLED_BY_US = (place: string): string =>
  `An operator took Deskbridge out of ${place}. What was not sent yet is kept; when the app is installed again, with the link of "deskbridge slack install-link", it goes on.`;

/** To whoever types the command where nobody installed us. */
export const NOT_HERE =
  'Deskbridge is not connected to this workspace, so nothing was sent. An administrator of Slack can ask the operator of Deskbridge for an install link.';
