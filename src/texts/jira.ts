/** What is said of Jira: why something waits or was refused, with who can help, and what is written on its tickets. */

// Adf read.
/** Whom a mention names when nobody can tell. */
export const SOMEBODY_IN_JIRA = 'a person in Jira';

// App webhooks.
export const hookNotRegistered = (part: string) => `Jira did not register the webhook. Jira says: ${part}`;

// Approvals.
export const UNNAMED_APPROVER = 'Unnamed approver';
export const onlyApproverDecides = (name: string) =>
  `Jira takes an approval only from the approver himself; ${name} signs in to Jira in Deskbridge, or decides in the portal`;
export const decidedAlready = (what: string) =>
  `This approval was decided already (${what}); look at the ticket again`;
export const isNoApprover = (part: string) =>
  `${part} is no approver of this request in Jira, or not any more`;

// Backlink.
export const SLACK_THREAD = 'Slack thread';
export const TALKED_ABOUT_IN = 'is talked about in';

// Budgets.
export const BELOW_RATE_LIMIT = "We keep below Jira's rate limit; nothing was sent";
export const NEAR_RATE_LIMIT = 'Jira says that we are near its rate limit';

// Catalog.
export const FORM_HIDDEN =
  'Jira does not show this form to our account; a project administrator can let it create tickets there';
export const NO_TARGET_OF_JIRA = 'This target is none of Jira; correct the configuration';

// Changes.
export const POLL_PLACE_UNREADABLE =
  'The place where the poll of Jira stopped is unreadable; start the poll anew';

// Client.
export const SIGN_IN_RENEWED = 'Our sign-in at Jira was renewed; we send again';
export const nothingSent = (reason: string) => `${reason}; nothing was sent and we try again`;
export const redirectedTo = (to: string) =>
  `Jira redirected us to ${to}, where we do not take our credential; correct base_url to the site's own address`;
export const WRITE_ANSWER_TOO_LARGE = 'Jira answered more than we read; we look up what happened';
export const TICKET_TOO_LARGE = 'Jira answered with more than 8 MB; the ticket is too large for the bridge';
export const PAGE_FOR_DATA = 'Jira answered a web page instead of data (a login or maintenance page)';
export const lookedUp = (what: string) => `${what}; we look up whether it took effect`;
export const readAgain = (what: string) => `${what}; we read again`;
export const unknownShape = (list: string) => `Jira answered in a shape that we do not understand (${list})`;

// Clients.
export const ownSignInRefused = (name: string) =>
  `Jira refused ${name}'s own sign-in; ${name} must sign in again or remove it in Deskbridge`;
export const forbiddenToPerson = (name: string) =>
  `Jira forbids this to ${name}'s own account; a project administrator can allow it`;
export const notThereForPerson = (name: string) =>
  `Jira does not have this, or does not show it to ${name}'s own account`;

// Comment writes.
export const MESSAGE_WITHOUT_TEXT = 'The message has no text that a ticket could show; nothing was written';

// Comments.
export const FORMER_USER = 'Former user';
export const NO_ID_OF_JIRA = 'This id is none of Jira, whose ids are numbers; it belongs to another system';
export const COMMENT_GONE = 'Jira does not have this comment any more';

// Connector.
export const UNNAMED_ACCOUNT = 'unnamed account';

// Create meta.
export const noIssueType = (project: string, type: string, what: string) =>
  `Project ${project} offers our account no issue type "${type}" (it has: ${what}); correct the queue or the project's permissions`;

// Create parts.
export const cannotBeMade = (what: string) =>
  `The ticket cannot be made in Jira as it is: ${what}. Fill in what is missing, or let an administrator correct the queue`;

// Create request.
export const FORM_TAKES_NO_LABELS = 'its form takes no labels, which the queue sets';
export const FORM_HOLDS_NO_MARK =
  'its form has neither a description nor labels, so it could not be found again';
export const FORM_TAKES_NO_ORGANIZATIONS = 'its form takes no organizations';

// Create.
export const TARGET_INCOMPLETE =
  "This queue's target names neither a project with an issue type nor a service desk with a request type; correct the configuration";

// Credentials.
export const SITE_DOUBT =
  'the API token may be wrong, expired or revoked; a token with scopes or of a service account never works on the site ' +
  'itself, only behind https://api.atlassian.com/ex/jira/{cloudId} (kind scoped-token or service-account, with cloud_id)';
export const GATEWAY_DOUBT =
  'the API token may be wrong, expired, revoked or without the scope for this, or cloud_id may be that of another site; a ' +
  "token without scopes works on the site's own address only (kind api-token)";
export const OAUTH_DOUBT =
  'the sign-in may have been taken back, or the app lacks the scope for this; connecting again asks for it';

// Failure.
export const NOT_LET_IN = 'Jira does not let us in';
export const FORBIDDEN = 'Jira forbids this to our account; a project administrator can allow it';
export const NOT_THERE = 'Jira does not have this, or does not show it to our account';
export const CHANGED_MEANWHILE = 'The ticket was changed at the same moment; read it again and decide anew';
export const REFUSED_AS_WRONG = 'Jira refused the request as wrong; the queue or the text must be corrected';
export const WRITES_TO_TICKET = 'writes to this ticket';
export const slowDown = (what: string) => `Jira asked us to slow down our ${what}; we wait`;
export const jiraFailed = (status: number) => `Jira failed (${status})`;
export const withItsWords = (sentence: string, detail: string) => `${sentence}. Jira says: ${detail}`;

// Field values.
export const fieldNotEditable = (field: string) =>
  `Jira does not let our account edit the field ${field} of this ticket; a project administrator can put it on the edit screen`;
export const noSuchOption = (name: string, title: string, what: string) =>
  `"${name}" is no choice of ${title} in Jira (it has: ${what}); map it in the configuration of this connector`;
export const fieldNotSettable = (title: string) =>
  `${title} is a kind of field that the bridge cannot set; set it in Jira`;

// Fields.
export const NO_WAYS = 'none (our account may lack the permission to transition issues)';
export const wayAsksFor = (name: string, needs: string) => `${name} (asks for ${needs})`;

// Files.
export const FILE_GONE = 'This ticket has no such file (any more); nothing was read';
export const PAGE_FOR_FILE =
  'Jira answered a web page instead of the file (a login or maintenance page); open it in Jira';
export const OTHER_SIZE =
  'Jira announced another size than the file has; it may be changing, open it in Jira';

// Fill.
export const formHasNoField = (id: string) => `the form has no field ${id}`;
export const formDemands = (list: string) => `it demands ${list}`;
export const fieldIsDemanded = (name: string) => `Jira demands ${name}`;

// Find ticket.
export const foreignTicketWithMark = (key: string, marker: string) =>
  `${key} carries our reference, and an account that is not ours created it. Nothing is sent again before ` +
  `somebody has looked: take the reference ${marker} off that ticket if it is another one`;

// Form fields.
export const CHOICES_UNKNOWN = 'Jira does not say what can be chosen';
export const listNotAsked = (what: string) => `lists of "${what}" are filled in in Jira`;
export const kindNotAsked = (what: string) => `a field of the kind "${what}" is filled in in Jira`;
export const WORDS_HINT = 'Words without spaces, several with spaces between them';
export const noChoice = (answer: string, name: string, what: string) =>
  `"${answer}" is no choice of ${name} (it has: ${what})`;
export const cannotBeFilledIn = (name: string, reason: string) =>
  `${name} cannot be filled in from here: ${reason}`;
export const takesOneAnswer = (name: string, length: number) => `${name} takes one answer, not ${length}`;
export const takesADay = (name: string) => `${name} takes a day, written like 2026-11-20`;
export const notOnePerson = (name: string) => `Jira shows not exactly one person for ${name}`;
export const takesATime = (name: string) => `${name} takes a time, written like 2026-11-20T10:00Z`;

// Knowledge.
export const UNTITLED_ARTICLE = 'Untitled article';

// Oauth.
export const APP_NOT_ACCEPTED =
  'Atlassian does not accept this app; the owner of Deskbridge must compare client_id, the client secret and the ' +
  'callback URL with the app in the developer console';
export const SIGN_IN_GONE =
  'Atlassian does not take this sign-in any more: it was withdrawn, not used for 90 days, or already renewed';
export const ATLASSIAN_SLOW_DOWN = 'Atlassian asked us to slow down; we try again';
export const atlassianFailed = (status: number) => `Atlassian failed (${status}); we try again`;
export const atlassianRedirectedTo = (to: string) =>
  `Atlassian redirected us to ${to}, where we do not take our secret`;
export const triedAgain = (reason: string) => `${reason}; we try again`;
export const NO_TOKEN_IN_ANSWER = 'Atlassian answered something that is no token; we try again';
export const WITHOUT_TOKEN = 'Atlassian answered without a token; we try again';
export const SITE_NOT_SAID = 'Atlassian did not say which sites and which account this is; start again';
export const NO_SITE = 'no site';
export const consentForOtherSite = (others: string, host: string) =>
  `The consent was given for ${others}, not for ${host}; start again`;
export const WITHDRAW_THERE =
  'Atlassian documents no way to give a consent back from here: remove the app at https://id.atlassian.com/manage-profile/apps, too';

// Queues.
export const queueNeedsField = (name: string, id: string) =>
  `The queue shows only tickets with a certain ${name}, and the target does not set ${id}; set it there`;
export const queueWantsValue = (name: string, list: string, what: string) =>
  `The queue wants ${name} to be ${list}, and the target sets ${what}; make them agree`;
export const queueSearchUnreadable = (name: string) =>
  `Jira cannot read the search of its own queue "${name}"; mend the queue in Jira`;

// Search.
export const TOO_MANY_TO_SEARCH =
  'Too many issues were created in Jira at that time to look through; look there by hand';

// Text.
export const SHORTENED_HERE = ' … (shortened by Deskbridge, the rest stands in Slack)';

// Ticket text.
export const requestFrom = (part: string) => `Request from ${part}`;
export const requestedBy = (part: string, what: string) => `Requested by ${part}${what}`;
export const whyHere = (part: string) => `Why it is here: ${part}`;
export const slackThreadLine = (part: string) => `Slack thread: ${part}`;

// Upload.
export const NO_ATTACHMENTS =
  'Attachments are switched off in this Jira; a Jira administrator can allow them';
export const fileTooLarge = (size: number, bytes: number) =>
  `The file has ${size} bytes and this Jira takes ${bytes} at most; share it as a link`;
export const fileNotSent = (message: string) =>
  `The file could not be sent because ${message}; nothing was attached and we try again`;
export const FILE_NOT_READ_BACK = 'A file could not be read back from Jira to its end';

// Write plan.
export const changedMeanwhileTo = (part: string) =>
  `It was changed to ${part} in Jira meanwhile; look at the ticket and decide anew`;
export const NEEDS_SUMMARY = 'A ticket in Jira must have a summary; write one';
export const noFieldConfigured = (key: string, field: string) =>
  `No field of project ${key} is configured for the ${field}; add its id under maps in the configuration of this connector`;
export const addressUnknown = (name: string) =>
  `Nobody knows the e-mail address of ${name}, so Jira could not be asked who that is; assign the ticket in Jira`;
export const NO_ASSIGNABLE_PERSON = 'no assignable person';
export const SEVERAL_PEOPLE = 'several people';
export const notOneAddress = (what: string, name: string) =>
  `Jira shows ${what} with exactly the address of ${name}; assign the ticket in Jira`;

// Write.
export const stateThatMeans = (status: string) => `a state that means "${status}"`;
export const noWayTo = (name: string, wanted: string, choices: string) =>
  `Jira offers no way from "${name}" to ${wanted}; possible now: ${choices}. Move it in Jira`;

// Steps of a ticket's own workflow.
export const PEOPLE_CHOSEN_IN_JIRA = 'people are chosen in Jira';
export const screenAsksFor = (name: string) => `Jira asks for ${name}`;
export const SCREEN_LACKS_FIELD = 'The screen of this step does not have it any more';
export const stepNotOffered = (status: string, choices: string) =>
  `Jira offers this step no more from "${status}"; possible now: ${choices}. Choose again`;
