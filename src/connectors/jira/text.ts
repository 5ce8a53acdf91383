import { SHORTENED_HERE } from '../../texts/jira.ts';
import { cutVisibly, storable as storableText, withoutCode } from '../storable-text.ts';

/** Longest comment or description that Jira stores, in UTF-16 units; longer ones are answered with 400. */
export const MAX_BODY = 32_767;
/** Longest summary. */
export const MAX_SUMMARY = 255;

/** Words of people as Jira can store them; `[code` is broken by a zero-width space, so that people read what was written. */
export function storable(text: string): string {
  return withoutCode(storableText(text), '\u200b');
}

export function oneLine(text: string): string {
  return storable(text).replaceAll(/\s+/g, ' ').trim();
}

/** What stands where a text was cut. */
export const SHORTENED = SHORTENED_HERE;

/** At most `max` UTF-16 units, and a text that was cut says so. */
export function shorten(text: string, max: number): string {
  return cutVisibly(text, max, SHORTENED);
}

/** Longest path of a link back to Slack, a name, a reason: they may never push out the words of the requester. */
const MAX_PART = 2000;

/** A part of a ticket's footer, on one line. */
export function part(text: string): string {
  return shorten(oneLine(text), MAX_PART);
}

const ZERO_WIDTH_SPACE = '\u200b';
/** What makes a heading, a quote or an item of a list at the beginning of a line. */
const LINE_SIGN = /^(?=[^\S\n]*(?:h[1-6]\.|bq\.|#))/gm;
/** A dash that no word holds on both sides strikes words out, begins an item or draws a line. */
const LOOSE_DASH = /(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])/gu;

/**
 * Words for the wiki syntax of Jira, which the service desk API reads in plain strings: without the backslashes a message
 * could mention people, embed images or call macros. A backslash of the message itself must not take away the meaning of
 * one of ours. Addresses stay as they are, else they would break.
 */
export function escapeWiki(text: string): string {
  return text
    .replaceAll(LINE_SIGN, ZERO_WIDTH_SPACE)
    .split(/(https?:\/\/[^\s[\]{}|!\\<>"\p{Cc}\p{Cf}]+)/u)
    .map((piece, index) => (index % 2 === 1 ? piece : escapedPiece(piece)))
    .join('');
}

function escapedPiece(piece: string): string {
  return piece
    .replaceAll('\\', `\\${ZERO_WIDTH_SPACE}`)
    .replaceAll(/[[\]{}|!*_^~+?]/g, '\\$&')
    .replaceAll(LOOSE_DASH, '\\-');
}
