/** What is said of files that stay where they are, and of those that did not arrive whole. */

/** Completes "stays in Slack: …". */
export const NOT_COPIED = 'files are not copied here';
export const endingNotCopied = (ending: string) => `files that end in .${ending} are not copied here`;
export const tooLarge = (size: string, most: string) => `it has ${size}, and at most ${most} are copied`;
export const AMONG_AGENTS = 'files that agents show each other are not copied';

/** `why` is one of the above, or what a connector says of its system. */
export const staysInSlack = (file: string, why: string) => `The file ${file} stays in Slack: ${why}.`;
export const staysWhereItIs = (file: string, why: string) => `The file ${file} stays where it is: ${why}.`;
export const staysOnTicket = (author: string, file: string, { key, why }: { key: string; why: string }) =>
  `${author} put the file ${file} on ${key}. It stays there: ${why}.`;
/** What the button beside it says. */
export const openTicket = (key: string) => `Open ${key}`;

/** Below the words that it came with, on the ticket. */
export const fileName = (file: string) => `File: ${file}`;
/** Beside the file, in the thread. */
export const fileComes = (author: string, key: string) => `${author} put a file on ${key}`;

export const fileDamaged = (file: string) =>
  `The file ${file} arrived with other bytes than it was sent with, so it was taken away again. Share it again.`;
export const NOT_FETCHED_WHOLE = 'The file could not be fetched whole.';
export const largerThanCopied = (most: number) =>
  `The file is larger than the ${most} bytes that are copied at most.`;
export const otherThanAnnounced = (announced: number, came: number) =>
  `The file was announced with ${announced} bytes and came with ${came}.`;
