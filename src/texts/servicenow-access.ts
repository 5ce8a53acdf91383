/** What is said when ServiceNow cannot be asked, does not let us in, or hides something. */

// Answers.
export const abortedByRule = (what: string) => `the business rule "${what}" aborted it`;
export const AGREE_ON_TABLE =
  'A ServiceNow administrator and our configuration must agree on this table and its fields';
export const CHECK_USER =
  'A ServiceNow administrator must check the integration user, its password or its OAuth client';
export const ALLOW_IT = 'A ServiceNow administrator must allow it to the integration user';
export const NOT_THERE_OR_HIDDEN = 'It does not exist, or an access rule hides it from the integration user';
export const workLookedUp = (what: string) => `${what}; whether the work was done is looked up.`;
export const readAgain = (what: string) => `${what}; we read again.`;
export const OUR_FAULT = 'This is a fault of Deskbridge or of a gateway in between';
export const refusedTo = (doing: string, status: number, spoken: string, advice: string) =>
  `ServiceNow refused ${doing} (${status}${spoken}). ${advice}.`;
export const LIMITED = 'ServiceNow limits how often we may ask; we wait as long as it says.';
export const failedAt = (doing: string, status: number, spoken: string) =>
  `ServiceNow failed at ${doing} (${status}${spoken})`;
export const doneLookedUp = (what: string) => `${what}; whether it was done is looked up.`;
export const answeredWith = (doing: string, status: number) => `ServiceNow answered ${doing} with ${status}`;
export const noJson = (doing: string) =>
  `ServiceNow answered ${doing} with something that is no JSON (hibernating or a login page)`;
export const errorFor = (doing: string, status: number, spoken: string) =>
  `ServiceNow reported an error for ${doing} with status ${status}${spoken}`;
export const withoutResult = (doing: string) => `ServiceNow answered ${doing} without a result`;

// Changes.
export const CHANGES_HIDDEN =
  'ServiceNow does not let us look for changes. Its administrator must let the integration user read the table task with sys_class_name, correlation_display and sys_updated_on.';
export const TO_LIST_CHANGES = 'to list changes';
export const LET_US_READ_THEM = 'Its administrator must let the integration user read them';
export const changedTicketsHidden = (advice: string) =>
  `ServiceNow hides thousands of changed tickets from us. ${advice}.`;
export const POLL_PLACE_UNREADABLE =
  'The stored place of the ServiceNow poll cannot be read. Start the poll anew.';

// Credentials.
export const CHECK_OAUTH_CLIENT =
  'A ServiceNow administrator must check the OAuth application and its user, and that client credentials are allowed: instances refuse them until glide.oauth.inbound.client.credential.grant_type.enabled is true';
export const CHECK_OAUTH_PASSWORD =
  'A ServiceNow administrator must check the OAuth application and the user, and that passwords are allowed there: glide.oauth.inbound.ropc.grant_type.disabled must not be true';
export const CHECK_OAUTH_JWT =
  'A ServiceNow administrator must check the OAuth JWT application: its certificate, its verifier map (key_id), its user field, and the clocks of both machines';
export const PUT_PRIVATE_KEY =
  'The owner of Deskbridge must put an RSA key in PEM into the variable of private_key_env';
export const privateKeyUnusable = (advice: string) =>
  `We cannot sign in to ServiceNow: the private key cannot be used. ${advice}.`;
export const noAccessToken = (status: number) => `ServiceNow gave us no access token (${status})`;
export const AN_ACCESS_TOKEN = 'an access token';
export const WITHOUT_ACCESS_TOKEN = 'ServiceNow answered without an access token.';

// Directory.
export const TO_TELL_WHO_WE_ARE = 'to tell us who we are';
export const LET_IT_READ_ITSELF = 'Give it the right to read its own record in sys_user';
export const userUnknown = (advice: string) =>
  `ServiceNow does not tell the integration user who it is. ${advice}.`;
export const TO_READ_TIME_ZONE = 'to read its default time zone';
export const noGroupName = (shown: string) => `"${shown}" cannot be the name of a ServiceNow group.`;
export const toLookUpGroup = (shown: string) => `to look up the group "${shown}"`;
export const NO_GROUP = 'no group';
export const SEVERAL_GROUPS = 'several groups';
export const CORRECT_GROUP_NAME =
  'Correct the name (assignment_group of the queue in the configuration), or the group in ServiceNow';
export const groupsOfName = (count: string, shown: string, advice: string) =>
  `ServiceNow has ${count} called "${shown}" that we can see. ${advice}.`;
export const TO_LOOK_UP_REQUESTER = 'to look up the requester';
export const TO_TELL_AUTHORS = 'to tell the names of people who commented';
export const setTimeZone = (user: string) => `Set the time zone of the user "${user}" in ServiceNow to GMT`;
export const timeZoneUnknown = (advice: string) =>
  `The time zone in which ServiceNow reads our queries is not known. ${advice}.`;

// People.
export const TO_LOOK_UP_PERSON = 'to look up a person';
export const LET_IT_READ_USERS = 'Let it read sys_user with email, user and active';
export const usersHidden = (advice: string) => `ServiceNow hides users from the integration user. ${advice}.`;
export const TO_TELL_MEMBERS = 'to tell who is in a group';

// Requests.
export const unknownForm = (doing: string, paths: string) =>
  `ServiceNow answered ${doing} in a form that we do not know (${paths})`;
export const fieldsMayBeHidden = (what: string) =>
  `${what}. An access rule may hide these fields from the integration user.`;
export const TO_LOOK = 'to look';
export const withoutFile = (doing: string) => `ServiceNow answered ${doing} without a file.`;

// Sign ins.
export const linkAgain = (name: string) =>
  `${name} must link the ServiceNow account to Deskbridge again, or unlink it`;
export const ownSignInRefused = (name: string, advice: string) =>
  `ServiceNow does not accept the own sign-in of ${name}. ${advice}.`;
export const doneByPerson = (reason: string, name: string) =>
  `${reason} This was done with the own sign-in of ${name}.`;

// Snapshot.
export const NO_TIME_OF_CHANGE = 'ServiceNow gave a time of change that is no time.';

// Tables.
export const SECURITY_PLUGIN = 'Security Incident Response (com.snc.security_incident)';

// Tickets.
export const TICKET_GONE_OR_HIDDEN =
  'ServiceNow has no such ticket, or an access rule hides it from the integration user.';
export const TO_FIND_TICKET = 'to find the ticket';
export const TO_READ_TICKET = 'to read the ticket';

// Transport.
export const INWARD_ADDRESS =
  'ServiceNow was not asked, because its name leads to an address inside of a network';
export const CORRECT_ADDRESS =
  'Its entry in the DNS, or network.private_addresses in the configuration, has to be corrected';
export const REPAIR_CERTIFICATE =
  'Its administrator must repair the certificate, or the address in our configuration is wrong';
export const certificateInvalid = (code: string, advice: string) =>
  `ServiceNow showed a certificate that is not valid (${code}). ${advice}.`;
export const CHECK_NETWORK = 'We try again; check the address and the network if it stays so';
export const notReached = (code: string, advice: string) =>
  `ServiceNow could not be reached (${code}). ${advice}.`;
export const NOT_IN_TIME = 'did not answer in time';
export const connectionBroke = (what: string) => `broke the connection (${what})`;
export const effectLookedUp = (what: string) => `ServiceNow ${what}; whether it did its work is looked up.`;
export const readAgainLater = (what: string) => `ServiceNow ${what}; we read again.`;
export const NO_TIME_LEFT = 'The time for talking to ServiceNow was used up; we try again.';
export const NO_CODE = 'no code';
