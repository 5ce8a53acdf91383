import { plainDoc } from '../model/doc.ts';
import { DELETED_REQUEST, REQUEST_DELETED, WITHOUT_WORDS } from '../texts/on-tickets.ts';

const LONGEST_SUMMARY = 120;

/** What a ticket says whose request was taken back before it was there. */
export const TAKEN_BACK = {
  summary: DELETED_REQUEST,
  description: plainDoc(REQUEST_DELETED),
} as const;

/** What a request is called: its first line, cut at a word. */
export function summaryOf(text: string): string {
  const line =
    text
      .split('\n')
      .find((candidate) => candidate.trim() !== '')
      ?.trim() ?? WITHOUT_WORDS;
  if (line.length <= LONGEST_SUMMARY) return line;
  const cut = line.slice(0, LONGEST_SUMMARY - 1);
  const space = cut.lastIndexOf(' ');
  return `${space > LONGEST_SUMMARY / 2 ? cut.slice(0, space) : cut}…`;
}
