/** What is said of comments, files and approvals in ServiceNow. */

// Approvals.
export const approvalBy = (name: string) => `Approval by ${name}`;
export const TO_READ_REQUEST = 'to read the request of an item';
export const NO_SUCH_APPROVAL = 'ServiceNow has no such approval on this ticket, or hides it from us.';
export const linkToDecide = (name: string) =>
  `${name} must link the own ServiceNow account to Deskbridge, or decide in ServiceNow`;
export const onlyOwnSignIn = (advice: string) =>
  `An approval is only answered with the own sign-in of whoever decides. ${advice}.`;
export const wasDecided = (name: string, state: string) => `"${name}" was decided meanwhile: it is ${state}.`;
export const notAsked = (person: string, name: string) =>
  `${person} is not among those whom ServiceNow asks for "${name}"`;
export const norADelegate = (what: string) => `${what}, nor a delegate of one of them at this moment.`;
export const NO_REASON = 'No reason was given.';
export const TO_ANSWER_APPROVAL = 'to answer an approval';
export const LET_APPROVERS_ANSWER =
  'Its administrator must let approvers answer their own approvals (role approver_user)';
export const answerNotKept = (advice: string) => `ServiceNow took the answer and did not keep it. ${advice}.`;
export const answerNotSeen = (reason: string) =>
  `ServiceNow took the answer, and how the approval stands could not be read. ${reason}`;

// Approver rows.
export const APPROVALS_HIDDEN =
  'ServiceNow does not let the integration user see the approvals of a ticket. Its administrator must grant read on sysapproval_approver.';
export const TO_LIST_APPROVALS = 'to list approvals';
export const TO_READ_GROUP_APPROVALS = 'to read the approvals of groups';
export const TO_READ_DELEGATES = 'to read who decides for whom';

// Attachment api.
export const TO_LIST_ATTACHMENTS = 'to list attachments';
export const TO_READ_ABOUT_ATTACHMENT = 'to read about an attachment';
export const TO_HAND_OVER_ATTACHMENT = 'to hand over an attachment';
export const TO_ATTACH = 'to attach a file';
export const TO_REMOVE_ATTACHMENT = 'to remove an attachment';

// Clocks.
export const SERVICE_LEVEL = 'Service level';
export const NO_SUCH_TICKET = 'ServiceNow has no such ticket.';
export const TO_READ_SERVICE_LEVELS = 'to read the service levels of a ticket';
export const GRANT_SERVICE_LEVELS = 'Its administrator must grant read on task_sla';
export const serviceLevelsHidden = (advice: string) =>
  `ServiceNow hides service levels of the ticket from us. ${advice}.`;

// Comment.
export const NOT_IN_JOURNAL = 'It is not in the journal yet';
export const commentIdUnread = (cause: string) =>
  `ServiceNow took a comment whose id we could not read. ${cause}`;
export const COMMENT_ID_LATE = 'ServiceNow took a comment; the time to read its id was over.';
export const TO_COMMENT = 'to add a comment';
export const COMMENT_WITHOUT_WORDS = 'A comment without words is not sent to ServiceNow.';

// Connector.
export const NO_SUCH_COMMENT = 'ServiceNow has no such comment on this ticket.';

// E signature.
export const SIGNATURE_DEMANDED =
  'ServiceNow demands an electronic signature, which can only be given there.';
export const SIGNATURE_UNKNOWN =
  'It cannot be seen whether ServiceNow demands an electronic signature, so this is decided there. Its administrator can let the integration user read v_plugin, or the owner of Deskbridge can set approvals.e_signature.';
export const TO_TELL_PLUGINS = 'to tell which plugins are active';

// Files.
export const ATTACHMENTS_HIDDEN =
  'ServiceNow does not let the integration user see the attachments of a ticket. Its administrator must grant read on sys_attachment.';
export const NO_SUCH_ATTACHMENT = 'ServiceNow has no such attachment on this ticket, or hides it from us.';
export const HELD_BACK =
  'Its antivirus or an access rule holds it back; a ServiceNow administrator can look at the attachment';
export const notHandedOver = (file: string, advice: string) =>
  `ServiceNow does not hand over "${file}". ${advice}.`;
export const pageForFile = (file: string) => `ServiceNow answered with a web page instead of "${file}"`;
export const checkSignIn = (what: string) =>
  `${what}. A ServiceNow administrator must check the sign-in of the integration user.`;
export const fileTooLarge = (most: string, sizeProperty: string) =>
  `ServiceNow takes files up to ${most}; this one is larger. Its administrator sets ${sizeProperty}.`;
export const nothingAttached = (message: string) =>
  `${message} Nothing was attached; whoever shared it can share it again.`;
export const FILE_NOT_READ =
  'The file could not be read to its end where it comes from; whether it arrived is looked up.';
export const OTHER_FILE_STORED =
  'ServiceNow stored a file that is not the one that was sent; it is looked up.';
export const TO_READ_PROPERTIES = 'to read its properties';

// Journal text.
export const messageOf = (what: string) => `the message of ${what}`;
export const correctedInSlack = (name: string) => `${name} (Slack) corrected`;
export const CORRECTION_OF = 'Correction of';
export const CUT_THERE = '…\n[cut here: the full text is in ServiceNow]';

// Journal.
export const COMMENTS_HIDDEN =
  'ServiceNow does not let the integration user read comments. Its administrator must install the update set of Deskbridge and give the integration user the role x_deskbridge.integration, or grant read on sys_journal_field (the role audit_viewer, or an access rule for our user).';
export const TO_COMPARE_JOURNAL = 'to compare the journal';
export const TO_READ_COMMENTS = 'to read comments';
export const COMMENT_GONE_OR_HIDDEN = 'ServiceNow has no such comment on this ticket, or hides it from us.';
export const TO_READ_COMMENT = 'to read a comment';

// Knowledge.
export const TO_SEARCH_KNOWLEDGE = 'to search knowledge';
export const ACTIVATE_KNOWLEDGE = 'Its administrator can activate the plugin Knowledge API (sn_km_api)';
export const noKnowledgeSearch = (advice: string) =>
  `ServiceNow does not offer a search of its knowledge. ${advice}.`;
