/** What is said when Slack refuses something, with who can help. It reaches threads, cards and the list of what was parked. */

/** How a scope is granted. */
const REINSTALL = 'A Slack administrator can add it and reinstall the app.';

/** By the kind of refusal. */
export const ADVICE = {
  auth: 'A Slack administrator has to reinstall the app and give its new token to Deskbridge.',
  forbidden: 'A Slack administrator can invite the app to the channel or grant the missing scope.',
  'not-found': 'The channel or message is gone or hidden from the app.',
  invalid: 'This is a fault of Deskbridge; an operator finds it in the log.',
  conflict: 'Somebody changed it at the same time.',
} as const;

const CHECK_REGISTRATION =
  'An operator has to compare slack.oauth with "Basic Information" of the Slack app: client id and client secret.';

/** By Slack's own word, where the advice for its kind would mislead. */
export const ADVICE_FOR: Readonly<Record<string, string>> = {
  cant_delete_message: 'Only whoever wrote the message, or a Slack administrator, can delete it.',
  cant_update_message: 'Only whoever wrote the message can change it.',
  cant_delete_file: 'Only whoever shared the file, or a Slack administrator, can delete it.',
  edit_window_closed:
    'The workspace lets nobody change a message that old; a Slack administrator decides that.',
  compliance_exports_prevent_deletion:
    'The workspace keeps every message; a Slack administrator decides that.',
  user_not_in_channel: 'Somebody can invite the person to the channel.',
  file_not_found: 'The file is gone, or it is in no channel that the app is in.',
  file_deleted: 'The file is gone.',
  file_uploads_disabled: 'A Slack administrator can allow files in the workspace.',
  file_uploads_except_images_disabled: 'A Slack administrator can allow files that are no images.',
  file_upload_size_restricted:
    'The file is larger than the workspace allows; a Slack administrator can change that.',
  invalid_code: 'Slack takes a code once, and for ten minutes.',
  bad_redirect_uri:
    'The redirect URL of the Slack app (below OAuth & Permissions) has to be the one of "deskbridge slack manifest".',
  invalid_client_id: CHECK_REGISTRATION,
  bad_client_secret: CHECK_REGISTRATION,
  file_type_not_allowed: 'The workspace takes no files of this type; a Slack administrator can change that.',
};

export const refused = (word: string, advice: string) => `Slack refused with "${word}". ${advice}`;
export const refusedForScope = (word: string, scope: string) =>
  `Slack refused with "${word}": the app needs ${scope}. ${REINSTALL}`;

/** What passes by itself; these end without a full stop, because a sentence goes on behind them. */
export const SLOW_DOWN = 'Slack asked us to slow down';
export const NOT_REACHED = 'Slack could not be reached';
export const ODD_ANSWER = 'Slack did not answer as it should';
export const OWN_PROBLEM = 'Slack has a problem of its own';
export const UNKNOWN_SHAPE = 'Slack answered in a shape that we do not know';
export const problemWithAnswers = (status: number) => `Slack has a problem with answers (HTTP ${status})`;
export const problemWithFiles = (status: number) => `Slack has a problem with files (HTTP ${status})`;
export const fileNotTaken = (status: number) => `Slack did not take the request for a file (HTTP ${status})`;
export const ENDLESS_WAY = 'Slack led from one address to the next without an end';

export const NOT_ITS_OWN = 'Slack named an address for a file that is not its own. Nothing was sent there.';
export const ANSWER_EXPIRED = 'The address for the answer has expired.';
export const MESSAGE_GONE = 'The message was deleted in Slack.';

/** Of files. */
export const FILE_GONE = 'The file is gone from Slack.';
export const FILE_DELETED = 'The file was deleted in Slack.';
export const FILE_HIDDEN = 'Slack hides the file because the workspace is over its limit.';
export const FILE_OUTSIDE = 'The file lies outside of Slack; only its link can be shown.';
export const FILE_EMPTY = 'The file is empty, and Slack takes no empty files.';
export const PAGE_FOR_FILE =
  'Slack sent a web page instead of the file, as it does when the app may not read files. ' +
  `The app needs the scope files:read. ${REINSTALL}`;
export const fileForbidden = (status: number) =>
  `Slack did not let the app near the file (HTTP ${status}). It needs files:read. ${REINSTALL}`;
export const OTHER_SIZE = 'Slack sent a file of another size than it had announced';
export const NOT_READ_BACK = 'A file could not be read back from Slack to its end';

/** Of a file on its way into Slack: what went wrong, and that it was left. */
export const NOT_READ_WHOLE = 'The file was not read to its end';
export const notAsAnnounced = (what: 'size' | 'content') =>
  `The file does not have the ${what} that was announced`;
export const notShared = (fault: string) => `${fault}. It was not shared.`;
