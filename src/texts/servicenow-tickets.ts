/** What is said of tickets, orders and fields in ServiceNow, and what is written on them. */

// Catalog api.
export const TO_SHOW_ITEM = 'to show a catalogue item';
export const TO_ORDER_ITEM = 'to order a catalogue item';
export const CHECK_OUT_IN_ONE_STEP =
  'Its catalogue may check out in two steps: a ServiceNow administrator must switch that off (glide.sc.checkout.twostep), and empty the cart of the integration user';
export const orderWithoutRequest = (advice: string) =>
  `ServiceNow took an order and answered no request. ${advice}.`;

// Choices.
export const TO_READ_CHOICES = 'to read the choices of its forms';

// Create.
export const TARGET_INCOMPLETE =
  'The queue names no ServiceNow table and group. Correct its target in the configuration: table incident, sc_req_item, change_request or sn_si_incident, and assignment_group.';
export const toCreateIn = (table: string) => `to create a record in ${table}`;
export const CREATED_UNNAMED = 'ServiceNow created a record and did not name it; it is looked up.';
export const toLookUpIn = (table: string) => `to look up a record in ${table}`;
export const letReadAllOf = (table: string) =>
  `Let the integration user read all of ${table}, with correlation_id`;
export const ownTicketsHidden = (advice: string) =>
  `ServiceNow does not let us look for our own tickets. ${advice}.`;

// Fields.
/** What a cut text ends in. */
export const CUT_NOTICE = '…\n[cut here: the full text is in Slack]';
export const WITHOUT_TITLE = 'Request without a title';

// Form answers.
export const notOneUser = (label: string) => `"${label}" does not name exactly one active user of ServiceNow`;
export const chooseSomebodyElse = (what: string) => `${what}. Whoever asks can choose somebody else.`;
export const notOffered = (slice: string, label: string) =>
  `ServiceNow does not offer "${slice}" for "${label}".`;
export const FORM_CHANGED = 'The form has changed meanwhile; whoever asks can fill it in again.';
export const itemAsksFor = (name: string, list: string) =>
  `The ServiceNow catalogue item "${name}" asks for ${list}`;
export const FILL_IN_FORM =
  'Whoever asks can fill in the form, or order in ServiceNow; the owner can also choose another item';
export const ASKS_FOR_THIS = 'ServiceNow asks for this.';
export const nothingOrdered = (what: string, advice: string) => `${what}, so nothing was ordered. ${advice}.`;

// Form.
export const ASKS_FOR_SECRET = 'it asks for a secret, which must not be typed into Slack';
export const ASKS_FOR_FILE = 'it asks for a file';
export const chosenFromTable = (reference: string) => `it is chosen from the table ${reference}`;
export const typeNotAsked = (what: string) => `questions of the type ${what} are answered in ServiceNow only`;
export const NO_TABLE_AND_GROUP = 'The queue names no ServiceNow table and group.';

// New record.
export const requestedBy = (name: string, what: string) => `Requested by ${name}${what}`;
export const whyHere = (reason: string) => `Why here: ${reason}`;
export const createdWithout = (what: string, list: string) =>
  `ServiceNow created ${what} but did not take ${list}`;
export const LET_WRITE_THEM =
  'Its administrator must let the integration user write them and remove or complete that ticket';
export const toList = (table: string) => `to list ${table}`;
export const INSTALL_PLUGIN = 'Its administrator can install it, or the queue needs another table';
export const noTable = (table: string, plugin: string, advice: string) =>
  `ServiceNow has no table ${table}: the plugin ${plugin} is not installed. ${advice}.`;

// Order.
export const itemWithoutMark = (name: string, other: string) =>
  `The ServiceNow catalogue item "${name}" has no variable "${other}" for our reference`;
export const ADD_MARK_VARIABLE =
  'Its administrator must add one (single line text, it may be hidden): without it an order whose answer is lost could not be told from one that never arrived';
export const TO_LIST_ORDERED = 'to list the items of an order';
export const LET_READ_ITEMS =
  'Its administrator must let the integration user read sc_req_item with request and cat_item';
export const orderedItemHidden = (advice: string) =>
  `ServiceNow does not show us the item that we ordered. ${advice}.`;
export const toComplete = (number: string) => `to complete ${number}`;
export const orderTaken = (reason: string) => `ServiceNow took the order, and then: ${reason}`;
export const ORDER_TAKEN_LATE = 'ServiceNow took the order; the time to find its item was over.';
export const TO_LOOK_UP_ORDER = 'to look up an order';
export const LET_READ_OPTIONS = 'Let the integration user read sc_item_option_mtom and sc_item_option';
export const ownOrdersHidden = (advice: string) =>
  `ServiceNow does not let us look for our own orders. ${advice}.`;
export const TO_READ_ORDERED = 'to read an ordered item';

// Plan write.
export const NEEDS_TITLE = 'A ticket needs a title.';
export const theTitle = (wanted: string) => `the title "${wanted}"`;
export const correctCloseCode = (table: string) =>
  `The owner of Deskbridge can correct maps.${table}.close_code in the configuration`;
export const noResolutionCode = (name: string, advice: string) =>
  `ServiceNow has no resolution code "${name}". ${advice}.`;
export const resolvedBy = (name: string) => `Resolved from Slack by ${name}.`;
export const noStateFor = (table: string, status: string, mapAdvice: string) =>
  `There is no state of ${table} for "${status}". ${mapAdvice}.`;
export const noStateIn = (state: string, table: string, mapAdvice: string) =>
  `ServiceNow has no state "${state}" in ${table}. ${mapAdvice}.`;
export const CLOSED_STAYS_CLOSED =
  'A closed record cannot be reopened; else its administrator must let the integration user write state';
export const theStatus = (status: string) => `the status "${status}"`;

// Write levels.
export const noValueFor = (field: string, name: string, advice: string) =>
  `There is no value of ${field} for "${name}" in ServiceNow. ${advice}.`;
export const noLevelsGive = (wanted: string) =>
  `No impact and urgency of an incident give the priority "${wanted}" as asked. An agent can choose them in ServiceNow.`;
export const noValueIn = (field: string, value: string, table: string, advice: string) =>
  `ServiceNow has no ${field} "${value}" in ${table}. ${advice}.`;
export const orOwnRules = (accessAdvice: string) =>
  `${accessAdvice}, or its own rules compute another priority from impact and urgency`;

// Write people.
export const theGroup = (name: string) => `the group "${name}"`;
export const accountInactive = (name: string) =>
  `The ServiceNow account of ${name} is not active. An administrator of ServiceNow can tell why.`;
export const CORRECT_ADDRESSES =
  'An administrator of ServiceNow can correct the addresses, or an agent can assign the ticket';
export const addressUnknown = (name: string, advice: string) =>
  `The e-mail address of ${name} is not known, so the ServiceNow user is not known either. ${advice}.`;
export const NO_ACTIVE_USER = 'no active user';
export const SEVERAL_USERS = 'several users';
export const notOneAddress = (count: string, name: string, advice: string) =>
  `ServiceNow knows ${count} with the e-mail address of ${name}. ${advice}.`;
export const membershipUnknown = (name: string, reason: string) =>
  `It is not known whether ${name} is in the group of the ticket: ${reason}`;
export const ADD_TO_GROUP =
  'An administrator of ServiceNow can add the person, or the ticket can be given to another group';
export const notAMember = (name: string, advice: string) =>
  `${name} is not a member of the group of the ticket. ${advice}.`;
export const theAssignee = (what: string) => `the assignee ${what}`;

// Write plan.
export const LET_WRITER_CHANGE = 'Its administrator must let whoever writes change this field';
export const nameInMaps = (table: string, list: string) =>
  `The owner of Deskbridge can name one in the configuration, below maps.${table}.${list}`;
export const changedTo = (name: string) => `changed to "${name}"`;
export const wasMeanwhile = (shown: string) =>
  `It was ${shown} in ServiceNow meanwhile, so it was left as it is.`;

// Write.
export const askedInSlack = (name: string, other: string) => `${name} asked in Slack for: ${other}.`;
export const toChange = (value: string) => `to change ${value}`;
export const changeNotKept = (value: string, wanted: string, advice: string) =>
  `ServiceNow took the change of ${value} and did not keep ${wanted}. ${advice}.`;

// States, and what the forms behind them ask.
export const HOLD_REASON = 'On hold reason';
export const HOLD_COMMENTS = 'Additional comments';
export const HOLD_COMMENTS_HINT =
  'Needed while it waits for the caller. Everybody who sees the ticket reads it.';
export const CLOSE_NOTES = 'Close notes';
export const CLOSE_CODE = 'Close code';
export const CHOICES_UNKNOWN = 'ServiceNow does not tell what can be chosen';
export const stateAsksFor = (label: string) => `ServiceNow asks for "${label}" with this state.`;
export const stateDoesNotTake = (label: string) => `ServiceNow does not offer this for "${label}".`;
export const LET_CHANGE_STATE = 'Its administrator must let whoever writes change state';
/** Who wrote it, where the record names him himself. */
export const FROM_SLACK = 'via Slack';
